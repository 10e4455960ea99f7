"""The octave in which a bass is written, where it sounds below what basses are written in.

A synthesiser's bass often has an oscillator an octave below the key that is played: what sounds is
a whole harmonic series of the lower octave, so that no spectrum tells the two apart. Its range
does: such a line stays for bars below the lowest string of a bass, where played basses only visit.
A tone without even harmonics, a sine or a square, has nothing in it that sounds an octave above:
that one is written where it sounds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from clearmix.audio import Audio
from clearmix.contracts import ScoreNote
from clearmix_covers.transcribing.grid import Grid
from clearmix_covers.transcribing.lines import BASS, Line, line_of
from clearmix_covers.transcribing.strength import Heard, pitch_strength
from clearmix_sound.analysis.onsets import analysis_mono, onsets

LOWEST_STRING = 28
"""E1, the lowest string of bass guitar and double bass as most are tuned."""

_VISITS = 0.2
"""Share of a line that a fifth string, or a string let down, may take below that."""
_CHANGE_BEATS = 4.0
"""What another octave from one note to the next must pay: a bar."""
_HOLLOW = -0.4
"""Strength of the octave above, as a share of the tone's own, below which a tone has no even
harmonics: sines and squares had -0.56 to -0.70, all other basses -0.20 to 0.27."""


def hear_bass(audio: Audio, grid: Grid, key: str | None, tuning: float | None) -> Line:
    """The bass of a sound, in the octave that it is written in.

    `tuning` is what the band tunes to, in semitones from A = 440 Hz: low and under drums a bass
    tells none by itself.
    """
    heard = pitch_strength(audio, BASS.over, tuning)
    line = line_of(heard, (onsets(analysis_mono(audio)),), BASS, grid, key)
    return as_written(line, {at for at, note in enumerate(line) if _is_hollow(heard, note, grid)})


def _is_hollow(heard: Heard, note: ScoreNote, grid: Grid) -> bool:
    own = note.pitch - heard.range.low
    if note.pitch >= LOWEST_STRING or own + 12 >= heard.strength.shape[1]:
        return False
    start, stop = (
        round(float(grid.at(beat)) * heard.range.rate)
        for beat in (note.beat, note.beat + note.beats)
    )
    sound = heard.strength[max(start, 0) : max(stop, start + 1)].mean(axis=0)
    return bool(sound[own + 12] < _HOLLOW * sound[own])


def as_written(line: Sequence[ScoreNote], hollow: Collection[int] = ()) -> Line:
    """A bass line with the stretches that sound too low an octave higher.

    The cheapest way through two octaves (Viterbi): a note below the lowest string costs its
    length, unless its place is among the `hollow` ones; a note that is moved costs a share of it,
    and changing the octave a bar.

    >>> low = [ScoreNote(beat, 1.0, pitch) for beat, pitch in enumerate((26, 24, 31, 26) * 4)]
    >>> [note.pitch for note in as_written(low)[:4]]
    [38, 36, 43, 38]
    """
    sounding = raised = 0.0
    came: list[tuple[bool, bool]] = []
    for place, note in enumerate(line):
        too_low = note.pitch < LOWEST_STRING and place not in hollow
        from_raised = raised + _CHANGE_BEATS < sounding
        from_sounding = sounding + _CHANGE_BEATS < raised
        came.append((from_raised, not from_sounding))
        sounding, raised = (
            min(sounding, raised + _CHANGE_BEATS) + note.beats * too_low,
            min(raised, sounding + _CHANGE_BEATS) + note.beats * _VISITS,
        )
    up = raised < sounding
    written = []
    for note, before in zip(reversed(line), reversed(came), strict=True):
        written.append(replace(note, pitch=note.pitch + 12) if up else note)
        up = before[up]
    return tuple(reversed(written))
