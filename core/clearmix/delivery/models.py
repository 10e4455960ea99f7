"""What delivery answers with: links, what a player shows, open streams, counted plays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class StreamLink:
    """Where one listener may stream one item until `expires_at`, and the token of that play."""

    url_path: str
    play_token: str
    expires_at: datetime


@dataclass(frozen=True)
class Streamable:
    """What a player shows of an item.

    `waveform` holds peaks 0..100 over equal stretches of the sound. `compare_with` is the item
    that a remix is heard beside; one second of the remix is `compare_seconds` seconds of it.
    """

    item: str
    kind: Literal["original", "remix"]
    title: str
    artists: tuple[str, ...]
    label: str
    seconds: float
    lufs: float
    waveform: tuple[int, ...]
    compare_with: str | None = None
    compare_seconds: float = 1.0


@dataclass(frozen=True)
class Stream:
    """An encoded file, ready for byte ranges; never a master."""

    path: Path
    media_type: str


@dataclass(frozen=True)
class Play:
    """One listening that counts; `id` is the play token's, so that it counts once."""

    id: str
    item: str
    listener: str
    seconds: float
    played_at: datetime
