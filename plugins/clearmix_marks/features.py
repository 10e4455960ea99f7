"""What the reader looks at: how much louder each cell is than its neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from clearmix_marks.convolution import Floats
from clearmix_marks.grid import BANDS, HIGHEST_HZ, LOWEST_HZ, RATE, SLOT_FRAMES, band_shares

WINDOW = 2 * SLOT_FRAMES
LARGEST_RATIO = 1.07
"""Largest change of pitch, up or down, that is looked for: a little over a semitone."""
_BINS = slice(
    int(LOWEST_HZ / LARGEST_RATIO * WINDOW / RATE), int(HIGHEST_HZ * 1.1 * WINDOW / RATE) + 2
)
_FLOOR = np.float32(10 ** (-70 / 40))
"""Added to a bin's root magnitude: below -70 dB re one unit of the spectrum there is only noise."""
_SLOTS_AROUND = 4
_BANDS_AROUND = 3
_LARGEST_DB = 8.0
_VARIANCE_RADIUS = 4
_VARIANCE_FLOOR = 0.5
_FRAMES_AT_ONCE = 512


def root_magnitudes(samples: Floats, hop: int, start: int = 0) -> Floats:
    """Mean root magnitude of every band, of shape (frames, BANDS), for sound at 44.1 kHz.

    The root of the magnitude, summed over bins and channels, is close to a geometric mean: one
    strong partial does not hide the other bins of its band, as it would in a sum of powers.

    Args:
        samples: of shape (channels, frames).
        hop: frames of sound from one analysis to the next.
        start: the middle of the first analysis window.
    """
    pool = _pool(1.0)
    return np.concatenate([piece @ pool for piece in _spectra(samples, hop, start)]) + _FLOOR


def root_spectrum(samples: Floats, hop: int) -> Floats:
    """Root magnitudes of the single bins, of shape (frames, bins), to be pooled more than once."""
    return np.concatenate(list(_spectra(samples, hop, 0)))


def pooled(spectrum: Floats, ratio: float) -> Floats:
    """What `root_magnitudes` gives, for a sound whose pitch was raised by that ratio."""
    return np.asarray(spectrum @ _pool(ratio) + _FLOOR, dtype=np.float32)


@lru_cache(maxsize=64)
def _pool(ratio: float) -> Floats:
    """Weights that make the mean of a band's bins, of shape (bins, BANDS)."""
    shares = band_shares(WINDOW // 2 + 1, RATE / WINDOW, ratio)
    return np.ascontiguousarray((shares / (shares.sum(axis=0) + 1e-9))[_BINS])


def _spectra(samples: Floats, hop: int, start: int) -> Iterator[Floats]:
    window = np.hanning(WINDOW + 1)[:WINDOW].astype(np.float32)
    before, after = max(0, WINDOW // 2 - start), WINDOW // 2 + hop
    padded = np.pad(samples[:, max(0, start - WINDOW // 2) :], ((0, 0), (before, after)))
    views = np.lib.stride_tricks.sliding_window_view(padded, WINDOW, axis=1)[:, ::hop]
    for first in range(0, views.shape[1], _FRAMES_AT_ONCE):
        piece = views[:, first : first + _FRAMES_AT_ONCE] * window
        yield np.sqrt(np.abs(np.fft.rfft(piece, axis=2)[:, :, _BINS])).sum(axis=0)


def evidence(roots: Floats) -> Floats:
    """How much each cell speaks for louder (above 0) or softer, of shape (slots, BANDS).

    The level in decibels, less the mean of the cells around it in time, then in frequency, which
    removes what the music does slowly; divided by the local variance, as a matched filter in noise
    of varying strength does. Rows must be one slot apart.
    """
    level_db = np.log(roots) * np.float32(40 / np.log(10))
    near = 2 * _SLOTS_AROUND
    rest = level_db * np.float32(1 + 1 / near)
    rest -= _summed_in_time(level_db, _SLOTS_AROUND) * np.float32(1 / near)
    rest = rest @ _rest_in_frequency()
    np.clip(rest, -_LARGEST_DB, _LARGEST_DB, out=rest)
    spread = _summed_in_time(np.square(rest) @ _mean_in_frequency(), _VARIANCE_RADIUS)
    spread *= np.float32(1 / (2 * _VARIANCE_RADIUS + 1))
    spread += np.float32(_VARIANCE_FLOOR)
    rest /= spread
    return np.asarray(rest, dtype=np.float32)


def _summed_in_time(cells: Floats, radius: int) -> Floats:
    """Sum over each row and the `radius` rows before and after it; the edge rows repeat."""
    padded = np.pad(cells, ((radius, radius), (0, 0)), mode="edge")
    total = padded[: len(cells)].copy()
    for shift in range(1, 2 * radius + 1):
        total += padded[shift : shift + len(cells)]
    return total


@cache
def _mean_in_frequency() -> Floats:
    """Matrix that takes the mean over each band and its neighbours; the edge bands repeat."""
    return np.asarray(_around(_VARIANCE_RADIUS) / (2 * _VARIANCE_RADIUS + 1), dtype=np.float32)


@cache
def _rest_in_frequency() -> Floats:
    """Matrix that takes each band less the mean of its neighbours, itself left out."""
    near = 2 * _BANDS_AROUND
    one = np.eye(BANDS)
    return np.asarray(one - (_around(_BANDS_AROUND) - one) / near, dtype=np.float32)


def _around(radius: int) -> npt.NDArray[np.float64]:
    counts = np.zeros((BANDS, BANDS))
    for shift in range(-radius, radius + 1):
        counts[np.clip(np.arange(BANDS) + shift, 0, BANDS - 1), np.arange(BANDS)] += 1
    return counts
