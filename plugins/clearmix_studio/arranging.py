"""What a style plays over the recording: hits and notes on its beats and chords."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from clearmix import Analysis
from clearmix.music import split_key
from clearmix_sound.instruments import Hit, Note
from clearmix_studio.grid import Grid
from clearmix_studio.palette import STEPS_PER_BEAT, Style

VELOCITIES = {"X": 1.0, "x": 0.8, "o": 0.45}
"""How hard a step of a drum pattern is struck."""

_LOWEST_BASS = 31
"""MIDI number of the lowest root (G1): lower ones vanish on small loudspeakers."""


@dataclass(frozen=True)
class Chord:
    """A triad: pitch class of its root 0..11, and its mode."""

    root: int
    minor: bool

    @property
    def classes(self) -> tuple[int, int, int]:
        """Pitch classes of root, third and fifth."""
        return self.root, (self.root + (3 if self.minor else 4)) % 12, (self.root + 7) % 12


def chords_at(
    analysis: Analysis, *, tempo_ratio: float, semitones: float
) -> Callable[[float], Chord | None]:
    """The chord at a second of the result; the key's own where none was analysed."""
    shift = round(semitones)
    times = [at / tempo_ratio for at, _ in analysis.chords]
    named = [_chord(name, shift) for _, name in analysis.chords]
    home = _chord(analysis.key, shift) if analysis.key else None

    def at(second: float) -> Chord | None:
        # A chord that changes within a tenth of a second after the bar line belongs to the bar.
        place = bisect_right(times, second + 0.1) - 1
        return (named[place] or home) if place >= 0 else home

    return at


def _chord(name: str, shift: int) -> Chord | None:
    try:
        root, mode = split_key(name)
    except (KeyError, ValueError, IndexError):
        return None  # `N`, the sign of no chord
    return Chord((root + shift) % 12, mode == "minor")


def drum_hits(style: Style, grid: Grid, *, busy: float, seed: int) -> list[Hit]:
    """The hits of a style on a grid; `busy` -1..1 thins its small drums out or adds ghost notes."""
    random = np.random.default_rng(seed)
    hits: list[Hit] = []
    for number, bar in enumerate(grid.bars):
        steps = grid.steps(bar, style.swing)
        for drum, pattern in style.drums.items():
            small = drum in ("hat", "shaker", "tambourine", "open-hat")
            if small and busy < -0.3:
                continue
            for step, at in enumerate(steps):
                sign = pattern[step % len(pattern)] if step < len(pattern) else "."
                velocity = VELOCITIES.get(sign, 0.0)
                if drum == "hat" and sign == "." and busy > 0.3 and random.random() < busy / 2:
                    velocity = 0.35
                if velocity:
                    human = 1 + 0.06 * random.standard_normal()
                    hits.append(Hit(at, drum, float(np.clip(velocity * human, 0.1, 1.0))))
        if number % 8 == 7 and "snare" in style.drums:
            hits += [Hit(at, "snare", 0.5 + 0.1 * place) for place, at in enumerate(steps[-3:])]
        if number % 8 == 0 and busy > 0:
            hits.append(Hit(steps[0], "crash", 0.5))
    return hits


def bass_notes(style: Style, grid: Grid, chord_at: Callable[[float], Chord | None]) -> list[Note]:
    """The bass line of a style over the chords."""
    notes: list[Note] = []
    for bar in grid.bars:
        steps = grid.steps(bar, style.swing)
        for step, at in enumerate(steps):
            sign = style.bass[step % len(style.bass)] if step < len(style.bass) else "."
            chord = chord_at(bar[step // STEPS_PER_BEAT])
            if sign == "." or chord is None:
                continue
            root = _LOWEST_BASS + (chord.root - _LOWEST_BASS) % 12
            interval = {"1": 0, "3": 3 if chord.minor else 4, "5": 7, "8": 12}[sign]
            held = _held(bar, steps, step, style.bass_steps)
            notes.append(Note(at, held, root + interval, 0.9 if step == 0 else 0.75))
    return notes


def harmony_notes(
    style: Style, grid: Grid, chord_at: Callable[[float], Chord | None]
) -> list[Note]:
    """The chords of a style, each voiced as near as it can be to the one before."""
    notes: list[Note] = []
    voicing: tuple[int, ...] = (60, 64, 67)
    for bar in grid.bars:
        steps = grid.steps(bar, style.swing)
        for step, at in enumerate(steps):
            sign = style.harmony[step % len(style.harmony)] if step < len(style.harmony) else "."
            chord = chord_at(bar[step // STEPS_PER_BEAT])
            if sign == "." or chord is None:
                continue
            voicing = _voiced(chord, voicing)
            held = _held(bar, steps, step, style.harmony_steps)
            notes += [Note(at, held, pitch, VELOCITIES.get(sign, 0.7) * 0.8) for pitch in voicing]
    return notes


def _held(bar: Sequence[float], steps: Sequence[float], step: int, count: int) -> float:
    end = steps[step + count] if step + count < len(steps) else bar[-1]
    return max(0.05, (end - steps[step]) * 0.95)


def _voiced(chord: Chord, before: Sequence[int]) -> tuple[int, ...]:
    """The triad's inversion whose notes move least, between F3 and E5."""
    candidates: list[tuple[int, ...]] = []
    for lowest in range(53, 65):
        if lowest % 12 in chord.classes:
            pitches = [lowest]
            while len(pitches) < 3:
                pitch = pitches[-1] + 1
                while pitch % 12 not in chord.classes:
                    pitch += 1
                pitches.append(pitch)
            candidates.append(tuple(pitches))
    return min(
        candidates,
        key=lambda pitches: sum(abs(a - b) for a, b in zip(pitches, before, strict=True)),
    )
