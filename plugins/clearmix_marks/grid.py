"""Where the watermark lives: a grid of cells in time and frequency, dealt out by the key.

There are two planes of cells. A level cell makes its band louder or softer in every channel; a
balance cell makes it louder on one side and softer on the other. Music differs far less between its
sides than from moment to moment, so that balance cells carry most where there are two channels; the
level cells carry alone in mono.
"""

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
"""Cells of each slot and plane whose sign the key's holder knows: where the grid begins."""
PLANES = (b"level", b"balance")
BALANCE_SHARE = 0.15
"""Part of a change's energy that balance cells have; they carry more evidence than level cells in
all but the widest music, but none in mono."""
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
CELLS = len(PLANES) * BANDS
"""Cells of one slot: those of the first plane by band, then those of the second."""


@dataclass(frozen=True, eq=False)
class Layout:
    """How a key deals out the cells; arrays of shape (SLOTS, CELLS).

    `chips` is -1 or 1 for every cell, `owners` the code bit that a cell carries, or -1 for sync.
    """

    chips: Floats
    owners: npt.NDArray[np.int64]

    @property
    def sync(self) -> Floats:
        """The chips of the sync cells, zero elsewhere."""
        return np.where(self.owners < 0, self.chips, np.float32(0))

    def signs(self, render_id: str, key: bytes) -> Floats:
        """Which way every cell goes for one render: 1 is louder, -1 softer.

        Every render starts elsewhere in the grid, so that two marks in one sound lie side by side
        and averages over many marked sounds do not show the grid.
        """
        message = message_of(render_id, key)
        code = 1.0 - 2.0 * encoded(message).astype(np.float32)
        signs = np.where(self.owners < 0, self.chips, self.chips * code[self.owners])
        start = int(_stream(key, b"start " + message.tobytes(), 4).view("<u4")[0]) % SLOTS
        return np.roll(signs, -start, axis=0)


@lru_cache(maxsize=4)
def layout_of(key: bytes) -> Layout:
    """The layout of a key.

    Drawn from SHAKE-256, whose output is the same in every release of every library, because
    marks must stay readable for decades. Code bits are dealt in rounds, each bit once per round of
    0.2 s in either plane, so that any excerpt holds every bit about equally often.
    """
    planes = [_plane(key, name) for name in PLANES]
    return Layout(
        np.concatenate([plane.chips for plane in planes], axis=1),
        np.concatenate([plane.owners for plane in planes], axis=1),
    )


def _plane(key: bytes, name: bytes) -> Layout:
    """One plane by itself, of shape (SLOTS, BANDS)."""
    chips = np.unpackbits(_stream(key, name + b" chips", -(-SLOTS * BANDS // 8)))[: SLOTS * BANDS]
    drawn = _stream(key, name + b" order", SLOTS * BANDS * 8).view("<u8")
    order = np.argsort(drawn.reshape(SLOTS, BANDS), axis=1, kind="stable")
    rounds = -(-SLOTS * (BANDS - SYNC_CELLS) // CODE_BITS)
    drawn = _stream(key, name + b" rounds", rounds * CODE_BITS * 8).view("<u8")
    dealt = np.argsort(drawn.reshape(rounds, CODE_BITS), axis=1, kind="stable").ravel()
    owners = np.full((SLOTS, BANDS), -1, np.int64)
    carriers = order[:, SYNC_CELLS:]
    np.put_along_axis(owners, carriers, dealt[: carriers.size].reshape(carriers.shape), axis=1)
    return Layout((1.0 - 2.0 * chips.reshape(SLOTS, BANDS)).astype(np.float32), owners)


def _stream(key: bytes, name: bytes, count: int) -> npt.NDArray[np.uint8]:
    drawn = hashlib.shake_256(b"clearmix-mark/2 " + name + b" " + key).digest(count)
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
