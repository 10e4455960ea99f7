"""How late a line sounds against the grid: pipes and bows take their time, singers lay back.

A note begins to sound where its own pitch takes over from the one before, or from silence. The
median over a line says where its notes are to be looked for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clearmix_covers.transcribing.strength import Heard
from clearmix_sound.analysis.onsets import Curve

_REACH_SECONDS = 0.1
"""How far from its moment in the grid a note is looked for."""
_OWN = 0.6
"""How far into itself, or into the note before, as a share of their lengths."""
_FEWEST_NOTES = 8
_EARLIEST_SECONDS, _LATEST_SECONDS = -0.06, 0.08


def lateness(
    heard: Heard, path: Sequence[tuple[int, int, int]], edges: Curve, threshold: float
) -> float:
    """Seconds by which the notes of a path sound after their moments; 0 where few can tell.

    Args:
        heard: what the path leads through.
        path: first tick, tick after the last, and pitch index of each note.
        edges: the seconds of the ticks.
        threshold: the strength from which a pitch is heard in silence.
    """
    rate, strength = heard.range.rate, heard.strength
    found = []
    for place, (start, stop, pitch) in enumerate(path):
        at, joined = edges[start], place > 0 and path[place - 1][1] == start
        before, after = _REACH_SECONDS, min(_REACH_SECONDS, _OWN * (edges[stop] - at))
        other = None
        if joined:
            begun, _, other = path[place - 1]
            before = min(before, _OWN * (at - edges[begun]))
        first = max(0, round((at - before) * rate))
        frames = slice(first, round((at + after) * rate) + 1)
        own = strength[frames, pitch]
        if other == pitch or own.size < 3:
            continue
        past = threshold if other is None else np.maximum(strength[frames, other], threshold / 2)
        least = int(np.argmin(np.cumsum(np.append(0.0, own - past))))
        found.append((first + least - 0.5) / rate - at)
    if len(found) < _FEWEST_NOTES:
        return 0.0
    return float(np.clip(np.median(found), _EARLIEST_SECONDS, _LATEST_SECONDS))
