"""The watermark's message: a render id followed by bits that only the key's holder can make."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np
import numpy.typing as npt

from clearmix.errors import MarkError

Bits = npt.NDArray[np.uint8]

ID_BITS = 64
CHECK_BITS = 36
"""Width of the truncated HMAC. A reading makes at most `detection.MOST_DECODINGS` = 64 guesses per
file, so a wrong one passes with probability 64 x 2^-36 = 9.3e-10 (docs/marks/watermark.md)."""
MESSAGE_BITS = ID_BITS + CHECK_BITS


def message_of(render_id: str, key: bytes) -> Bits:
    """The 100 bits that the mark of a render carries.

    Raises:
        MarkError: the render id is not 16 hexadecimal digits.
    """
    try:
        number = bytes.fromhex(render_id) if len(render_id) == ID_BITS // 4 else b""
    except ValueError:
        number = b""
    if len(number) != ID_BITS // 8:
        raise MarkError(
            f"a render id of `{render_id}`",
            help="give 16 hexadecimal digits",
            place="disclosure.render_id",
        )
    return np.concatenate([np.unpackbits(np.frombuffer(number, np.uint8)), _check(number, key)])


def render_id_of(message: Bits, key: bytes) -> str | None:
    """The render id of 100 received bits, or None when their check does not fit the key."""
    number = np.packbits(message[:ID_BITS]).tobytes()
    if not np.array_equal(message[ID_BITS:], _check(number, key)):
        return None
    return number.hex()


def _check(number: bytes, key: bytes) -> Bits:
    digest = hmac.new(key, b"clearmix-mark/2 check" + number, hashlib.sha256).digest()
    return np.unpackbits(np.frombuffer(digest, np.uint8))[:CHECK_BITS]
