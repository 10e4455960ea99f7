"""The drummer: a style's patterns on the bars of a remix, with fills, variation and feel."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from clearmix_sound.instruments import Hit
from clearmix_studio.grid import steps_of
from clearmix_studio.palette import STEPS_PER_BEAT
from clearmix_studio.plan import Bar, Drums, Level

VELOCITIES = {"X": 1.0, "x": 0.8, "o": 0.45}
"""How hard a step of a drum pattern is struck."""

GROOVE_LANES = 3
"""A groove plays the first lanes of a pattern; the others come in when everything plays."""

_TIMEKEEPERS = ("hat", "ride", "shaker", "open-hat", "tambourine")
_BACKBEATS = ("snare", "clap", "rim")


def drum_hits(drums: Drums, bars: Sequence[Bar], *, busy: float, seed: int) -> list[Hit]:
    """The hits in every bar.

    Args:
        drums: whose patterns are played.
        bars: of the result.
        busy: energy -1..1: above 0.3 closed hats fill the gaps, below 0 strokes are softer.
        seed: picks the small differences between strokes.
    """
    random = np.random.default_rng([seed, 3])
    hits: list[Hit] = []
    for bar in bars:
        if "drums" in bar.without or "all" in bar.without:
            continue
        steps = steps_of(_pulsed(bar), drums.feel)
        for drum, pattern in () if bar.build else _lanes(drums, bar.level):
            for step, at in enumerate(steps):
                velocity = VELOCITIES.get(_sign(pattern, drum, step, len(bar.beats) - 1), 0.0)
                if not velocity and drum == "hat" and bar.level is Level.FULL:
                    velocity = 0.35 if busy > 0.3 and random.random() < busy / 2 else 0.0
                velocity = _varied(velocity, drum, step, len(steps), bar, drums.variation)
                if velocity:
                    late = abs(random.standard_normal()) * drums.loose_ms / 1000
                    human = 1 + 0.06 * random.standard_normal()
                    force = velocity * human * (0.6 if bar.level is Level.BREAK else 1.0)
                    force *= 1 + 0.25 * min(busy, 0.0)
                    hits.append(Hit(at + min(late, 0.009), drum, float(np.clip(force, 0.1, 1.0))))
        if bar.build:
            hits += _building(bar)
        if drums.claps and bar.level >= Level.LIGHT:
            hits += [Hit(beat, "clap", 0.8) for beat in bar.beats[1:-1:2]]
        if bar.fills and bar.level >= Level.LIGHT and not bar.build:
            hits += _fill(drums, steps_of(bar.beats, drums.feel))
        if bar.opens and drums.lanes:
            hits.append(Hit(bar.beats[0], "crash", 0.6 if bar.level is Level.GROOVE else 0.85))
    return hits


def _pulsed(bar: Bar) -> Sequence[float]:
    """The beats that the drums count: twice as many in double time, half as many in half time."""
    beats = bar.beats
    if bar.pulse == 2.0:
        between = [(one + other) / 2 for one, other in pairwise(beats)]
        return [beat for pair in zip(beats, between, strict=False) for beat in pair] + [beats[-1]]
    if bar.pulse == 0.5 and len(beats) % 2:
        return beats[::2]
    return beats


def _building(bar: Bar) -> list[Hit]:
    """A roll that gets denser and louder from bar to bar: quarters, eighths, sixteenths."""
    per_beat = 1 if bar.build <= 0.5 else 2 if bar.build <= 0.75 else 4
    places = np.arange((len(bar.beats) - 1) * per_beat) / per_beat
    times = np.interp(places, np.arange(len(bar.beats)), bar.beats)
    force = 0.3 + 0.45 * bar.build
    return [
        Hit(float(at), "snare", force + 0.15 * place / places.size)
        for place, at in enumerate(times)
    ]


def kick_times(hits: Sequence[Hit]) -> list[float]:
    """Seconds of the hits that a compressor would duck to."""
    return [hit.seconds for hit in hits if hit.drum == "kick"]


def _lanes(drums: Drums, level: Level) -> list[tuple[str, str]]:
    lanes = list(drums.lanes.items())
    if level is Level.FULL:
        return lanes
    if level is Level.GROOVE:
        return lanes[:GROOVE_LANES]
    keeper = next((lane for lane in lanes if lane[0] in _TIMEKEEPERS), None)
    kept = [keeper] if keeper else []
    if level is Level.LIGHT:
        kept += [lane for lane in lanes if lane[0] == "kick"]
    return kept


def _sign(pattern: str, drum: str, step: int, beats: int) -> str:
    """The sign of a step; in bars of three the back beats are the second and the third."""
    if beats == 3 and drum in _BACKBEATS:
        return pattern[4] if step in (4, 8) else "."
    if beats == 3 and drum == "kick" and pattern[4] == ".":
        return pattern[step] if step < 4 else "."
    return pattern[step % len(pattern)]


def _varied(velocity: float, drum: str, step: int, steps: int, bar: Bar, variant: int) -> float:
    """Every fourth bar differs a little, in the way that the plan says."""
    if bar.number % 4 != 3 or bar.level < Level.GROOVE or steps != 4 * STEPS_PER_BEAT:
        return velocity
    if drum == "kick" and variant == 1 and step == 14:
        return max(velocity, 0.7)
    if drum == "kick" and variant == 2 and step == 12:
        return 0.0
    if drum in ("open-hat", "hat") and variant == 3 and step == 14:
        return max(velocity, 0.7)
    return velocity


def _fill(drums: Drums, steps: Sequence[float]) -> list[Hit]:
    """Strokes over the last beats of a bar that lead into the next one."""
    if drums.fill == "none" or not drums.lanes:
        return []
    if drums.fill == "roll":
        half = steps[len(steps) // 2 :]
        return [Hit(at, "snare", 0.25 + 0.5 * place / len(half)) for place, at in enumerate(half)]
    last = steps[-STEPS_PER_BEAT:]
    if drums.fill == "toms":
        toms = ("tom-high", "tom-high", "tom-mid", "tom-low")
        return [Hit(at, drum, 0.75) for at, drum in zip(last, toms, strict=True)]
    backbeat = next((drum for drum in drums.lanes if drum in _BACKBEATS), "snare")
    return [Hit(at, backbeat, 0.5 + 0.1 * place) for place, at in enumerate(last[1:])]
