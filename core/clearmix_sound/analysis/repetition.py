"""How a recording repeats itself: at which distances in time its onsets and harmony come back.

Autocorrelation in overlapping windows, read on a logarithmic axis of lags. There a change of tempo
is a shift, so that the windows of a band that drifts or speeds up can be laid over each other
before they are averaged; the shifts are the tempo's curve.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearmix_sound.analysis.onsets import FRAME_RATE, Curve, Onsets

_WINDOW_SECONDS = 16.0
"""Long enough for two slow bars, short enough for a tempo to stay within a few per cent."""
_HOP_SECONDS = 4.0
SHORTEST_SECONDS, LONGEST_SECONDS = 0.06, 9.5
_SHORTEST_BAR_SECONDS = 0.7
_STEP = 0.002
"""Distance of two lags as a share: a fifth of one per cent."""
_WIDEST = 0.24
"""Furthest that a window's tempo may lie from the reference's, in natural logarithm. A third more
would let a dotted rhythm pass for a change of tempo (log 4/3 = 0.29)."""
_STEEPEST = 0.028
"""Most that the tempo may change from one window to the next: 0.7 % a second."""
_CHANGE_COST = 0.02
_SMOOTHING_FRAMES = 1.5
"""Spread of an onset when two are compared, 9 ms: players scatter by 5 to 15 ms."""


@dataclass(frozen=True, eq=False)
class Repetition:
    """Mean autocorrelations over the windows, 1 at lag zero, each with one value for each lag.

    `low`, `mid` and `high` are of the onset bands, `total` of all onsets, `harmonic` of the change
    of harmony. `centres` are the windows' middles in seconds and `scale` the tempo there as a
    multiple of the reference tempo, to which the lags belong.
    """

    total: Curve
    low: Curve
    mid: Curve
    high: Curve
    harmonic: Curve
    centres: Curve
    scale: Curve

    def at(self, curve: Curve, lag_seconds: float) -> float:
        """The autocorrelation at a lag; 0 beyond the longest."""
        place = np.log(max(lag_seconds, SHORTEST_SECONDS) / SHORTEST_SECONDS) / _STEP
        return float(np.interp(place, np.arange(curve.size), curve, right=0.0))

    @property
    def drifts(self) -> bool:
        """Whether the tempo changes by more than the lags' own coarseness."""
        return bool(np.ptp(self.scale) > 2.5 * _STEP)

    def combined(self) -> Curve:
        """What onsets of all bands say together, harmony a little."""
        return np.asarray((self._onsets() + 0.1 * self.harmonic) / 1.1, dtype=np.float64)

    def clearest(self) -> float:
        """The height of the strongest repetition at the length of a bar."""
        return float(self.combined()[lags() >= _SHORTEST_BAR_SECONDS].max(initial=0.0))

    def clearest_onsets(self) -> float:
        """The same of the onsets alone."""
        return float(self._onsets()[lags() >= _SHORTEST_BAR_SECONDS].max(initial=0.0))

    def _onsets(self) -> Curve:
        return (self.total + 0.5 * (self.low + self.mid + self.high)) / 2.5


def lags() -> Curve:
    """The lags in seconds that a `Repetition`'s curves are read at."""
    count = int(np.log(LONGEST_SECONDS / SHORTEST_SECONDS) / _STEP)
    return np.asarray(SHORTEST_SECONDS * np.exp(_STEP * np.arange(count)), dtype=np.float64)


def repetition(found: Onsets, harmonic_change: Curve) -> Repetition:
    """How the recording repeats itself, its windows laid over each other.

    Args:
        found: the onsets.
        harmonic_change: how much the harmony changes, one value for each onset frame.
    """
    rows = _rows(found, harmonic_change)
    return _mean(rows, _shifts(rows[:4].mean(axis=0)), found.seconds)


def held_repetition(found: Onsets, harmonic_change: Curve) -> Repetition:
    """How the recording repeats itself when its tempo is taken to be constant."""
    rows = _rows(found, harmonic_change)
    return _mean(rows, np.zeros(rows.shape[1]), found.seconds)


def _rows(found: Onsets, harmonic_change: Curve) -> Curve:
    """Autocorrelations of shape (curves, windows, lags)."""
    from scipy.ndimage import gaussian_filter1d

    curves = (found.strength, found.low, found.mid, found.high)
    smooth = [gaussian_filter1d(curve, _SMOOTHING_FRAMES) for curve in curves]
    return np.stack([_autocorrelations(curve) for curve in (*smooth, harmonic_change)])


def _mean(rows: Curve, shifts: Curve, seconds: float) -> Repetition:
    aligned = _shifted(rows, shifts)
    alive = rows[0].any(axis=1)
    means = aligned[:, alive].mean(axis=1) if alive.any() else np.zeros((5, rows.shape[2]))
    inner = _WINDOW_SECONDS / 2 + _HOP_SECONDS * np.arange(rows.shape[1] - 2, dtype=np.float64)
    ends = _WINDOW_SECONDS / 4, max(seconds - _WINDOW_SECONDS / 4, _WINDOW_SECONDS / 4)
    total, low, mid, high, harmonic = means
    return Repetition(
        total,
        low,
        mid,
        high,
        harmonic,
        centres=np.concatenate([ends[:1], inner, ends[1:]]),
        scale=np.asarray(np.exp(-_STEP * shifts), dtype=np.float64),
    )


def _windows(curve: Curve) -> tuple[Curve, Curve]:
    """Overlapping stretches, of shape (windows, frames), and how many frames of each are heard.

    The first and the last are half as long, so that the tempo at both ends is known too.
    """
    size, hop = round(_WINDOW_SECONDS * FRAME_RATE), round(_HOP_SECONDS * FRAME_RATE)
    heard = min(size, curve.size)
    padded = np.pad(curve, (0, size - heard))
    half = np.zeros((2, size))
    half[0, : size // 2] = padded[: size // 2]
    half[1, : size // 2] = padded[max(0, curve.size - size // 2) :][: size // 2]
    inner = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    lengths = np.full(len(inner) + 2, heard)
    lengths[[0, -1]] = min(size // 2, curve.size)
    return np.concatenate([half[:1], inner, half[1:]]), lengths


def _autocorrelations(curve: Curve) -> Curve:
    """Each window's unbiased autocorrelation at `lags`, of shape (windows, lags).

    Loud windows do not count more than quiet ones, and windows without onsets are zero.
    """
    from scipy.fft import irfft, next_fast_len, rfft

    rows, lengths = _windows(curve)
    size = rows.shape[1]
    heard = lengths[:, None]
    rows = rows - rows.sum(axis=1, keepdims=True) / heard * (np.arange(size) < heard)
    longest = min(int(LONGEST_SECONDS * FRAME_RATE) + 2, size)
    power = np.square(np.abs(rfft(rows, next_fast_len(2 * size), axis=1)))
    found = irfft(power, next_fast_len(2 * size), axis=1)[:, :longest]
    overlap = heard - np.arange(longest)
    found = np.where(overlap > 0.25 * heard, found / np.maximum(overlap, 1), 0.0)
    places = lags() * FRAME_RATE
    left = places.astype(int)
    share = places - left
    read = found[:, left] * (1 - share) + found[:, left + 1] * share
    variance = found[:, :1] * heard
    alive = variance > 1e-6
    return np.asarray(np.where(alive, read / np.where(alive, found[:, :1], 1.0), 0.0), np.float64)


def _shifts(rows: Curve) -> Curve:
    """By how many lag steps each window is slower than the reference: a smooth path (Viterbi).

    The reference is the window that repeats most clearly; two rounds later it is the mean of all.
    """
    count = len(rows)
    if count < 2:
        return np.zeros(count)
    reach = round(_WIDEST / _STEP)
    steepest = round(_STEEPEST / _STEP)
    template = rows[int(np.argmax(np.square(rows).sum(axis=1)))]
    path = np.zeros(count)
    for _ in range(3):
        fit = _fits(rows, template, reach)
        path = _path(fit, steepest)
        template = _shifted(rows[None], path)[0].mean(axis=0)
    return path - np.round(np.median(path))


def _fits(rows: Curve, template: Curve, reach: int) -> Curve:
    """Correlation of each window with the template at each shift, (windows, 2 * reach + 1)."""
    from scipy.fft import irfft, next_fast_len, rfft

    size = rows.shape[1]
    length = next_fast_len(size + 2 * reach)
    spectrum = rfft(rows, length, axis=1) * np.conj(rfft(template, length))
    found = irfft(spectrum, length, axis=1)
    turns = np.arange(-reach, reach + 1)
    norm = np.sqrt((np.square(rows).sum(axis=1) + 1e-9) * (np.square(template).sum() + 1e-9))
    return np.asarray(found[:, turns % length] / norm[:, None], dtype=np.float64)


def _path(fit: Curve, steepest: int) -> Curve:
    """The best path of shifts when a change of tempo costs its square."""
    moves = np.arange(-steepest, steepest + 1)
    cost = _CHANGE_COST * np.square(moves / (steepest / 4))
    states = fit.shape[1]
    best = fit[0].copy()
    came = np.zeros(fit.shape, dtype=int)
    for index in range(1, len(fit)):
        padded = np.pad(best, steepest, constant_values=-np.inf)
        arrive = np.stack([padded[steepest - m : steepest - m + states] for m in moves])
        arrive = arrive - cost[:, None]
        came[index] = np.argmax(arrive, axis=0)
        best = arrive.max(axis=0) + fit[index]
    path = np.empty(len(fit))
    state = int(np.argmax(best))
    for index in range(len(fit) - 1, -1, -1):
        path[index] = state - states // 2
        state -= int(moves[came[index, state]]) if index else 0
    return path


def _shifted(rows: Curve, shifts: Curve) -> Curve:
    """Rows (curves, windows, lags) with each window's lags moved back by its shift."""
    places = np.arange(rows.shape[2])[None] + shifts[:, None].astype(int)
    inside = (places >= 0) & (places < rows.shape[2])
    at = np.clip(places, 0, rows.shape[2] - 1)
    moved = np.take_along_axis(rows, np.broadcast_to(at, rows.shape), axis=2)
    return np.asarray(np.where(inside, moved, 0.0), dtype=np.float64)
