"""What the steps of a render hand each other: keys and figures, never audio."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Plan:
    """What the first step fixed for all that follow: what is made, and on what permit."""

    render_id: str
    created_at: str
    spec: dict[str, Any]
    decision: int
    decision_hash: str
    duties: dict[str, Any]


@dataclass(frozen=True)
class MasteredSound:
    """Key of the mastered sound, and what mastering did to it."""

    key: str
    lufs: float
    gain_db: float
    limiting_db: float
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class EncodedFile:
    """Key of the encoded file; `short` when the peak limit kept it below its loudness."""

    key: str
    short: bool


@dataclass(frozen=True)
class Verified:
    """What was measured of, and read back from, the encoded file."""

    measured: dict[str, Any]
    marks: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]
