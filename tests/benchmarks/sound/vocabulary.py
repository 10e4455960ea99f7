"""Every style of the vocabulary, told by ear alone: what plays where, how bright, how wide.

    python tests/benchmarks/sound/vocabulary.py

Renders each style over two songs of held chords that differ in key, register and colour, and
measures where its low, middle and high strokes fall within two bars, its colour and its width. A
style is told when the render of one song is most like the render of the same style over the other.
Prints the figures of each, and what it was taken for.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

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
from clearmix_sound.measuring import centroid_hz, width
from clearmix_studio.generator import Studio
from clearmix_studio.palette import styles

RATE = 44100
BEAT = 0.5
BARS, LEAD_BARS = 12, 4
BANDS_HZ = ((35, 150), (250, 2500), (5000, 16000))
"""Where kick and bass, snare and chords, and cymbals are heard."""

PLACES = 64
"""Thirty-seconds of two bars: fine enough for swing."""

FIRST_TWELVE = (
    "house", "deep-house", "techno", "trance", "drum-and-bass", "dubstep", "trap", "lo-fi",
    "synthwave", "disco", "reggae", "bossa-nova", "jazz", "rock", "metal", "orchestral",
)  # fmt: skip
"""The styles that a listener would name blind."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Heard:
    """One render: when strokes fall in each band, and the sound as a whole."""

    strokes: Numbers
    colour: Numbers
    centroid_hz: float
    width: float
    strokes_per_bar: float

    def unlike(self, other: Heard) -> float:
        """How far two renders are apart: 0 is the same."""
        when = 1 - np.sum(self.strokes * other.strokes, axis=1)
        return float(when.sum() + np.abs(self.colour - other.colour).mean())


def held_chords(folder: Path, *, root_hz: float, minor: bool, bright: float) -> SourceRecording:
    """A song of held chords without any stroke, at 120 bpm: intro, then a chorus."""
    seconds = BARS * 4 * BEAT
    time = np.arange(round(seconds * RATE)) / RATE
    third = 3 if minor else 4
    out = np.zeros(time.size)
    names, classes = [], ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
    root = round(12 * np.log2(root_hz / 261.6256)) % 12
    for bar in range(BARS):
        step = (0, 0, 5, 7)[bar % 4]
        span = slice(round(bar * 4 * BEAT * RATE), round((bar + 1) * 4 * BEAT * RATE))
        for interval in (0, third, 7):
            hz = root_hz * 2 ** ((step + interval) / 12)
            out[span] += sum(
                bright**order * np.sin(2 * np.pi * order * hz * time[span]) for order in (1, 2, 3)
            )
        names.append(
            (bar * 4 * BEAT, f"{classes[(root + step) % 12]} {'minor' if minor else 'major'}")
        )
    edges = np.minimum(1, np.minimum(time % (4 * BEAT), 4 * BEAT - time % (4 * BEAT)) / 0.2)
    sound = (0.05 * out * edges).astype(np.float32)
    path = folder / f"{round(root_hz)}.wav"
    write_wav(path, Audio(np.stack([sound, np.roll(sound, 90)]), RATE))
    beats = tuple(float(beat) for beat in np.arange(0, seconds - 0.01, BEAT))
    chorus = LEAD_BARS * 4 * BEAT
    analysis = Analysis(
        "truth", seconds, 60 / BEAT, 1.0, beats, beats[::4], names[0][1], 1.0, -14.0,
        (Section("intro", 0.0, chorus), Section("chorus", chorus, seconds)), tuple(names),
    )  # fmt: skip
    return SourceRecording(path.stem, path.stem, (), path, {}, analysis)


def two_songs(folder: Path) -> tuple[SourceRecording, SourceRecording]:
    """Two songs whose remixes have nothing in common but what is added."""
    return (
        held_chords(folder, root_hz=220.0, minor=True, bright=0.4),
        held_chords(folder, root_hz=329.63, minor=False, bright=0.7),
    )


def heard(song: SourceRecording, **fields: object) -> Heard:
    """What a remix of the song sounds like, in its chorus."""
    spec = RemixSpec.from_json({"sources": [song.id], "strength": 0.6, **fields})
    made = joined(Studio().render(spec, Source((song,)), lambda done, said: None))
    start = round(LEAD_BARS * 4 * BEAT * RATE)
    chorus = Audio(made.samples[:, start - 2048 :], RATE)
    levels, hop = _band_levels(chorus.mono())
    rises = np.maximum(np.diff(levels, axis=1, prepend=levels[:, :1]), 0)
    strokes = np.stack([_folded(row, hop) for row in rises])
    colour = 10 * np.log10(np.mean(10 ** (levels / 10), axis=1) + 1e-12) / 10
    return Heard(
        strokes=strokes / np.maximum(np.linalg.norm(strokes, axis=1, keepdims=True), 1e-9),
        colour=colour - colour.mean(),
        centroid_hz=centroid_hz(chorus),
        width=width(chorus),
        strokes_per_bar=float((strokes > 0.3 * strokes.max(axis=1, keepdims=True)).sum()) / 2,
    )


def _band_levels(mono: npt.NDArray[np.float32]) -> tuple[Numbers, float]:
    """Levels in dB of each band every 5.8 ms, and the hop in seconds."""
    size, hop = 1024, 256
    frames = np.lib.stride_tricks.sliding_window_view(mono, size)[::hop]
    power = np.abs(np.fft.rfft(frames * np.hanning(size), axis=1)) ** 2
    hz = np.fft.rfftfreq(size, 1 / RATE)
    rows = [power[:, (hz >= low) & (hz < high)].sum(axis=1) for low, high in BANDS_HZ]
    levels = 10 * np.log10(np.stack(rows) + 1e-3)
    return np.maximum(levels, levels.max(axis=1, keepdims=True) - 40), hop / RATE


def _folded(rises: Numbers, hop: float) -> Numbers:
    """The mean rise at each thirty-second of two bars."""
    times = np.arange(rises.size) * hop + 512 / RATE - 2048 / RATE
    places = np.round(times / (8 * BEAT) * PLACES).astype(int) % PLACES
    return np.bincount(places, rises, PLACES) / np.maximum(np.bincount(places, minlength=PLACES), 1)


def taken_for(one: Mapping[str, Heard], other: Mapping[str, Heard]) -> dict[str, str]:
    """For each style of the first song, the style of the second that it is most like."""
    return {id: min(other, key=lambda key: row.unlike(other[key])) for id, row in one.items()}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, second = two_songs(Path(folder))
        one = {id: heard(first, styles=[id]) for id in styles()}
        other = {id: heard(second, styles=[id]) for id in styles()}
    found = taken_for(one, other)
    names = "".join(f"{name:>7}" for name in ("Hz", "width", "dense", "low", "mid", "high"))
    print(f"{'style':<15}{names}  taken for")
    for id, row in one.items():
        colour = "".join(f"{10 * value:>7.1f}" for value in row.colour)
        star = "" if found[id] == id else " *"
        print(
            f"{id:<15}{row.centroid_hz:>7.0f}{row.width:>7.2f}{row.strokes_per_bar:>7.1f}{colour}"
            f"  {found[id]}{star}"
        )
    told = sum(id == name for id, name in found.items())
    print(f"{told} of {len(found)} styles told from the sound of another song")


if __name__ == "__main__":
    main()
