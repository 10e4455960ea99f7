"""Free-form tags in an MP4 file, which FFmpeg's muxer writes only at the price of the usual ones.

With its flag `use_metadata_tags` the muxer would replace the iTunes list that players read title
and artist from. So the list is left as it is, and atoms `----` are appended to it, as iTunes does.
Boxes: ISO/IEC 14496-12, 4.2 (box), 8.7.5 (chunk offsets); QuickTime File Format, metadata list.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Mapping

from clearmix.errors import MarkError

_MEANING = b"com.apple.iTunes"
_UTF8 = 1
_HEADER = 8
_C2PA = uuid.UUID("d8fec3d6-1b0e-483c-9297-5828877ec481").bytes
"""The box of a seal: C2PA specification, Embedding manifests into BMFF-based assets."""

_TO_LIST = (b"moov", b"udta", b"meta", b"ilst")
_TO_TABLES = (b"mdia", b"minf", b"stbl")


def with_freeform_tags(file: bytes, tags: Mapping[str, str], *, place: str) -> bytes:
    """The same MP4 file with these tags added to its list; the sound's bytes stay.

    Raises:
        MarkError: the file has no metadata list, or is not built as an MP4 file should be.
    """
    path: list[tuple[int, int]] = []
    start, end = 0, len(file)
    try:
        for name in _TO_LIST:
            at, size = _find(file, start, end, name)
            path.append((at, size))
            # `meta` is a full box: four bytes of version and flags come before its children.
            start, end = at + _HEADER + (4 if name == b"meta" else 0), at + size
    except (LookupError, struct.error) as error:
        raise MarkError(
            "an MP4 file without a list of tags",
            help="encode the file again with a title",
            place=place,
        ) from error
    added = b"".join(_freeform(name, value) for name, value in tags.items())
    changed = bytearray(file)
    for at, size in path:
        struct.pack_into(">I", changed, at, size + len(added))
    moov_at, moov_size = path[0]
    _shift_chunks(changed, moov_at, moov_size, by=len(added))
    changed[end:end] = added
    return bytes(changed)


def boxes_of_others(file: bytes) -> bytes:
    """The `uuid` boxes beside the movie, in which other labelers write; FFmpeg copies none.

    Without a C2PA seal, which does not hold for a file that is written anew.
    """
    try:
        found = _boxes(file, 0, len(file))
    except (LookupError, struct.error):
        return b""
    boxes = (file[at : at + size] for at, size, name in found if name == b"uuid")
    return b"".join(box for box in boxes if box[_HEADER : _HEADER + len(_C2PA)] != _C2PA)


def _freeform(name: str, value: str) -> bytes:
    return _box(
        b"----",
        _box(b"mean", bytes(4) + _MEANING)
        + _box(b"name", bytes(4) + name.encode())
        + _box(b"data", struct.pack(">II", _UTF8, 0) + value.encode()),
    )


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", _HEADER + len(content), name) + content


def _find(file: bytes | bytearray, start: int, end: int, name: bytes) -> tuple[int, int]:
    """Where the first box of that name begins among siblings, and its size; else LookupError."""
    for at, size, found in _boxes(file, start, end):
        if found == name:
            return at, size
    raise LookupError(name)


def _boxes(file: bytes | bytearray, start: int, end: int) -> list[tuple[int, int, bytes]]:
    boxes = []
    at = start
    while at + _HEADER <= end:
        size, name = struct.unpack_from(">I4s", file, at)
        if size == 1:
            (size,) = struct.unpack_from(">Q", file, at + _HEADER)
        elif size == 0:
            size = end - at
        if size < _HEADER:
            raise LookupError(name)
        boxes.append((at, size, name))
        at += size
    return boxes


def _shift_chunks(file: bytearray, moov_at: int, moov_size: int, *, by: int) -> None:
    """Moves the chunk offsets of every track that point behind the movie box."""
    moov_end = moov_at + moov_size
    for at, size, name in _boxes(file, moov_at + _HEADER, moov_end):
        if name != b"trak":
            continue
        start, end = at + _HEADER, at + size
        for step in _TO_TABLES:
            at, size = _find(file, start, end, step)
            start, end = at + _HEADER, at + size
        for at, _, name in _boxes(file, start, end):
            layout = {b"stco": ">I", b"co64": ">Q"}.get(name)
            if layout is None:
                continue
            (count,) = struct.unpack_from(">I", file, at + _HEADER + 4)
            width = struct.calcsize(layout)
            for entry in range(at + _HEADER + 8, at + _HEADER + 8 + count * width, width):
                (offset,) = struct.unpack_from(layout, file, entry)
                if offset >= moov_end:
                    struct.pack_into(layout, file, entry, offset + by)
