"""What renders a spec, and what it may offer besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from clearmix.audio import Audio
from clearmix.contracts.recordings import Analysis, Progress, Source
from clearmix.spec import RemixSpec


@dataclass(frozen=True)
class Abilities:
    """What a generator can do, and what rights rules may ask about it.

    `fields` are the spec's field names that it honours, `terms` the vocabulary ids (styles, eras,
    moods, effects, parts). `trained_on` and `weights_licence` are facts of the rights language.
    """

    kinds: frozenset[str]
    fields: frozenset[str]
    terms: frozenset[str]
    longest_seconds: float
    uses_master: bool
    trained_on: Literal["nothing", "licensed", "undisclosed"] = "nothing"
    weights_licence: Literal["none", "commercial", "non-commercial"] = "none"


@runtime_checkable
class Generator(Protocol):
    """Renders a spec; runs in a process of its own with a time and a memory limit."""

    id: str
    version: str

    def abilities(self) -> Abilities:
        """What it can do; cheap, without loading a model."""
        ...

    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        """Blocks in order from the start, two channels at 44.1 kHz, the same for the same seed."""
        ...


class FindsGenerators(Protocol):
    """Finds a generator by its id, or without one what is preferred for a kind of spec."""

    def __call__(self, id: str | None = None, kind: str = "remix") -> Generator:
        """The generator; raises PluginError when there is none."""
        ...


@runtime_checkable
class Forewarns(Protocol):
    """What a generator may offer besides: saying before it renders what it will approximate."""

    def notes(self, spec: RemixSpec, analysis: Analysis, stems: frozenset[str]) -> tuple[str, ...]:
        """Sentences for the listener; `stems` are the parts that the recording has apart."""
        ...


@runtime_checkable
class ForewarnsOfPairs(Protocol):
    """What a generator may offer besides: saying how the two sources of a mashup go together."""

    def pair_notes(self, spec: RemixSpec, source: Source) -> tuple[str, ...]:
        """Sentences for the listener, before anything is rendered."""
        ...


@dataclass(frozen=True)
class Report:
    """What a generator says of a render that it made, honestly.

    `plan` is the arrangement in JSON's types, `measured` what was measured of the sound, `notes`
    what was approximated or left alone and why, in a listener's words.
    """

    plan: Mapping[str, Any]
    measured: Mapping[str, Any]
    notes: tuple[str, ...]


@runtime_checkable
class Explains(Protocol):
    """What a generator may offer besides: its arrangement as a value, and a report on the sound."""

    def plan_json(self, spec: RemixSpec, source: Source) -> Mapping[str, object]:
        """The arrangement that `render` would play, the same for the same spec and seed."""
        ...

    def report(self, spec: RemixSpec, source: Source, made: Audio) -> Report:
        """The plan, measurements and notes of a sound that `render` made of that spec."""
        ...


@runtime_checkable
class Amends(Protocol):
    """What a generator may offer besides: rendering a plan of its own that somebody has edited.

    The decision rests on the spec, so an edited plan may do no more than the spec says.
    """

    def beyond(
        self, plan: Mapping[str, object], spec: RemixSpec, source: Source
    ) -> tuple[str, ...]:
        """A sentence for each thing by which an edited plan exceeds the spec; none if it may be.

        Raises:
            PlanError: it is no plan of this generator.
        """
        ...

    def render_plan(
        self, plan: Mapping[str, object], source: Source, progress: Progress
    ) -> Iterable[Audio]:
        """What `render` yields, of a plan; the same for the same plan."""
        ...

    def report_plan(self, plan: Mapping[str, object], source: Source, made: Audio) -> Report:
        """The report on a sound that `render_plan` made."""
        ...


@runtime_checkable
class WritesSessions(Protocol):
    """What a generator may offer besides: a render in parts, for whoever may take it out."""

    def session(
        self, plan: Mapping[str, object], source: Source, folder: Path, progress: Progress
    ) -> None:
        """Writes what `plan` plays: WAV files, text, MIDI, and ZIP archives of them, unmarked."""
        ...


@runtime_checkable
class Warms(Protocol):
    """What a generator may offer besides: loading what it needs before there is a request."""

    def warm(self) -> None:
        """Loads libraries and models, so that the next `render` in this process starts at once."""
        ...
