"""A clock that a test moves, and what a player does with a link."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clearmix.audio import Audio, read_audio
from clearmix.delivery import Delivery, Held, Play, Sent, StreamLink


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **by: float) -> None:
        self.now += timedelta(**by)


class Counted:
    """A royalties room that only counts."""

    def __init__(self) -> None:
        self.plays: list[Play] = []

    def record(self, play: Play) -> None:
        self.plays.append(play)


def parts(url_path: str, file: str = "") -> tuple[str, str, str, str]:
    _, stream, expires, signed, listening, main = url_path.split("/")
    assert stream == "stream"
    return expires, signed, listening, file or main


def fetched(delivery: Delivery, link: StreamLink, file: str, listener: str = "mia") -> bytes:
    found = delivery.open(*parts(link.url_path, file), listener)
    assert isinstance(found, Sent), found
    return found.content


def segments(playlist: bytes) -> list[str]:
    return [line for line in playlist.decode().splitlines() if line and line[0] != "#"]


def whole(delivery: Delivery, link: StreamLink, clock: Clock, codec: str, path: Path) -> Audio:
    """All that a player gets that waits whenever it is made to."""
    names = segments(fetched(delivery, link, f"{codec}.m3u8"))
    content = fetched(delivery, link, f"{codec}-init.mp4")
    for name in names:
        while isinstance(found := delivery.open(*parts(link.url_path, name), "mia"), Held):
            clock.wait(seconds=found.seconds)
        content += found.content
    path.write_bytes(content)
    return read_audio(path)


def listened(
    delivery: Delivery,
    clock: Clock,
    song: str,
    seconds: float,
    listener: str = "mia",
    address: str = "",
) -> StreamLink:
    """A link of which so many seconds were streamed as they were played."""
    link = delivery.play(song, listener, address=address)[0]
    begun = clock.now
    names = segments(fetched(delivery, link, "aac.m3u8", listener))
    for name in names[: math.ceil(seconds / 4)]:
        while isinstance(held := delivery.open(*parts(link.url_path, name), listener), Held):
            clock.wait(seconds=held.seconds)
    clock.now = begun + timedelta(seconds=seconds)
    return link
