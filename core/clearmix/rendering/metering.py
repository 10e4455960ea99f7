"""Loudness and true peak of a sound, measured in one pass each and in little memory."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clearmix.audio import Audio

if TYPE_CHECKING:
    from clearmix.audio import Samples

OVERSAMPLING = 4
"""Factor of the true-peak meter (ITU-R BS.1770-4, annex 2)."""

CHUNK_SECONDS = 1.0
"""Sound that is oversampled at a time: small enough for the cache, so four times faster."""

PEAK_HOP_FRAMES = 256
"""Hop of the true-peak meter, which wants the greatest of all hops only."""

BLOCK_SECONDS, HOP_SECONDS = 0.4, 0.1
"""Gating blocks of 400 ms that overlap by three quarters (BS.1770-4, annex 1)."""

ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0

Power = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """What was measured of a whole sound; silence has a loudness of minus infinity."""

    lufs: float
    true_peak_dbtp: float
    seconds: float


def measure(audio: Audio) -> Measured:
    """Integrated loudness, true peak and length."""
    return Measured(loudness_lufs(audio), decibels(true_peak(audio)), audio.seconds)


def loudness_lufs(audio: Audio) -> float:
    """Integrated loudness by ITU-R BS.1770-4, both gates applied; -inf when all is gated away.

    The K-weighting is pyloudnorm's `DeMan` filters, which have the standard's own responses at any
    rate (its default filters read 0.03 to 0.05 LU lower on music). A sound shorter than one gating
    block is measured as one block.
    """
    powers = _block_powers(audio)
    loud = powers[powers > _power(ABSOLUTE_GATE_LUFS)]
    if loud.size == 0:
        return -math.inf
    gate = max(ABSOLUTE_GATE_LUFS, _lufs(float(loud.mean())) + RELATIVE_GATE_LU)
    return _lufs(float(loud[loud > _power(gate)].mean()))


def loudness_by_second(audio: Audio) -> tuple[float, ...]:
    """Loudness of each second on its own, in LUFS and not gated; -70 at the quietest."""
    hops = round(1 / HOP_SECONDS)
    energies = _hop_energies(audio)
    frames = round(HOP_SECONDS * audio.rate)
    return tuple(
        max(ABSOLUTE_GATE_LUFS, _lufs(float(piece.mean()) / frames))
        for piece in np.array_split(energies, range(hops, energies.size, hops))
        if piece.size
    )


def true_peak(audio: Audio) -> float:
    """The greatest magnitude of the sound oversampled four times (BS.1770-4, annex 2); linear.

    It is never less than the greatest sample, which a click has above the interpolated sound.
    """
    if audio.frames == 0:
        return 0.0
    return max(float(peaks.max()) for peaks in oversampled_peaks(audio, PEAK_HOP_FRAMES))


def oversampled_peaks(audio: Audio, hop_frames: int) -> list[Samples]:
    """For each channel, the greatest oversampled magnitude in every hop of that many frames."""
    import soxr

    step = max(hop_frames, round(CHUNK_SECONDS * audio.rate) // hop_frames * hop_frames)
    width = hop_frames * OVERSAMPLING
    found: list[Samples] = []
    for channel in audio.samples:
        stream = soxr.ResampleStream(1, OVERSAMPLING, 1, dtype="float32", quality="HQ")
        rest = np.zeros(0, np.float32)
        peaks: list[Samples] = []
        for start in range(0, audio.frames, step):
            last = start + step >= audio.frames
            piece = np.ascontiguousarray(channel[start : start + step])
            made = np.concatenate([rest, stream.resample_chunk(piece, last=last)])
            whole = made.size if last else made.size // width * width
            rest = made[whole:]
            if whole:  # the resampler's first answers may be shorter than one hop
                edges = np.arange(0, whole, width)
                magnitudes = np.abs(made[:whole])
                peaks.append(np.maximum.reduceat(magnitudes, edges))
        found.append(np.maximum(np.concatenate(peaks), _sample_peaks(channel, hop_frames)))
    return found


def _sample_peaks(channel: Samples, hop_frames: int) -> Samples:
    return np.maximum.reduceat(np.abs(channel), np.arange(0, channel.size, hop_frames))


def decibels(amplitude: float) -> float:
    """An amplitude in decibels; silence is -200 dB, so that it can be stored and compared."""
    return 20.0 * math.log10(max(amplitude, 1e-10))


def _block_powers(audio: Audio) -> Power:
    """Mean square of the K-weighted sound in each gating block, the channels added up."""
    hop = round(HOP_SECONDS * audio.rate)
    hops_in_block = round(BLOCK_SECONDS / HOP_SECONDS)
    energies = _hop_energies(audio)
    if audio.frames // hop < hops_in_block:
        return np.array([energies.sum() / max(1, audio.frames)])
    sums = np.concatenate([[0.0], np.cumsum(energies[: audio.frames // hop])])
    return np.asarray((sums[hops_in_block:] - sums[:-hops_in_block]) / (hop * hops_in_block))


def _hop_energies(audio: Audio) -> Power:
    """Sum of squares of the K-weighted sound in each hop, the last one maybe shorter."""
    import scipy.signal

    starts = np.arange(0, max(1, audio.frames), round(HOP_SECONDS * audio.rate))
    energies = np.zeros(starts.size)
    if audio.frames:
        for channel in audio.samples:
            weighted = scipy.signal.sosfilt(_k_weighting(audio.rate), channel)
            energies += np.add.reduceat(np.square(weighted), starts)
    return energies


@cache
def _k_weighting(rate: int) -> npt.NDArray[np.float64]:
    """Shelf and high-pass as second-order sections of shape (2, 6)."""
    from pyloudnorm import Meter

    stages = Meter(rate, filter_class="DeMan")._filters.values()
    return np.array([np.concatenate([stage.b, stage.a]) for stage in stages])


def _lufs(power: float) -> float:
    return -0.691 + 10.0 * math.log10(power) if power > 0 else -math.inf


def _power(lufs: float) -> float:
    return float(10.0 ** ((lufs + 0.691) / 10.0))
