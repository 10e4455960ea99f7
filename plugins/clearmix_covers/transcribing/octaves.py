"""The octave in which a bass is written, where it sounds below what basses are written in.

A synthesiser's bass often has an oscillator an octave below the key that is played: what sounds is
a whole harmonic series of the lower octave, so that no spectrum tells the two apart. Its range
does: such a line stays for bars below the lowest string of a bass, where played basses only visit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clearmix.contracts import ScoreNote

LOWEST_STRING = 28
"""E1, the lowest string of bass guitar and double bass as most are tuned."""

_VISITS = 0.2
"""Share of a line that a fifth string, or a string let down, may take below that."""
_CHANGE_BEATS = 4.0
"""What another octave from one note to the next must pay: a bar."""


def as_written(line: Sequence[ScoreNote]) -> tuple[ScoreNote, ...]:
    """A bass line with the stretches that sound too low an octave higher.

    The cheapest way through two octaves (Viterbi): a note below the lowest string costs its
    length, a note that is moved a share of it, changing the octave a bar.

    >>> low = [ScoreNote(beat, 1.0, pitch) for beat, pitch in enumerate((26, 24, 31, 26) * 4)]
    >>> [note.pitch for note in as_written(low)[:4]]
    [38, 36, 43, 38]
    """
    sounding = raised = 0.0
    came: list[tuple[bool, bool]] = []
    for note in line:
        from_raised = raised + _CHANGE_BEATS < sounding
        from_sounding = sounding + _CHANGE_BEATS < raised
        came.append((from_raised, not from_sounding))
        sounding, raised = (
            min(sounding, raised + _CHANGE_BEATS) + note.beats * (note.pitch < LOWEST_STRING),
            min(raised, sounding + _CHANGE_BEATS) + note.beats * _VISITS,
        )
    up = raised < sounding
    written = []
    for note, before in zip(reversed(line), reversed(came), strict=True):
        written.append(replace(note, pitch=note.pitch + 12) if up else note)
        up = before[up]
    return tuple(reversed(written))
