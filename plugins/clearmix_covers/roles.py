"""What each role plays in a part of the piece: notes in beats, before anybody breathes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from clearmix import ScoreNote
from clearmix_covers import voicing
from clearmix_covers.chords import Chord
from clearmix_covers.form import Part, Piece
from clearmix_covers.lineups import Chair, Role
from clearmix_covers.patterns import Moment, moments, pattern_of

STRUM_BEATS = 0.022
"""How long a pick takes from one string to the next."""

LOW_HAND = 45
"""A player of broken chords who reaches below this begins on the root."""

LEAST_HAND = 9
"""Semitones over a player's lowest note that a chord may always use."""

ANSWER_BEATS = 1.5
"""A rest or the rest of a held note that is long enough to be answered in."""


@dataclass(frozen=True)
class Played:
    """A note of a player: `string` is the guitar's, from 0."""

    beat: float
    beats: float
    pitch: int
    velocity: float
    string: int = -1


@dataclass
class Seat:
    """A chair in a part, with what it needs to know of the others and of what it last played."""

    chair: Chair
    piece: Piece
    part: Part
    pace: float
    tune: Sequence[ScoreNote]
    strength: float
    inner: Sequence[tuple[float, float, tuple[int, ...]]] = ()
    voice: int = 0
    before: tuple[int, ...] = ()

    @property
    def stop(self) -> float:
        """The beat where the part ends."""
        return self.part.beat + self.part.beats

    def moments(self) -> list[Moment]:
        """Where the chair's pattern plays; in the ending it plays once and holds."""
        bar = self.piece.material.beats_per_bar
        if self.part.name == "ending":
            sign = next(iter(self.chair.pattern.replace("-", "").replace(".", "")), "x")
            return [Moment(self.part.beat, self.part.beats, sign)]
        read = pattern_of(self.chair, self.part, bar)
        return list(moments(read, self.part.beat, self.stop, bar, self.pace))

    def length(self, moment: Moment) -> float:
        """How long a moment is held, shortened as the chair's touch is."""
        short = self.chair.short or 0.97
        return max(0.1, moment.beats * (short if self.part.name != "ending" else 1.0))


def lead(seat: Seat) -> list[Played]:
    """The tune in the octave that suits the player."""
    return [Played(note.beat, note.beats, note.pitch, _force(note, seat)) for note in seat.tune]


def placed(tune: Sequence[ScoreNote], chair: Chair) -> list[ScoreNote]:
    """A tune moved by octaves into a player's range; the whole line moves, then what sticks out."""
    if not tune:
        return []
    moved = [replace(note, pitch=note.pitch + 12 * chair.octave) for note in tune]
    weight = sum(note.beats for note in moved)
    mean = sum(note.pitch * note.beats for note in moved) / weight
    centre = chair.low + 0.55 * (chair.high - chair.low)

    def cost(shift: int) -> float:
        out = sum(
            note.beats for note in moved if not chair.low <= note.pitch + 12 * shift <= chair.high
        )
        # A tune stays where it is written unless it lies badly.
        return 100 * out / weight + max(0.0, abs(mean + 12 * shift - centre) - 7) + 3 * abs(shift)

    best = min(range(-4, 5), key=cost)
    return [
        replace(note, pitch=voicing.within(note.pitch + 12 * best, chair.low, chair.high))
        for note in moved
    ]


def _force(note: ScoreNote, seat: Seat) -> float:
    return min(1.0, seat.chair.velocity * (0.75 + 0.35 * note.velocity) + 0.1)


def soli(seat: Seat) -> list[Played]:
    """The tune with chord tones moving along below it, as a section of horns plays."""
    out: list[Played] = []
    for note in seat.tune:
        chord = seat.piece.chord_at(note.beat)
        floor = max(seat.chair.low - 7, note.pitch - 14)
        pitches = voicing.block(note.pitch, chord, seat.chair.voices, floor)
        out += [Played(note.beat, note.beats, pitch, _force(note, seat)) for pitch in pitches]
    return out


def counter(seat: Seat) -> list[Played]:
    """Short answers of chord tones and steps, where the tune rests or holds."""
    chair = seat.chair
    out: list[Played] = []
    for index, (start, stop) in enumerate(gaps(seat)):
        chord = seat.piece.chord_at(start)
        ladder = _ladder(chord, chair.low, chair.high)
        if not ladder:
            continue
        middle = min(ladder, key=lambda pitch: abs(pitch - (chair.low + chair.high) / 2))
        at = ladder.index(middle) + (index % 3) - 1
        step = 1 if index % 2 else -1
        count = max(2, min(4, int((stop - start) / 0.5)))
        beats = 0.5 if stop - start < 3 else 1.0
        for number in range(count):
            beat = start + number * beats
            if beat + 0.25 >= stop:
                break
            here = _ladder(seat.piece.chord_at(beat), chair.low, chair.high) or ladder
            pitch = here[max(0, min(len(here) - 1, at + step * number))]
            last = number == count - 1
            held = min(stop - beat, 1.5 if last else beats * 0.92)
            out.append(Played(beat, held, pitch, chair.velocity * (0.8 if number else 0.88)))
    return out


def gaps(seat: Seat) -> list[tuple[float, float]]:
    """Where the tune leaves room: on the half beats, away from the end of the part."""
    found: list[tuple[float, float]] = []
    notes = [*seat.tune, ScoreNote(seat.stop, 0.0, 60)]
    at = seat.part.beat
    for note in notes:
        start = -(-at * 2 // 1) / 2
        if note.beat - start >= ANSWER_BEATS and seat.part.name != "ending":
            found.append((start, min(note.beat - 0.25, start + 4.0)))
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
            pitch = _stepped(
                seat.chair, chord, "1" if fresh and moment.sign != "8" else moment.sign
            )
        # A root that changes under a held note is played anew.
        pieces = seat.piece.changes(moment.beat, moment.beat + moment.beats)
        for number, (start, stop, other) in enumerate(pieces):
            if number:
                pitch = _stepped(seat.chair, other, "1")
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


def _stepped(chair: Chair, chord: Chord, sign: str) -> int:
    """The root low in the range, or a step above (the fifth below where there is room)."""
    root = chair.low + (chord.lowest - chair.low) % 12
    fifth = next((step for step in chord.steps if step in (6, 7, 8)), 7)
    third = next((step for step in chord.steps if step in (3, 4, 5)), 7)
    if sign == "5":
        pitch = chair.low + (chord.root + fifth - chair.low) % 12
    else:
        pitch = root + {"3": third, "8": 12}.get(sign, 0)
    return pitch if pitch <= chair.high else pitch - 12


def _walked(seat: Seat, moment: Moment, chord: Chord, last: int | None, fresh: bool) -> int:
    """The next step of a walking line: roots where chords begin, then tones towards the next."""
    chair = seat.chair
    if fresh or last is None:
        root = chair.low + (chord.lowest - chair.low) % 12
        options = [pitch for pitch in (root, root + 12) if pitch <= chair.high]
        return min(options, key=lambda pitch: abs(pitch - (last or chair.low + 12)))
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


def keys(seat: Seat) -> list[Played]:
    """Chords within a hand, in the rhythm of the pattern; a new chord is struck when it comes."""
    chair = seat.chair
    out: list[Played] = []
    for moment in seat.moments():
        for start, stop, chord in seat.piece.changes(moment.beat, moment.beat + moment.beats):
            if stop - start < 0.2:
                continue
            seat.before = voicing.hand(
                chord, seat.before, low=chair.low, high=_under_the_tune(seat, start, stop),
                count=chair.voices, shell=chair.shell,
            )  # fmt: skip
            force = chair.velocity * {"X": 1.1, "o": 0.75}.get(moment.sign, 0.92)
            held = seat.length(Moment(start, stop - start, moment.sign))
            out += [Played(start, held, pitch, force) for pitch in seat.before]
    return out


def _under_the_tune(seat: Seat, start: float, stop: float) -> int:
    """The highest note of a chord: below the tune where that leaves a hand enough room."""
    over = [note.pitch for note in seat.tune if note.beat < stop and note.beat + note.beats > start]
    ceiling = min(over, default=voicing.FREE) - 1
    return min(seat.chair.high, max(ceiling, seat.chair.low + LEAST_HAND))


def pad(seat: Seat) -> list[Played]:
    """Chords held until they change; tones that stay are not struck again."""
    chair = seat.chair
    out: list[Played] = []
    sounding: dict[int, Played] = {}
    for start, stop, chord in seat.piece.changes(seat.part.beat, seat.stop):
        seat.before = voicing.hand(
            chord, seat.before, low=chair.low, high=chair.high, count=chair.voices
        )
        longer: dict[int, Played] = {}
        for pitch in seat.before:
            there = sounding.pop(pitch, None)
            if there is not None and there.beats < 8:
                longer[pitch] = replace(there, beats=stop - there.beat)
            else:
                if there is not None:
                    out.append(there)
                longer[pitch] = Played(start, stop - start, pitch, chair.velocity * 0.85)
        out += sounding.values()
        sounding = longer
    return [*out, *sounding.values()]


def strum(seat: Seat) -> list[Played]:
    """Six strings struck one after the other, down or up; each rings until it is struck again."""
    out: list[Played] = []
    for moment in seat.moments():
        for start, stop, chord in seat.piece.changes(moment.beat, moment.beat + moment.beats):
            if stop - start < 0.1:
                continue
            strings = [
                (string, pitch)
                for string, pitch in enumerate(voicing.shape(chord))
                if pitch is not None
            ]
            if moment.sign == "u":
                strings = strings[::-1][:4]
            elif moment.sign == "d" and len(strings) > 4:
                strings = strings[1:]
            force = seat.chair.velocity * {"D": 1.05, "u": 0.75}.get(moment.sign, 0.9)
            held = seat.length(Moment(start, stop - start, moment.sign))
            for order, (string, pitch) in enumerate(strings):
                at = start + STRUM_BEATS * order
                out.append(Played(at, held, pitch, force * (1 - 0.03 * order), string))
    return _on_strings(out)


def _on_strings(played: Sequence[Played]) -> list[Played]:
    """INVARIANT: a string sounds one note at a time; the next stroke ends the one before."""
    out: list[Played] = []
    latest: dict[int, int] = {}
    for note in sorted(played, key=lambda note: note.beat):
        before = latest.get(note.string)
        if before is not None and out[before].beat + out[before].beats > note.beat:
            out[before] = replace(out[before], beats=max(0.02, note.beat - out[before].beat))
        latest[note.string] = len(out)
        out.append(note)
    return out


def power(seat: Seat) -> list[Played]:
    """Root, fifth and octave on the low strings."""
    out: list[Played] = []
    for moment in seat.moments():
        for start, stop, chord in seat.piece.changes(moment.beat, moment.beat + moment.beats):
            held = seat.length(Moment(start, stop - start, moment.sign))
            force = seat.chair.velocity
            out += [Played(start, held, pitch, force) for pitch in voicing.power(chord)]
    return out


def arp(seat: Seat) -> list[Played]:
    """The chord's tones one after the other; digits count up a ladder from the lowest."""
    chair = seat.chair
    out: list[Played] = []
    for moment in seat.moments():
        chord = seat.piece.chord_at(moment.beat)
        if chair.low < LOW_HAND:  # nobody may be below: the root comes first
            root = chair.low + (chord.lowest - chair.low) % 12
            above = sorted((one - root) % 12 for one in chord.classes[:3])
            seat.before = tuple(root + step for step in above)
        else:
            seat.before = voicing.hand(
                replace(chord, bass=-1), seat.before, low=chair.low,
                high=min(chair.high, chair.low + 18), count=min(3, chair.voices),
            )  # fmt: skip
        steps = [pitch + 12 * octave for octave in range(4) for pitch in seat.before]
        ladder = [pitch for pitch in steps if pitch <= chair.high] or list(seat.before)
        if moment.sign.isdigit():
            pitch = ladder[min(int(moment.sign), len(ladder) - 1)]
        else:
            pitch = ladder[0]
        weight = 1.0 if moment.beat == int(moment.beat) else 0.86
        out.append(Played(moment.beat, seat.length(moment), pitch, chair.velocity * weight))
        if seat.part.name == "ending":
            out += [
                Played(moment.beat + 0.12 * number, moment.beats, other, chair.velocity * 0.9)
                for number, other in enumerate(ladder[1:4], start=1)
            ]
    return out


def colotomy(seat: Seat) -> list[Played]:
    """The gong at every fourth bar, its smaller ones on the bars and half bars between."""
    bar = seat.piece.material.beats_per_bar
    tonic = seat.piece.material.tonic
    low = seat.chair.low + (tonic - seat.chair.low) % 12
    fifth = low + 7 if low + 7 <= seat.chair.high else low - 5
    out: list[Played] = []
    for number in range(round(seat.part.beats / bar)):
        at = seat.part.beat + number * bar
        great = number % 4 == 0
        out.append(Played(at, bar * (2.0 if great else 1.0), low if great else fifth,
                          seat.chair.velocity * (1.0 if great else 0.7)))  # fmt: skip
        if bar > 2:
            out.append(Played(at + bar // 2, bar / 2, fifth + 12 if fifth + 12 <= seat.chair.high
                              else fifth, seat.chair.velocity * 0.5))  # fmt: skip
    return out


PLAYING: Mapping[Role, Callable[[Seat], list[Played]]] = MappingProxyType({
    "lead": lead, "double": lead, "soli": soli, "counter": counter, "inner": inner, "bass": bass,
    "keys": keys, "strum": strum, "power": power, "arp": arp, "pad": pad, "colotomy": colotomy,
    "rest": lambda seat: [],
})  # fmt: skip
"""What each role plays."""


def voices_between(
    piece: Piece, part: Part, tune: Sequence[Played], below: Sequence[Played],
    ranges: Sequence[tuple[int, int]],
) -> list[tuple[float, float, tuple[int, ...]]]:  # fmt: skip
    """The inner voices of a part: from, to, and their pitches, highest first.

    They are chosen anew where the chord changes, or where tune or bass would cross them.
    """
    stop = part.beat + part.beats
    edges = {part.beat, stop}
    edges |= {start for start, _, _ in piece.changes(part.beat, stop)}
    moving = [*tune, *below]
    edges |= {note.beat for note in moving if part.beat < note.beat < stop}
    out: list[tuple[float, float, tuple[int, ...]]] = []
    before: tuple[int, ...] = ()
    for start, end in itertools.pairwise(sorted(edges)):
        top = min((n.pitch for n in tune if _sounds(n, start, end)), default=voicing.FREE)
        bottom = max((n.pitch for n in below if _sounds(n, start, end)), default=0)
        chord = piece.chord_at(start)
        same = out and piece.chord_at(out[-1][0]) == chord
        if same and before and before[0] <= top and before[-1] >= bottom:
            out[-1] = (out[-1][0], end, before)
            continue
        before = voicing.inner(chord, before, ranges, top=max(top, bottom), bottom=min(top, bottom))
        out.append((start, end, before))
    return out


def _sounds(note: Played, start: float, stop: float) -> bool:
    return note.beat < stop - 1e-6 and note.beat + note.beats > start + 1e-6
