"""Short-time spectra, changed and put together again: whole arrays at a time, in single precision.

A Hann window on the way in and on the way out, a quarter of it from one frame to the next: their
products add up to 1.5 everywhere (Griffin and Lim, "Signal estimation from modified short-time
Fourier transform", 1984).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from clearmix.audio import Samples

OVERLAP = 4

Spectra = npt.NDArray[np.complex64]
"""Of shape (channels, frames, bins)."""

_BATCH_FRAMES = 2048


def with_spectra(samples: Samples, size: int, change: Callable[[Spectra], Spectra]) -> Samples:
    """The sound whose short-time spectra are the changed ones of this sound.

    `change` is given all frames of all channels at once, `size // 2 + 1` bins each.
    """
    hop = size // OVERLAP
    frames = -(-samples.shape[1] // hop) + OVERLAP - 1
    padded = np.zeros((samples.shape[0], (frames + OVERLAP - 1) * hop), np.float32)
    lead = size - hop
    padded[:, lead : lead + samples.shape[1]] = samples
    made = change(_spectra(padded, size, hop, frames))
    return _summed(made, size, hop)[:, lead : lead + samples.shape[1]]


def _spectra(padded: Samples, size: int, hop: int, frames: int) -> Spectra:
    from scipy import fft

    window = _window(size)
    cut = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, ::hop]
    out = np.empty((padded.shape[0], frames, size // 2 + 1), np.complex64)
    for start in range(0, frames, _BATCH_FRAMES):
        rows = slice(start, min(frames, start + _BATCH_FRAMES))
        out[:, rows] = fft.rfft(cut[:, rows] * window, axis=2)
    return out


def _summed(spectra: Spectra, size: int, hop: int) -> Samples:
    from scipy import fft

    channels, frames, _ = spectra.shape
    window = _window(size) / np.float32(1.5)
    out = np.zeros((channels, frames + OVERLAP - 1, hop), np.float32)
    for start in range(0, frames, _BATCH_FRAMES):
        stop = min(frames, start + _BATCH_FRAMES)
        rows = fft.irfft(spectra[:, start:stop], n=size, axis=2) * window
        quarters = rows.reshape(channels, stop - start, OVERLAP, hop)
        for quarter in range(OVERLAP):
            out[:, start + quarter : stop + quarter] += quarters[:, :, quarter]
    return out.reshape(channels, -1)


def _window(size: int) -> Samples:
    place = np.arange(size, dtype=np.float32)
    return (np.float32(0.5) - np.float32(0.5) * np.cos(2 * np.pi * place / size)).astype(np.float32)
