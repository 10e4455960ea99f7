"""Bass lines, chords, arpeggios and short tunes over the analysed chords."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from clearmix.music import split_key
from clearmix_sound.instruments import Note
from clearmix_studio.drumming import VELOCITIES
from clearmix_studio.grid import steps_of
from clearmix_studio.palette import STEPS_PER_BEAT
from clearmix_studio.plan import Bar, Layer, Level, Plan

LOWEST_BASS = 31
"""MIDI number of the lowest root (G1): lower ones vanish on small loudspeakers."""

LOWEST_CHORD = 53
"""MIDI number of the lowest note of a chord (F3): below it triads grow muddy."""

_POWER_ROOT = 40


@dataclass(frozen=True)
class Chord:
    """A triad: pitch class of its root 0..11, and its mode."""

    root: int
    minor: bool

    @property
    def classes(self) -> tuple[int, int, int]:
        """Pitch classes of root, third and fifth."""
        return self.root, (self.root + (3 if self.minor else 4)) % 12, (self.root + 7) % 12


ChordAt = Callable[[float], Chord | None]
"""The chord at a second of the result."""


def notes_of(layer: Layer, plan: Plan) -> list[Note]:
    """The notes of an added part over the chords of a plan, in the bars where it plays."""
    chord_at = chords_at(plan)
    if not plan.bars:
        return [] if layer.mode == "bass" else _held_chords(plan, layer, chord_at)
    bars = [bar for bar in plan.bars if _plays(layer, bar)]
    return _bass(layer, bars, chord_at) if layer.mode == "bass" else _over(layer, bars, chord_at)


def chords_at(plan: Plan) -> ChordAt:
    """The chord at a second of the result; None where there is none."""
    times = [at for at, _ in plan.chords]
    named = [_chord(name) for _, name in plan.chords]

    def at(second: float) -> Chord | None:
        # A chord that changes within a tenth of a second after the bar line belongs to the bar.
        place = bisect_right(times, second + 0.1) - 1
        return named[place] if place >= 0 else None

    return at


def _chord(name: str) -> Chord | None:
    try:
        root, mode = split_key(name)
    except (KeyError, ValueError, IndexError):
        return None  # `N`, the sign of no chord
    return Chord(root, mode == "minor")


def _plays(layer: Layer, bar: Bar) -> bool:
    if bar.alone or layer.part in bar.without or "all" in bar.without:
        return False
    if layer.mode == "bass":
        return bar.level >= Level.GROOVE
    return layer.always or bar.level is not Level.LIGHT


def _bass(layer: Layer, bars: Sequence[Bar], chord_at: ChordAt) -> list[Note]:
    lifts = layer.tune % 3 == 1
    notes: list[Note] = []
    for bar in bars:
        steps = steps_of(bar.beats, layer.feel)
        for step, at in enumerate(steps):
            sign = layer.pattern[step % len(layer.pattern)]
            chord = chord_at(bar.beats[step // STEPS_PER_BEAT])
            if sign == "." or chord is None:
                continue
            root = LOWEST_BASS + (chord.root - LOWEST_BASS) % 12
            interval = {"3": 3 if chord.minor else 4, "5": 7, "8": 12}.get(sign, 0)
            if lifts and bar.number % 4 == 3 and step >= len(steps) - 2:
                interval = 12
            held = _held(bar, steps, step, layer.steps)
            pitch = root + interval + 12 * layer.octave
            notes.append(Note(at, held, pitch, 0.9 if step == 0 else 0.75))
    return notes


def _over(layer: Layer, bars: Sequence[Bar], chord_at: ChordAt) -> list[Note]:
    """The pattern as chords, arpeggio, power chords or a tune."""
    notes: list[Note] = []
    voicing: tuple[int, ...] = (60, 64, 67)
    tune = np.random.default_rng([layer.tune, 7]).integers(0, 4, 16)
    count = 0
    for bar in bars:
        steps = steps_of(bar.beats, layer.feel)
        quiet = bar.level is Level.BREAK and layer.mode == "chord" and not layer.always
        signs = "x" + "." * (len(steps) - 1) if quiet else layer.pattern
        held_steps = len(steps) if quiet else layer.steps
        for step, at in enumerate(steps):
            sign = signs[step % len(signs)]
            chord = chord_at(bar.beats[step // STEPS_PER_BEAT])
            if sign == "." or chord is None:
                continue
            voicing = voiced(chord, voicing)
            held = _held(bar, steps, step, held_steps)
            force = VELOCITIES.get(sign, 0.7) * 0.8
            if layer.mode == "chord":
                pitches: Sequence[int] = voicing
            elif layer.mode == "power":
                root = _POWER_ROOT + (chord.root - _POWER_ROOT) % 12
                pitches = (root, root + 7, root + 12)
            else:
                ladder = (*voicing, voicing[0] + 12)
                index = count % 4 if layer.mode == "arp" else int(tune[(count + step) % 16])
                pitches = (ladder[index],)
            count += 1
            notes += [Note(at, held, pitch + 12 * layer.octave, force) for pitch in pitches]
    return notes


def _held_chords(plan: Plan, layer: Layer, chord_at: ChordAt) -> list[Note]:
    """Each chord held until the next, for recordings without a beat."""
    times = [at for at, _ in plan.chords if at < plan.seconds]
    notes: list[Note] = []
    voicing: tuple[int, ...] = (60, 64, 67)
    for start, end in zip(times, [*times[1:], plan.seconds], strict=True):
        chord = chord_at(start)
        if chord is None or end - start < 0.2:
            continue
        voicing = voiced(chord, voicing)
        notes += [
            Note(start, (end - start) * 0.98, pitch + 12 * layer.octave, 0.6) for pitch in voicing
        ]
    return notes


def voiced(chord: Chord, before: Sequence[int]) -> tuple[int, ...]:
    """The triad's inversion whose notes move least, from F3 up."""
    candidates: list[tuple[int, ...]] = []
    for lowest in range(LOWEST_CHORD, LOWEST_CHORD + 12):
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


def _held(bar: Bar, steps: Sequence[float], step: int, count: int) -> float:
    end = steps[step + count] if step + count < len(steps) else bar.beats[-1]
    return max(0.05, (end - steps[step]) * 0.95)
