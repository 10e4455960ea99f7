"""Roles that play one line: the tune, its answers, the voices below it, the bass."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

from clearmix import ScoreNote
from clearmix_covers import voicing
from clearmix_covers.chords import Chord
from clearmix_covers.form import Part, Piece
from clearmix_covers.lineups import Chair
from clearmix_covers.patterns import Moment
from clearmix_covers.seats import Played, Seat, placed

ANSWER_BEATS = 1.5
"""A rest or the rest of a held note that is long enough to be answered in."""

AGAIN_BEATS = 8.0
"""From one answer to the next, as long as the tune is silent."""

TURN = (0, 1, 2, 1)
"""How far from its first note an answer goes, in tones of the chord."""

CLEAR, ROOM = 3, 7
"""Semitones that an answer keeps from a held note of the tune, and those that it needs to move."""

TREMOLO_SECONDS, STROKES = 0.7, 7
"""Length from which a plucked note is kept going by a tremolo, and its strokes in that time."""

PARTED_BEATS = 0.12
"""Silence before a note of the tune that is the same as the one before."""

HOME = 0.3
"""Where in its range a bass is at home."""

LEAP = 0.3
"""What a semitone of a bass's leap counts against one away from home."""


def lead(seat: Seat) -> list[Played]:
    """The tune in the octave that suits the player; what would die away is kept going."""
    beat_seconds = 60 / seat.piece.material.tempo_bpm
    return [
        one
        for note in parted(seat.tune)
        for one in _struck(
            Played(note.beat, note.beats, note.pitch, _force(note, seat)),
            TREMOLO_SECONDS / beat_seconds if seat.chair.tremolo else math.inf,
        )
    ]


def _struck(note: Played, longest_beats: float) -> list[Played]:
    """A note, or the strokes of its tremolo if it is longer than that: down and up, softer."""
    if note.beats <= longest_beats:
        return [note]
    count = max(2, round(note.beats / longest_beats * STROKES))
    step = note.beats / count
    return [
        replace(note, beat=note.beat + step * stroke, beats=step,
                velocity=note.velocity * (0.82 - 0.12 * (stroke % 2) if stroke else 1.0))
        for stroke in range(count)
    ]  # fmt: skip


def parted(notes: Sequence[ScoreNote]) -> list[ScoreNote]:
    """A tune whose repeated notes end a little early: one would not hear that they begin anew."""
    out = list(notes)
    for place, (note, later) in enumerate(itertools.pairwise(notes)):
        if note.pitch == later.pitch and later.beat - note.beat - note.beats < PARTED_BEATS:
            shorter = max(note.beats / 2, later.beat - note.beat - PARTED_BEATS)
            out[place] = replace(note, beats=min(note.beats, shorter))
    return out


def _force(note: ScoreNote, seat: Seat) -> float:
    return min(1.0, seat.chair.velocity * (0.75 + 0.35 * note.velocity) + 0.1)


def soli(seat: Seat) -> list[Played]:
    """The tune with chord tones moving along below it, as a section of horns plays."""
    out: list[Played] = []
    for note in parted(seat.tune):
        chord = seat.piece.chord_at(note.beat)
        floor = max(seat.chair.low - 7, note.pitch - 14)
        pitches = voicing.block(note.pitch, chord, seat.chair.voices, floor)
        out += [Played(note.beat, note.beats, pitch, _force(note, seat)) for pitch in pitches]
    return out


def counter(seat: Seat) -> list[Played]:
    """Short answers of chord tones, where the tune rests or holds: away from a note and back."""
    chair = seat.chair
    out: list[Played] = []
    for index, (start, stop) in enumerate(gaps(seat)):
        low, high = _beside_the_tune(seat, start, stop)
        ladder = _ladder(seat.piece.chord_at(start), low, high)
        if not ladder:
            continue
        middle = min(ladder, key=lambda pitch: abs(pitch - (low + high) / 2))
        at = ladder.index(middle) + (index % 3) - 1
        step = 1 if index % 2 else -1
        count = max(2, min(4, int((stop - start) / 0.5)))
        beats = 0.5 if stop - start < 3 else 1.0
        for number in range(count):
            beat = start + number * beats
            if beat + 0.25 >= stop:
                break
            here = _ladder(seat.piece.chord_at(beat), low, high) or ladder
            pitch = here[max(0, min(len(here) - 1, at + step * TURN[number]))]
            last = number == count - 1
            held = min(stop - beat, 1.5 if last else beats * 0.92)
            out.append(Played(beat, held, pitch, chair.velocity * (0.8 if number else 0.88)))
    return out


def _beside_the_tune(seat: Seat, start: float, stop: float) -> tuple[int, int]:
    """The range of an answer: below what the tune holds meanwhile, or else above it."""
    chair = seat.chair
    held = [note.pitch for note in seat.tune if note.beat < stop and note.beat + note.beats > start]
    if not held:
        middle = (chair.low + chair.high) // 2
        return max(chair.low, middle - ROOM), min(chair.high, middle + ROOM)
    below, above = min(held) - CLEAR, max(held) + CLEAR
    if below - chair.low >= ROOM:
        return max(chair.low, below - 2 * ROOM), min(chair.high, below)
    return (above, chair.high) if chair.high - above >= ROOM else (0, -1)


def gaps(seat: Seat) -> list[tuple[float, float]]:
    """Where the tune leaves room: on the half beats, away from the end of the part."""
    found: list[tuple[float, float]] = []
    notes = [*seat.tune, ScoreNote(seat.stop, 0.0, 60)]
    at = seat.part.beat
    for note in notes:
        start = -(-at * 2 // 1) / 2
        while note.beat - start >= ANSWER_BEATS and seat.part.name != "ending":
            found.append((start, min(note.beat - 0.25, start + 4.0)))
            start += AGAIN_BEATS
        moving = note.beats if note.beats < ANSWER_BEATS + 0.5 else 1.0
        at = max(at, note.beat + moving)
    return found


def _ladder(chord: Chord, low: int, high: int) -> list[int]:
    return [pitch for pitch in range(low, high + 1) if pitch % 12 in chord.classes]


def inner(seat: Seat) -> list[Played]:
    """One voice between tune and bass, in the rhythm of the chair's pattern."""
    out: list[Played] = []
    for moment in seat.moments():
        for start, stop, voices in seat.inner:
            first = max(start, moment.beat)
            last = min(stop, moment.beat + seat.length(moment))
            if last - first < 0.05:
                continue
            pitch = voices[seat.voice]
            goes_on = out and out[-1].pitch == pitch and first > moment.beat
            if goes_on and abs(out[-1].beat + out[-1].beats - first) < 0.06:
                out[-1] = replace(out[-1], beats=last - out[-1].beat)
            else:
                out.append(Played(first, last - first, pitch, seat.chair.velocity))
    return out


def bass(seat: Seat) -> list[Played]:
    """The foundation: what is written, or a pattern over the roots."""
    written = _written_bass(seat)
    if written:
        return written
    out: list[Played] = []
    plan = seat.moments()
    for moment in plan:
        chord = seat.piece.chord_at(moment.beat)
        fresh = not out or any(
            abs(moment.beat - beat) < 0.26
            for beat, _, _ in seat.piece.changes(seat.part.beat, seat.stop)
        )
        if moment.sign == "w":
            pitch = _walked(seat, moment, chord, out[-1].pitch if out else None, fresh)
        else:
            sign = "1" if fresh and moment.sign != "8" else moment.sign
            pitch = _stepped(seat.chair, chord, sign, out[-1].pitch if out else None)
        # A root that changes under a held note is played anew.
        pieces = seat.piece.changes(moment.beat, moment.beat + moment.beats)
        for number, (start, stop, other) in enumerate(pieces):
            if number:
                pitch = _stepped(seat.chair, other, "1", pitch)
            length = seat.length(Moment(start, stop - start, moment.sign))
            out.append(Played(start, length, pitch, seat.chair.velocity * (1.0 if fresh else 0.9)))
    return out


def _written_bass(seat: Seat) -> list[Played]:
    if not seat.chair.written or seat.part.name == "ending" or seat.strength > 0.8:
        return []
    line = [note for note in seat.piece.bass if seat.part.beat <= note.beat < seat.stop]
    if sum(note.beats for note in line) < 0.5 * seat.part.beats:
        return []
    return [
        Played(note.beat, min(note.beats, seat.stop - note.beat), note.pitch, seat.chair.velocity)
        for note in placed(line, replace(seat.chair, octave=0))
    ]


def _stepped(chair: Chair, chord: Chord, sign: str, last: int | None) -> int:
    """The root where the player is at home, or another step of the chord near it."""
    fifth = next((step for step in chord.steps if step in (6, 7, 8)), 7)
    third = next((step for step in chord.steps if step in (3, 4, 5)), 7)
    if sign == "5":
        return _at_home(chair, chord.root + fifth, last)
    pitch = _at_home(chair, chord.lowest, last) + {"3": third, "8": 12}.get(sign, 0)
    return pitch if pitch <= chair.high else pitch - 12


def _at_home(chair: Chair, wanted: int, last: int | None) -> int:
    """A pitch class in the octave where a bass is clear rather than lowest, without great leaps."""
    home = chair.low + HOME * (chair.high - chair.low)
    options = [pitch for pitch in range(chair.low, chair.high + 1) if (pitch - wanted) % 12 == 0]
    return min(
        options,
        key=lambda pitch: abs(pitch - home) + LEAP * abs(pitch - (home if last is None else last)),
        default=chair.low,
    )


def _walked(seat: Seat, moment: Moment, chord: Chord, last: int | None, fresh: bool) -> int:
    """The next step of a walking line: roots where chords begin, then tones towards the next."""
    chair = seat.chair
    if fresh or last is None:
        return _at_home(chair, chord.lowest, last)
    following = seat.piece.chord_at(moment.beat + moment.beats)
    if following != chord:
        target = chair.low + (following.lowest - chair.low) % 12
        near = [target + 12 * octave + way for octave in (0, 1) for way in (-1, 1, 2)]
        inside = [pitch for pitch in near if chair.low <= pitch <= chair.high and pitch != last]
        return min(inside, key=lambda pitch: abs(pitch - last))
    ladder = [pitch for pitch in _ladder(chord, chair.low, chair.high) if pitch != last]
    rising = round(moment.beat / 4) % 2 == 0
    onward = [pitch for pitch in ladder if (pitch > last) == rising]
    return min(onward or ladder, key=lambda pitch: abs(pitch - last))


def voices_between(
    piece: Piece, part: Part, tune: Sequence[Played], below: Sequence[Played],
    ranges: Sequence[tuple[int, int]],
) -> list[tuple[float, float, tuple[int, ...]]]:  # fmt: skip
    """The inner voices of a part: from, to, and their pitches, highest first.

    They are chosen anew where the chord changes, or where tune or bass would meet or cross them.
    """
    stop = part.beat + part.beats
    edges = {part.beat, stop}
    edges |= {start for start, _, _ in piece.changes(part.beat, stop)}
    moving = [*tune, *below]
    edges |= {note.beat for note in moving if part.beat < note.beat < stop}
    out: list[tuple[float, float, tuple[int, ...]]] = []
    before: tuple[int, ...] = ()
    column: tuple[int, ...] = ()
    for start, end in itertools.pairwise(sorted(edges)):
        top = min((n.pitch for n in tune if _sounds(n, start, end)), default=voicing.FREE)
        bottom = max((n.pitch for n in below if _sounds(n, start, end)), default=0)
        chord = piece.chord_at(start)
        same = out and piece.chord_at(out[-1][0]) == chord
        if same and before and before[0] < top and before[-1] >= bottom:
            out[-1] = (out[-1][0], end, before)
        else:
            high, low = max(top, bottom), min(top, bottom)
            before = voicing.inner(chord, column, ranges, top=high, bottom=low)
            out.append((start, end, before))
        column = (top, *before, bottom)
    return out


def _sounds(note: Played, start: float, stop: float) -> bool:
    return note.beat < stop - 1e-6 and note.beat + note.beats > start + 1e-6
