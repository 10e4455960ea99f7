"""How far each bar of a transcribed score is to be trusted."""

from __future__ import annotations

from collections.abc import Mapping

from clearmix.contracts import ScoreNote

_WEIGHTS = {"melody": 2.0, "bass": 1.0}
_EMPTY = 0.5
"""Share of the trust for a bar in which nobody plays a line: it rests, or its notes were missed."""


def bar_confidences(
    lines: Mapping[str, tuple[ScoreNote, ...]], beats: float, beats_per_bar: int, trust: float
) -> tuple[float, ...]:
    """For each bar the mean confidence of its notes, by length, a melody's counting twice.

    Args:
        lines: the notes of each line; others than melody and bass do not count.
        beats: how long the score is.
        beats_per_bar: how long a bar is.
        trust: the confidence, 0..1, of a note that is clear.
    """
    bars = max(1, round(beats / beats_per_bar))
    total, weight = [0.0] * bars, [0.0] * bars
    for name, of_line in _WEIGHTS.items():
        for note in lines.get(name, ()):
            bar = int(note.beat // beats_per_bar)
            if 0 <= bar < bars:
                total[bar] += of_line * note.beats * note.confidence
                weight[bar] += of_line * note.beats
    return tuple(
        round(one / by if by else _EMPTY * trust, 3) for one, by in zip(total, weight, strict=True)
    )
