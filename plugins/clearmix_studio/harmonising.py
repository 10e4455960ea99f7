"""Bass lines, chords, arpeggios and short tunes over the analysed chords."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from clearmix import Analysis
from clearmix.music import split_key
from clearmix_sound.instruments import Note
from clearmix_studio.arrangement import Bar, Level
from clearmix_studio.drumming import VELOCITIES
from clearmix_studio.grid import steps_of
from clearmix_studio.palette import STEPS_PER_BEAT, Feel, Mode, Style

LOWEST_BASS = 31
"""MIDI number of the lowest root (G1): lower ones vanish on small loudspeakers."""

LOWEST_CHORD = 53
"""MIDI number of the lowest note of a chord (F3): below it triads grow muddy."""

_POWER_ROOT = 40

ChordAt = Callable[[float], "Chord | None"]
"""The chord at a second of the result."""


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
    analysis: Analysis,
    *,
    tempo_ratio: float,
    semitones: float,
    song_time: Callable[[float], float] = float,
) -> ChordAt:
    """The chord at a second of the result; the key's own where none was analysed.

    Added parts are tuned to whole semitones: a shift by a fraction is met by the nearest.
    """
    shift = round(semitones)
    times = [at / tempo_ratio for at, _ in analysis.chords]
    named = [_chord(name, shift) for _, name in analysis.chords]
    home = _chord(analysis.key, shift) if analysis.key else None

    def at(second: float) -> Chord | None:
        # A chord that changes within a tenth of a second after the bar line belongs to the bar.
        place = bisect_right(times, song_time(second) + 0.1) - 1
        return (named[place] or home) if place >= 0 else home

    return at


def _chord(name: str, shift: int) -> Chord | None:
    try:
        root, mode = split_key(name)
    except (KeyError, ValueError, IndexError):
        return None  # `N`, the sign of no chord
    return Chord((root + shift) % 12, mode == "minor")


def bass_notes(style: Style, bars: Sequence[Bar], chord_at: ChordAt, *, seed: int) -> list[Note]:
    """The bass line of a style over the chords, in the bars that groove."""
    lifts = int(np.random.default_rng([seed, 5]).integers(3)) == 0
    notes: list[Note] = []
    for bar in bars:
        if bar.level < Level.GROOVE or bar.alone:
            continue
        steps = steps_of(bar.beats, style.feel)
        for step, at in enumerate(steps):
            sign = style.bass[step % len(style.bass)]
            chord = chord_at(bar.beats[step // STEPS_PER_BEAT])
            if sign == "." or chord is None:
                continue
            root = LOWEST_BASS + (chord.root - LOWEST_BASS) % 12
            interval = {"1": 0, "3": 3 if chord.minor else 4, "5": 7, "8": 12}[sign]
            if lifts and bar.number % 4 == 3 and step >= len(steps) - 2:
                interval = 12
            held = _held(bar, steps, step, style.bass_steps)
            notes.append(Note(at, held, root + interval, 0.9 if step == 0 else 0.75))
    return notes


def chord_notes(
    pattern: str,
    bars: Sequence[Bar],
    chord_at: ChordAt,
    *,
    steps_held: int,
    mode: Mode,
    feel: Feel,
    seed: int,
    octave: int = 0,
    always: bool = False,
) -> list[Note]:
    """A pattern played over the chords.

    Args:
        pattern: a sign for each sixteenth, `.` for none.
        bars: of the result.
        chord_at: the chord at a second of the result.
        steps_held: sixteenths that each sign sounds.
        mode: what each sign plays.
        feel: the swing.
        seed: picks the tune of a `line`.
        octave: octaves by which everything is moved.
        always: also plays in the bars that are light.
    """
    notes: list[Note] = []
    voicing: tuple[int, ...] = (60, 64, 67)
    tune = np.random.default_rng([seed, 7]).integers(0, 4, 16)
    count = 0
    for bar in bars:
        if bar.alone or (bar.level is Level.LIGHT and not always):
            continue
        steps = steps_of(bar.beats, feel)
        quiet = bar.level is Level.BREAK and mode == "chord" and not always
        signs = "x" + "." * (len(steps) - 1) if quiet else pattern
        held_steps = len(steps) if quiet else steps_held
        for step, at in enumerate(steps):
            sign = signs[step % len(signs)]
            chord = chord_at(bar.beats[step // STEPS_PER_BEAT])
            if sign == "." or chord is None:
                continue
            voicing = voiced(chord, voicing)
            held = _held(bar, steps, step, held_steps)
            force = VELOCITIES.get(sign, 0.7) * 0.8
            if mode == "chord":
                pitches: Sequence[int] = voicing
            elif mode == "power":
                root = _POWER_ROOT + (chord.root - _POWER_ROOT) % 12
                pitches = (root, root + 7, root + 12)
            else:
                ladder = (*voicing, voicing[0] + 12)
                index = count % 4 if mode == "arp" else int(tune[(count + step) % 16])
                pitches = (ladder[index],)
            count += 1
            notes += [Note(at, held, pitch + 12 * octave, force) for pitch in pitches]
    return notes


def held_chords(
    analysis: Analysis,
    chord_at: ChordAt,
    *,
    tempo_ratio: float,
    seconds: float,
) -> list[Note]:
    """Each analysed chord held until the next, for recordings without a beat."""
    times = [at / tempo_ratio for at, _ in analysis.chords if at / tempo_ratio < seconds]
    notes: list[Note] = []
    voicing: tuple[int, ...] = (60, 64, 67)
    for start, end in zip(times, [*times[1:], seconds], strict=True):
        chord = chord_at(start)
        if chord is None or end - start < 0.2:
            continue
        voicing = voiced(chord, voicing)
        notes += [Note(start, (end - start) * 0.98, pitch, 0.6) for pitch in voicing]
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
