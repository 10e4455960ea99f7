"""From stems to a master at streaming loudness, all of them under one gain."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy import ndimage, signal

from clearmix_demo.effects import Stereo

LOUDNESS_LUFS = -14.0
"""Integrated loudness of the mix, as streaming services play it."""

CEILING = 10 ** (-1.3 / 20)
"""Highest peak of a master, between samples too: streaming asks for -1 dBTP."""

BLOCK_FRAMES = 32
"""The limiter looks at blocks of so many samples."""

LOOK_SECONDS = 0.004
RELEASE_SECONDS = 0.12

Gains = npt.NDArray[np.float64]


def master(stems: Mapping[str, Stereo], rate: int) -> tuple[Stereo, dict[str, Stereo]]:
    """The mix at -14 LUFS under the ceiling, and the stems under the same gain: they add up to it.

    The last second fades, so that every file ends in silence.
    """
    mix = _sum(stems)
    mix *= np.float32(10 ** ((LOUDNESS_LUFS - loudness(mix, rate)) / 20))
    curve = peak_gain(mix, rate)
    # What the limiter took away is given back, and limited once more.
    short_db = LOUDNESS_LUFS - loudness(mix * curve, rate)
    mix *= np.float32(10 ** (1.1 * short_db / 20))
    shared = peak_gain(mix, rate)
    scale = np.abs(mix).max() / np.abs(_sum(stems)).max()
    shared *= np.float32(scale)
    shared[-rate:] *= np.float32(0.5) + np.float32(0.5) * np.cos(
        np.linspace(0, np.pi, rate, dtype=np.float32)
    )
    mastered = {stem: sound * shared for stem, sound in stems.items()}
    return _sum(mastered), mastered


def _sum(stems: Mapping[str, Stereo]) -> Stereo:
    out = np.zeros_like(next(iter(stems.values())))
    for sound in stems.values():
        out += sound
    return out


def loudness(sound: Stereo, rate: int) -> float:
    """Integrated loudness in LUFS (ITU-R BS.1770-4): K-weighting, blocks of 400 ms, two gates."""
    from pyloudnorm import IIRfilter

    shelf = IIRfilter(4.0, 1 / np.sqrt(2), 1500.0, rate, "high_shelf")
    low_cut = IIRfilter(0.0, 0.5, 38.0, rate, "high_pass")
    above, below = np.convolve(shelf.b, low_cut.b), np.convolve(shelf.a, low_cut.a)
    hop = round(0.1 * rate)
    hops = sound.shape[1] // hop
    energy = np.zeros(hops)
    for side in sound:
        weighted = signal.lfilter(above, below, side.astype(np.float64))[: hops * hop]
        energy += np.einsum("ij,ij->i", *2 * (weighted.reshape(hops, hop),)) / hop
    blocks = np.convolve(energy, np.full(4, 0.25), "valid")
    loud = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if not loud.size:
        return -np.inf
    loud = loud[loud > 0.1 * loud.mean()]
    return float(-0.691 + 10 * np.log10(loud.mean()))


def peak_gain(sound: Stereo, rate: int) -> Stereo:
    """The gain, one value a sample, that keeps the sound below the ceiling without a click.

    The least gain that a window needs, smoothed by a shorter window, lets no peak through; after a
    peak the gain comes back slowly.
    """
    wanted = np.minimum(1.0, CEILING / np.maximum(_block_peaks(sound), 1e-9))
    window = max(3, 2 * round(LOOK_SECONDS * rate / BLOCK_FRAMES) + 1)
    least = ndimage.minimum_filter1d(wanted, window + 4)
    held = -_slow_fall(-least, float(np.exp(-BLOCK_FRAMES / (RELEASE_SECONDS * rate))))
    smooth = np.hanning(window + 2)[1:-1]
    gain = ndimage.convolve1d(np.minimum(least, held), smooth / smooth.sum(), mode="nearest")
    centres = (np.arange(gain.size) + 0.5) * BLOCK_FRAMES
    curve: Stereo = np.interp(np.arange(sound.shape[1]), centres, gain).astype(np.float32)
    return curve


def _block_peaks(sound: Stereo) -> Gains:
    """The highest peak of each block; loud blocks are looked at between the samples too.

    Three values between neighbours come from a windowed sinc of sixteen samples (the polyphase
    filter of BS.1770-4, annex 2, in shape).
    """
    reach = 8
    blocks = -(-sound.shape[1] // BLOCK_FRAMES)
    padded = np.zeros((2, blocks * BLOCK_FRAMES + 2 * reach), np.float32)
    padded[:, reach : reach + sound.shape[1]] = sound
    inner = np.abs(padded[:, reach : reach + blocks * BLOCK_FRAMES])
    peaks: Gains = inner.reshape(2, blocks, BLOCK_FRAMES).max(axis=(0, 2)).astype(np.float64)
    loud = np.flatnonzero(peaks > 0.7 * CEILING)
    taps = np.arange(-reach + 1, reach + 1)
    for part in (0.25, 0.5, 0.75):
        near = taps - part
        kernel = np.sinc(near) * np.cos(np.pi * near / (2 * (reach + 1))) ** 2
        at = (loud * BLOCK_FRAMES + 1)[:, None] + np.arange(BLOCK_FRAMES + 2 * reach - 1)
        for side in padded:
            windows = np.lib.stride_tricks.sliding_window_view(side[at], 2 * reach, axis=1)
            between = np.abs(windows @ kernel.astype(np.float32)).max(axis=1)
            peaks[loud] = np.maximum(peaks[loud], between)
    return peaks


def _slow_fall(values: Gains, keep: float) -> Gains:
    """A peak follower: at once up, slowly back to the lowest value.

    The highest of all earlier values, each faded by `keep` a step: taken in strides that double,
    which reaches 512 steps back in nine passes.
    """
    out = values.copy()
    floor = -1.0
    for octave in range(9):
        stride = 1 << octave
        if stride >= out.size:
            break
        fallen = floor + (out[:-stride] - floor) * keep**stride
        out[stride:] = np.maximum(out[stride:], fallen)
    return out
