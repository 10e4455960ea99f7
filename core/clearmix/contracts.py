"""What plugins implement, and the values that cross the border to them.

Behaviour is a Protocol of one or two methods; hooks (`hookspecs.py`) hand the objects over.
Nothing here is trusted by the kernel: audio is measured, marks are read back, splits are added up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from clearmix.audio import Audio, read_wav
from clearmix.spec import RemixSpec

if TYPE_CHECKING:
    import ibis

    from clearmix.royalties import Context, Period

Progress = Callable[[float, str], None]
"""Told how far a job is (0..1) and what it is doing, in a listener's words."""


# --- recordings ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Section:
    """A stretch of a recording: `name` is intro, verse, chorus, break, outro or part."""

    name: str
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class Analysis:
    """What a generator may rely on about a recording; measured, or given by the catalogue.

    Beats and downbeats are seconds from the start; confidences are 0..1. A `tempo_bpm` of None
    means that no steady beat was found. A beat divides into two, or into three where
    `beat_division` says so: a 6/8 is two beats of three to the bar. `constant_tempo` says that the
    beats are one even grid. The curves have one value for each second: loudness in LUFS, onsets
    begun, and how likely somebody sings (0..1). `given` names the fields that the catalogue stated
    itself; `notes` are for listeners.
    """

    analyzer: str
    seconds: float
    tempo_bpm: float | None
    tempo_confidence: float
    beats: tuple[float, ...]
    downbeats: tuple[float, ...]
    key: str | None
    key_confidence: float
    loudness_lufs: float
    sections: tuple[Section, ...] = ()
    chords: tuple[tuple[float, str], ...] = ()
    beats_per_bar: int = 4
    beat_division: int = 2
    constant_tempo: bool = False
    downbeat_confidence: float = 0.0
    loudness_curve: tuple[float, ...] = ()
    onset_density: tuple[float, ...] = ()
    vocal_presence: tuple[float, ...] = ()
    vocal_confidence: float = 0.0
    notes: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceRecording:
    """One recording as a generator gets it: float WAV files that it must only read."""

    id: str
    title: str
    artists: tuple[str, ...]
    path: Path
    stems: Mapping[str, Path]
    analysis: Analysis

    def read(self) -> Audio:
        """The whole recording."""
        return read_wav(self.path)

    def read_stem(self, part: str) -> Audio:
        """The sound of one part; raises KeyError when the recording has no such stem."""
        return read_wav(self.stems[part])


@dataclass(frozen=True)
class Source:
    """What a render starts from: one recording, or two for a mashup."""

    recordings: tuple[SourceRecording, ...]

    @property
    def first(self) -> SourceRecording:
        """The only recording, or the first of a mashup."""
        return self.recordings[0]


@runtime_checkable
class Analyzer(Protocol):
    """Measures a recording once; the result is cached and may be corrected by hand."""

    id: str
    version: str

    def analyze(self, audio: Audio, progress: Progress) -> Analysis:
        """Tempo, beats, key, sections and loudness of a whole recording."""
        ...


# --- generators ---------------------------------------------------------------------------------


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


@runtime_checkable
class Forewarns(Protocol):
    """What a generator may offer besides: saying before it renders what it will approximate."""

    def notes(self, spec: RemixSpec, analysis: Analysis, stems: frozenset[str]) -> tuple[str, ...]:
        """Sentences for the listener; `stems` are the parts that the recording has apart."""
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
class WritesSessions(Protocol):
    """What a generator may offer besides: a render in parts, for whoever may take it out."""

    def session(
        self, plan: Mapping[str, object], source: Source, folder: Path, progress: Progress
    ) -> None:
        """Writes what `plan` plays: WAV files, text, MIDI, and ZIP archives of them, unmarked."""
        ...


# --- labelers -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Disclosure:
    """What the marks of one render say; `render_id` is 16 hexadecimal digits (64 bits)."""

    render_id: str
    title: str
    artists: tuple[str, ...]
    label: str
    source_titles: tuple[str, ...]
    source_isrcs: tuple[str, ...]
    generator: str
    trained_model: bool
    decision_hash: str
    service: str
    created_at: str


@dataclass(frozen=True)
class Reading:
    """What one labeler found in a sound or a file; `confidence` is 0..1."""

    labeler: str
    render_id: str | None
    confidence: float
    fields: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class SignalLabeler(Protocol):
    """A watermark: lives in the samples and survives encoding."""

    id: str
    version: str
    layer: Literal["signal"]

    def mark(self, blocks: Iterable[Audio], disclosure: Disclosure) -> Iterable[Audio]:
        """The same frames, marked; deterministic, and never changing rate, channels or length."""
        ...

    def read(self, audio: Audio) -> Reading | None:
        """What the mark says, or None when there is none."""
        ...


@runtime_checkable
class FileLabeler(Protocol):
    """A mark of the container: tags, a signed manifest."""

    id: str
    version: str
    layer: Literal["file"]

    def mark(self, path: Path, disclosure: Disclosure) -> Path:
        """The path of the marked file (the same one or a new one); the audio bytes stay."""
        ...

    def read(self, path: Path) -> Reading | None:
        """What the mark says, or None when there is none."""
        ...


@runtime_checkable
class Seals(Protocol):
    """A file labeler whose mark any later change of the file would break: it runs last."""

    seals: Literal[True]


Labeler = SignalLabeler | FileLabeler


# --- interpreters -------------------------------------------------------------------------------

Intent = Literal["transform", "refine", "control", "question", "none"]
Control = Literal[
    "undo", "revert-to", "reset", "reproduce", "variation", "compare", "confirm", "cancel",
    "share", "explain",
]  # fmt: skip


@dataclass(frozen=True)
class TitleMatch:
    """A catalogue entry that words may mean; `words` is the part of the text that names it."""

    recording_id: str
    title: str
    artists: tuple[str, ...]
    score: float
    words: str


TitleLookup = Callable[[str], tuple[TitleMatch, ...]]
"""Titles and artists of the catalogue that occur in a text, best first, slips forgiven."""


@dataclass(frozen=True)
class Conversation:
    """What was said and decided before this turn; the last of `versions` is the current spec."""

    versions: tuple[RemixSpec, ...] = ()
    turns: tuple[str, ...] = ()
    source: str | None = None
    titles: TitleLookup = lambda words: ()

    @property
    def spec(self) -> RemixSpec | None:
        """The spec that a follow-up refines."""
        return self.versions[-1] if self.versions else None


@dataclass(frozen=True)
class Interpretation:
    """What an interpreter understood.

    `spec` is the whole spec after this turn; `changed` names the fields that this turn changed;
    `assumed` holds paths (such as `tempo.bpm_min`) of values that were not asked for; `question`
    is what to ask back when nothing should be rendered yet; `version` is the number (from 1) that
    `revert-to` names.
    """

    spec: RemixSpec | None
    intent: Intent
    control: Control | None = None
    version: int | None = None
    changed: tuple[str, ...] = ()
    not_understood: tuple[str, ...] = ()
    question: str | None = None
    assumed: tuple[str, ...] = ()


@runtime_checkable
class Interpreter(Protocol):
    """Turns a listener's words into a proposal; it never sees rights, prices or consents."""

    id: str
    version: str

    def interpret(self, words: str, context: Conversation) -> Interpretation:
        """The proposal for this turn; what was not understood is listed, never guessed."""
        ...


# --- royalties ----------------------------------------------------------------------------------


@runtime_checkable
class RoyaltyFormula(Protocol):
    """Says what each play claims of which pool; the kernel's integer reduction does the rest."""

    id: str
    version: str

    def claims(self, events: ibis.Table, context: Context) -> ibis.Table:
        """Rows of event_id, item_id, group_id and an integer weight."""
        ...

    def pools(self, period: Period, context: Context) -> ibis.Table:
        """Rows of group_id and amount_micro (integer)."""
        ...


# --- catalogues, pages, the machine -------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """One thing that `clearmix doctor` looked at; `help` is the remedy, or how to get what is more.

    What is optional and missing is `ok`, and `said` says that it is missing.
    """

    name: str
    ok: bool
    said: str
    help: str = ""


@runtime_checkable
class CatalogueSource(Protocol):
    """A catalogue that a plugin brings, such as the example catalogue."""

    id: str
    version: str

    def prepare(self, folder: Path, progress: Progress) -> Path:
        """Writes audio and a `catalogue.json` under `folder` once and returns that file's path."""
        ...


@runtime_checkable
class WebApp(Protocol):
    """A user interface that mounts itself on the service."""

    id: str
    version: str

    def mount(self, app: object, kernel: object) -> None:
        """Adds its pages to the FastAPI application."""
        ...
