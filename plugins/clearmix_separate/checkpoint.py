"""Reading TensorFlow's checkpoints (the "tensor bundle" format) without TensorFlow.

A checkpoint is an index and one data file. The index is a LevelDB table (`table/format.cc` of
LevelDB): a footer names the index block, whose entries name data blocks, whose entries map a
variable's name to a `BundleEntryProto` (`tensor_bundle.proto` of TensorFlow): type, shape, offset
and size in the data file. Only what Spleeter's checkpoint uses is read: one shard, no compression.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from clearmix import ClearmixError

MAGIC = 0xDB4775248B80FB57
"""The last eight bytes of a LevelDB table."""

FOOTER_BYTES = 48

_TYPES: Mapping[int, type[np.generic]] = {
    1: np.float32,
    2: np.float64,
    3: np.int32,
    9: np.int64,
    10: np.bool_,
}
"""Numbers of `DataType` (`types.proto` of TensorFlow)."""

Fields = dict[int, list[int | bytes]]


def read_checkpoint(index: bytes, values: bytes) -> dict[str, npt.NDArray[np.generic]]:
    """Every variable by its name.

    Args:
        index: the bytes of `model.index`.
        values: the bytes of `model.data-00000-of-00001`.

    Raises:
        ClearmixError: the index is no such table, is compressed, or names bytes that are missing.
    """
    try:
        return {name: _variable(entry, values) for name, entry in _entries(index)}
    except (IndexError, KeyError, ValueError, struct.error) as error:
        raise ClearmixError(
            f"the checkpoint cannot be read: {error}", help="fetch the weights again"
        ) from error


def read_checkpoint_files(prefix: Path) -> dict[str, npt.NDArray[np.generic]]:
    """Every variable of the checkpoint whose files begin with `prefix`."""
    data = prefix.with_name(f"{prefix.name}.data-00000-of-00001")
    return read_checkpoint(prefix.with_name(f"{prefix.name}.index").read_bytes(), data.read_bytes())


def _entries(index: bytes) -> Iterator[tuple[str, bytes]]:
    footer = index[-FOOTER_BYTES:]
    if len(footer) < FOOTER_BYTES or struct.unpack("<Q", footer[-8:])[0] != MAGIC:
        raise ValueError("its index is no LevelDB table")
    at = 0
    for _ in ("offset", "size"):  # of the meta-index block, which is empty
        _, at = _varint(footer, at)
    offset, at = _varint(footer, at)
    size, at = _varint(footer, at)
    for _, handle in _block(index, offset, size):
        block_offset, at = _varint(handle, 0)
        block_size, _ = _varint(handle, at)
        for name, entry in _block(index, block_offset, block_size):
            if name:  # the empty name holds the header of the bundle
                yield name.decode(), entry


def _block(index: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of a block; each key shares its beginning with the one before."""
    if index[offset + size] != 0:
        raise ValueError("its index is compressed")
    block = index[offset : offset + size]
    restarts = struct.unpack("<I", block[-4:])[0]
    end = len(block) - 4 * (restarts + 1)
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        unshared, at = _varint(block, at)
        length, at = _varint(block, at)
        key = key[:shared] + block[at : at + unshared]
        at += unshared
        yield key, block[at : at + length]
        at += length


def _variable(entry: bytes, values: bytes) -> npt.NDArray[np.generic]:
    fields = _message(entry)
    dtype = np.dtype(_TYPES[_number(fields, 1)])
    dimensions = _message(_bytes(fields, 2)).get(2, [])
    shape = [_number(_message(size), 1) for size in dimensions if isinstance(size, bytes)]
    start, size = _number(fields, 4), _number(fields, 5)
    if start + size > len(values):
        raise ValueError("its data file is cut short")
    return np.frombuffer(values, dtype, size // dtype.itemsize, start).reshape(shape)


def _message(encoded: bytes) -> Fields:
    """The fields of a protocol buffer by their number."""
    found: Fields = {}
    at = 0
    while at < len(encoded):
        tag, at = _varint(encoded, at)
        number, wire = tag >> 3, tag & 7
        value: int | bytes
        if wire == 0:
            value, at = _varint(encoded, at)
        else:
            if wire == 2:
                length, at = _varint(encoded, at)
            else:
                length = {1: 8, 5: 4}[wire]
            value = encoded[at : at + length]
            at += length
        found.setdefault(number, []).append(value)
    return found


def _number(fields: Fields, number: int) -> int:
    value = fields.get(number, [0])[0]
    return value if isinstance(value, int) else 0


def _bytes(fields: Fields, number: int) -> bytes:
    value = fields.get(number, [b""])[0]
    return value if isinstance(value, bytes) else b""


def _varint(encoded: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = encoded[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
