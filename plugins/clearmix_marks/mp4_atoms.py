"""Free-form tags in an MP4 file, which FFmpeg's muxer writes only at the price of the usual ones.

With its flag `use_metadata_tags` the muxer would replace the iTunes list that players read title
and artist from. So the list is left as it is, and atoms `----` are appended to it, as iTunes does.
Boxes: ISO/IEC 14496-12, 4.2 (box), 8.7.5 (chunk offsets); QuickTime File Format, metadata list.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from clearmix.errors import MarkError

_MEANING = b"com.apple.iTunes"
_UTF8 = 1
_HEADER = 8
_LONG_HEADER = 16
_C2PA = uuid.UUID("d8fec3d6-1b0e-483c-9297-5828877ec481").bytes
"""The box of a seal: C2PA specification, Embedding manifests into BMFF-based assets."""

_TO_LIST = (b"moov", b"udta", b"meta", b"ilst")
_TO_TABLES = (b"mdia", b"minf", b"stbl")


class _Box(NamedTuple):
    """Where a box begins in its file, where its content does, and where it ends."""

    name: bytes
    at: int
    content: int
    end: int


def with_freeform_tags(file: bytes, tags: Mapping[str, str], *, place: str) -> bytes:
    """The same MP4 file with these tags added to its list; the sound's bytes stay.

    Raises:
        MarkError: the file has no metadata list, or is not built as an MP4 file should be.
    """
    path: list[_Box] = []
    start, end = 0, len(file)
    try:
        for name in _TO_LIST:
            box = _find(file, start, end, name)
            path.append(box)
            # `meta` is a full box: four bytes of version and flags come before its children.
            start, end = box.content + (4 if name == b"meta" else 0), box.end
    except LookupError as error:
        raise MarkError(
            "an MP4 file without a list of tags",
            help="encode the file again with a title",
            place=place,
        ) from error
    added = b"".join(_freeform(name, value) for name, value in tags.items())
    changed = bytearray(file)
    _shift_chunks(changed, path[0], by=len(added))
    for box in path:
        long = box.content - box.at == _LONG_HEADER
        layout, at = (">Q", box.at + _HEADER) if long else (">I", box.at)
        struct.pack_into(layout, changed, at, box.end - box.at + len(added))
    changed[end:end] = added
    return bytes(changed)


def boxes_of_others(file: bytes) -> bytes:
    """The `uuid` boxes beside the movie, in which other labelers write; FFmpeg copies none.

    Without a C2PA seal, which does not hold for a file that is written anew.
    """
    return b"".join(
        file[box.at : box.end]
        for box in _boxes(file, 0, len(file))
        if box.name == b"uuid" and not file.startswith(_C2PA, box.content, box.end)
    )


def _freeform(name: str, value: str) -> bytes:
    return _box(
        b"----",
        _box(b"mean", bytes(4) + _MEANING)
        + _box(b"name", bytes(4) + name.encode())
        + _box(b"data", struct.pack(">II", _UTF8, 0) + value.encode()),
    )


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", _HEADER + len(content), name) + content


def _find(file: bytes | bytearray, start: int, end: int, name: bytes) -> _Box:
    """The first box of that name among siblings; else LookupError."""
    for box in _boxes(file, start, end):
        if box.name == name:
            return box
    raise LookupError(name)


def _boxes(file: bytes | bytearray, start: int, end: int) -> Iterator[_Box]:
    """The boxes that follow one another from `start`, as far as each is whole before `end`.

    One that is torn, or claims more than there is, ends them: where the next begins is not known.
    """
    at = start
    while at + _HEADER <= end:
        size, name = struct.unpack_from(">I4s", file, at)
        header = _HEADER
        if size == 1 and at + _LONG_HEADER <= end:
            header = _LONG_HEADER
            (size,) = struct.unpack_from(">Q", file, at + _HEADER)
        elif size == 0:
            size = end - at
        if size < header or at + size > end:
            return
        yield _Box(name, at, at + header, at + size)
        at += size


def _shift_chunks(file: bytearray, moov: _Box, *, by: int) -> None:
    """Moves the chunk offsets of every track that point behind the movie box."""
    for box in _boxes(file, moov.content, moov.end):
        if box.name != b"trak":
            continue
        within = box
        for step in _TO_TABLES:
            within = _find(file, within.content, within.end, step)
        for table in _boxes(file, within.content, within.end):
            layout = {b"stco": ">I", b"co64": ">Q"}.get(table.name)
            if layout is None:
                continue
            (count,) = struct.unpack_from(">I", file, table.content + 4)
            width = struct.calcsize(layout)
            first = table.content + 8
            for entry in range(first, first + count * width, width):
                (offset,) = struct.unpack_from(layout, file, entry)
                if offset >= moov.end:
                    struct.pack_into(layout, file, entry, offset + by)
