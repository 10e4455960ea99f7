"""The error-correcting code: a tail-biting convolutional code of rate 1/6, decoded softly."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from clearmix_marks.payload import Bits

Floats = npt.NDArray[np.float32]

GENERATORS = (0o42631, 0o47245, 0o56507, 0o73363, 0o77267, 0o64537)
"""Rate 1/6, constraint length 15: the code that audiowmark uses for the same purpose; from the
tables of optimum-distance-spectrum codes of Frenger, Orten and Ottosson (1999)."""
CONSTRAINT = 15
RATE_INVERSE = len(GENERATORS)
_STATES = 1 << (CONSTRAINT - 1)
_HALF = _STATES // 2


def encoded(message: Bits) -> Bits:
    """Six code bits per message bit; the register starts with the message's own last bits.

    Tail-biting (Ma and Wolf, 1986) saves the 14 known bits that would otherwise end the message.
    """
    register = 0
    for bit in message[-(CONSTRAINT - 1) :]:
        register = (register << 1 | int(bit)) & (_STATES - 1)
    code = np.empty(len(message) * RATE_INVERSE, np.uint8)
    for place, bit in enumerate(message):
        register = (register << 1 | int(bit)) & (2 * _STATES - 1)
        for output, generator in enumerate(GENERATORS):
            code[place * RATE_INVERSE + output] = (register & generator).bit_count() & 1
    return code


def decoded(soft: Floats) -> Bits:
    """The message most likely behind soft code bits (above zero means 0), any positive scale.

    Viterbi's algorithm runs over the received circle one and a half times: the first quarter and
    the last quarter only settle the unknown start and end state.
    """
    steps = np.ascontiguousarray(soft, dtype=np.float32).reshape(-1, RATE_INVERSE)
    steps = steps / (np.abs(steps).mean() + 1e-12)
    count = len(steps)
    lead = min(count, max(count // 4, 5 * CONSTRAINT // 2))
    order = np.arange(-lead, count + lead) % count
    patterns, signs = _branches()
    score = np.zeros(_STATES, np.float32)
    from_upper = np.empty((len(order), _STATES), np.bool_)
    following = np.empty((_HALF, 2), np.float32)
    for row, step in enumerate(order):
        branch = (signs @ steps[step])[patterns]
        lower, upper = score[:_HALF], score[_HALF:]
        # Every generator taps both ends of the register, so a flipped oldest or newest bit flips
        # all six outputs: one branch value serves the four branches of a butterfly.
        for newest, gain in ((0, branch), (1, -branch)):
            stay, switch = lower + gain, upper - gain
            np.greater(switch, stay, out=from_upper[row, newest::2])
            np.maximum(stay, switch, out=following[:, newest])
        score = following.ravel() - following.max()
    state = int(np.argmax(score))
    bits = np.empty(len(order), np.uint8)
    for row in range(len(order) - 1, -1, -1):
        bits[row] = state & 1
        state = state >> 1 | (_HALF if from_upper[row, state] else 0)
    return bits[lead : lead + count]


@cache
def _branches() -> tuple[npt.NDArray[np.intp], Floats]:
    """Output pattern of each butterfly, and the six signs (+1 for a 0) of each pattern."""
    register = np.arange(0, _STATES, 2, dtype=np.uint32)
    patterns = np.zeros(_HALF, np.intp)
    for generator in GENERATORS:
        patterns = patterns << 1 | (np.bitwise_count(register & np.uint32(generator)) & 1)
    bits = np.arange(1 << RATE_INVERSE)[:, None] >> np.arange(RATE_INVERSE - 1, -1, -1) & 1
    return patterns, (1 - 2 * bits).astype(np.float32)
