"""The beats of a recording as a ruler: seconds to beats and back, and where notes may begin."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from clearmix.contracts import Analysis, ScoreMoment
from clearmix_sound.analysis.onsets import FRAME_RATE, Curve, Onsets

SHORT_BEAT_SECONDS, LONG_BEAT_SECONDS = 0.36, 0.8
"""Beats shorter than the first are divided in half as many parts as usual, since no melody moves in
sixteenths at 170 bpm; beats longer than the second in twice as many."""

FREE_BEAT_SECONDS = 0.5
"""The beat of a score whose recording has none: its notes stand at their own time."""

_SWUNG = (0.58, 0.72)
"""Where in a beat the second of two swung eighths is played; straight ones lie at a half."""
_OFF_BEAT = 0.15
"""How much must begin off the beat, as a share of what begins on it, to tell a swing."""

_PHASES = 48

STRAIGHT_SECONDS = 0.002
"""Furthest that a beat may lie from an even tempo between two moments and need none of its own."""

_BEFORE_SECONDS, _AFTER_SECONDS = 0.2, 0.06
"""Where what begins with a beat is looked for, around the beat."""
_BEGUN = 0.1
"""Share of its peak that the onset strength has reached when a sound has begun."""
_STRUCK_SECONDS, _SWELLING_SECONDS = 0.017, 0.021
"""How long the onset strength rises where anything is struck, and where everything swells: 73 songs
with drums, keys or guitars had 11 to 17 ms, but six with 19 to 27; swelling bands 22 to 37."""
_LONGEST_SECONDS = 0.1
"""The longest beginning that is believed."""


@dataclass(frozen=True, eq=False)
class Grid:
    """The beats of one recording, numbered so that its first downbeat is beat 0.

    `places` are the fractions of a beat at which notes may begin, the first of them 0.
    """

    seconds: Curve
    first: int
    places: tuple[Fraction, ...]
    beats_per_bar: int
    steady: bool

    def at(self, beats: Curve | float) -> Curve:
        """The seconds at which beats fall, also before the first and after the last known one."""
        return _extended(np.asarray(beats, float), self._numbers, self.seconds)

    def beat(self, seconds: Curve | float) -> Curve:
        """The beat, in fractions, of moments in seconds."""
        return _extended(np.asarray(seconds, float), self.seconds, self._numbers)

    def ticks(self, until_seconds: float) -> Curve:
        """Every beat position where a note may begin, from the start of the recording on."""
        first = int(np.floor(self.beat(0.0)))
        last = int(np.ceil(self.beat(until_seconds)))
        places = np.array([float(place) for place in self.places])
        ticks = (np.arange(first, last + 1)[:, None] + places[None]).ravel()
        inside = (self.at(ticks) > -0.1) & (self.at(ticks) <= until_seconds)
        return np.asarray(ticks[inside], dtype=np.float64)

    def moments(self) -> tuple[ScoreMoment, ...]:
        """As few beats with their times as say when all of them fall: two for a constant tempo."""
        kept, last = [0], len(self.seconds) - 1
        while kept[-1] < last:
            kept.append(self._straight_from(kept[-1]))
        return tuple(
            ScoreMoment(float(beat - self.first), round(float(self.seconds[beat]), 4))
            for beat in kept
        )

    def _straight_from(self, start: int) -> int:
        """The furthest beat up to which the tempo is even."""
        stop = start + 1
        while stop < len(self.seconds) - 1:
            line = np.linspace(self.seconds[start], self.seconds[stop + 1], stop + 2 - start)
            if np.abs(line - self.seconds[start : stop + 2]).max() > STRAIGHT_SECONDS:
                break
            stop += 1
        return stop

    @property
    def _numbers(self) -> Curve:
        return np.arange(len(self.seconds), dtype=np.float64) - self.first

    @property
    def beat_division(self) -> int:
        """Into how many parts a beat is heard to divide: two, or three."""
        return 3 if any(place.denominator % 3 == 0 for place in self.places) else 2


def grid_of(analysis: Analysis, found: Onsets) -> Grid:
    """The grid that fits the recording: its beats, divided evenly, in three, or with a swing.

    Beats lie where most begins at once. Where all instruments swell, notes have begun before.
    """
    beats = np.array(analysis.beats)
    if len(beats) < 4:
        count = max(4, int(analysis.seconds / FREE_BEAT_SECONDS))
        free = np.arange(count, dtype=np.float64) * FREE_BEAT_SECONDS
        return Grid(free, 0, _even(4), analysis.beats_per_bar, steady=False)
    downbeat = analysis.downbeats[0] if analysis.downbeats else beats[0]
    first = int(np.argmin(np.abs(beats - downbeat)))
    bare = Grid(beats, first, (Fraction(0),), analysis.beats_per_bar, steady=True)
    length = float(np.median(np.diff(beats)))
    places = _places(analysis.beat_division, length, _phases(bare, found))
    begun = beats - _swell_seconds(bare, found)
    return Grid(begun, first, places, analysis.beats_per_bar, steady=True)


def _swell_seconds(grid: Grid, found: Onsets) -> float:
    """How long before the beats the notes on them begin; 0 where anything struck marks the beat.

    How long the mean beat takes to rise says so; players who are not together make it longer, too,
    so that beats must rise slowly each for itself.
    """
    before, after = (round(way * FRAME_RATE) for way in (_BEFORE_SECONDS, _AFTER_SECONDS))
    beats = np.round(grid.seconds * FRAME_RATE).astype(np.intp)
    beats = beats[(beats >= before + after) & (beats + 2 * after < found.frames)]
    if not beats.size:
        return 0.0
    near = np.arange(-after, after + 1)
    peaks = beats + near[np.argmax(found.strength[beats[:, None] + near], axis=1)]
    together, alone = (
        _rise_seconds(found.strength[at[:, None] + np.arange(-before, after + 1)].mean(axis=0))
        for at in (beats, peaks)
    )
    swelling = (alone - _STRUCK_SECONDS) / (_SWELLING_SECONDS - _STRUCK_SECONDS)
    longer = float(np.clip(together - _STRUCK_SECONDS, 0.0, _LONGEST_SECONDS))
    return float(np.clip(swelling, 0.0, 1.0)) * longer


def _rise_seconds(shape: Curve) -> float:
    """How long a curve takes to its last peak from where it was last low."""
    around = 2 * round(_AFTER_SECONDS * FRAME_RATE) + 1
    peak = len(shape) - around + int(np.argmax(shape[-around:]))
    floor = float(shape[: peak + 1].min())
    level = floor + _BEGUN * (float(shape[peak]) - floor)
    low = np.flatnonzero(shape[:peak] <= level)
    if not low.size or shape[low[-1] + 1] <= shape[low[-1]]:
        return 0.0  # nothing begins here
    last = int(low[-1])
    part = (level - shape[last]) / (shape[last + 1] - shape[last])
    return float(peak - last - part) / FRAME_RATE


def _places(division: int, beat_seconds: float, phases: Curve) -> tuple[Fraction, ...]:
    finer = 2 if beat_seconds > LONG_BEAT_SECONDS else 1
    if division == 3 or (finer == 1 and _SWUNG[0] < _second_eighth(phases) < _SWUNG[1]):
        return _even(3 * finer)
    return _even(2 if beat_seconds < SHORT_BEAT_SECONDS else 4 * finer)


def _second_eighth(phases: Curve) -> float:
    """Where the onsets between the beats gather, looked for around the half and two thirds."""
    first, last = round(0.42 * _PHASES), round(0.76 * _PHASES)
    window = phases[first : last + 1]
    peak = first + int(np.argmax(window))
    near = slice(max(first, peak - 2), min(last, peak + 2) + 1)
    weights = phases[near]
    if phases[peak] < max(_OFF_BEAT * phases.max(), 1.5 * phases[_PHASES // 2], 1e-9):
        return 0.5
    return float((weights * np.arange(near.start, near.stop)).sum() / weights.sum()) / _PHASES


def _phases(grid: Grid, found: Onsets) -> Curve:
    """How much begins at each of 48 places within a beat, over the whole recording."""
    moments = np.arange(found.frames) / FRAME_RATE
    phase = np.mod(grid.beat(moments), 1.0)
    cells = np.mod(np.round(phase * _PHASES).astype(np.intp), _PHASES)
    return np.bincount(cells, found.strength, _PHASES).astype(np.float64)


def _even(parts: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(part, parts) for part in range(parts))


def _extended(at: Curve, places: Curve, values: Curve) -> Curve:
    """Linear interpolation that goes on beyond both ends with the slope that is usual near them."""
    inside = np.interp(at, places, values)
    near = min(8, len(places) - 1)
    early = (values[near] - values[0]) / (places[near] - places[0])
    late = (values[-1] - values[-1 - near]) / (places[-1] - places[-1 - near])
    before = np.minimum(at - places[0], 0.0) * early
    after = np.maximum(at - places[-1], 0.0) * late
    return np.asarray(inside + before + after, dtype=np.float64)
