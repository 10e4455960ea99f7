"""A song in another meter: where each beat of a bar goes, as data."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from clearmix import ScoreNote
from clearmix_covers.material import Material, Stretch

Knots = tuple[tuple[float, float], ...]
"""Places in a bar and where they go; what lies between them goes between."""


@dataclass(frozen=True)
class Meter:
    """Beats to the bar, and whether they divide into three."""

    beats: int
    triplets: bool = False


METERS: Mapping[str, Meter] = MappingProxyType({
    "3/4": Meter(3), "4/4": Meter(4), "5/4": Meter(5), "6/8": Meter(2, triplets=True),
    "12/8": Meter(4, triplets=True),
})  # fmt: skip
"""The meters that a cover can be asked for; 6/8 counts two beats of three, 12/8 four."""

_SHUFFLED: Knots = (
    *(place for beat in range(4) for place in ((beat, beat), (beat + 0.5, beat + 2 / 3))),
    (4, 4),
)
_JIG: Knots = ((0, 0), (1, 2 / 3), (2, 1), (3, 5 / 3), (4, 2))

_FROM_FOUR: Mapping[Meter, Knots] = MappingProxyType({
    Meter(3): ((0, 0), (2, 2), (4, 3)),
    Meter(4): ((0, 0), (4, 4)),
    Meter(5): ((0, 0), (3, 3), (4, 5)),
    Meter(2, triplets=True): _JIG,
    Meter(4, triplets=True): _SHUFFLED,
})  # fmt: skip
"""What becomes of a bar of four: its second half twice as fast (a jazz waltz), its last beat held
(three and two), long and short in the place of even pairs (a jig), swung eighths."""


def _back(knots: Knots) -> Knots:
    return tuple((after, before) for before, after in knots)


_TO_FOUR: Mapping[Meter, Knots] = MappingProxyType({
    Meter(2): ((0, 0), (2, 4)),
    Meter(3): ((0, 0), (1, 2), (3, 4)),
    Meter(4): ((0, 0), (4, 4)),
    Meter(5): _back(_FROM_FOUR[Meter(5)]),
    Meter(2, triplets=True): _back(_JIG),
    Meter(4, triplets=True): _back(_SHUFFLED),
})  # fmt: skip
"""What becomes four: bars of three hold their first beat."""

_STRAIGHT: Mapping[tuple[Meter, Meter], Knots] = MappingProxyType({
    (Meter(3), Meter(2, triplets=True)): ((0, 0), (3, 2)),
    (Meter(2, triplets=True), Meter(3)): ((0, 0), (2, 3)),
})  # fmt: skip
"""Six eighths are three pairs or two threes: nothing moves."""


def in_meter(material: Material, name: str, *, keeps_beat: bool = False) -> Material:
    """The song in one of `METERS`.

    Bars keep their length in seconds, or beats theirs where a tempo was asked for (`keeps_beat`).
    A song in a meter that is not among them stays as it is, and says so.
    """
    old, new = Meter(material.beats_per_bar, material.triplets), METERS[name]
    if old == new:
        return material
    straight = _STRAIGHT.get((old, new))
    ways = (straight,) if straight else (_TO_FOUR.get(old), _FROM_FOUR[new])

    def at(beat: float) -> float:
        bar, inside = divmod(beat, old.beats)
        for way in ways:
            inside = _between(way, inside) if way else inside
        return bar * new.beats + inside

    if None in ways:
        said = f"a song that counts {old.beats} beats to the bar cannot be put into {name}"
        return replace(material, notes=(*material.notes, said))

    def moved(notes: Sequence[ScoreNote]) -> tuple[ScoreNote, ...]:
        return tuple(
            replace(note, beat=at(note.beat), beats=at(note.beat + note.beats) - at(note.beat))
            for note in notes
        )

    return replace(
        material,
        tempo_bpm=material.tempo_bpm * (1.0 if keeps_beat else new.beats / old.beats),
        beats_per_bar=new.beats,
        triplets=new.triplets,
        beats=at(material.beats),
        tune=moved(material.tune),
        bass=moved(material.bass),
        chords=tuple((at(beat), chord) for beat, chord in material.chords),
        sections=tuple(
            Stretch(one.name, at(one.beat), at(one.beat + one.beats) - at(one.beat))
            for one in material.sections
        ),
    )


def _between(knots: Knots, place: float) -> float:
    """Where a place in a bar goes.

    >>> _between(((0, 0), (2, 2), (4, 3)), 3.0)
    2.5
    """
    after = min(max(bisect_right(knots, place, key=lambda knot: knot[0]), 1), len(knots) - 1)
    (start, first), (stop, last) = knots[after - 1 : after + 1]
    return first + (place - start) * (last - first) / (stop - start)
