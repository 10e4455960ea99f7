"""What stems go through: halls, echoes, drive and a limiter that the whole mix shares."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy import ndimage, signal
from scipy.linalg import hadamard

Stereo = npt.NDArray[np.float32]
"""Samples of shape (2, frames)."""

CEILING = 10 ** (-1.6 / 20)
"""Highest sample of a master: leaves room for peaks between samples below -1 dBTP."""


HALL_DELAYS_SECONDS = (0.0461, 0.0523, 0.0587, 0.0641, 0.0719, 0.0787, 0.0853, 0.0937)
"""Round trips of the hall's eight paths, without a common measure."""


def halls(
    stems: Mapping[str, Stereo], wet: Mapping[str, float], *, seconds: float, rate: int, seed: int
) -> dict[str, Stereo]:
    """Every stem with the same hall behind it, as loud as `wet` says; `seconds` is its decay.

    A feedback delay network (Jot and Chaigne, "Digital Delay Networks for Designing Artificial
    Reverberators", 1991): eight delays mixed by a Hadamard matrix, damped towards the treble. It
    runs for all stems together at half the rate, a block of the shortest delay at a time.
    """
    names = [name for name in stems if wet.get(name, 0.0) > 0]
    if not names:
        return dict(stems)
    half = rate // 2
    rng = np.random.default_rng([seed, 0xA11])
    delays = np.array([round(trip * half) for trip in HALL_DELAYS_SECONDS])
    block = int(delays.min())
    decays = (10 ** (-3 * delays / (seconds * half))).astype(np.float32)[:, None]
    mixing = (hadamard(8) / np.sqrt(8)).astype(np.float32) * decays
    taps = rng.integers(0, block, (8, 2))
    signs = rng.choice([-0.7, 0.7], (8, 2)).astype(np.float32)
    sides = rng.permutation([-1, 1, -1, 1, -1, 1, -1, 1]).astype(np.float32) / np.sqrt(8)
    sends = np.stack([_halved(stems[name]) for name in names])
    frames = sends.shape[2]
    wave = np.zeros((len(names), 2, frames), np.float32)
    lines = np.zeros((len(names), 8, int(delays.max()) + block), np.float32)
    inputs = np.zeros((len(names), 2, 2 * block), np.float32)
    keep = np.float32(np.exp(-2 * np.pi * 3800 / half))
    state = np.zeros((len(names), 8, 1), np.float32)
    top, coefficients = [1 - keep], [np.float32(1), -keep]
    for start in range(0, frames, block):
        size = min(block, frames - start)
        inputs[:, :, :block] = inputs[:, :, block:]
        inputs[:, :, block:] = 0
        inputs[:, :, block : block + size] = sends[:, :, start : start + size]
        first = lines.shape[2] - delays
        late = np.stack([lines[:, k, at : at + block] for k, at in enumerate(first)], axis=1)
        late, state = signal.lfilter(top, coefficients, late, zi=state)
        wave[:, 0, start : start + size] = late[:, ::2].sum(axis=1)[:, :size]
        wave[:, 1, start : start + size] = late[:, 1::2].sum(axis=1)[:, :size]
        lines[:, :, :-block] = lines[:, :, block:].copy()
        fresh = lines[:, :, -block:]
        np.matmul(mixing, late * sides[:, None] * np.sqrt(8), out=fresh)
        for k in range(8):
            for tap, sign in zip(taps[k], signs[k], strict=True):
                fresh[:, k] += sign * inputs[:, k % 2, block - tap : 2 * block - tap]
    out = dict(stems)
    for number, name in enumerate(names):
        tail = signal.sosfilt(signal.butter(2, 220, "high", fs=half, output="sos"), wave[number])
        tail *= 1.6 / np.sqrt(seconds)
        out[name] = stems[name] + np.float32(wet[name]) * _doubled(tail, stems[name].shape[1])
    return out


def _halved(sound: Stereo) -> Stereo:
    """Every second sample of the sound, smoothed; enough for what a hall gives back."""
    even = sound.shape[1] // 2 * 2
    pairs = sound[:, 0:even:2] + sound[:, 1:even:2]
    out = np.float32(0.375) * pairs
    out[:, 1:] += np.float32(0.125) * pairs[:, :-1]
    return out


def _doubled(sound: npt.NDArray[np.float64], frames: int) -> Stereo:
    out = np.zeros((2, frames), np.float32)
    even = sound.shape[1] * 2
    out[:, 0:even:2] = sound
    out[:, 1 : even - 1 : 2] = 0.5 * (sound[:, 1:] + sound[:, :-1])
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
        weighted = signal.lfilter(above, below, side.astype(np.float64))
        energy += (weighted[: hops * hop].reshape(hops, hop) ** 2).mean(axis=1)
    blocks = np.convolve(energy, np.full(4, 0.25), "valid")
    loud = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if not loud.size:
        return -np.inf
    loud = loud[loud > 0.1 * loud.mean()]
    return float(-0.691 + 10 * np.log10(loud.mean()))


def echo(sound: Stereo, *, seconds: float, wet: float, rate: int) -> Stereo:
    """The sound with four echoes that cross from side to side and lose their treble."""
    if wet <= 0:
        return sound
    out = sound.copy()
    late = round(seconds * rate)
    repeat = sound
    for turn in range(1, 5):
        if turn * late >= sound.shape[1]:
            break
        repeat = signal.sosfilt(signal.butter(1, 3800, fs=rate, output="sos"), repeat[::-1]).astype(
            np.float32
        )
        out[:, turn * late :] += np.float32(wet * 0.55 ** (turn - 1)) * repeat[:, : -turn * late]
    return out


def drive(sound: Stereo, *, amount: float, rate: int) -> Stereo:
    """The sound through an overdriven amplifier and its loudspeaker."""
    peak = np.quantile(np.abs(sound[0, :: rate // 100]), 0.97) + 1e-6
    pushed = np.tanh(amount * sound / peak)
    box = signal.butter(2, [90, 4600], "bandpass", fs=rate, output="sos")
    out: Stereo = signal.sosfilt(box, pushed).astype(np.float32)
    return out


def high_pass(sound: Stereo, cutoff_hz: float, rate: int) -> Stereo:
    """The sound without what lies below the cutoff."""
    sections = signal.butter(2, cutoff_hz, "high", fs=rate, output="sos")
    out: Stereo = signal.sosfilt(sections, sound).astype(np.float32)
    return out


def peak_gain(sound: Stereo, rate: int, *, look_seconds: float = 0.004) -> npt.NDArray[np.float32]:
    """The gain, one value a sample, that keeps the sound below the ceiling without a click.

    The least gain within a window, smoothed by a window of the same length, never lets a peak
    through (Robinson, "Perceptual Audio Coding", lookahead limiter); the release is slower.
    """
    block = 32
    frames = -(-sound.shape[1] // block) * block
    padded = np.zeros((2, frames), np.float32)
    padded[:, : sound.shape[1]] = sound
    peaks = np.abs(padded).max(axis=0).reshape(-1, block).max(axis=1)
    wanted = np.minimum(1.0, CEILING / np.maximum(peaks, 1e-9))
    window = max(3, 2 * round(look_seconds * rate / block) + 1)
    least = ndimage.minimum_filter1d(wanted, 2 * window + 1)
    release = np.exp(-block / (0.12 * rate))
    held = -_slow_fall(-least, release)
    smooth = np.hanning(window + 2)[1:-1]
    smooth /= smooth.sum()
    gain = ndimage.convolve1d(np.minimum(least, held), smooth, mode="nearest")
    centres = (np.arange(gain.size) + 0.5) * block
    out = np.interp(np.arange(sound.shape[1]), centres, gain)
    curve: npt.NDArray[np.float32] = out.astype(np.float32)
    return curve


def _slow_fall(values: npt.NDArray[np.float64], keep: float) -> npt.NDArray[np.float64]:
    """A peak follower: at once up, slowly down, in time proportional to the length.

    max over k of (v[n-k] - depth * (1 - keep^k)) is close to an exponential release; it is taken
    over a few octave-spaced windows instead of sample by sample.
    """
    out = values.copy()
    floor = values.min()
    for octave in range(9):
        shift = 1 << octave
        if shift >= values.size:
            break
        fallen = floor + (out[:-shift] - floor) * keep**shift
        out[shift:] = np.maximum(out[shift:], fallen)
    return out
