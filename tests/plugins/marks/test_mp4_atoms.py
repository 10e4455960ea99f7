"""What stands beside the sound of an M4A when its tags are written anew."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from clearmix import Audio, Disclosure, Settings
from clearmix_marks.mp4_atoms import boxes_of_others, with_freeform_tags
from clearmix_marks.tags import Tags

from .test_tags import packets, write

DEPOT = uuid.UUID("0f5c2f5e-6f0e-5a55-9d32-6d2d9c4a7c11").bytes
SEAL = uuid.UUID("d8fec3d6-1b0e-483c-9297-5828877ec481").bytes


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def long_box(name: bytes, content: bytes) -> bytes:
    """The same box with its size in 64 bits, as writers of large files have it."""
    return struct.pack(">I4sQ", 1, name, 16 + len(content)) + content


SHORT_ONE, LONG_ONE = box(b"uuid", DEPOT + b"depot"), long_box(b"uuid", DEPOT + b"far")


def test_what_other_labelers_wrote_beside_the_sound_stays_and_a_seal_does_not(
    settings: Settings, disclosure: Disclosure, music: Audio, tmp_path: Path
) -> None:
    path, tags = tmp_path / "song.m4a", Tags(settings)
    write(path, music)
    sound, seal = packets(path), box(b"uuid", SEAL + b"depot")
    with path.open("ab") as opened:
        opened.write(SHORT_ONE + seal)
    tags.mark(path, disclosure)
    assert path.read_bytes().endswith(SHORT_ONE)
    assert seal not in path.read_bytes()
    assert packets(path) == sound
    assert tags.read(path).render_id == disclosure.render_id


def test_a_box_is_told_by_its_id_however_its_size_is_written() -> None:
    seals = box(b"uuid", SEAL + b"store") + long_box(b"uuid", SEAL + b"store")
    file = box(b"ftyp", b"M4A ") + seals + SHORT_ONE + long_box(b"mdat", b"sound") + LONG_ONE
    assert boxes_of_others(file) == SHORT_ONE + LONG_ONE


@pytest.mark.parametrize(
    "last",
    [
        box(b"uuid", DEPOT + b"torn")[:-1],
        long_box(b"uuid", DEPOT + b"torn")[:-1],
        struct.pack(">I4sQ", 1, b"uuid", 2**64 - 1) + DEPOT,
        struct.pack(">I4s", 1, b"uuid"),
        struct.pack(">I4sQ", 1, b"uuid", 15),
        struct.pack(">I4s", 7, b"uuid"),
        b"\0\0\0",
    ],
    ids=["cut", "long-cut", "endless", "no-size", "long-too-small", "too-small", "no-header"],
)
def test_a_bad_box_at_the_end_is_left_and_costs_no_other(last: bytes) -> None:
    assert boxes_of_others(box(b"ftyp", b"M4A ") + SHORT_ONE + last) == SHORT_ONE


def test_a_box_whose_size_is_zero_runs_to_the_end_of_the_file() -> None:
    last = struct.pack(">I4s", 0, b"uuid") + DEPOT + b"all of it"
    assert boxes_of_others(SHORT_ONE + last) == SHORT_ONE + last


def movie(write: Callable[[bytes, bytes], bytes], listed: bytes) -> bytes:
    """A movie of one track, whose only chunk lies behind it, and whose list stands before it."""
    track = box(b"stco", bytes(4) + struct.pack(">II", 1, 1000 + len(listed)))
    for name in (b"stbl", b"minf", b"mdia", b"trak"):
        track = write(name, track)
    tags = write(b"udta", write(b"meta", bytes(4) + write(b"ilst", listed)))
    return write(b"moov", tags + track)


@pytest.mark.parametrize("write", [box, long_box])
def test_sizes_and_chunks_move_with_the_tags_however_sizes_are_written(
    write: Callable[[bytes, bytes], bytes],
) -> None:
    changed = with_freeform_tags(movie(write, b""), {"A": "b"}, place="song.m4a")
    start = changed.index(b"----") - 4
    added = changed[start : start + int.from_bytes(changed[start : start + 4], "big")]
    assert changed == movie(write, added)
