"""Pitch classes over time: which of the twelve sound in each frame, above and in the bass.

Spectral peaks rather than whole bins make the chroma, so that noise and drums count little, and
each peak's frequency is read between the bins, so that a recording tuned away from A = 440 Hz is
heard in its own tuning.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearmix.audio import Samples
from clearmix_sound.analysis.onsets import ANALYSIS_RATE, Curve

HOP = 2048
"""Frames between two chroma vectors at ANALYSIS_RATE, 93 ms."""
HARMONY_RATE = ANALYSIS_RATE / HOP

_WINDOW = 8192
_CHUNK = 256
_CHANGE_FRAMES = 4
_LOWEST_HZ, _BASS_BELOW_HZ, _TREBLE_ABOVE_HZ, _HIGHEST_HZ = 38.0, 240.0, 120.0, 2400.0
_TIMBRE_EDGES_HZ = (30, 80, 160, 320, 640, 1280, 2560, 5120, 10240)


@dataclass(frozen=True, eq=False)
class Harmony:
    """Curves of one recording at HARMONY_RATE.

    `chroma` and `bass` have shape (frames, 12) with C first; `timbre` (frames, 8) is log energy
    in octave bands. `tuning` is the distance from A = 440 Hz in semitones, -0.5..0.5.
    """

    chroma: Curve
    bass: Curve
    timbre: Curve
    tuning: float

    def change(self, frames: int, frame_rate: float) -> Curve:
        """How much the chroma of the next 0.4 s differs from the last 0.4 s, 0..1.

        One value for each of `frames` frames at `frame_rate`.
        """
        sums = np.concatenate([np.zeros((1, 12)), np.cumsum(unit(self.chroma), axis=0)])
        places = np.arange(_CHANGE_FRAMES, max(_CHANGE_FRAMES, len(self.chroma) - _CHANGE_FRAMES))
        before = sums[places] - sums[places - _CHANGE_FRAMES]
        after = sums[places + _CHANGE_FRAMES] - sums[places]
        change = np.zeros(len(self.chroma))
        change[places] = 1.0 - (unit(before) * unit(after)).sum(axis=1)
        seconds = np.arange(frames) / frame_rate
        return np.interp(seconds, np.arange(len(change)) / HARMONY_RATE, change)

    def mean_between(self, curve: Curve, edges_seconds: Curve) -> Curve:
        """Means of a curve over consecutive stretches, of shape (stretches, columns)."""
        edges = np.clip(np.round(edges_seconds * HARMONY_RATE).astype(int), 0, len(curve) - 1)
        sums = np.concatenate([np.zeros((1, curve.shape[1])), np.cumsum(curve, axis=0)])
        starts, ends = edges[:-1], np.maximum(edges[1:], edges[:-1] + 1)
        return np.asarray((sums[ends] - sums[starts]) / (ends - starts)[:, None], dtype=np.float64)


def harmony(mono: Samples) -> Harmony:
    """Chroma, bass chroma and timbre of `analysis_mono`'s samples."""
    pitch, strength, frame, frames, timbre = _peaks(mono)
    tuning = _tuning(pitch, strength)
    treble = np.zeros((frames, 12))
    bass = np.zeros((frames, 12))
    for chroma, low_hz, high_hz in (
        (treble, _TREBLE_ABOVE_HZ, _HIGHEST_HZ),
        (bass, _LOWEST_HZ, _BASS_BELOW_HZ),
    ):
        use = (pitch >= _midi(low_hz)) & (pitch <= _midi(high_hz))
        note = pitch[use] - tuning
        nearest = np.round(note)
        weight = strength[use] * np.cos(np.pi * (note - nearest)) ** 2
        cells = 12 * frame[use] + nearest.astype(np.intp) % 12
        chroma += np.bincount(cells, weight, 12 * frames).reshape(frames, 12)
    return Harmony(treble, bass, timbre, tuning)


def unit(rows: Curve) -> Curve:
    """The rows at length one; those of nothing stay nothing."""
    return np.asarray(
        rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float64
    )


def _midi(hz: float) -> float:
    return float(69 + 12 * np.log2(hz / 440.0))


def _peaks(
    mono: Samples,
) -> tuple[Curve, Curve, npt.NDArray[np.intp], int, Curve]:
    """Pitch (MIDI, fractional), strength and frame of every spectral peak; frames; timbre."""
    from scipy.fft import rfft
    from scipy.signal.windows import hann

    window = hann(_WINDOW, sym=False).astype(np.float32)
    padded = np.pad(mono, (_WINDOW // 2, _WINDOW // 2 + HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP]
    hz_per_bin = ANALYSIS_RATE / _WINDOW
    top = int(_HIGHEST_HZ / hz_per_bin) + 2
    bottom = int(_LOWEST_HZ / hz_per_bin)
    edges = np.minimum(np.array(_TIMBRE_EDGES_HZ) / hz_per_bin, _WINDOW // 2).astype(int)
    pitches, strengths, places = [], [], []
    timbre = np.empty((len(frames), len(edges) - 1))
    for start in range(0, len(frames), _CHUNK):
        magnitude = np.abs(rfft(frames[start : start + _CHUNK] * window, axis=1)) / _WINDOW
        power = np.add.reduceat(np.square(magnitude), edges[:-1], axis=1)
        timbre[start : start + _CHUNK] = np.log10(power + 1e-9)
        part = np.log(magnitude[:, bottom - 1 : top + 1] + 1e-7)
        left, middle, right = part[:, :-2], part[:, 1:-1], part[:, 2:]
        floor = np.log(3e-4)
        row, column = np.nonzero((middle > left) & (middle >= right) & (middle > floor))
        a, b, c = left[row, column], middle[row, column], right[row, column]
        shift = 0.5 * (a - c) / np.minimum(a - 2 * b + c, -1e-6)
        hz = (column + bottom + np.clip(shift, -0.5, 0.5)) * hz_per_bin
        pitches.append(69 + 12 * np.log2(hz / 440.0))
        strengths.append((b - floor) ** 1.5)
        places.append(row + start)
    return (
        np.concatenate(pitches),
        np.concatenate(strengths),
        np.concatenate(places),
        len(frames),
        timbre,
    )


def _tuning(pitch: Curve, strength: Curve) -> float:
    """Circular mean of the peaks' distance from the equal-tempered scale, in semitones."""
    use = pitch > _midi(200.0)
    turn = np.sum(strength[use] ** 2 * np.exp(2j * np.pi * pitch[use]))
    return float(np.angle(turn) / (2 * np.pi)) if abs(turn) > 0 else 0.0
