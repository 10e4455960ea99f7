"""The beats of a recording: a constant grid where the band keeps one, a tracked pulse elsewhere.

Each stretch of eight beats is folded into one and compared with the mean beat of the recording;
how far it has to be turned says how early or late the band is there. A smooth path through these
turns is the phase of the pulse. Comparing whole beat shapes rather than single onsets keeps
syncopation from pulling the grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearmix_sound.analysis.onsets import DELAY_SECONDS, FRAME_RATE, Curve, Flags, Onsets
from clearmix_sound.analysis.tempo import TempoEstimate

_BINS = 64
_WINDOW_BEATS = 8
_HOP_BEATS = 2
_STEEPEST = 4
"""Most bins that the phase may turn between two windows: 3 % of tempo."""
_SMOOTHNESS = 0.02
_REACH_BINS = 10
"""Furthest that a band may lie from its grid, 0.16 of a beat, and be taken to keep it."""
_HOLDS = 0.7
"""Share of the free path's fit that the path near the grid must reach."""
_GUESS_ERROR = 0.002
_HARMONICS = 8
_PADDING = 4
"""Times the spectrum is finer than the recording's length gives by itself."""
_NEAR = 0.08
"""Share of a beat within which a window agrees with the path."""
_AS_WELL = 0.97
_LONG_SECONDS = 14.0
STEADY_SECONDS = 0.014
"""A grid holds when windows stray from it by no more than this (RMS); a listener hears about
20 ms as late, and hits of one drummer scatter by 5 to 15 ms."""
_CHORD_STRAYS_SECONDS = 0.08
"""The same where soft chords are all there is: they are heard no more sharply, 93 ms apart."""


@dataclass(frozen=True)
class BeatTrack:
    """Beats in seconds; `steady` when they are one grid; `confidence` 0..1 that there is a pulse.

    `tempo_bpm` is of the grid, or the mean over the recording where the band drifts.
    """

    tempo_bpm: float
    beats: Curve
    steady: bool
    confidence: float


def track_beats(found: Onsets, estimate: TempoEstimate, *, drifts: bool = False) -> BeatTrack:
    """The beats at a tempo estimate that is good to a few per cent.

    A band that `drifts` keeps no grid, even where little drift is left in its own time.
    """
    from scipy.ndimage import gaussian_filter1d

    smooth = gaussian_filter1d(found.strength, 1.2)
    period, centres, turns, fit = _followed(smooth, 60 * FRAME_RATE / estimate.tempo_bpm)
    weights = _weights(fit)
    agree = float(np.average(_agrees(fit), weights=weights))
    intercept, slope, residual = _line(centres, turns, weights)
    strays = _CHORD_STRAYS_SECONDS if estimate.by_harmony else STEADY_SECONDS
    steady = not drifts and residual * period / FRAME_RATE < strays
    if steady:
        phase = centres / period - intercept - slope * centres
        period = period / (1 - slope * period)
        turns = centres / period - phase
    down = _beat_phase(found, smooth, period, centres, turns)
    beats = _crossings(found.frames, period, centres, turns, down)
    seconds = beats / FRAME_RATE - DELAY_SECONDS
    tempo = 60 * FRAME_RATE / period
    if not steady and len(seconds) > 2:
        tempo = 60 * (len(seconds) - 1) / float(seconds[-1] - seconds[0])
    return BeatTrack(
        tempo, seconds, steady, _confidence(estimate.pulse, agree, steady, found.seconds)
    )


def _followed(smooth: Curve, period: float) -> tuple[float, Curve, Curve, Curve]:
    """Period, windows, the turn of each and its fits: near one grid, unless that fits badly.

    A passage with other accents can fit the mean beat best half a beat away. Tempo that is even
    cannot take the pulse there, so that turns far from the grid are not considered at first.
    """
    grid = _coherent(smooth, period)
    near = _traced(smooth, grid, np.zeros(_centres(smooth.size, grid).size), _REACH_BINS)
    centres = _centres(smooth.size, period)
    rough = _folded(smooth, period, centres, np.zeros(centres.size))
    first = _smooth_path(_fits(rough, _aligned_mean(rough))) / _BINS
    free = _traced(smooth, period, first, _BINS)
    held, loose = (float(path[3][:, 0].mean()) for path in (near, free))
    return near if held > _HOLDS * loose else free


def _traced(
    smooth: Curve, period: float, turns: Curve, reach: int
) -> tuple[float, Curve, Curve, Curve]:
    """The same, from a first guess of the turns; each round may turn as far as `reach`."""
    centres = _centres(smooth.size, period)
    for _ in range(3):
        folded = _folded(smooth, period, centres, turns)
        turns = turns + _smooth_path(_fits(folded, folded.mean(axis=0)), reach) / _BINS
        folded = _folded(smooth, period, centres, turns)
        weights = _weights(_fits(folded, folded.mean(axis=0)))
        period, turns = _without_slope(period, centres, turns, weights)
    folded = _folded(smooth, period, centres, turns)
    return period, centres, turns, _fits(folded, folded.mean(axis=0))


def _coherent(smooth: Curve, period: float) -> float:
    """The period, near a guess, whose grid gathers most of the onsets: beats and their parts."""
    from scipy.fft import next_fast_len, rfft

    size = next_fast_len(_PADDING * smooth.size)
    power = np.square(np.abs(rfft(smooth - smooth.mean(), size)))
    near = period * (1 + _GUESS_ERROR * np.linspace(-1, 1, 401))
    places = size * np.arange(1, _HARMONICS + 1)[:, None] / near
    gathered = np.interp(places, np.arange(power.size), power).sum(axis=0)
    return float(near[int(np.argmax(gathered))])


def _confidence(pulse: float, agree: float, steady: bool, seconds: float) -> float:
    """Onsets must repeat after beats, and stretches of the recording must agree on the phase.

    Chance agreement is twice `_NEAR`. A pulse of 0.11 is where music and speech part; a phase that
    holds one line through the whole recording is evidence too, so that less pulse is asked of it.
    A few seconds of speech can be regular by chance: 95 of 100 stretches of 5, 8 and 12 seconds of
    speech, free playing and drum solos had pulses below 0.21, 0.18 and 0.11, and short recordings
    must clear that.
    """
    chance = 2 * _NEAR
    agreement = max(0.0, (agree - chance) / (1 - chance))
    asked = 0.06 if steady and seconds >= _LONG_SECONDS else 0.11
    asked *= max(1.0, _LONG_SECONDS / max(seconds, 1.0)) ** 0.7
    pulsing = 1 / (1 + np.exp(-(pulse - asked) / 0.02))
    return float(agreement**0.7 * pulsing)


def _centres(frames: int, period: float) -> Curve:
    """Middles of the windows in frames, from the first whole window to the last."""
    half = _WINDOW_BEATS * period / 2
    if frames <= 2 * half:
        return np.array([frames / 2])
    count = max(2, int((frames - 2 * half) / (_HOP_BEATS * period)) + 1)
    return np.linspace(half, frames - half, count)


def _phase_frames(period: float, centre: float, turn: float) -> Curve:
    """Frames of the window at a centre, `_BINS` to the beat, starting on phase zero."""
    beat = np.round(centre / period - turn - _WINDOW_BEATS / 2)
    steps = np.arange(_WINDOW_BEATS * _BINS) / _BINS
    return np.asarray((beat + steps + turn) * period, dtype=np.float64)


def _folded(curve: Curve, period: float, centres: Curve, turns: Curve) -> Curve:
    """The mean beat of each window, of shape (windows, _BINS)."""
    places = np.stack([_phase_frames(period, *pair) for pair in zip(centres, turns, strict=True)])
    values = np.interp(places.ravel(), np.arange(curve.size), curve, left=0.0, right=0.0)
    return np.asarray(
        values.reshape(len(centres), _WINDOW_BEATS, _BINS).mean(axis=1), dtype=np.float64
    )


def _aligned_mean(folded: Curve) -> Curve:
    """A first template: every window turned to fit the mean so far."""
    total = np.zeros(_BINS)
    for row in folded[np.argsort(-folded.max(axis=1))]:
        turn = int(np.argmax(_fits(row[None], total)[0])) if total.any() else 0
        total += np.roll(row, -turn)
    return total / len(folded)


def _fits(folded: Curve, template: Curve) -> Curve:
    """Correlation of each window with the template at each turn, of shape (windows, _BINS)."""
    rows = folded - folded.mean(axis=1, keepdims=True)
    shape = template - template.mean()
    spectrum = np.fft.rfft(rows, axis=1) * np.conj(np.fft.rfft(shape))
    size = np.sqrt((np.square(rows).sum(axis=1) + 1e-9) * (np.square(shape).sum() + 1e-9))
    return np.asarray(np.fft.irfft(spectrum, _BINS, axis=1) / size[:, None], dtype=np.float64)


def _weights(fit: Curve) -> Curve:
    return np.asarray(np.maximum(fit.max(axis=1), 0.02) ** 2, dtype=np.float64)


def _smooth_path(fit: Curve, reach: int = _BINS) -> Curve:
    """Turns in bins along the best smooth path through the fits (Viterbi), unwrapped."""
    fit = fit.copy()
    fit[:, reach + 1 : -reach] = -1.0
    shifts = np.arange(-_STEEPEST, _STEEPEST + 1)
    penalty = _SMOOTHNESS * np.square(shifts)
    best = fit[0].copy()
    came = np.zeros(fit.shape, dtype=int)
    for index in range(1, len(fit)):
        arrive = np.stack([np.roll(best, shift) for shift in shifts]) - penalty[:, None]
        came[index] = np.argmax(arrive, axis=0)
        best = arrive.max(axis=0) + fit[index]
    state = int(np.argmax(best))
    path = np.empty(len(fit))
    whole = 0.0
    for index in range(len(fit) - 1, -1, -1):
        path[index] = whole + _fine(fit[index], state)
        if index:
            shift = int(shifts[came[index, state]])
            whole -= shift
            state = (state - shift) % _BINS
    first = path[0]
    return np.asarray(path - np.round(first / _BINS) * _BINS, dtype=np.float64)


def _fine(fit: Curve, state: int) -> float:
    """The turn near a state to a fraction of a bin (parabola through three values)."""
    left, middle, right = (float(fit[(state + step) % _BINS]) for step in (-1, 0, 1))
    curve = left - 2 * middle + right
    inside = 0.5 * (left - right) / curve if curve < -1e-9 else 0.0
    return float(np.clip(inside, -1.0, 1.0))


def _line(centres: Curve, turns: Curve, weights: Curve) -> tuple[float, float, float]:
    """Intercept, slope per frame and RMS residual of the turns, strays counting little."""
    use = weights.copy()
    intercept = slope = 0.0
    residual = turns
    for _ in range(4):
        mean_x, mean_y = np.average(centres, weights=use), np.average(turns, weights=use)
        spread = np.average(np.square(centres - mean_x), weights=use)
        if spread > 0:
            cross = np.average((centres - mean_x) * (turns - mean_y), weights=use)
            slope = float(cross / spread)
        intercept = float(mean_y - slope * mean_x)
        residual = turns - intercept - slope * centres
        use = weights / (1 + np.square(residual / 0.05))
    rms = float(np.sqrt(np.average(np.square(residual), weights=weights)))
    return intercept, slope, rms


def _without_slope(
    period: float, centres: Curve, turns: Curve, weights: Curve
) -> tuple[float, Curve]:
    """The period with the mean drift of the turns taken in, and the turns that remain."""
    _, slope, _ = _line(centres, turns, weights)
    better = period / (1 - slope * period)
    phase = centres / period - turns
    return better, centres / better - phase


def _agrees(fit: Curve) -> Flags:
    """For each window whether it fits as well near the path as anywhere.

    Where four clicks sound to the beat, other turns fit as well, and that is no disagreement.
    """
    near = int(_NEAR * _BINS)
    close = np.concatenate([fit[:, : near + 1], fit[:, -near:]], axis=1).max(axis=1)
    return np.asarray(close >= _AS_WELL * fit.max(axis=1), dtype=np.bool_)


def _beat_phase(found: Onsets, smooth: Curve, period: float, centres: Curve, turns: Curve) -> float:
    """Where in the folded beat the beat itself lies, 0..1: strong, and carried by low sounds."""
    from scipy.ndimage import gaussian_filter1d

    total = _folded(smooth, period, centres, turns).mean(axis=0)
    low = _folded(gaussian_filter1d(found.low, 1.2), period, centres, turns).mean(axis=0)
    score = total / (total.max() + 1e-9) + 0.7 * low / (low.max() + 1e-9)
    peak = int(np.argmax(score))
    return ((peak + _fine(-np.abs(score - score.max()) + score, peak)) / _BINS) % 1.0


def _crossings(frames: int, period: float, centres: Curve, turns: Curve, down: float) -> Curve:
    """Frames at which the pulse's phase reaches the beat, over the whole recording."""
    grid = np.arange(0, frames + 1, max(1.0, period / 8))
    phase = grid / period - _extended(grid, centres, turns) - down
    wanted = np.arange(np.ceil(phase[0]), np.floor(phase[-1]) + 1)
    return np.asarray(np.interp(wanted, phase, grid), dtype=np.float64)


def _extended(grid: Curve, centres: Curve, turns: Curve) -> Curve:
    """The turns at each frame; before the first and after the last window they go on as before."""
    inside = np.interp(grid, centres, turns)
    if centres.size < 3:
        return np.asarray(inside, dtype=np.float64)
    first = (turns[2] - turns[0]) / (centres[2] - centres[0])
    last = (turns[-1] - turns[-3]) / (centres[-1] - centres[-3])
    before, after = np.minimum(grid - centres[0], 0.0), np.maximum(grid - centres[-1], 0.0)
    return np.asarray(inside + first * before + last * after, dtype=np.float64)
