"""How alike two remixes sound: the share of their fingerprints' signs that agree.

A fingerprint says of each 46 ms how the levels of 33 semitones change against each other. Two
remixes of one recording share some of that whatever was done; nearly equal ones share most of it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from clearmix.fingerprints import BITS, HOP, RATE, Fingerprint

ALIKE = 0.7
"""Likeness from which two remixes of one recording stand behind one another: above that of any two
that were asked for in different ways (tests/benchmarks/discovery/folding.py)."""

LONGEST_OFFSET_SECONDS = 0.6
"""How much later than the other one of them may begin."""

WIDEST_STRETCH = 0.04
"""How much longer than the other one of them may be: a tempo beside it, and no other form."""

LEAST_FRAMES = 64
"""Three seconds: what is shorter is not compared."""

Packed = npt.NDArray[np.uint32]


def likeness(one: Fingerprint, other: Fingerprint) -> float:
    """How alike two sounds are from their beginnings on: 1 for the same, about 0 for any others.

    The longer one is also compared as if it had been played faster, to the length of the other.
    """
    shorter, longer = sorted((one, other), key=lambda sound: len(sound.signs))
    frames = len(shorter.signs)
    stretch = len(longer.signs) / max(1, frames)
    if frames < LEAST_FRAMES or stretch > 1 + WIDEST_STRETCH:
        return 0.0
    first, second = _packed(shorter), _packed(longer)
    faster = second[np.rint(np.arange(frames) * stretch).astype(int).clip(0, len(second) - 1)]
    return max(_agreement(first, second), _agreement(first, faster))


def _agreement(one: Packed, other: Packed) -> float:
    """Share of signs that agree beyond chance, where both fit each other best."""
    reach = round(LONGEST_OFFSET_SECONDS * RATE / HOP)
    best = 0.0
    for offset in range(-reach, reach + 1):
        first, second = one[max(0, -offset) :], other[max(0, offset) :]
        frames = min(len(first), len(second))
        wrong = np.bitwise_count(first[:frames] ^ second[:frames]).sum(dtype=np.int64)
        best = max(best, 1.0 - 2.0 * float(wrong) / (BITS * frames))
    return best


def _packed(sound: Fingerprint) -> Packed:
    """The signs of each frame in the bits of one number."""
    return np.frombuffer(sound.to_bytes(), np.uint32)
