"""Bad input gets a sensible remix or a clear sentence, never rubbish that passes for success."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clearmix import (
    Audio,
    ClearmixError,
    RemixSpec,
    Source,
    SourceRecording,
    joined,
    write_wav,
)
from clearmix_studio.generator import Studio

from .conftest import RATE, written_song
from .test_plan import quiet

HOUSE = {"styles": ["house"], "tempo": {"bpm": 124}, "seed": 1}


@pytest.fixture(scope="module")
def short_song(tmp_path_factory: pytest.TempPathFactory) -> SourceRecording:
    return written_song(tmp_path_factory.mktemp("short"), seconds=20.0)


def changed(song: SourceRecording, folder: Path, change: Callable[[Audio], Audio]):
    """The same song without stems, its mix changed."""
    path = folder / "mix.wav"
    write_wav(path, change(song.read()))
    return replace(song, path=path, stems={})


def made_of(song: SourceRecording, **fields: object) -> Audio:
    spec = RemixSpec.from_json({"sources": ["song"], **fields})
    return joined(Studio().render(spec, Source((song,)), quiet))


CHANGES: dict[str, Callable[[Audio], Audio]] = {
    "mono": lambda audio: Audio(audio.samples[:1], RATE),
    "8 kHz": lambda audio: audio.resampled(8000),
    "192 kHz": lambda audio: audio.resampled(192000),
    "clipped": lambda audio: Audio(np.clip(audio.samples * 20, -1, 1), RATE),
    "DC-shifted": lambda audio: Audio(audio.samples + np.float32(0.3), RATE),
    "very quiet": lambda audio: Audio(audio.samples * np.float32(1e-3), RATE),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_spoilt_recording_is_remixed_cleanly(
    short_song: SourceRecording, tmp_path: Path, name: str
) -> None:
    song = changed(short_song, tmp_path, CHANGES[name])
    made = made_of(song, **HOUSE)
    assert made.seconds == pytest.approx(20 * 120 / 124, abs=0.01)
    assert np.abs(made.samples).max() < 0.8
    assert np.abs(made.samples.mean(axis=1)).max() < 1e-3
    report = Studio().report(RemixSpec.from_json(HOUSE), Source((song,)), made)
    assert report.measured["tempo_bpm"] == pytest.approx(124, rel=0.005)
    assert report.measured["longest_silence_seconds"] < 0.5


def test_silence_is_refused_in_words(short_song: SourceRecording, tmp_path: Path) -> None:
    silent = changed(short_song, tmp_path, lambda audio: Audio(audio.samples * 0, RATE))
    with pytest.raises(ClearmixError, match="is silent") as caught:
        made_of(silent, **HOUSE)
    assert caught.value.place == "Song"
    assert "keep another part" in caught.value.help


def test_parts_of_a_mono_recording_stay_together_and_it_is_said(
    short_song: SourceRecording, tmp_path: Path
) -> None:
    mono = changed(short_song, tmp_path, CHANGES["mono"])
    spec = RemixSpec.from_json({"kind": "edit", "parts": [{"part": "vocals", "action": "remove"}]})
    plan = Studio().plan(spec, Source((mono,)))
    assert "the recording is mono: voice, melody and chords cannot be told apart in it" in (
        plan.notes
    )
    made = joined(Studio().render(spec, Source((mono,)), quiet))
    spectrum = np.abs(np.fft.rfft(made.mono()))
    assert spectrum[round(880 * made.seconds)] > 0.1 * spectrum.max()


def test_five_seconds_without_a_beat_are_kept_in_their_time(
    short_song: SourceRecording, tmp_path: Path
) -> None:
    piece = changed(short_song, tmp_path, lambda audio: Audio(audio.samples[:, : 5 * RATE], RATE))
    analysis = replace(piece.analysis, seconds=5.0, tempo_bpm=None, beats=(), downbeats=(),
                       sections=(), chords=((0.0, "A minor"),))  # fmt: skip
    free = replace(piece, analysis=analysis)
    made = made_of(free, **HOUSE)
    assert made.seconds == pytest.approx(5, abs=0.01)
    plan = Studio().plan(RemixSpec.from_json(HOUSE), Source((free,)))
    assert any("no steady beat" in note for note in plan.notes)


@pytest.mark.parametrize(("per_bar", "tempo_bpm"), [(7, 150.0), (5, 120.0), (3, 90.0), (4, 300.0)])
def test_odd_bars_and_very_fast_beats_keep_their_downbeats(
    short_song: SourceRecording, per_bar: int, tempo_bpm: float
) -> None:
    beats = tuple(float(beat) for beat in np.arange(0.25, 19.9, 60 / tempo_bpm))
    analysis = replace(
        short_song.analysis, tempo_bpm=tempo_bpm, beats=beats, downbeats=beats[::per_bar],
        chords=tuple((beat, "A minor") for beat in beats[::per_bar]),
    )  # fmt: skip
    odd = replace(short_song, analysis=analysis)
    plan = Studio().plan(RemixSpec.from_json({"styles": ["rock"]}), Source((odd,)))
    starts = [bar.beats[0] for bar in plan.bars]
    assert all(len(bar.beats) == len(plan.bars[0].beats) for bar in plan.bars)
    tight = [min(abs(start - beat) for beat in beats) for start in starts]
    assert max(tight[:-1]) < 0.002
    downbeats = [min(abs(start - beat) for beat in beats[::per_bar]) for start in starts[:-1]]
    assert np.mean(np.array(downbeats) < 0.002) > 0.45  # half time plays two bars as one
