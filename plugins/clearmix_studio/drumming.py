"""The drummer: a style's patterns on the bars of a remix, with fills, variation and feel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clearmix_sound.instruments import Hit
from clearmix_studio.arrangement import Bar, Level
from clearmix_studio.grid import steps_of
from clearmix_studio.palette import STEPS_PER_BEAT, Style

VELOCITIES = {"X": 1.0, "x": 0.8, "o": 0.45}
"""How hard a step of a drum pattern is struck."""

GROOVE_LANES = 3
"""A groove plays the first lanes of a pattern; the others come in when everything plays."""

_TIMEKEEPERS = ("hat", "ride", "shaker", "open-hat", "tambourine")
_BACKBEATS = ("snare", "clap", "rim")


def drum_hits(
    style: Style, bars: Sequence[Bar], *, busy: float, seed: int, claps: bool = False
) -> list[Hit]:
    """The hits of a style in every bar.

    Args:
        style: whose patterns are played.
        bars: of the result.
        busy: energy -1..1: above 0.3 closed hats fill the gaps, below 0 strokes are softer.
        seed: picks variations and the small differences between strokes.
        claps: adds hand claps on the back beats.
    """
    random = np.random.default_rng([seed, 3])
    variant = int(random.integers(3))
    hits: list[Hit] = []
    for bar in bars:
        steps = steps_of(bar.beats, style.feel)
        for drum, pattern in _lanes(style, bar.level):
            for step, at in enumerate(steps):
                velocity = VELOCITIES.get(_sign(pattern, drum, step, len(bar.beats) - 1), 0.0)
                if not velocity and drum == "hat" and bar.level is Level.FULL:
                    velocity = 0.35 if busy > 0.3 and random.random() < busy / 2 else 0.0
                velocity = _varied(velocity, drum, step, len(steps), bar, variant)
                if velocity:
                    late = abs(random.standard_normal()) * style.loose_ms / 1000
                    human = 1 + 0.06 * random.standard_normal()
                    force = velocity * human * (0.6 if bar.level is Level.BREAK else 1.0)
                    force *= 1 + 0.25 * min(busy, 0.0)
                    hits.append(Hit(at + min(late, 0.009), drum, float(np.clip(force, 0.1, 1.0))))
        if claps and bar.level >= Level.LIGHT:
            hits += [Hit(beat, "clap", 0.8) for beat in bar.beats[1:-1:2]]
        if bar.fills and bar.level >= Level.LIGHT:
            hits = [*hits, *_fill(style, steps)]
        if bar.opens and style.drums:
            hits.append(Hit(steps[0], "crash", 0.6 if bar.level is Level.GROOVE else 0.85))
    return hits


def kick_times(hits: Sequence[Hit]) -> list[float]:
    """Seconds of the hits that a compressor would duck to."""
    return [hit.seconds for hit in hits if hit.drum == "kick"]


def _lanes(style: Style, level: Level) -> list[tuple[str, str]]:
    lanes = list(style.drums.items())
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
    """Every fourth bar differs a little, in the way that the seed picked."""
    if bar.number % 4 != 3 or bar.level < Level.GROOVE or steps != 4 * STEPS_PER_BEAT:
        return velocity
    if drum == "kick" and variant == 0 and step == 14:
        return max(velocity, 0.7)
    if drum == "kick" and variant == 1 and step == 12:
        return 0.0
    if drum in ("open-hat", "hat") and variant == 2 and step == 14:
        return max(velocity, 0.7)
    return velocity


def _fill(style: Style, steps: Sequence[float]) -> list[Hit]:
    """Strokes over the last beats of a bar that lead into the next one."""
    if style.fill == "none" or not style.drums:
        return []
    if style.fill == "roll":
        half = steps[len(steps) // 2 :]
        return [Hit(at, "snare", 0.25 + 0.5 * place / len(half)) for place, at in enumerate(half)]
    last = steps[-STEPS_PER_BEAT:]
    if style.fill == "toms":
        drums = ("tom-high", "tom-high", "tom-mid", "tom-low")
        return [Hit(at, drum, 0.75) for at, drum in zip(last, drums, strict=True)]
    backbeat = next((drum for drum in style.drums if drum in _BACKBEATS), "snare")
    return [Hit(at, backbeat, 0.5 + 0.1 * place) for place, at in enumerate(last[1:])]
