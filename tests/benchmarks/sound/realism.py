"""How well recordings are written down that are less tidy than those of the other benchmark.

    python tests/benchmarks/sound/realism.py [CATALOGUE [SONG ...]]

Songs of the example catalogue (all, or those named; CATALOGUE as in `transcription.py`) and some
made here are heard as they are, and changed in one way at a time: tuned away from 440 Hz, in a
hall, their tune doubled an octave above or sung with a wide vibrato, on time or loosely, under loud
drums, swung. A row has the means over the songs of a set, from stems and from the mix: note
F-measures of the melody (on its beats, and when it was heard) and the bass, key by MIREX weights,
the tempo's median error, and the melody of the worst song.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from known_tunes import TUNES, KnownSong, played, wide_singer
from transcription import Played, Row, catalogue, heard

from clearmix.audio import Audio
from clearmix_covers.room import Hall
from clearmix_covers.transcribing.grid import grid_of
from clearmix_sound.analysis import SoundAnalyzer
from clearmix_sound.analysis.onsets import analysis_mono, onsets
from clearmix_sound.instruments import Note, play_notes

MADE = ("soprano over rock", "singer over bossa", "flute over strummed guitar",
        "guitar over one drop")  # fmt: skip
SWING = 1 / 6
"""Of a beat, by which off-beats are late: triplets."""

HALL_SECONDS, HALL_WET = 1.6, 0.3
LAID_BACK_SECONDS, STRAY_SECONDS = 0.02, 0.025
"""How late a singer is who keeps to no grid, and how much that varies (standard deviation)."""
DOUBLED_DB, DRUMS_DB = -6.0, 6.0


def tuned(hz: float) -> Callable[[KnownSong], KnownSong]:
    """The song as a record that turns at another speed, so that its A lies at `hz`."""
    ratio = hz / 440

    def turned(sound: Audio) -> Audio:
        return Audio(sound.samples, round(sound.rate * ratio))

    def variant(known: KnownSong) -> KnownSong:
        return replace(
            known,
            stems={part: turned(stem) for part, stem in known.stems.items()},
            mix=turned(known.mix),
            tune=[(start / ratio, end / ratio, pitch) for start, end, pitch in known.tune],
            bass=[(start / ratio, end / ratio, pitch) for start, end, pitch in known.bass],
            hits=[replace(hit, seconds=hit.seconds / ratio) for hit in known.hits],
            chords=[(at / ratio, name) for at, name in known.chords],
            tempo_bpm=known.tempo_bpm * ratio,
            downbeats=[at / ratio for at in known.downbeats],
        )

    return variant


def in_a_hall(known: KnownSong) -> KnownSong:
    """Everybody in one hall, a long one."""

    def wet(sound: Audio) -> Audio:
        return Audio(Hall(HALL_SECONDS, HALL_WET, sound.rate, 3).add(sound.samples), sound.rate)

    return remixed(known, {part: wet(stem) for part, stem in known.stems.items()})


def doubled(known: KnownSong) -> KnownSong:
    """A flute joins the tune an octave above; the lower voice is the melody still."""
    lead = lead_of(known)
    stem = known.stems[lead]
    notes = [Note(start, end - start, pitch + 12, 0.8) for start, end, pitch in known.tune]
    flute = play_notes("flute", notes, seconds=stem.seconds, rate=stem.rate, seed=1)
    gain = level(stem.samples) / level(flute) * 10 ** (DOUBLED_DB / 20)
    both = fitted(stem.samples, np.float32(gain) * flute)
    return remixed(known, {**known.stems, lead: Audio(both, stem.rate)})


def wide(known: KnownSong) -> KnownSong:
    """The tune sung with a vibrato of 80 cents either way, and long scoops."""
    return sung_by_a_wide_singer(known, known.tune)


def loose(known: KnownSong) -> KnownSong:
    """The same by a singer who lies behind the beat and keeps to no grid; truth is what he sang."""
    stray = np.random.default_rng(7).normal(LAID_BACK_SECONDS, STRAY_SECONDS, len(known.tune))
    sung = [
        (max(0.0, start + by), end + by, pitch)
        for (start, end, pitch), by in zip(known.tune, stray.tolist(), strict=True)
    ]
    return replace(sung_by_a_wide_singer(known, sung), tune=sung)


def sung_by_a_wide_singer(known: KnownSong, tune: Played) -> KnownSong:
    """The song with its tune sung so."""
    lead = lead_of(known)
    stem = known.stems[lead]
    notes = [Note(start, end - start, pitch, 0.8) for start, end, pitch in tune]
    sung = wide_singer(notes, stem.seconds, np.random.default_rng(1))
    sung *= np.float32(level(stem.samples) / level(sung))
    samples = fitted(np.zeros_like(stem.samples), sung)
    return remixed(known, {**known.stems, lead: Audio(samples, stem.rate)})


def under_drums(known: KnownSong) -> KnownSong:
    """The drums twice as loud as the mixer had them."""
    if "drums" not in known.stems:
        return known
    drums = known.stems["drums"]
    loud = Audio(drums.samples * np.float32(10 ** (DRUMS_DB / 20)), drums.rate)
    return remixed(known, {**known.stems, "drums": loud})


def lead_of(known: KnownSong) -> str:
    """The stem that has the tune."""
    return "vocals" if "vocals" in known.stems else "melody"


def level(samples: np.ndarray) -> float:
    """The level of a sound (RMS)."""
    return float(np.sqrt(np.mean(np.square(samples), dtype=np.float64)))


def fitted(samples: np.ndarray, more: np.ndarray) -> np.ndarray:
    """The first sound with what fits of another one on top."""
    out = samples.copy()
    frames = min(out.shape[1], more.shape[1])
    out[:, :frames] += more[:, :frames]
    return out


def remixed(known: KnownSong, stems: Mapping[str, Audio]) -> KnownSong:
    """The song as the sum of these stems, below full scale."""
    total = np.sum([stem.samples for stem in stems.values()], axis=0)
    gain = np.float32(0.9 / np.abs(total).max())
    scaled = {part: Audio(stem.samples * gain, stem.rate) for part, stem in stems.items()}
    return replace(known, stems=scaled, mix=Audio(total * gain, known.mix.rate))


VARIANTS: Mapping[str, Callable[[KnownSong], KnownSong]] = {
    "as it is": lambda known: known,
    "A = 432 Hz": tuned(432),
    "A = 450 Hz": tuned(450),
    "in a hall": in_a_hall,
    "octave doubled": doubled,
    "wide vibrato": wide,
    "the same, loosely": loose,
    "loud drums": under_drums,
}


def made(swing: float | None = None) -> Iterator[KnownSong]:
    """Some of the songs made here, straight as their grooves are, or swung."""
    for number, tune in enumerate(TUNES):
        if tune.name in MADE:
            yield played(tune, seed=number + 1, swing=swing)


def measured(songs: Iterable[KnownSong]) -> Mapping[str, list[Row]]:
    """The rows of every song from its stems and from its mix."""
    rows: dict[str, list[Row]] = {"stems": [], "mix": []}
    for known in songs:
        analysis = SoundAnalyzer().analyze(known.mix, lambda part, said: None)
        grid = grid_of(analysis, onsets(analysis_mono(known.mix)))
        for kind, stems in (("stems", known.stems), ("mix", {})):
            rows[kind].append(heard(known, analysis, grid, stems, None)[0])
    return rows


def printed(name: str, rows: Mapping[str, list[Row]]) -> None:
    """One line for a variant."""
    cells = []
    for of_kind in rows.values():
        melody, told, bass, key = (
            np.mean([getattr(row, what) for row in of_kind])
            for what in ("melody", "heard", "bass", "key")
        )
        error = np.median([row.tempo_error_percent for row in of_kind])
        worst = min(row.melody for row in of_kind)
        cells.append(f"{melody:6.2f} {told:6.2f} {worst:6.2f} {bass:6.2f} {key:5.2f} {error:6.2f}")
    print(f"{name:18s} {'  |'.join(cells)}", flush=True)


def main() -> None:
    """Prints a table for each set of songs."""
    warnings.simplefilter("ignore")
    heads = "melody  heard  worst   bass   key tempo%"
    sets: dict[str, Callable[[], Iterator[KnownSong]]] = {"songs made here": made}
    if len(sys.argv) > 1:
        names = sys.argv[2:]
        sets["example catalogue"] = lambda: (
            known for known in catalogue(Path(sys.argv[1])) if not names or known.name in names
        )
    for title, songs in sets.items():
        print(f"\n{title:18s} {heads}  | {heads}   (stems | mix)")
        for name, variant in VARIANTS.items():
            printed(name, measured(variant(known) for known in songs()))
    printed("made here, swung", measured(made(SWING)))


if __name__ == "__main__":
    main()
