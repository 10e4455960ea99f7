from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix import ClearmixError
from clearmix_separate.checkpoint import MAGIC, read_checkpoint

Variables = dict[str, np.ndarray]

NUMBERS = {"float32": 1, "float64": 2, "int32": 3, "int64": 9}


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def block(rows: list[tuple[bytes, bytes]], *, compressed: bool = False) -> bytes:
    """A block of a LevelDB table whose keys share their beginnings."""
    out, before = b"", b""
    for key, value in rows:
        shared = next((n for n in range(len(key)) if key[: n + 1] != before[: n + 1]), 0)
        out += varint(shared) + varint(len(key) - shared) + varint(len(value))
        out += key[shared:] + value
        before = key
    return out + struct.pack("<II", 0, 1) + bytes([compressed]) + b"\0\0\0\0"


def bundle(variables: Variables, *, compressed: bool = False) -> tuple[bytes, bytes]:
    """Index and data of a checkpoint, as TensorFlow writes them."""
    values, rows = b"", [(b"", b"header")]
    for name, array in sorted(variables.items()):
        dimensions = b"".join(field(2, field(1, size)) for size in array.shape)
        entry = field(1, NUMBERS[str(array.dtype)]) + field(2, dimensions)
        rows.append((name.encode(), entry + field(4, len(values)) + field(5, array.nbytes)))
        values += array.tobytes()
    first = block(rows, compressed=compressed)
    handle = varint(0) + varint(len(first) - 5)
    index = block([(b"\xff", handle)])
    footer = varint(0) + varint(0) + varint(len(first)) + varint(len(index) - 5)
    return first + index + footer.ljust(40, b"\0") + struct.pack("<Q", MAGIC), values


@given(
    st.dictionaries(
        st.text("abc/_1", min_size=1, max_size=8),
        st.tuples(st.sampled_from(sorted(NUMBERS)), st.lists(st.integers(1, 4), max_size=3)),
        max_size=6,
    )
)
def test_what_was_written_is_read(shapes: dict[str, tuple[str, list[int]]]) -> None:
    variables = {
        name: np.arange(np.prod(shape, dtype=int), dtype=kind).reshape(shape)
        for name, (kind, shape) in shapes.items()
    }
    read = read_checkpoint(*bundle(variables))
    assert read.keys() == variables.keys()
    for name, array in variables.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)


@pytest.mark.parametrize("wrong", ["short", "foreign", "compressed", "cut"])
def test_what_is_no_checkpoint_is_refused_in_words(wrong: str) -> None:
    index, values = bundle({"a": np.ones(4, np.float32)}, compressed=wrong == "compressed")
    if wrong == "short":
        index = index[-20:]
    elif wrong == "foreign":
        index = index[:-1] + b"\0"
    elif wrong == "cut":
        values = values[:-1]
    with pytest.raises(ClearmixError, match="checkpoint cannot be read") as refused:
        read_checkpoint(index, values)
    assert refused.value.help == "fetch the weights again"
