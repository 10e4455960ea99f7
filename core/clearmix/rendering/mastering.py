"""Mastering for streaming: one gain for loudness, one limiter for peaks, and an honest report.

The target is that of the big services: -14 LUFS integrated (AES TD1008) and at most -1 dBTP. Gain
and limiting are found together, because limiting takes loudness away. Where the target would take
more than 6 dB of limiting, the peak limit wins and the loudness falls short.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clearmix.audio import Audio
from clearmix.errors import AudioError
from clearmix.rendering.metering import decibels, loudness_lufs, oversampled_peaks

if TYPE_CHECKING:
    from clearmix.audio import Samples

TARGET_LUFS = -14.0
TOLERANCE_LU = 0.1
CEILING_DBTP = -1.0
MOST_LIMITING_DB = 6.0

ENCODER_HEADROOM_DB = 0.25
"""Kept below the ceiling before encoding: AAC at the master's bit rate adds 0.02 to 0.2 dB."""

AIM_LU = 0.02
"""How near the gain is brought to the target, so that marks and encoder have the rest."""

HOP_FRAMES = 16
"""Frames that share one value of the gain curve (0.36 ms at 44.1 kHz), read between linearly."""

ATTACK_DB_PER_SECOND = 1500.0
"""6 dB in 4 ms of look-ahead: too short to hear before the peak, too slow to click."""

RELEASE_DB_PER_SECOND = 40.0
"""6 dB in 150 ms: does not pump on a beat, and moves 0.4 dB in half a period of 50 Hz."""

HOLD_SECONDS = 0.010
"""How long a reduction stands before it releases: half a period of 50 Hz."""

Curve = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Mastered:
    """The mastered sound; `limiting_db` is the greatest reduction, `notes` what fell short."""

    audio: Audio
    lufs: float
    gain_db: float
    limiting_db: float
    notes: tuple[str, ...] = field(default=())


def master(audio: Audio) -> Mastered:
    """The sound at -14 LUFS within 0.02 LU and under the ceiling, ready to be marked and encoded.

    Raises:
        AudioError: the sound is silent, so that it has no loudness to bring to a target.
    """
    loudness = loudness_lufs(audio)
    if not math.isfinite(loudness):
        raise AudioError(
            "the render is silent",
            help="ask for something else, or try another generator",
            place="mastering",
        )
    peaks = linked_peaks(audio)
    ceiling_db = CEILING_DBTP - ENCODER_HEADROOM_DB
    most_gain_db = ceiling_db + MOST_LIMITING_DB - decibels(float(peaks.max()))
    gain_db = min(TARGET_LUFS - loudness, most_gain_db)
    for _ in range(6):
        made, limiting_db = limited(audio, peaks, gain_db, ceiling_db)
        lufs = loudness_lufs(made)
        missing = TARGET_LUFS - lufs
        if abs(missing) <= AIM_LU or (missing > 0 and gain_db >= most_gain_db):
            break
        gain_db = min(gain_db + missing, most_gain_db)
    return Mastered(made, lufs, gain_db, limiting_db, shortfall(lufs))


LIMITED = f"with {MOST_LIMITING_DB:.0f} dB of limiting at most, the peaks allow no more"


def shortfall(lufs: float, why: str = LIMITED) -> tuple[str, ...]:
    """What the report says of a loudness that was kept below the target, and why it was."""
    if lufs >= TARGET_LUFS - TOLERANCE_LU:
        return ()
    return (f"loudness is {lufs:.1f} LUFS instead of {TARGET_LUFS:.0f}: {why}",)


def linked_peaks(audio: Audio) -> Samples:
    """The greatest true peak of any channel in each hop: both channels get one gain."""
    linked: Samples = np.maximum.reduce(oversampled_peaks(audio, HOP_FRAMES))
    return linked


def limited(audio: Audio, peaks: Samples, gain_db: float, ceiling_db: float) -> tuple[Audio, float]:
    """The sound after a gain and a linked look-ahead limiter, and the greatest reduction in dB.

    `peaks` are the `linked_peaks` of the sound before the gain. The reduction that every hop needs
    is widened by a hold, and met by straight lines in decibels: down ahead of the peak, up after
    it. The lines are running minima of the need with a slope taken out, so no loop over samples is
    needed; a short window rounds their corners.

    INVARIANT: no hop is reduced by less than it needs; nothing is clipped.
    """
    wanted = -np.maximum(decibels_of(peaks) + gain_db - ceiling_db, 0.0)
    curve = _gain_curve(wanted, audio.rate / HOP_FRAMES)
    factor = 10.0 ** (gain_db / 20.0)
    if not curve.any():
        return Audio(audio.samples * np.float32(factor), audio.rate), 0.0
    gains = (factor * 10.0 ** (curve / 20.0)).astype(np.float32)
    return Audio(_applied(audio.samples, gains), audio.rate), float(-curve.min())


def decibels_of(amplitudes: Samples) -> Curve:
    """Amplitudes in decibels, element by element; silence is -200 dB."""
    return np.asarray(20.0 * np.log10(np.maximum(amplitudes, 1e-10, dtype=np.float64)))


def _gain_curve(wanted: Curve, hops_per_second: float) -> Curve:
    """Gain in dB at the centre of each hop, never above what any neighbour wants."""
    from scipy.ndimage import convolve1d, minimum_filter1d

    hold = 2 * round(HOLD_SECONDS * hops_per_second / 2) + 1
    window = np.hanning(2 * round(0.001 * hops_per_second) + 3)[1:-1]
    # A rounded corner reaches half a window to either side, and reading between two hops one more.
    reach = window.size + 2
    held = minimum_filter1d(wanted, size=max(hold, reach), mode="nearest")
    hops = np.arange(held.size)
    up = hops * (RELEASE_DB_PER_SECOND / hops_per_second)
    down = hops * (ATTACK_DB_PER_SECOND / hops_per_second)
    released = np.minimum.accumulate(held - up) + up
    attacked = np.minimum.accumulate((released + down)[::-1])[::-1] - down
    return np.asarray(convolve1d(attacked, window / window.sum(), mode="nearest"))


def _applied(samples: Samples, gains: Samples) -> Samples:
    """Samples times the gain curve, read linearly between the centres of hops."""
    made = np.empty_like(samples)
    hops_at_a_time = 4096
    centres = np.pad(gains, 1, mode="edge")
    ramp = (np.arange(HOP_FRAMES, dtype=np.float32) + 0.5) / HOP_FRAMES
    early, late = ramp < 0.5, ramp >= 0.5
    weights = np.zeros((3, HOP_FRAMES), np.float32)
    weights[0, early], weights[1, early] = 0.5 - ramp[early], 0.5 + ramp[early]
    weights[1, late], weights[2, late] = 1.5 - ramp[late], ramp[late] - 0.5
    for first in range(0, gains.size, hops_at_a_time):
        count = min(hops_at_a_time, gains.size - first)
        near = np.stack([centres[first + shift : first + shift + count] for shift in range(3)])
        envelope = (near.T @ weights).ravel()
        start = first * HOP_FRAMES
        piece = samples[:, start : start + envelope.size]
        made[:, start : start + envelope.size] = piece * envelope[: piece.shape[1]]
    return made
