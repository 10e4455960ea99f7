"""What each role plays in a part of the piece: notes in beats, before anybody breathes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from clearmix_covers import voicing
from clearmix_covers.lines import bass, counter, inner, lead, soli
from clearmix_covers.lineups import Role
from clearmix_covers.patterns import Moment
from clearmix_covers.seats import Played, Seat

STRUM_BEATS = 0.022
"""How long a pick takes from one string to the next."""

LOW_HAND = 45
"""A player of broken chords who reaches below this begins on the root."""

LEAST_HAND = 9
"""Semitones over a player's lowest note that a chord may always use."""


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
                if pitch is not None and pitch >= seat.chair.low
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
            # A low hand leaves the third beside its root out: it takes the tenth.
            first = 2 if chair.low < LOW_HAND else 1
            out += [
                Played(moment.beat + 0.12 * number, moment.beats, other, chair.velocity * 0.9)
                for number, other in enumerate(ladder[first : first + 3], start=1)
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
