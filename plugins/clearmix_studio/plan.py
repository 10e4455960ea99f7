"""The arrangement plan: everything that the studio will do, as a value that people can read.

It is worked out before any sound is made (`planning.py`), and a render needs nothing else but the
recordings: whoever edits its JSON and renders from it hears the edit. Times are seconds of the
result unless a name says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from itertools import groupby
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from clearmix import PlanError
from clearmix_studio.palette import Feel, Mode

_STRICT = ConfigDict(extra="forbid")

Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Db = Annotated[float, Field(ge=-120, le=24)]
DriveDb = Annotated[float, Field(ge=0, le=48)]
Seconds = Annotated[float, Field(ge=0, le=3600)]
Steps = Annotated[int, Field(ge=1, le=64)]
Strokes = Annotated[str, Field(pattern=r"^[Xxo.]{1,64}$")]
Notes = Annotated[str, Field(pattern=r"^[Xxo.1358]{1,64}$")]
"""The numbers and patterns that a plan may hold, so that whatever is read can be played."""

PLAN_VERSION = 1
"""Version of the plan's shape."""

SILENT_DB = -120.0
"""A level that stands for silence."""


class Level(IntEnum):
    """How much plays in a bar: cymbals and chords; a light beat; the groove; everything."""

    BREAK = 0
    LIGHT = 1
    GROOVE = 2
    FULL = 3


@dataclass(frozen=True, config=_STRICT)
class Bar:
    """One bar of the result.

    `beats` are its beats with the next downbeat as the last; `level` is how much plays; `opens`
    marks the first bar of a louder stretch, `fills` the last bar before one or of a phrase; `alone`
    is where the song itself is not heard; `without` names added parts that are silent here; `pulse`
    is 2 for drums in double time, 0.5 in half time; `build` is how far a build has come, 0..1.
    """

    number: int
    beats: tuple[Number, ...]
    section: str
    level: Level
    opens: bool = False
    fills: bool = False
    alone: bool = False
    without: tuple[str, ...] = ()
    pulse: float = 1.0
    build: Share = 0.0


@dataclass(frozen=True, config=_STRICT)
class Piece:
    """So many seconds of a song from `song_start` (of the song at its new tempo), from `start`."""

    start: Seconds
    song_start: Seconds
    seconds: Seconds


@dataclass(frozen=True, config=_STRICT)
class Track:
    """Some parts of one recording, stretched together and laid out in pieces.

    `recording` counts from 0; `gains_db` has the level of every part heard, `mix` for the whole
    recording. Parts without stems are estimates.
    """

    name: str
    recording: int
    gains_db: Mapping[str, Db]
    estimated: bool
    tempo_ratio: Number
    semitones: Number
    keep_formants: bool
    pieces: tuple[Piece, ...]
    gain_db: Db = 0.0


@dataclass(frozen=True, config=_STRICT)
class Drums:
    """Added drums: a sign for each sixteenth in every lane, `X` loud, `x` ordinary, `o` soft."""

    kit: str
    lanes: Mapping[str, Strokes]
    level_db: Db = 0.0
    fill: Literal["snare", "toms", "roll", "none"] = "snare"
    loose_ms: Annotated[float, Field(ge=0, le=100)] = 0.0
    rise: bool = False
    gate_seconds: Annotated[float, Field(ge=0, le=5)] = 0.0
    feel: Feel = Feel()
    claps: bool = False
    variation: Annotated[int, Field(ge=0, le=3)] = 0
    """Picks how every fourth bar differs; 0 is as written."""


@dataclass(frozen=True, config=_STRICT)
class Layer:
    """An added part with pitch: an instrument, its pattern over the chords, its level.

    `always` plays in light bars too; `tune` picks the notes of a line.
    """

    part: str
    instrument: str
    pattern: Notes
    steps: Steps
    mode: Mode = "chord"
    level_db: Db = -9.0
    octave: Annotated[int, Field(ge=-3, le=3)] = 0
    drive_db: DriveDb = 0.0
    wobble_steps: Annotated[float, Field(ge=0, le=64)] = 0.0
    feel: Feel = Feel()
    always: bool = False
    tune: Annotated[int, Field(ge=0)] = 0


@dataclass(frozen=True, config=_STRICT)
class Move:
    """Automation between two moments.

    `gain` moves the level of a track or of everything (`all`) by `amount` dB; `low-cut` sweeps a
    high-pass on the song up to `amount` hertz; `effect` plays the effect named `effect`.
    """

    change: Literal["gain", "low-cut", "effect"]
    target: str
    start: Seconds
    end: Seconds
    amount: Number = 0.0
    effect: str = ""


@dataclass(frozen=True, config=_STRICT)
class Plan:
    """One render. `bars` is empty when nothing may be added in time."""

    title: str
    seed: int
    strength: Share
    energy: Annotated[float, Field(ge=-1, le=1)]
    tempo_bpm: Number | None
    key: str | None
    seconds: Seconds
    ending: Literal["as it is", "fade", "loop"]
    tracks: tuple[Track, ...]
    bars: tuple[Bar, ...]
    chords: tuple[tuple[Seconds, str], ...]
    drums: Drums | None
    layers: tuple[Layer, ...]
    moves: tuple[Move, ...]
    style: str | None
    era: str | None
    effects: tuple[str, ...]
    moods: tuple[str, ...]
    duck: Share
    song_high_cut_hz: Annotated[float, Field(ge=0, le=20000)] = 0.0
    song_drive_db: DriveDb = 0.0
    room_for_bass: bool = False
    notes: tuple[str, ...] = ()
    version: int = PLAN_VERSION

    @property
    def beats(self) -> tuple[float, ...]:
        """Every beat of the bars, each once."""
        return tuple(sorted({beat for bar in self.bars for beat in bar.beats}))

    @property
    def beat_seconds(self) -> float:
        """The usual length of a beat; half a second where there are none."""
        beats = self.beats
        return (beats[-1] - beats[0]) / (len(beats) - 1) if len(beats) > 1 else 0.5

    def as_json(self) -> dict[str, Any]:
        """The plan in JSON's types."""
        fields: dict[str, Any] = TypeAdapter(Plan).dump_python(self, mode="json")
        return fields

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Plan:
        """The plan of a JSON object.

        Raises:
            PlanError: another version, or a field is missing, unknown or of the wrong type.
        """
        if fields.get("version") != PLAN_VERSION:
            raise PlanError(
                f"a plan of version `{fields.get('version')}`",
                help=f"this studio reads version {PLAN_VERSION}",
                place="plan",
            )
        try:
            return TypeAdapter(Plan).validate_python(dict(fields))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(step) for step in first["loc"])
            raise PlanError(
                f"`{where}`: {first['msg'][:1].lower()}{first['msg'][1:]}",
                help="change values of the plan that the studio gave, and leave its shape",
                place="plan",
            ) from None

    def timeline(self) -> list[dict[str, Any]]:
        """The sections in order with their bars and what plays in them, for people to look at.

        Where nothing is added, the song by itself is light at most. The bars go on past the end of
        the result, the rows do not.
        """
        rows: list[dict[str, Any]] = []
        heard = [bar for bar in self.bars if bar.beats[0] < self.seconds]
        for (section, level), run in groupby(heard, lambda bar: (bar.section, self._level(bar))):
            bars = list(run)
            end = min(bars[-1].beats[-1], self.seconds)
            rows.append(
                {
                    "section": section,
                    "bars": [bars[0].number + 1, bars[-1].number + 1],
                    "seconds": [round(bars[0].beats[0], 3), round(end, 3)],
                    "level": level.name.lower(),
                    "plays": self._playing(bars[0]),
                }
            )
        return rows

    def _level(self, bar: Bar) -> Level:
        return bar.level if self._added(bar) else Level(min(bar.level, Level.LIGHT))

    def _playing(self, bar: Bar) -> list[str]:
        song = [] if bar.alone else [track.name for track in self.tracks]
        return song + [f"added {part}" for part in self._added(bar)]

    def _added(self, bar: Bar) -> list[str]:
        if "all" in bar.without:
            return []
        added = ["drums"] if self.drums is not None and self.drums.lanes else []
        for layer in self.layers:
            enough = Level.GROOVE if layer.mode == "bass" else Level.BREAK
            if layer.always or (bar.level >= enough and bar.level is not Level.LIGHT):
                added.append(layer.part)
        return [part for part in added if part not in bar.without]
