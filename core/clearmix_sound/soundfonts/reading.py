"""A SoundFont bank as a value: its presets, their zones, and where the samples lie in the file.

The format is RIFF (SoundFont Technical Specification 2.04, Creative 2006; clauses are named below).
`.sf3` has the same structure with samples in Ogg Vorbis (MuseScore).
"""

from __future__ import annotations

import hashlib
import io
import itertools
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from clearmix.errors import AudioError

INSTRUMENT, KEY_RANGE, VELOCITY_RANGE, SAMPLE_ID = 41, 43, 44, 53
"""Generators that say where a zone applies and what it leads to (8.1.2)."""

DEFAULTS: Mapping[int, int] = {
    8: 13500, 21: -12000, 23: -12000, 25: -12000, 26: -12000, 27: -12000, 28: -12000, 30: -12000,
    33: -12000, 34: -12000, 35: -12000, 36: -12000, 38: -12000, 46: -1, 47: -1, 56: 100, 58: -1,
}  # fmt: skip
"""Values of generators that nobody sets, where they are not 0 (8.1.3)."""

NOT_ADDED = frozenset({0, 1, 2, 3, 4, 12, 45, 46, 47, 50, 54, 57, 58})
"""Generators that a preset must not change (8.5)."""

VORBIS = 0x10
"""Bit of a sample's type that says that it is compressed."""

Pcm = npt.NDArray[np.float32]
Ranges = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Sample:
    """A recording in the bank; `start` and `stop` are frames, or bytes where it is compressed."""

    start: int
    stop: int
    loop_start: int
    loop_stop: int
    rate: int
    pitch: int
    cents: int
    compressed: bool


@dataclass(frozen=True)
class Zone:
    """A sample with the generators that shape it, for a range of keys and of velocities."""

    sample: Sample
    generators: Mapping[int, int]
    keys: tuple[int, int]
    velocities: tuple[int, int]

    def value(self, generator: int) -> int:
        """A generator's value, or its default."""
        return self.generators.get(generator, DEFAULTS.get(generator, 0))


@dataclass(frozen=True)
class Bank:
    """A bank in a file; `fingerprint` tells its contents, `copyright` who may do what with it."""

    path: Path
    name: str
    copyright: str
    fingerprint: str
    presets: Mapping[tuple[int, int], Sequence[Zone]]
    samples_at: int
    samples_bytes: int
    _read: dict[Sample, Pcm] = field(default_factory=dict, compare=False, repr=False)

    def zones(self, bank: int, program: int, key: int, velocity: int) -> list[Zone]:
        """What sounds when a key is struck in a preset."""
        return [
            zone
            for zone in self.presets.get((bank, program), ())
            if zone.keys[0] <= key <= zone.keys[1]
            and zone.velocities[0] <= velocity <= zone.velocities[1]
        ]

    def pcm(self, sample: Sample) -> Pcm:
        """The frames of a sample, -1..1, read when they are first needed."""
        if sample not in self._read:
            frames = self._frames(sample)
            self._read[sample] = frames if frames.size > 1 else np.zeros(2, np.float32)
        return self._read[sample]

    def _frames(self, sample: Sample) -> Pcm:
        if sample.compressed:
            import soundfile

            with self.path.open("rb") as file:
                file.seek(self.samples_at + sample.start)
                packed = io.BytesIO(file.read(sample.stop - sample.start))
            try:
                frames, _ = soundfile.read(packed, dtype="float32", always_2d=True)
            except (RuntimeError, TypeError) as error:
                raise _broken(self.path, f"a sample cannot be decoded ({error})") from None
            return np.ascontiguousarray(frames[:, 0])
        count = max(0, min(sample.stop, self.samples_bytes // 2) - sample.start)
        found = np.fromfile(self.path, "<i2", count, offset=self.samples_at + 2 * sample.start)
        return found.astype(np.float32) / np.float32(32768)


def read_bank(path: Path) -> Bank:
    """The bank of a file; its samples stay where they are.

    Raises:
        AudioError: the file cannot be read, or is no SoundFont bank.
    """
    try:
        with path.open("rb") as file:
            return _bank(path, file)
    except OSError as error:
        raise AudioError(
            f"cannot read the SoundFont bank: {error.strerror}",
            help="set CLEARMIX_SOUNDFONT to a `.sf2` or `.sf3` file, or to nothing",
            place=str(path),
        ) from None
    except (struct.error, IndexError, KeyError, ValueError) as error:
        raise _broken(path, f"it ends too early or contradicts itself ({error})") from None


def _broken(path: Path, what: str) -> AudioError:
    return AudioError(
        f"not a SoundFont bank: {what}",
        help="set CLEARMIX_SOUNDFONT to a `.sf2` or `.sf3` file, or to nothing",
        place=str(path),
    )


def _bank(path: Path, file: BinaryIO) -> Bank:
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"sfbk":
        raise _broken(path, "it does not begin as one")
    end = 8 + int.from_bytes(head[4:8], "little")
    info: dict[bytes, bytes] = {}
    tables: dict[bytes, bytes] = {}
    samples = (0, 0)
    for kind, start, stop in _chunks(file, 12, end):
        file.seek(start)
        if kind != b"LIST":
            continue
        name = file.read(4)
        for inner, first, last in _chunks(file, start + 4, stop):
            if name == b"sdta":
                samples = (first, last - first) if inner == b"smpl" else samples
                continue
            file.seek(first)
            (info if name == b"INFO" else tables)[inner] = file.read(last - first)
    told = hashlib.sha256(str(samples[1]).encode())
    for part in (info, tables):
        for inner in sorted(part):
            told.update(inner + part[inner])
    presets = _presets(tables)
    if not presets:
        raise _broken(path, "there are no presets in it")
    return Bank(
        path, _text(info.get(b"INAM", b"")) or path.stem, _text(info.get(b"ICOP", b"")),
        told.hexdigest(), presets, *samples,
    )  # fmt: skip


def _chunks(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The chunks of a RIFF list: what each is, and where its contents begin and end."""
    while at + 8 <= end:
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        size = int.from_bytes(head[4:], "little")
        yield head[:4], at + 8, at + 8 + size
        at += 8 + size + size % 2


def _text(raw: bytes) -> str:
    return raw.split(b"\0")[0].decode("latin-1").strip()


def _presets(tables: Mapping[bytes, bytes]) -> dict[tuple[int, int], tuple[Zone, ...]]:
    samples = [
        Sample(start, stop, loop_start, loop_stop, rate, pitch, cents, bool(kind & VORBIS))
        for _, start, stop, loop_start, loop_stop, rate, pitch, cents, _, kind
        in struct.iter_unpack("<20sIIIIIBbHH", tables[b"shdr"])
    ]  # fmt: skip
    instruments = [
        list(_zones(tables, b"ibag", b"igen", SAMPLE_ID, first, last))
        for first, last in _bags(tables[b"inst"], "<20sH", 1)
    ]
    presets: dict[tuple[int, int], tuple[Zone, ...]] = {}
    rows = list(struct.iter_unpack("<20sHHHIII", tables[b"phdr"]))
    bags = _bags(tables[b"phdr"], "<20sHHHIII", 3)
    for (_, program, bank, *_), (first, last) in zip(rows, bags, strict=False):
        zones = []
        for preset in _zones(tables, b"pbag", b"pgen", INSTRUMENT, first, last):
            for one in instruments[preset[INSTRUMENT] & 0xFFFF]:
                ranges = [_both(_range(preset, at), _range(one, at))
                          for at in (KEY_RANGE, VELOCITY_RANGE)]  # fmt: skip
                if all(low <= high for low, high in ranges):
                    zones.append(
                        Zone(samples[one[SAMPLE_ID] & 0xFFFF], _joined(one, preset), *ranges)
                    )
        presets[bank, program] = tuple(zones)
    return presets


def _bags(table: bytes, layout: str, place: int) -> list[tuple[int, int]]:
    """The first and the last bag of each row; the terminal row only ends the one before."""
    firsts = [row[place] for row in struct.iter_unpack(layout, table)]
    return list(itertools.pairwise(firsts))


def _zones(
    tables: Mapping[bytes, bytes], bags: bytes, generators: bytes, leads_to: int, first: int,
    last: int,
) -> Iterator[dict[int, int]]:  # fmt: skip
    """The generators of each zone, with those of the global one that comes before them (7.3)."""
    shared: dict[int, int] = {}
    for bag in range(first, last):
        start, _, stop, _ = struct.unpack_from("<HHHH", tables[bags], 4 * bag)
        own = dict(
            struct.unpack_from("<Hh", tables[generators], 4 * at) for at in range(start, stop)
        )
        if leads_to in own:
            yield shared | own
        elif bag == first:
            shared = own


def _range(generators: Mapping[int, int], at: int) -> tuple[int, int]:
    both = generators.get(at, 127 << 8) & 0xFFFF
    return both & 0xFF, both >> 8


def _both(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return max(one[0], other[0]), min(one[1], other[1])


def _joined(one: Mapping[int, int], preset: Mapping[int, int]) -> dict[int, int]:
    """An instrument's generators, moved by those of the preset (9.4)."""
    out = dict(one)
    for at, value in preset.items():
        if at not in NOT_ADDED and at not in (INSTRUMENT, KEY_RANGE, VELOCITY_RANGE):
            out[at] = out.get(at, DEFAULTS.get(at, 0)) + value
    return out
