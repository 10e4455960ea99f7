"""What the reader looks at: how much louder each cell is than its neighbours, and on which side.

Sound of one channel has one side; otherwise the even channels are one side, the odd ones the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
from scipy import fft

from clearmix_marks.convolution import Floats
from clearmix_marks.grid import (
    BALANCE_SHARE,
    BANDS,
    HIGHEST_HZ,
    LOWEST_HZ,
    RATE,
    SLOT_FRAMES,
    band_shares,
)
from clearmix_marks.products import product

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
_DECIBELS = np.float32(40 / np.log(10))
"""Of the natural logarithm of a root magnitude."""
_BALANCE_GAIN = np.float32(2 * np.sqrt(BALANCE_SHARE / (1 - BALANCE_SHARE)))
"""How much further a balance cell moves the sides apart than a level cell moves the level."""
_BY_LEVEL = (np.float32(2 / 3), np.float32(1))
"""Power of a cell's root magnitude by which its level and its balance count: the evidence that is
left by Opus at 112 kbit/s in songs of strokes and plain tones falls off about so."""
_SHARED_FLOOR = 0.16
"""Share of the bands that lie on one floor, above which that floor is noise: music has up to 0.15,
music with noise 30 dB below it 0.11 to 0.54, 20 dB below it 0.27 to 0.79."""


def root_magnitudes(samples: Floats, hop: int, start: int = 0) -> Floats:
    """Mean root magnitude of every band, of shape (sides, frames, BANDS), for sound at 44.1 kHz.

    The root of the magnitude, summed over bins and channels, is close to a geometric mean: one
    strong partial does not hide the other bins of its band, as it would in a sum of powers.

    Args:
        samples: of shape (channels, frames).
        hop: frames of sound from one analysis to the next.
        start: the middle of the first analysis window.
    """
    pool = _pool(1.0)
    parts = [product(one, pool) for one in _spectra(samples, hop, start)]
    return np.concatenate(parts, axis=1) + _FLOOR


def root_spectrum(samples: Floats, hop: int) -> Floats:
    """Root magnitudes of the single bins, of shape (sides, frames, bins), to be pooled often."""
    return np.concatenate(list(_spectra(samples, hop, 0)), axis=1)


def pooled(spectrum: Floats, ratio: float) -> Floats:
    """What `root_magnitudes` gives, for a sound whose pitch was raised by that ratio."""
    return np.asarray(product(spectrum, _pool(ratio)) + _FLOOR, dtype=np.float32)


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
        roots = np.sqrt(np.abs(fft.rfft(piece, axis=2)[:, :, _BINS]))
        sides = (roots[0::2], roots[1::2]) if len(roots) > 1 else (roots,)
        yield np.stack([side.mean(axis=0) for side in sides])


def evidence(roots: Floats, *, by_level: bool = False) -> Floats:
    """How much each cell speaks for a 1 (above 0) or a 0, of shape (slots, CELLS).

    The level in decibels and the balance between the sides, less the mean of the cells around in
    time, then in frequency, which removes what the music does slowly; divided by the local
    variance, as a matched filter in noise of varying strength does. Rows must be one slot apart.

    Args:
        roots: what `root_magnitudes` gives.
        by_level: whether a cell counts the more the louder it is. Between the strokes of sparse
            sound an encoder of few bits puts noise of its own, and the same on either side; a cell
            there moves as far as any other, and says nothing.
    """
    level = roots.mean(axis=0)
    planes = [_standing_out(np.log(level) * _DECIBELS)]
    if len(roots) == 1:
        planes.append(np.zeros_like(planes[0]))
    else:
        balance = _standing_out(np.log(roots[0] / roots[1]) * _DECIBELS)
        planes.append(balance * _BALANCE_GAIN)
    if by_level:
        loudness = level / level.mean()
        planes = [plane * loudness**power for plane, power in zip(planes, _BY_LEVEL, strict=True)]
    elif (above := _above_noise(level)) is not None:
        planes = [plane * above for plane in planes]
    return np.concatenate(planes, axis=1)


def _above_noise(level: Floats) -> Floats | None:
    """What part of each cell's power is not noise, or None where no noise lies under the music.

    White noise shows as a floor that many bands share: a quarter of the time, they are hardly above
    the quietest of them. Bands of music differ.
    """
    power = np.square(np.square(level))
    quiet = np.quantile(power, 0.25, axis=0)
    floor = quiet.min()
    if (quiet < 1.5 * floor).mean() < _SHARED_FLOOR:
        return None
    return np.asarray(np.maximum(0, 1 - 2 * floor / power), dtype=np.float32)


def _standing_out(level_db: Floats) -> Floats:
    near = 2 * _SLOTS_AROUND
    rest = level_db * np.float32(1 + 1 / near)
    rest -= _summed_in_time(level_db, _SLOTS_AROUND) * np.float32(1 / near)
    rest = product(rest, _rest_in_frequency())
    np.clip(rest, -_LARGEST_DB, _LARGEST_DB, out=rest)
    spread = _summed_in_time(product(np.square(rest), _mean_in_frequency()), _VARIANCE_RADIUS)
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
