"""What the rendering room answers with: jobs in progress and finished renders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from clearmix.spec import RemixSpec

State = Literal["queued", "running", "published", "failed", "cancelled"]

STEPS = ("decide", "generate", "master", "mark", "encode", "verify", "stream", "publish")
"""The steps of a render in their order."""


@dataclass(frozen=True)
class Job:
    """A render on its way: `fraction` 0..1 of all, `message` in a listener's words."""

    id: str
    state: State
    step: str
    fraction: float
    message: str
    render_id: str | None = None
    error: str | None = None
    help: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("published", "failed", "cancelled")


@dataclass(frozen=True)
class Amendment:
    """An edited plan, and the render whose plan it was."""

    render: str
    plan: Mapping[str, Any]


@dataclass(frozen=True)
class Mark:
    """A mark that was read back from the encoded bytes before publishing."""

    labeler: str
    version: str
    layer: str
    confidence: float


@dataclass(frozen=True)
class Render:
    """A published remix; `measured` holds what was measured of the encoded file."""

    id: str
    title: str
    kind: str
    spec: RemixSpec
    sources: tuple[str, ...]
    listener: str
    generator: str
    decision_hash: str
    label: str
    audio_key: str
    pcm_sha256: str
    seconds: float
    lufs: float
    true_peak_dbtp: float
    measured: Mapping[str, Any]
    marks: tuple[Mark, ...]
    duties: Mapping[str, Any]
    notes: tuple[str, ...]
    created_at: datetime
    amends: str | None = None


@dataclass(frozen=True)
class SessionFile:
    """A file of a session by its name in the folder, with the marks read back from it.

    Text and MIDI carry none; an archive has those that every sound in it carries.
    """

    name: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Session:
    """A session in its folder; `notes` say what carries fewer marks, and what was left out."""

    folder: Path
    files: tuple[SessionFile, ...]
    notes: tuple[str, ...]
