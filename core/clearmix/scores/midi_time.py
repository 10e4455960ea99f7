"""Where the beats of a score lie in a MIDI file, so that it plays beside the recording.

A score that was heard from a recording keeps its time: the file starts where the recording does,
with a shorter bar before the first downbeat, and follows the tempo of the band. Loaded beside the
recording, it sounds with it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from clearmix.contracts import Score

AT_ONCE_SECONDS = 0.005
"""A beat that comes no later than this after the recording begins starts the file."""


@dataclass(frozen=True)
class FileTime:
    """The beats of a file from its start on: `pickup` of them come before the first downbeat.

    `tempi` are the beats of the file from which on a tempo, in beats a minute, holds.
    """

    score: Score
    pickup: int
    tempi: tuple[tuple[float, float], ...]

    def place(self, beat: float) -> float:
        """The beat of the file at which a beat of the score lies; none is before the start."""
        at = beat + self.pickup
        if at >= 1 or not _is_heard(self.score):
            return max(at, 0.0)
        # The file's first beat is as long as the recording has it.
        first = self.score.seconds(1 - self.pickup)
        return max(self.score.seconds(beat) / first, 0.0)


def file_time(score: Score) -> FileTime:
    """How the beats of a score are laid out in a file."""
    if not _is_heard(score):
        early = -min((note.beat for line in score.lines.values() for note in line), default=0.0)
        bars = max(0, -int(-early // score.beats_per_bar))
        return FileTime(score, bars * score.beats_per_bar, ((0.0, score.tempo_bpm),))
    pickup = 0
    while score.seconds(-pickup) > AT_ONCE_SECONDS:
        pickup += 1
    first = 1 - pickup
    marks = [first, *(one.beat for one in score.moments if one.beat > first)]
    spans = [(0.0, 1.0, score.seconds(first))]
    for beat, after in itertools.pairwise([*marks, marks[-1] + 1]):
        spans.append((beat + pickup, after - beat, score.seconds(after) - score.seconds(beat)))
    tempi: list[tuple[float, float]] = []
    for at, beats, seconds in spans:
        tempo = 60 * beats / seconds
        if not tempi or abs(tempo / tempi[-1][1] - 1) > 1e-6:
            tempi.append((at, tempo))
    return FileTime(score, pickup, tuple(tempi))


def _is_heard(score: Score) -> bool:
    """Whether its beats have their time from a recording."""
    return len(score.moments) > 1
