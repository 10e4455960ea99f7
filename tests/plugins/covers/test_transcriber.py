"""The transcriber as the kernel calls it: from stems, estimates and mixes, and from no song."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import mido
import numpy as np
import pytest

from clearmix import Kernel, Settings, Transcriber
from clearmix.audio import Audio, mixed, write_wav
from clearmix.contracts import Score, SourceRecording
from clearmix.errors import CatalogueError
from clearmix.scores.midi import as_midi
from clearmix.testing import Song, TranscriberContract
from clearmix_covers.transcribing import CoversTranscriber
from clearmix_covers.transcribing.sounds import Sounds, sounds_of

RATE = 44100
SONG = Song(key="C major", bars=8)
CHORDS = ((60, 64, 67), (69, 72, 76), (65, 69, 72), (67, 71, 74))
"""What the bars of `SONG` are built on."""


class TestCoversTranscriber(TranscriberContract):
    @pytest.fixture
    def transcriber(self) -> Transcriber:
        return CoversTranscriber()


def tune() -> list[tuple[float, int]]:
    """Beat and pitch of the notes that `Song` sings."""
    return [(float(beat), CHORDS[beat // 4 % 4][beat * 2 % 3] + 12) for beat in range(32)]


def written(recording: SourceRecording) -> Score:
    return CoversTranscriber().transcribe(recording, lambda part, said: None)


def right(score: Score, line: str, truth: list[tuple[float, int]]) -> float:
    """F-measure of onsets and pitches."""
    found = {(round(note.beat, 2), note.pitch) for note in score.lines.get(line, ())}
    return 2 * len(found & set(truth)) / max(len(found) + len(truth), 1)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> SourceRecording:
    return SONG.source(tmp_path_factory.mktemp("song")).first


@pytest.fixture(scope="module")
def of_stems(recording: SourceRecording) -> Score:
    return written(recording)


@pytest.fixture(scope="module")
def of_the_mix(recording: SourceRecording) -> Score:
    return written(replace(recording, stems={}))


def test_a_file_of_a_score_plays_beside_the_recording(
    recording: SourceRecording, of_stems: Score
) -> None:
    assert len(of_stems.moments) == 2, "an even tempo is two moments"
    plays, now = [], 0.0
    for message in mido.MidiFile(file=io.BytesIO(as_midi(of_stems))):
        now += message.time
        if message.type == "note_on" and message.velocity and message.channel == 0:
            plays.append(now)
    starts = recording.analysis.downbeats[0]
    truth = [starts + beat * 60 / SONG.tempo_bpm for beat, _ in tune()]
    near = [min(abs(moment - one) for one in truth) for moment in plays]
    assert len(plays) > 0.8 * len(truth)
    assert sorted(near)[len(near) * 9 // 10] < 0.02


def test_the_kernel_finds_it(tmp_path: Path) -> None:
    settings = Settings.from_environment({"CLEARMIX_HOME": str(tmp_path)})
    assert "clearmix-covers" in Kernel(settings).transcribers


def test_stems_give_the_tune_note_by_note(of_stems: Score) -> None:
    assert right(of_stems, "melody", tune()) > 0.9


def test_stems_give_the_bass_note_by_note(of_stems: Score) -> None:
    roots = [(float(beat), CHORDS[beat // 4 % 4][0] - 24) for beat in range(32)]
    assert right(of_stems, "bass", roots) > 0.9


def test_stems_give_the_drummers_pattern(of_stems: Score) -> None:
    struck = {
        drum: [stroke.beat for stroke in of_stems.strokes if stroke.drum == drum]
        for drum in ("kick", "snare", "hat")
    }
    assert struck["kick"] == [float(beat) for beat in range(0, 32, 2)]
    assert struck["snare"] == [float(beat) for beat in range(1, 32, 2)]
    assert set(struck["hat"]) >= {beat + 0.5 for beat in range(32)}


def test_chords_key_meter_and_sections_come_from_the_analysis(of_stems: Score) -> None:
    assert [chord.name for chord in of_stems.chords][:4] == ["C", "Am", "F", "G"]
    assert (of_stems.key, of_stems.beats_per_bar, of_stems.beats) == ("C major", 4, 32)
    assert [(one.name, one.beat, one.beats) for one in of_stems.sections] == [("verse", 0.0, 32.0)]


def test_a_mix_gives_less_and_says_so(of_stems: Score, of_the_mix: Score) -> None:
    assert right(of_the_mix, "melody", tune()) > 0.3
    assert np.mean(of_the_mix.confidence) < 0.8 * np.mean(of_stems.confidence)
    assert "from the mix" in of_the_mix.notes[0]
    assert "from the vocals" in of_stems.notes[0]


def test_estimated_stems_are_told_from_real_ones(recording: SourceRecording) -> None:
    score = written(replace(recording, stems_estimated_by="spleeter 1"))
    assert score.origin == "estimated-stems"
    assert "estimated by spleeter 1" in score.notes[0]


@pytest.mark.parametrize(("gain", "leader"), [(0.1, "harmony"), (1.0, "vocals")])
def test_what_a_separator_leaves_of_no_voice_is_not_the_tune(
    gain: float, leader: str, recording: SourceRecording, tmp_path: Path
) -> None:
    sung, band = (recording.read_stem(part) for part in ("vocals", "harmony"))
    level = float(np.sqrt(np.mean(band.samples**2) / np.mean(sung.samples**2)))
    write_wav(tmp_path / "voice.wav", Audio(np.float32(gain * level) * sung.samples, RATE))
    stems = {**recording.stems, "vocals": tmp_path / "voice.wav"}
    estimated = replace(recording, stems=stems, stems_estimated_by="spleeter")
    assert f"from the {leader}" in written(estimated).notes[0]
    heard = sounds_of(estimated).parts
    total = np.sum([sound.samples for sound in heard.values()], axis=0)
    given = np.sum([estimated.read_stem(part).samples for part in stems], axis=0)
    assert np.allclose(total, given, atol=1e-5), "something got lost"


def test_what_an_instrument_plays_beside_a_voice_is_a_line_of_its_own(
    recording: SourceRecording, tmp_path: Path
) -> None:
    lower = recording.read_stem("vocals").samples
    write_wav(tmp_path / "lead.wav", Audio(lower[:, ::2].repeat(2, axis=1), RATE))
    score = written(replace(recording, stems={**recording.stems, "melody": tmp_path / "lead.wav"}))
    assert set(score.lines) == {"melody", "harmony", "bass"}


def test_an_empty_voice_leaves_the_tune_to_the_band(
    recording: SourceRecording, tmp_path: Path
) -> None:
    write_wav(tmp_path / "empty.wav", Audio.silence(seconds=SONG.seconds, rate=RATE))
    moved = {"vocals": tmp_path / "empty.wav", "melody": recording.stems["vocals"]}
    score = written(replace(recording, stems={**recording.stems, **moved}))
    assert "from the melody" in score.notes[0]
    assert right(score, "melody", tune()) > 0.9


def test_a_voice_alone_leaves_bass_and_drums_to_the_mix(recording: SourceRecording) -> None:
    score = written(replace(recording, stems={"vocals": recording.stems["vocals"]}))
    assert score.lines["bass"]
    assert score.strokes


def test_without_a_beat_notes_stand_at_their_own_time(recording: SourceRecording) -> None:
    free = replace(recording.analysis, tempo_bpm=None, beats=(), downbeats=())
    score = written(replace(recording, analysis=free))
    assert score.tempo_bpm == 120.0
    assert not score.strokes
    assert max(score.confidence) <= 0.5
    assert any("no steady beat" in note for note in score.notes)


def test_silence_is_refused_with_a_remedy(recording: SourceRecording, tmp_path: Path) -> None:
    write_wav(tmp_path / "silence.wav", Audio.silence(seconds=5.0, rate=RATE))
    with pytest.raises(CatalogueError) as refused:
        written(replace(recording, path=tmp_path / "silence.wav"))
    assert "silent" in refused.value.message
    assert "--from FILE.mid" in refused.value.help
    assert refused.value.place == recording.id


def test_noise_is_no_song(recording: SourceRecording, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, (2, 6 * RATE)).astype(np.float32)
    write_wav(tmp_path / "noise.wav", Audio(noise, RATE))
    free = replace(recording.analysis, tempo_bpm=None, beats=(), downbeats=(), seconds=6.0)
    with pytest.raises(CatalogueError, match="no pitch holds still"):
        written(replace(recording, path=tmp_path / "noise.wav", stems={}, analysis=free))


def test_any_player_may_lead(recording: SourceRecording, of_stems: Score) -> None:
    stems = recording.stems
    band = {"piano": stems["harmony"], "saxophone": stems["vocals"], "bass": stems["bass"]}
    score = written(replace(recording, stems=band))
    assert "melody heard from the saxophone" in score.notes[0]
    assert right(score, "melody", tune()) > 0.9
    assert score.strokes == (), "a band that is known has no drums where none are among its stems"


def test_a_voice_and_the_rest_of_the_band_are_enough(
    recording: SourceRecording, of_stems: Score, tmp_path: Path
) -> None:
    rest = mixed([recording.read_stem(one) for one in ("drums", "bass", "harmony")], RATE)
    write_wav(tmp_path / "rest.wav", rest)
    stems = {"vocals": recording.stems["vocals"], "harmony": tmp_path / "rest.wav"}
    score = written(replace(recording, stems=stems))
    assert right(score, "melody", tune()) > 0.9
    assert score.strokes
    bass = {note.pitch % 12 for note in of_stems.lines["bass"]}
    heard = [note.pitch % 12 in bass for note in score.lines["bass"]]
    assert len(heard) > 8 and sum(heard) > 0.8 * len(heard)


def test_a_lead_at_the_side_of_a_mix_is_heard(recording: SourceRecording, tmp_path: Path) -> None:
    parts = {part: recording.read_stem(part).as_stereo().samples for part in recording.stems}
    parts["vocals"] = parts["vocals"] * np.float32([[1.6], [0.3]])
    write_wav(tmp_path / "aside.wav", Audio(np.sum(list(parts.values()), axis=0), RATE))
    score = written(replace(recording, path=tmp_path / "aside.wav", stems={}))
    assert right(score, "melody", tune()) > 0.6


def test_a_separated_bass_is_heard_with_its_upper_partials(recording: SourceRecording) -> None:
    bass, harmony = (recording.read_stem(part) for part in ("bass", "harmony"))
    parts = {"bass": bass, "harmony": harmony}
    own = Sounds(recording.read(), parts, None, frozenset(parts))
    estimated = replace(own, separator="spleeter")
    nobody = replace(own, parts={"harmony": harmony})
    assert own.lowest() is bass
    assert nobody.lowest() is None
    assert replace(own, parts={}, given=frozenset()).lowest() is own.mix
    heard = estimated.lowest()
    assert heard is not None
    assert np.allclose(heard.samples - bass.samples, 0.3 * harmony.samples, atol=1e-6)


def test_a_long_mix_is_taken_apart_in_stretches_that_join() -> None:
    from clearmix_sound.estimating import estimated

    draw = np.random.default_rng(2)
    mix = Audio(draw.normal(0, 0.1, (2, 70 * 8000)).astype(np.float32), 8000)
    whole = estimated(mix, {"drums": 0.0, "bass": 0.0}).samples
    joined = Sounds(mix, {}, None).lead_of_the_mix().samples
    assert joined.shape == whole.shape
    assert np.abs(joined - whole).max() < 0.02 * np.abs(whole).max()


def test_a_stem_that_is_next_to_nothing_gives_no_line(
    recording: SourceRecording, tmp_path: Path
) -> None:
    write_wav(tmp_path / "snip.wav", Audio(recording.read_stem("vocals").samples[:, :900], RATE))
    only = {"bass": recording.stems["bass"], "vocals": tmp_path / "snip.wav"}
    assert set(written(replace(recording, stems=only)).lines) == {"bass"}
