"""A chair in a part of the piece: what it knows of the others, and the notes that it plays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clearmix import ScoreNote
from clearmix_covers import voicing
from clearmix_covers.form import Part, Piece
from clearmix_covers.lineups import Chair
from clearmix_covers.patterns import Moment, moments, pattern_of


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
        return list(moments(read, self.part.beat, self.stop, self.pace))

    def length(self, moment: Moment) -> float:
        """How long a moment is held, shortened as the chair's touch is."""
        short = self.chair.short or 0.97
        return max(0.1, moment.beats * (short if self.part.name != "ending" else 1.0))


def apart(chairs: Sequence[Chair], played: Sequence[list[Played]]) -> list[list[Played]]:
    """What each chair plays, where hands at one desk never hold one key twice.

    The tune comes first, then the lowest hand: what another would strike meanwhile is left out,
    and what it holds already ends there.
    """
    out = list(played)
    taken: dict[tuple[str, int], list[Played]] = {}
    order = sorted(range(len(chairs)), key=lambda at: (chairs[at].role != "lead", chairs[at].low))
    for number in order:
        desk = chairs[number].desk
        if not desk:
            continue
        kept = []
        for note in played[number]:
            others = [one for one in taken.get((desk, note.pitch), ()) if _meet(note, one)]
            if any(one.beat <= note.beat + 0.05 for one in others):
                continue
            stop = min((one.beat for one in others), default=note.beat + note.beats)
            kept.append(replace(note, beats=stop - note.beat))
        for note in kept:
            taken.setdefault((desk, note.pitch), []).append(note)
        out[number] = kept
    return out


def _meet(one: Played, other: Played) -> bool:
    return one.beat < other.beat + other.beats - 0.02 and other.beat < one.beat + one.beats - 0.02


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
