"""A tune that was heard in a recording, without what nobody would sing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from clearmix import ScoreNote
from clearmix.music import split_key
from clearmix_covers.chords import Chord, chord_at
from clearmix_covers.transcribing.naming import SCALES

OCTAVE = 12

AWAY = 10
"""Semitones from the middle of a tune at which what follows a great leap is in another octave."""

SHORT_BEATS, ALONE_BEATS = 0.5, 1.0
"""A note shorter than the first, with rests longer than the second on both sides, is no tune."""


def sung(
    notes: Sequence[ScoreNote], chords: Sequence[tuple[float, Chord]], key: str
) -> tuple[ScoreNote, ...]:
    """The notes of a heard line that make a tune, in one register and with their chords."""
    return _agreeing(_steady(_in_reach(_together(notes))), chords, key)


def _together(notes: Sequence[ScoreNote]) -> list[ScoreNote]:
    """The line without short notes that stand alone: strokes of something else."""
    out = []
    for place, note in enumerate(notes):
        before = note.beat - _end(notes[place - 1]) if place else ALONE_BEATS
        after = notes[place + 1].beat - _end(note) if place + 1 < len(notes) else ALONE_BEATS
        if note.beats >= SHORT_BEATS or min(before, after) < ALONE_BEATS:
            out.append(note)
    return out or list(notes)


def _end(note: ScoreNote) -> float:
    return note.beat + note.beats


def _in_reach(notes: Sequence[ScoreNote]) -> list[ScoreNote]:
    """Single notes an octave off on both sides brought to the others.

    Of such notes in scores of mixes whose tunes are known six of 65 were right: nobody sings them.
    """
    out = list(notes)
    for place in range(1, len(out) - 1):
        before, note, after = out[place - 1 : place + 2]
        ways = (note.pitch - before.pitch, note.pitch - after.pitch)
        if min(map(abs, ways)) >= OCTAVE and ways[0] * ways[1] > 0:
            out[place] = _nearest(note, (before.pitch + after.pitch) / 2)
    return out


def _steady(notes: Sequence[ScoreNote]) -> list[ScoreNote]:
    """What lies between leaps of more than an octave brought to the register of the whole.

    Nobody leaps so far: there the ear went over to another player.
    """
    runs: list[list[ScoreNote]] = []
    for note in notes:
        if runs and abs(note.pitch - runs[-1][-1].pitch) <= OCTAVE:
            runs[-1].append(note)
        else:
            runs.append([note])
    middle = _middle(notes) if notes else 0.0
    out: list[ScoreNote] = []
    for run in runs:
        away = _middle(run) - middle
        by = OCTAVE * round(away / OCTAVE) if len(runs) > 1 and abs(away) > AWAY else 0
        out += (replace(note, pitch=note.pitch - by) for note in run)
    return out


def _middle(notes: Sequence[ScoreNote]) -> float:
    """The pitch that half of the time lies above."""
    order = sorted(notes, key=lambda note: note.pitch)
    passed = np.cumsum([note.beats for note in order])
    return float(order[int(np.searchsorted(passed, passed[-1] / 2))].pitch)


def _nearest(note: ScoreNote, pitch: float) -> ScoreNote:
    near = round(pitch)
    return replace(note, pitch=near + (note.pitch - near + 6) % OCTAVE - 6)


def _agreeing(
    notes: Sequence[ScoreNote], chords: Sequence[tuple[float, Chord]], key: str
) -> tuple[ScoreNote, ...]:
    """The notes, held ones beside both key and chord moved to the chord's tone that they rub.

    Either the note was heard wrongly or the chord: a listener hears that they disagree.
    """
    tonic, mode = split_key(key)
    scale = {(tonic + step) % OCTAVE for step in SCALES[mode]}
    out = []
    for note in notes:
        chord = chord_at(chords, note.beat)
        if chord is not None and note.beats >= SHORT_BEATS and note.pitch % OCTAVE not in scale:
            tones = set(chord.classes)
            near = [note.pitch + way for way in (-1, 1) if (note.pitch + way) % OCTAVE in tones]
            if note.pitch % OCTAVE not in tones and near:
                note = replace(note, pitch=near[0])
        out.append(note)
    return tuple(out)
