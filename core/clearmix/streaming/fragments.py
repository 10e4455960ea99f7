"""A fragmented MP4 taken apart as it is written: what initialises a player, and each segment.

Boxes: ISO/IEC 14496-12, 4.2 (box), 8.8.4 to 8.8.8 (movie fragments). Only files of one track that
our own encoder writes are read here, whose time scale is the sample rate.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_HEADER = 8
_IN_FRAGMENT = (b"moof", b"traf")
_TFHD_BASE, _TFHD_DESCRIPTION, _TFHD_DURATION = 0x1, 0x2, 0x8
_TRUN_OFFSET, _TRUN_FLAGS = 0x1, 0x4
_TRUN_EACH = (0x100, 0x200, 0x400, 0x800)
"""Fields that each sample may have, in their order; the first is its duration."""

LEAST_SECONDS = 0.5
"""A shorter rest at the end belongs to the segment before it."""


@dataclass(frozen=True)
class Piece:
    """Some bytes of a stream in their order; the initialisation lasts no seconds."""

    content: bytes
    seconds: float


class SegmentSink:
    """A file to write to, that gives back the initialisation and each segment once complete."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._rest = bytearray()
        self._head = bytearray()
        self._began = False

    def write(self, content: bytes) -> int:
        """Takes the next bytes of the file."""
        self._rest += content
        return len(content)

    def pieces(self) -> Iterator[Piece]:
        """What has become complete; boxes that are no part of any segment are left out."""
        while (box := self._next_box()) is not None:
            name, content = box
            if name in (b"ftyp", b"moov", b"moof"):
                self._head += content
                if name == b"moov":
                    yield self._taken(0.0)
            elif name == b"mdat" and self._head:
                yield self._taken(_seconds(bytes(self._head), self._rate), content)

    def _taken(self, seconds: float, content: bytes = b"") -> Piece:
        piece = Piece(bytes(self._head) + content, seconds)
        self._head.clear()
        return piece

    def _next_box(self) -> tuple[bytes, bytes] | None:
        if len(self._rest) < _HEADER:
            return None
        size, name = struct.unpack_from(">I4s", self._rest)
        if len(self._rest) < size:
            return None
        content = bytes(self._rest[:size])
        del self._rest[:size]
        return name, content


def pieces_of(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The initialisation and the segments of a whole stream, without a tiny rest at the end."""
    found = list(pieces)
    if len(found) > 2 and found[-1].seconds < LEAST_SECONDS:
        rest = found.pop()
        last = found.pop()
        found.append(Piece(last.content + rest.content, last.seconds + rest.seconds))
    return tuple(found)


def _seconds(head: bytes, rate: int) -> float:
    """How long the samples of a movie fragment last."""
    start, end = 0, len(head)
    for name in _IN_FRAGMENT:
        start, end = next(_boxes(head, start, end, name))
    default = 0
    for at, _ in _boxes(head, start, end, b"tfhd"):
        (flags,) = struct.unpack_from(">I", head, at)
        skipped = 8 + 8 * bool(flags & _TFHD_BASE) + 4 * bool(flags & _TFHD_DESCRIPTION)
        if flags & _TFHD_DURATION:
            (default,) = struct.unpack_from(">I", head, at + skipped)
    return sum(_run(head, at, default) for at, _ in _boxes(head, start, end, b"trun")) / rate


def _run(head: bytes, at: int, default: int) -> int:
    flags, count = struct.unpack_from(">II", head, at)
    if not flags & _TRUN_EACH[0]:
        return int(count * default)
    first = at + 8 + 4 * bool(flags & _TRUN_OFFSET) + 4 * bool(flags & _TRUN_FLAGS)
    width = 4 * sum(bool(flags & one) for one in _TRUN_EACH)
    return sum(
        int.from_bytes(head[place : place + 4], "big")
        for place in range(first, first + count * width, width)
    )


def _boxes(content: bytes, start: int, end: int, wanted: bytes) -> Iterator[tuple[int, int]]:
    """Where the insides of boxes of that name begin and end among siblings."""
    at = start
    while at + _HEADER <= end:
        size, name = struct.unpack_from(">I4s", content, at)
        if name == wanted:
            yield at + _HEADER, at + size
        at += max(size, _HEADER)
