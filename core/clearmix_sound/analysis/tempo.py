"""The tempo of a recording and which metrical level people would tap.

Candidates come from autocorrelation in overlapping windows: of the onset curve, of its low band
(kick and bass) and of the change of harmony, which repeats by the bar. Their features are weighed
as `_Evidence` says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearmix_sound.analysis.onsets import FRAME_RATE, Curve, Onsets

SLOWEST_BPM = 50.0
FASTEST_BPM = 220.0
PREFERRED_BPM = 116.0
"""Centre of the prior: people tap nearest to 100 to 130 beats a minute (van Noorden and Moelants,
"Resonance in the perception of musical pulse", J. New Music Research 28, 1999)."""

_WINDOW_SECONDS = 14.0
_HOP_SECONDS = 3.5
_LONGEST_LAG_SECONDS = 5.0
_LEVELS = (1 / 4, 1 / 3, 3 / 8, 1 / 2, 2 / 3, 3 / 4, 1.0, 4 / 3, 3 / 2, 2.0, 8 / 3, 3.0, 4.0)


@dataclass(frozen=True)
class TempoEstimate:
    """A tempo in beats per minute and how periodic the recording is, 0..1.

    `pulse` is the height of the window-averaged autocorrelation at whole multiples of the beat:
    near 0 for speech, above 0.15 for music with a beat.
    """

    tempo_bpm: float
    pulse: float


def windows(curve: Curve) -> Curve:
    """Overlapping stretches of a curve, of shape (windows, frames); one, padded, if it is short."""
    size, hop = round(_WINDOW_SECONDS * FRAME_RATE), round(_HOP_SECONDS * FRAME_RATE)
    if curve.size < size:
        curve = np.pad(curve, (0, size - curve.size))
    return np.lib.stride_tricks.sliding_window_view(curve, size)[::hop]


def autocorrelation(curve: Curve) -> Curve:
    """Mean over the windows of each one's unbiased autocorrelation, 1 at lag zero.

    Loud windows do not count more than quiet ones, and windows without onsets count nothing.
    """
    from scipy.fft import irfft, next_fast_len, rfft

    rows = windows(curve)
    size = rows.shape[1]
    rows = rows - rows.mean(axis=1, keepdims=True)
    length = next_fast_len(2 * size)
    lags = min(round(_LONGEST_LAG_SECONDS * FRAME_RATE), size - 1)
    power = np.square(np.abs(rfft(rows, length, axis=1)))
    found = irfft(power, length, axis=1)[:, :lags] / (size - np.arange(lags))
    alive = found[:, 0] > 1e-6
    if not alive.any():
        return np.zeros(lags)
    return np.asarray((found[alive] / found[alive, :1]).mean(axis=0), dtype=np.float64)


def estimate_tempo(found: Onsets, harmonic_change: Curve) -> TempoEstimate | None:
    """The tempo that a recording speaks for, or None when there are too few onsets.

    The estimate is good to about one per cent; `beats.py` refines it.

    Args:
        found: the onsets.
        harmonic_change: how much the harmony changes, one value for each onset frame.
    """
    if found.seconds < 3.0 or np.count_nonzero(found.strength > 1.0) < 8:
        return None
    evidence = _Evidence.of(found, harmonic_change)
    best, score = _strongest_period(evidence.total), -np.inf
    for _ in range(6):  # a better level opens candidates that the first one did not reach
        candidate, candidate_score = _best_level(evidence, best)
        if candidate_score <= score + 1e-6:
            break
        best, score = candidate, candidate_score
    return TempoEstimate(60 * FRAME_RATE / best, _comb(evidence.total, best))


def prior(tempo_bpm: float) -> float:
    """How unlikely a tempo is: the square of its distance from the preferred one in octaves.

    Slow tempos lose a little more, since most slow beats have their double inside them.
    """
    octaves = float(np.log2(tempo_bpm / PREFERRED_BPM))
    return -2.2 * octaves**2 + min(octaves, 0.0)


@dataclass(frozen=True, eq=False)
class _Evidence:
    """What speaks for a period as the beat; each correlation has one value for each lag.

    The weights in `score` were fitted by logistic regression on synthetic songs of all styles of
    the vocabulary and on some thirty recordings, and rounded; in cross-validation they found the
    labelled level of 80 % of them, and it or an octave of it of 97 %.
    """

    onset: Curve
    low: Curve
    total: Curve
    low_total: Curve
    harmonic: Curve

    @classmethod
    def of(cls, found: Onsets, harmonic_change: Curve) -> _Evidence:
        from scipy.ndimage import gaussian_filter1d

        smooth = gaussian_filter1d(found.strength, 1.5)
        low = gaussian_filter1d(found.low, 1.5)
        return cls(
            onset=smooth,
            low=low,
            total=autocorrelation(smooth),
            low_total=autocorrelation(low),
            harmonic=autocorrelation(harmonic_change),
        )

    def score(self, period: float) -> float:
        """Log-odds, up to a constant, that people tap this period."""
        on, between = _halves(pulse_profile(self.onset, period))
        first, second = _halves(pulse_profile(self.onset, 2 * period, 96))
        duple, triple = _mean_at(self.total, period, 2, 4, 8), _mean_at(self.total, period, 3, 6)
        # Music repeats by the bar. This tells a beat from a cross-rhythm that is as loud: three
        # sixteenths of a tresillo come back every bar only together.
        bar = max(duple, triple - 0.05)
        chords = max(_mean_at(self.harmonic, period, 4), _mean_at(self.harmonic, period, 3))
        anti = max(0.0, -_mean_at(self.total, period, 1))
        return (
            _mean_at(self.total, period, 1)
            + 3.5 * _comb(self.total, period)
            + 2.3 * duple
            + 1.5 * bar
            + 1.9 * _mean_at(self.low_total, period, 2, 4)
            + 1.2 * chords
            - 15.0 * anti
            - 1.1 * (first - second) / (first + second + 1e-9)
            - 0.5 * (on - between) / (on + between + 1e-9)
            + prior(60 * FRAME_RATE / period)
        )


def _comb(correlation: Curve, period: float) -> float:
    """Mean autocorrelation at one to four periods, as far as lags reach."""
    lags = period * np.arange(1, 5)
    lags = lags[lags < correlation.size - 1]
    if not lags.size:
        return 0.0
    return float(np.interp(lags, np.arange(correlation.size), correlation).mean())


def _mean_at(correlation: Curve, period: float, *beats: float) -> float:
    """Mean autocorrelation at the lengths of so many beats, as far as lags reach."""
    lags = [period * number for number in beats if period * number < correlation.size - 1]
    return float(np.interp(lags, np.arange(correlation.size), correlation).mean()) if lags else 0.0


def _strongest_period(correlation: Curve) -> float:
    tempos = np.geomspace(SLOWEST_BPM, FASTEST_BPM, 900)
    scores = [_comb(correlation, 60 * FRAME_RATE / tempo) + 0.05 * prior(tempo) for tempo in tempos]
    return float(60 * FRAME_RATE / tempos[int(np.argmax(scores))])


def _best_level(evidence: _Evidence, period: float) -> tuple[float, float]:
    """The best of a period and its simple multiples and fractions, and its score."""
    candidates = [
        _sharpened(evidence.total, period * level)
        for level in _LEVELS
        if 60 * FRAME_RATE / FASTEST_BPM <= period * level <= 60 * FRAME_RATE / SLOWEST_BPM
    ]
    scores = [evidence.score(value) for value in candidates]
    best = int(np.argmax(scores))
    return candidates[best], scores[best]


def _sharpened(correlation: Curve, period: float) -> float:
    near = period * np.linspace(0.97, 1.03, 61)
    return float(near[int(np.argmax([_comb(correlation, value) for value in near]))])


def pulse_profile(curve: Curve, period: float, bins: int = 48) -> Curve:
    """Mean shape of one period, over windows aligned to each other, of shape (bins,).

    Each window is folded on its own and rotated to fit the ones before, so that a band's drift
    does not wash the shape out.
    """
    step = period / bins
    rows = windows(curve)
    per_window = max(1, int(rows.shape[1] / period))
    places = np.arange(per_window * bins) * step
    whole = np.zeros(bins)
    for row in rows:
        folded = np.interp(places, np.arange(row.size), row).reshape(per_window, bins).mean(axis=0)
        fit = np.fft.irfft(np.fft.rfft(whole) * np.conj(np.fft.rfft(folded)), bins)
        whole += np.roll(folded, int(np.argmax(fit))) if whole.any() else folded
    return np.asarray(whole / len(rows), dtype=np.float64)


def _halves(profile: Curve) -> tuple[float, float]:
    """The strongest place of a profile and the strongest near half a period from it."""
    half, width = profile.size // 2, max(1, profile.size // 16)
    peak = int(np.argmax(profile))
    other = np.take(profile, np.arange(peak + half - width, peak + half + width + 1), mode="wrap")
    return float(profile[peak]), float(other.max())
