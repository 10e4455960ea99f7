"""What marks a render as AI-made and reads marks back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from clearmix.audio import Audio


@dataclass(frozen=True)
class SourceFile:
    """What a render was made from directly: a recording's file or an earlier render's.

    A labeler reads the marks that it carries and keeps them; the sound itself goes nowhere.
    """

    id: str
    title: str
    path: Path


@dataclass(frozen=True)
class Disclosure:
    """What the marks of one render say; `render_id` is 16 hexadecimal digits (64 bits).

    `source_titles` and `source_isrcs` are those of the recordings that all comes down to, and
    `source_files` what it was made from directly, where their marks are to be kept. `credits` name
    whom the rights-holders want credited (`Producer: Ada Wren`), `licence_url` is where the licence
    can be read. `watermarks` are the ids and versions of the watermarks in the sound (`mark 2`), so
    that a mark of the file can say which; none are known before the sound is marked.
    """

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
    parents: tuple[str, ...] = ()
    source_files: tuple[SourceFile, ...] = ()
    credits: tuple[str, ...] = ()
    licence_url: str | None = None
    watermarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What one labeler found in a sound or a file; `confidence` is 0..1.

    `render_id` is None for marks of others, which are reported too; `ai_made` is whether the mark
    says that the sound is, wholly or in part.
    Something that was marked more than once names one render; the field `also` has the others.
    """

    labeler: str
    render_id: str | None
    confidence: float
    fields: Mapping[str, str] = field(default_factory=dict)
    ai_made: bool = True

    @property
    def render_ids(self) -> tuple[str, ...]:
        """Every render that the mark names, `render_id` first.

        >>> Reading("clearmix-mark", "00aa", 1.0, {"also": "00bb 00cc"}).render_ids
        ('00aa', '00bb', '00cc')
        """
        first = (self.render_id,) if self.render_id is not None else ()
        return (*first, *self.fields.get("also", "").split())


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


@runtime_checkable
class SealsApart(Protocol):
    """A seal that can stand beside a file too: what is streamed of a render is sealed so."""

    def mark_apart(self, path: Path, disclosure: Disclosure) -> Path:
        """The path of the seal, a C2PA manifest store beside the file, whose bytes all stay.

        `read` finds it there.
        """
        ...


Labeler = SignalLabeler | FileLabeler
