"""When the notes of a line are heard, against the moments of the grid that they are written at.

A note begins to sound where its own pitch takes over from the one before, or from silence; where
the same pitch is struck again, where most begins. Pipes and bows take their time, singers lay back:
the median over a line says where its notes are to be looked for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clearmix_covers.transcribing.strength import Heard, Range
from clearmix_sound.analysis.onsets import ANALYSIS_RATE, FRAME_RATE, Curve, Onsets

Path = Sequence[tuple[int, int, int]]
"""First tick, tick after the last, and pitch index of each note."""

_REACH_SECONDS = 0.1
"""How far from its moment in the grid a note is looked for."""
_OWN = 0.6
"""How far into itself, or into the note before, as a share of their lengths."""
_JOINED_SECONDS = 0.15
"""A shorter rest is none: the note before may sound through it."""
_FEWEST_NOTES = 8
_EARLIEST_SECONDS, _LATEST_SECONDS = -0.06, 0.08
_FURTHEST_SECONDS = 0.09
_BELIEVED, _SHARP_SECONDS = 0.4, 0.093
"""How far towards its sound a note is taken to begin, where one looks so long at once: a player
means the grid and misses it, and hearing errs as much; looking longer, it errs more."""
_OF_THE_PLAYER = 0.5
"""How much of a line's usual lateness is the player's, the rest being the instrument's."""


def delays(
    heard: Heard, found: Sequence[Onsets], path: Path, edges: Curve, threshold: float
) -> Curve:
    """Seconds by which each note of a path sounds after its moment; NaN where nothing tells.

    Args:
        heard: what the path leads through.
        found: the onsets of the same sound.
        path: the notes.
        edges: the seconds of the ticks.
        threshold: the strength from which a pitch is heard in silence.
    """
    return np.array(
        [
            _delay(heard, found, note, before, edges, threshold)
            for note, before in zip(path, [None, *path], strict=False)
        ],
        dtype=np.float64,
    )


def lateness(late: Curve) -> float:
    """Seconds by which a line sounds late, as most of its notes do; 0 where few can tell."""
    told = late[np.isfinite(late)]
    if told.size < _FEWEST_NOTES:
        return 0.0
    return float(np.clip(np.median(told), _EARLIEST_SECONDS, _LATEST_SECONDS))


def begun(late: Curve, moments: Curve, over: Range) -> Curve:
    """When notes begin in the recording: between their moments in the grid and their sound."""
    usual = lateness(late)
    own = np.where(np.isfinite(late), late, usual) - (1 - _OF_THE_PLAYER) * usual
    believed = _BELIEVED * min(1.0, _SHARP_SECONDS * ANALYSIS_RATE / over.window)
    moved = believed * np.clip(own, -_FURTHEST_SECONDS, _FURTHEST_SECONDS)
    return np.asarray(np.maximum(moments + moved, 0.0), dtype=np.float64)


def _delay(
    heard: Heard,
    found: Sequence[Onsets],
    note: tuple[int, int, int],
    before: tuple[int, int, int] | None,
    edges: Curve,
    threshold: float,
) -> float:
    start, stop, pitch = note
    at = edges[start]
    early, late = _REACH_SECONDS, min(_REACH_SECONDS, _OWN * (edges[stop] - at))
    past = None
    if before is not None:
        early = min(early, at - edges[before[1]] + _OWN * (edges[before[1]] - edges[before[0]]))
        past = before[2] if at - edges[before[1]] < _JOINED_SECONDS else None
    if past == pitch:
        first, last = (max(0, round((at + by) * FRAME_RATE)) for by in (-early, late))
        new = np.maximum.reduce([one.strength[first : last + 1] for one in found])
        return float((first + np.argmax(new)) / FRAME_RATE - at) if new.size else np.nan
    rate = heard.range.rate
    first, last = (max(0, round((at + by) * rate)) for by in (-early, late))
    own = heard.strength[first : last + 1, pitch]
    if own.size < 3:
        return np.nan
    least = threshold if past is None else 0.7 * threshold
    other = least if past is None else np.maximum(heard.strength[first : last + 1, past], least)
    gone = int(np.argmin(np.cumsum(np.append(0.0, own - other))))
    return float((first + gone - 0.5) / rate - at)
