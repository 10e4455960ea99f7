"""Loudness of a preview: a gain by estimate and a limiter, block by block as sound comes in.

The whole is not known yet, so nothing here can reach the target: it is near enough to listen to,
and its peaks are kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np

from clearmix.audio import Audio
from clearmix.rendering.mastering import (
    CEILING_DBTP,
    HOP_FRAMES,
    TARGET_LUFS,
    limited,
    linked_peaks,
)
from clearmix.rendering.metering import ABSOLUTE_GATE_LUFS, loudness_lufs

PRIOR_SECONDS = 3.0
"""How much sound the loudness of the source counts for beside what was heard of the render."""

GATE_LU = -10.0
"""A block that is so much quieter than those before it says nothing of the whole (BS.1770-4)."""

MOST_GAIN_DB = 12.0
"""A quiet beginning is not brought up further: the limiter would flatten what comes after it."""

HEADROOM_DB = 0.8
"""Kept below the ceiling for the watermark and for an encoder that nobody measures after."""

CONTEXT_FRAMES = HOP_FRAMES * 1024
"""Sound before a block that its limiter starts from: a release of 12 dB is over within it."""

AHEAD_FRAMES = HOP_FRAMES * 128
"""Sound after a block that its limiter looks at: longer than its attack and its hold."""


def levelled(blocks: Iterable[Audio], source_lufs: float) -> Iterator[Audio]:
    """The same sound near the target loudness and below the ceiling, in blocks of other sizes.

    Args:
        blocks: stereo, of one rate, in order from the start.
        source_lufs: loudness of what the render is made from, the first estimate of its own.
    """
    estimate = _Estimate(source_lufs)
    held = np.zeros((2, 0), np.float32)
    done = 0  # frames of `held` that were given out before
    rate = 0
    for block in blocks:
        rate = block.rate
        held = np.concatenate([held, block.samples * estimate.ramp(block)], axis=1)
        ready = max(done, (held.shape[1] - AHEAD_FRAMES) // HOP_FRAMES * HOP_FRAMES)
        if ready > done:
            yield _kept(held, rate, done, ready)
            first = max(0, ready - CONTEXT_FRAMES)
            held, done = held[:, first:], ready - first
    if held.shape[1] > done:
        yield _kept(held, rate, done, held.shape[1])


def _kept(held: np.ndarray, rate: int, start: int, end: int) -> Audio:
    whole = Audio(held, rate)
    made, _ = limited(whole, linked_peaks(whole), 0.0, CEILING_DBTP - HEADROOM_DB)
    return Audio(made.samples[:, start:end], rate)


class _Estimate:
    """The loudness of the whole, guessed from the source and corrected by what is heard.

    It is a mean of decibels, not of powers: a source that is much louder than its render must not
    outweigh all that is heard of that.
    """

    def __init__(self, source_lufs: float) -> None:
        self._prior = source_lufs if math.isfinite(source_lufs) else TARGET_LUFS
        self._sum = self._seconds = 0.0
        self._gain_db = self._wanted()

    def ramp(self, block: Audio) -> np.ndarray:
        """The gain over a block, going to where it is wanted after it."""
        heard = loudness_lufs(block)
        gate = self._sum / self._seconds + GATE_LU if self._seconds else ABSOLUTE_GATE_LUFS
        if heard > gate:
            self._sum += block.seconds * heard
            self._seconds += block.seconds
        before, self._gain_db = self._gain_db, self._wanted()
        steps = np.linspace(before, self._gain_db, block.frames, dtype=np.float32)
        made: np.ndarray = 10 ** (steps / np.float32(20))
        return made

    def _wanted(self) -> float:
        mean = (PRIOR_SECONDS * self._prior + self._sum) / (PRIOR_SECONDS + self._seconds)
        return min(MOST_GAIN_DB, TARGET_LUFS - mean)
