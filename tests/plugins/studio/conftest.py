"""A small song whose tempo, beats, chords and sections are known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clearmix import (
    Analysis,
    Audio,
    RemixSpec,
    Section,
    Source,
    SourceRecording,
    joined,
    write_wav,
)
from clearmix_studio.generator import Studio

RATE = 44100

Rendered = Callable[..., Audio]


def quiet(fraction: float, message: str) -> None:
    """A progress that tells nobody."""


def clicks(tempo_bpm: float, seconds: float) -> np.ndarray:
    out = np.zeros(round(seconds * RATE), np.float32)
    burst = np.random.default_rng(0).standard_normal(1500) * np.exp(-np.arange(1500) / 250)
    for beat in np.arange(0.25, seconds - 0.1, 60 / tempo_bpm):
        at = round(beat * RATE)
        out[at : at + burst.size] += burst[: out.size - at] * 0.3
    return out


def tone(hz: float, seconds: float, level: float = 0.1) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hz * time)).astype("f4")


def written_song(
    folder: Path,
    *,
    id: str = "song",
    tempo_bpm: float = 120.0,
    seconds: float = 64.0,
    key: str = "A minor",
    tonic_hz: float = 220.0,
    parts: tuple[str, ...] = ("drums", "vocals", "harmony"),
) -> SourceRecording:
    """A song of clicks, a sung tone and a held triad: eight bars in each of four sections."""
    third = 2 ** ((3 if key.endswith("minor") else 4) / 12)
    sounds = {
        "drums": clicks(tempo_bpm, seconds),
        "vocals": tone(4 * tonic_hz, seconds),
        "harmony": tone(tonic_hz, seconds)
        + tone(tonic_hz * third, seconds)
        + tone(tonic_hz * 2 ** (7 / 12), seconds),
    }
    folder.mkdir(parents=True, exist_ok=True)
    stems = {part: sounds[part] for part in parts}
    for name, samples in {**stems, "mix": np.sum(list(stems.values()), axis=0)}.items():
        write_wav(folder / f"{name}.wav", Audio(np.stack([samples, samples]), RATE))
    beats = tuple(float(beat) for beat in np.arange(0.25, seconds - 0.1, 60 / tempo_bpm))
    names = ("intro", "verse", "break", "chorus")
    edges = [0.0, *(beats[place] for place in (32, 64, 96) if place < len(beats)), seconds]
    sections = tuple(
        Section(name, start, end)
        for name, start, end in zip(names, edges[:-1], edges[1:], strict=False)
    )
    analysis = Analysis(
        "truth", seconds, tempo_bpm, 1.0, beats, beats[::4], key, 1.0, -14.0, sections,
        tuple((beat, key) for beat in beats[::4]),
    )  # fmt: skip
    paths = {part: folder / f"{part}.wav" for part in stems}
    return SourceRecording(id, id.title(), ("Ada",), folder / "mix.wav", paths, analysis)


@pytest.fixture(scope="session")
def long_song(tmp_path_factory: pytest.TempPathFactory) -> SourceRecording:
    """64 seconds at 120 bpm: intro, verse, break and chorus of eight bars each."""
    return written_song(tmp_path_factory.mktemp("long"))


@pytest.fixture(scope="session")
def render() -> Rendered:
    """Renders a spec, given as fields, from one recording or two."""

    def rendered(*songs: SourceRecording, **fields: object) -> Audio:
        spec = RemixSpec.from_json({"sources": [song.id for song in songs], **fields})
        return joined(Studio().render(spec, Source(songs), quiet))

    return rendered
