"""What the reader looks at: how much louder each cell is than its neighbours."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from clearmix_marks.convolution import Floats
from clearmix_marks.grid import RATE, SLOT_FRAMES, band_shares

WINDOW = 2 * SLOT_FRAMES
_FLOOR = np.float32(10 ** (-70 / 40))
"""Added to a bin's root magnitude: below -70 dB re one unit of the spectrum there is only noise."""
_SLOTS_AROUND = 4
_BANDS_AROUND = 3
_LARGEST_DB = 8.0
_VARIANCE_RADIUS = 4
_VARIANCE_FLOOR = 0.5
_FRAMES_AT_ONCE = 512


def root_magnitudes(samples: Floats, hop: int, start: int = 0, ratio: float = 1.0) -> Floats:
    """Mean root magnitude of every band, of shape (frames, BANDS), for sound at 44.1 kHz.

    The root of the magnitude, summed over bins and channels, is close to a geometric mean: one
    strong partial does not hide the other bins of its band, as it would in a sum of powers.

    Args:
        samples: of shape (channels, frames).
        hop: frames of sound from one analysis to the next.
        start: the middle of the first analysis window.
        ratio: by how much the pitch was raised since the mark was made.
    """
    shares = band_shares(WINDOW // 2 + 1, RATE / WINDOW, ratio)
    used = np.nonzero(shares.any(axis=1))[0]
    bins = slice(int(used[0]), int(used[-1]) + 1)
    shares = np.ascontiguousarray(shares[bins] / (shares.sum(axis=0) + 1e-9))
    window = np.hanning(WINDOW + 1)[:WINDOW].astype(np.float32)
    before, after = max(0, WINDOW // 2 - start), WINDOW // 2 + hop
    padded = np.pad(samples[:, max(0, start - WINDOW // 2) :], ((0, 0), (before, after)))
    views = np.lib.stride_tricks.sliding_window_view(padded, WINDOW, axis=1)[:, ::hop]
    rows = []
    for first in range(0, views.shape[1], _FRAMES_AT_ONCE):
        piece = views[:, first : first + _FRAMES_AT_ONCE] * window
        magnitude = np.abs(np.fft.rfft(piece, axis=2)[:, :, bins])
        rows.append(np.sqrt(magnitude).sum(axis=0) @ shares)
    return np.concatenate(rows) + _FLOOR


def evidence(roots: Floats) -> Floats:
    """How much each cell speaks for louder (above 0) or softer, of shape (slots, BANDS).

    The level in decibels, less the mean of the cells around it in time, then in frequency, which
    removes what the music does slowly; divided by the local variance, as a matched filter in noise
    of varying strength does.
    """
    level_db = 40 * np.log10(roots)
    rest = level_db - _mean_around(level_db, _SLOTS_AROUND, axis=0)
    rest -= _mean_around(rest, _BANDS_AROUND, axis=1)
    np.clip(rest, -_LARGEST_DB, _LARGEST_DB, out=rest)
    spread = _mean_within(_mean_within(np.square(rest), _VARIANCE_RADIUS, 0), _VARIANCE_RADIUS, 1)
    return np.asarray(rest / (spread + np.float32(_VARIANCE_FLOOR)), dtype=np.float32)


def _mean_within(cells: Floats, radius: int, axis: int) -> Floats:
    """Mean over each cell and the `radius` cells on either side along an axis."""
    edges = [(0, 0), (0, 0)]
    edges[axis] = (radius + 1, radius)
    sums: npt.NDArray[np.float64] = np.cumsum(
        np.pad(cells, edges, mode="edge"), axis=axis, dtype=np.float64
    )
    width = 2 * radius + 1
    if axis == 0:
        return ((sums[width:] - sums[:-width]) / width).astype(np.float32)
    return ((sums[:, width:] - sums[:, :-width]) / width).astype(np.float32)


def _mean_around(cells: Floats, radius: int, axis: int) -> Floats:
    """Mean over the `radius` cells on either side along an axis, the cell itself left out."""
    width = 2 * radius + 1
    within = _mean_within(cells, radius, axis)
    return np.asarray((within * width - cells) / (width - 1), dtype=np.float32)
