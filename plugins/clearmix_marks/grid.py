"""Where the watermark lives: a grid of cells in time and frequency, dealt out by the key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from clearmix_marks.convolution import RATE_INVERSE, Floats, encoded
from clearmix_marks.payload import MESSAGE_BITS, message_of

RATE = 44100
"""The rate at which marks are read; embedding works at any rate."""
SLOT_FRAMES = 1024
"""One slot is 1024 frames at 44.1 kHz, 23.2 ms."""
SLOT_SECONDS = SLOT_FRAMES / RATE
SLOTS = 432
"""Slots until the grid repeats, 10.03 s; a length that transforms quickly."""
LOWEST_HZ = 600.0
HIGHEST_HZ = 9000.0
SYNC_CELLS = 10
"""Cells of each slot whose sign is known to the key's holder; they say where the grid begins."""
CODE_BITS = MESSAGE_BITS * RATE_INVERSE


def _edges_hz() -> npt.NDArray[np.float64]:
    """Edges of the bands: 61 Hz wide at the bottom, a fiftieth of the frequency at the top.

    A band narrower than about three bins would lose its mark to the analysis window's main lobe.
    """
    edges = [LOWEST_HZ]
    while edges[-1] < HIGHEST_HZ:
        edges.append(edges[-1] + float(np.hypot(60.0, 0.02 * edges[-1])))
    return np.array(edges)


EDGES_HZ = _edges_hz()
BANDS = len(EDGES_HZ) - 1
WIDTHS_HZ = np.diff(EDGES_HZ)
CENTRES_HZ = np.sqrt(EDGES_HZ[1:] * EDGES_HZ[:-1])


@dataclass(frozen=True, eq=False)
class Layout:
    """How a key deals out the cells; arrays of shape (SLOTS, BANDS).

    `chips` is -1 or 1 for every cell, `owners` the code bit that a cell carries, or -1 for sync.
    """

    chips: Floats
    owners: npt.NDArray[np.int64]

    @property
    def sync(self) -> Floats:
        """The chips of the sync cells, zero elsewhere."""
        return np.where(self.owners < 0, self.chips, np.float32(0))

    def signs(self, render_id: str, key: bytes) -> Floats:
        """Which way every cell goes for one render: 1 is louder, -1 softer."""
        code = 1.0 - 2.0 * encoded(message_of(render_id, key)).astype(np.float32)
        return np.where(self.owners < 0, self.chips, self.chips * code[self.owners])


@lru_cache(maxsize=4)
def layout_of(key: bytes) -> Layout:
    """The layout of a key.

    Drawn from SHAKE-256, whose output is the same in every release of every library, because
    marks must stay readable for decades. Code bits are dealt in rounds, each bit once per round of
    0.2 s, so that any excerpt holds every bit about equally often.
    """
    chips = np.unpackbits(_stream(key, b"chips", -(-SLOTS * BANDS // 8)))[: SLOTS * BANDS]
    order = np.argsort(
        _stream(key, b"order", SLOTS * BANDS * 8).view("<u8").reshape(SLOTS, BANDS),
        axis=1,
        kind="stable",
    )
    rounds = -(-SLOTS * (BANDS - SYNC_CELLS) // CODE_BITS)
    dealt = np.argsort(
        _stream(key, b"rounds", rounds * CODE_BITS * 8).view("<u8").reshape(rounds, CODE_BITS),
        axis=1,
        kind="stable",
    ).ravel()
    owners = np.full((SLOTS, BANDS), -1, np.int64)
    carriers = order[:, SYNC_CELLS:]
    np.put_along_axis(owners, carriers, dealt[: carriers.size].reshape(carriers.shape), axis=1)
    signs = (1.0 - 2.0 * chips.reshape(SLOTS, BANDS)).astype(np.float32)
    return Layout(signs, owners)


def _stream(key: bytes, name: bytes, count: int) -> npt.NDArray[np.uint8]:
    drawn = hashlib.shake_256(b"clearmix-mark/1 " + name + b" " + key).digest(count)
    return np.frombuffer(drawn, np.uint8)


def band_shares(bins: int, bin_hz: float, ratio: float = 1.0) -> Floats:
    """How much of each FFT bin lies in each band, of shape (bins, BANDS).

    Args:
        bins: how many bins, the first at 0 Hz.
        bin_hz: their spacing.
        ratio: by how much the sound's pitch was raised.
    """
    low = (np.arange(bins) - 0.5)[:, None] * bin_hz
    edges = EDGES_HZ * ratio
    high = (low + bin_hz).clip(edges[:-1], edges[1:])
    return np.asarray((high - low.clip(edges[:-1], edges[1:])) / bin_hz, dtype=np.float32)
