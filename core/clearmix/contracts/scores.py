"""Scores: a song as notes, chords and strokes on its own beats, without any sound in it."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from pydantic import TypeAdapter, ValidationError

from clearmix.errors import CatalogueError
from clearmix.music import chord_pitch_classes

Origin = Literal["score", "stems", "estimated-stems", "mix"]
"""From what a score comes: given by the catalogue, or transcribed, and from what sound."""

LONGEST_LEAD_BEATS = 1000
"""Most beats that a recording may have before the first downbeat of its score."""


@dataclass(frozen=True)
class ScoreNote:
    """One note; `pitch` is a MIDI number (69 is A at 440 Hz), `velocity` and `confidence` 0..1.

    `heard_seconds` is when it begins in the recording that it was written down from: no player
    keeps to a grid.
    """

    beat: float
    beats: float
    pitch: int
    velocity: float = 0.7
    confidence: float = 1.0
    heard_seconds: float | None = None


@dataclass(frozen=True)
class ScoreChord:
    """A chord from a beat on, named as lead sheets do: `Am`, `G7`, `Bbmaj7`, `F#dim`."""

    beat: float
    name: str

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """0 (C) to 11 (B) from the root up; none where the name cannot be read."""
        return chord_pitch_classes(self.name)


@dataclass(frozen=True)
class ScoreStroke:
    """One stroke of a drum: `kick`, `snare`, `hat`, ...; `velocity` 0..1."""

    beat: float
    drum: str
    velocity: float = 0.7


@dataclass(frozen=True)
class ScoreSection:
    """A stretch of the song: intro, verse, chorus, break, outro or part."""

    name: str
    beat: float
    beats: float


@dataclass(frozen=True)
class ScoreMoment:
    """When a beat sounds in a recording, in seconds."""

    beat: float
    seconds: float


@dataclass(frozen=True)
class Score:
    """A song that can be performed anew; times are beats from its first downbeat at 0.

    Notes before the first downbeat have negative beats. A beat divides into two, or into three
    where `beat_division` says so. `lines` are monophonic or not: `melody`, `bass`, and others by
    the vocabulary's parts. `confidence` has one value, 0..1, for each bar. `moments` tie the beats
    to the recording that the score was heard from, in order, with an even tempo between two, which
    holds there instead of `tempo_bpm`; a score that was given as notes has none.
    """

    title: str
    origin: Origin
    transcriber: str
    tempo_bpm: float
    beats: float
    key: str | None
    beats_per_bar: int = 4
    beat_division: int = 2
    lines: Mapping[str, tuple[ScoreNote, ...]] = field(default_factory=dict)
    chords: tuple[ScoreChord, ...] = ()
    strokes: tuple[ScoreStroke, ...] = ()
    sections: tuple[ScoreSection, ...] = ()
    confidence: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()
    moments: tuple[ScoreMoment, ...] = ()

    def seconds(self, beat: float) -> float:
        """When a beat sounds in the recording; without one, from 0 on at the score's tempo.

        >>> held = (ScoreMoment(0, 0.5), ScoreMoment(4, 2.5), ScoreMoment(8, 6.5))
        >>> song = Score("Slower", "mix", "by ear", 120.0, 8, None, moments=held)
        >>> [song.seconds(beat) for beat in (-1, 0, 2, 6, 9)]
        [0.0, 0.5, 1.5, 4.5, 7.5]
        """
        if len(self.moments) < 2:
            return beat * 60 / self.tempo_bpm
        after = bisect_right(self.moments, beat, key=lambda one: one.beat)
        here = min(max(after, 1), len(self.moments) - 1)
        first, last = self.moments[here - 1], self.moments[here]
        share = (beat - first.beat) / (last.beat - first.beat)
        return first.seconds + share * (last.seconds - first.seconds)

    def as_json(self) -> dict[str, Any]:
        """In JSON's types."""
        written: dict[str, Any] = _SCORES.dump_python(self, mode="json")
        return written

    @classmethod
    def from_json(cls, fields: Mapping[str, Any], *, place: str = "score") -> Self:
        """The score of a JSON object; raises CatalogueError naming what is wrong in it."""
        try:
            read = _SCORES.validate_python(dict(fields), strict=False)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(step) for step in first["loc"])
            raise CatalogueError(
                f"`{where}`: {first['msg'].lower()}",
                help="`clearmix catalogue score ID --json` shows the shape of a score",
                place=place,
            ) from None
        if not _in_a_recording(read):
            raise CatalogueError(
                "`moments`: two at least, each of a later beat, and later, than the one before, in "
                "a recording that begins at second 0 with or before the first downbeat",
                help="leave `moments` out: the score then keeps its tempo only",
                place=place,
            )
        return read  # type: ignore[return-value]  # pydantic builds what it was given


def _in_a_recording(score: Score) -> bool:
    """Whether the moments of a score, if it has any, can be those of one recording."""
    numbers = [number for one in score.moments for number in (one.beat, one.seconds)]
    rise = all(
        one.beat < two.beat and one.seconds < two.seconds
        for one, two in itertools.pairwise(score.moments)
    )
    if not score.moments:
        return True
    tied = len(score.moments) > 1 and rise and all(map(math.isfinite, numbers))
    return tied and score.seconds(-LONGEST_LEAD_BEATS) <= 0 < score.seconds(1)


_SCORES: TypeAdapter[Score] = TypeAdapter(Score)
