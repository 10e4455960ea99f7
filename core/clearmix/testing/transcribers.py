"""The contract of a transcriber."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from clearmix.audio import Audio, write_wav
from clearmix.contracts import Score, SourceRecording, Transcriber
from clearmix.errors import ClearmixError
from clearmix.testing.identity import require_identity
from clearmix.testing.songs import RATE, Song

_LEAST_CONFIDENT = 0.35


class TranscriberContract:
    """Give it the fixture `transcriber`."""

    @pytest.fixture
    def transcriber(self) -> Transcriber:
        """The transcriber to test."""
        raise NotImplementedError("override the fixture `transcriber` and return your transcriber")

    def test_it_has_an_id_and_a_version(self, transcriber: Transcriber) -> None:
        """A kept score is made anew when they change."""
        require_identity(transcriber)

    @pytest.mark.parametrize("stems", [True, False], ids=["stems", "mix"])
    def test_a_score_is_sound(self, transcriber: Transcriber, tmp_path: Path, stems: bool) -> None:
        """Notes, strokes and sections lie in the song; confidences are one a bar."""
        song = Song(bars=6)
        recording = song.source(tmp_path, stems=stems).first
        score = _quietly(transcriber, recording)
        name = f"{transcriber.id} {transcriber.version}"
        assert score.transcriber == name, f"write `{name}` into the score's `transcriber`"
        assert score.origin == ("stems" if stems else "mix"), (
            f"it says `{score.origin}` of {'real stems' if stems else 'a mix'}"
        )
        for line, notes in score.lines.items():
            begun = [note.beat for note in notes]
            assert begun == sorted(begun), f"put the notes of `{line}` in order of time"
            for note in notes:
                assert math.isfinite(note.beat) and note.beats > 0, f"{note} has no length"
                assert 0 <= note.pitch <= 127, f"{note} has no MIDI pitch"
                assert 0 <= note.velocity <= 1, f"{note}: let velocity be 0..1"
                assert 0 <= note.confidence <= 1, f"{note}: let confidence be 0..1"
                heard = note.heard_seconds
                assert heard is None or 0 <= heard <= song.seconds, (
                    f"{note} is heard outside the recording"
                )
                assert note.beat < score.beats, f"{note} begins after the end of the score"
        bars = math.ceil(score.beats / score.beats_per_bar)
        assert len(score.confidence) == bars, f"give {bars} confidences, one for each bar"
        assert all(0 <= one <= 1 for one in score.confidence), "let confidences be 0..1"
        assert abs(score.tempo_bpm / song.tempo_bpm - 1) < 0.005, "use the analysis' beats"
        if score.moments:
            late = score.seconds(0) - recording.analysis.downbeats[0]
            assert abs(late) < 0.05, f"`moments` put the first downbeat {late:.3f} s late"

    def test_a_score_is_kept_as_it_is(self, transcriber: Transcriber, tmp_path: Path) -> None:
        """The catalogue keeps scores as JSON."""
        score = _quietly(transcriber, Song(bars=4).source(tmp_path).first)
        assert Score.from_json(score.as_json()) == score, "use plain numbers and tuples"

    def test_it_does_the_same_twice(self, transcriber: Transcriber, tmp_path: Path) -> None:
        """Covers rest on scores and must be made again exactly."""
        recording = Song(bars=4).source(tmp_path).first
        assert _quietly(transcriber, recording) == _quietly(transcriber, recording)

    def test_silence_is_no_song(self, transcriber: Transcriber, tmp_path: Path) -> None:
        """Either an error with a remedy, or a score that says it knows nothing."""
        write_wav(tmp_path / "silence.wav", Audio.silence(seconds=8.0, rate=RATE))
        recording = replace(
            Song(bars=4).source(tmp_path / "song").first, path=tmp_path / "silence.wav", stems={}
        )
        try:
            score = _quietly(transcriber, recording)
        except ClearmixError as error:
            assert error.help, "say what to do about silence"
            return
        assert max(score.confidence, default=0.0) < _LEAST_CONFIDENT, "it is sure of silence"


def _quietly(transcriber: Transcriber, recording: SourceRecording) -> Score:
    score: object = transcriber.transcribe(recording, lambda part, said: None)
    assert isinstance(score, Score), (
        f"`transcribe` returns `{type(score).__name__}`: return a `clearmix.Score`"
    )
    return score
