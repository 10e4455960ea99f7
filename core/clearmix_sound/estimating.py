"""Parts of a mix without stems, estimated without any model.

The drums are the percussive share of the spectrum; of the rest, what lies below 180 Hz is the bass,
what both channels share is the lead, and what is left is the harmony. All four add up to the mix.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from clearmix import Audio
from clearmix_sound.spectra import Spectra, with_spectra

BASS_TOP_HZ = 180.0
"""Below this the estimate of the bass lies, and the centre is left alone."""

LEAD_TOP_HZ = 9000.0

MARGIN_FRAMES = 8 * 4096
"""How much more on both sides an estimate should hear than is wanted of it."""

LEADS = ("vocals", "melody")

_SIZE = 4096
_MEDIAN = 17
_BAND_BINS = 4

Spectrum = npt.NDArray[np.complex64]
"""Of one channel, of shape (frames, bins)."""

Share = npt.NDArray[np.float32]


def estimated(mix: Audio, gains: Mapping[str, float]) -> Audio:
    """The stereo mix with its parts at other levels, given as factors; 1 where none is given."""
    hz = (np.arange(_SIZE // 2 + 1) * mix.rate / _SIZE).astype(np.float32)

    def change(spectra: Spectra) -> Spectra:
        return np.asarray(spectra * _gain(spectra[0], spectra[1], hz, gains), np.complex64)

    return Audio(with_spectra(mix.samples, _SIZE, change), mix.rate)


def _gain(left: Spectrum, right: Spectrum, hz: Share, gains: Mapping[str, float]) -> Share:
    lead = next((part for part in LEADS if gains.get(part, 1.0) != 1.0), "vocals")
    rest = gains.get("harmony", 1.0)
    out = np.full(left.shape, rest, np.float32)
    remaining = np.ones(left.shape, np.float32)
    shares = [("drums", _percussive), ("bass", _low), (lead, _centre)]
    while shares and gains.get(shares[-1][0], 1.0) == rest:
        shares.pop()
    for part, share_of in shares:  # each takes from what those before it have left
        share = share_of(left, right, hz) * remaining
        out += np.float32(gains.get(part, 1.0) - rest) * share
        remaining -= share
    return out


def _low(left: Spectrum, right: Spectrum, hz: Share) -> Share:
    slope = np.clip((BASS_TOP_HZ * 1.2 - hz) / (BASS_TOP_HZ * 0.4), 0, 1)
    return np.broadcast_to(slope, left.shape)


def _centre(left: Spectrum, right: Spectrum, hz: Share) -> Share:
    """What both channels have in phase and at one level, between the bass and 9 kHz."""
    powers = np.abs(left) ** 2 + np.abs(right) ** 2 + np.float32(1e-12)
    shared = np.clip(2 * (left * right.conj()).real / powers, 0, 1)
    band = (hz > BASS_TOP_HZ) & (hz < LEAD_TOP_HZ)
    return np.asarray(shared**6 * band, np.float32)


def _percussive(left: Spectrum, right: Spectrum, hz: Share) -> Share:
    """The percussive share (Fitzgerald 2010: medians over time and over frequency).

    Magnitudes are pooled over four bins first: drums are broad, and it takes a quarter of the time.
    """
    from scipy import ndimage

    magnitude = np.abs(left) + np.abs(right)
    bins = magnitude.shape[1] // _BAND_BINS * _BAND_BINS
    pooled = magnitude[:, :bins].reshape(magnitude.shape[0], -1, _BAND_BINS).mean(axis=2)
    held = ndimage.median_filter(pooled, size=(_MEDIAN, 1), mode="nearest")
    struck = ndimage.median_filter(pooled, size=(1, _MEDIAN // 2), mode="nearest")
    share = struck**2 / (held**2 + struck**2 + np.float32(1e-9))
    full = np.repeat(share, _BAND_BINS, axis=1)
    return np.pad(full, ((0, 0), (0, magnitude.shape[1] - bins)), mode="edge").astype(np.float32)
