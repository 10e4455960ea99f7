"""What delivery answers with: links, what a player shows, what is sent, counted plays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from clearmix.display import MadeBy
from clearmix.streaming import manifest_name

if TYPE_CHECKING:
    from clearmix.clearance import Cleared


@dataclass(frozen=True)
class StreamLink:
    """Where one listener may stream one item until `expires_at`, and the token of that play.

    `url_path` is the main playlist, with all else beside it: `opus_path` is the same sound in
    fewer bits, and `events_path` is where the service says that it has to stop. A preview has no
    token, since it is never counted, and no Opus. `listening` is what a personal stream is marked
    with. `sealed` are the codecs in which a signed manifest of what is streamed is there.
    """

    listening: str
    url_path: str
    play_token: str
    expires_at: datetime
    sealed: tuple[str, ...] = ()

    @property
    def opus_path(self) -> str | None:
        """The playlist of the Opus rendition."""
        return self._beside("opus.m3u8") if self.play_token else None

    @property
    def events_path(self) -> str:
        """Where server-sent events of this stream come from."""
        return self._beside("events")

    @property
    def manifest_paths(self) -> dict[str, str]:
        """By codec, the C2PA manifest of the rendition's bytes."""
        return {codec: self._beside(manifest_name(codec)) for codec in self.sealed}

    def _beside(self, file: str) -> str:
        return f"{self.url_path.rpartition('/')[0]}/{file}"


@dataclass(frozen=True)
class Streamable:
    """What a player shows of an item.

    `waveform` holds peaks 0..100 over equal stretches of the sound. `compare_with` is the item
    that a remix is heard beside; one second of the remix is `compare_seconds` seconds of it.
    `made_by`, `badge` and `sentence` are its class and the words of it, as everywhere else.
    """

    item: str
    kind: Literal["original", "remix"]
    title: str
    artists: tuple[str, ...]
    label: str
    made_by: MadeBy
    seconds: float
    lufs: float
    waveform: tuple[int, ...]
    badge: str
    sentence: str
    compare_with: str | None = None
    compare_seconds: float = 1.0


@dataclass(frozen=True)
class Sent:
    """A playlist or a piece of a stream, allowed at the moment that it was read."""

    content: bytes
    media_type: str


@dataclass(frozen=True)
class Held:
    """A segment that lies too far ahead of play, and how long until it does not."""

    seconds: float


@dataclass(frozen=True)
class Exported:
    """The decision on taking a render out as a file, and the file if that is permitted."""

    cleared: Cleared
    path: Path | None


@dataclass(frozen=True)
class Play:
    """One listening that counts; `id` is the play token's, so that it counts once.

    `flags` say why it is not believed, if it is not: it is logged all the same, and not paid.
    """

    id: str
    item: str
    listener: str
    seconds: float
    played_at: datetime
    flags: tuple[str, ...] = ()

    @property
    def fraud(self) -> bool:
        """Whether it is not believed."""
        return bool(self.flags)
