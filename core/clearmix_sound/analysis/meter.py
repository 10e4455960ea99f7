"""Bars: which of the pulse's accents is the beat, how many beats a bar has and where bars begin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearmix_sound.analysis.onsets import DELAY_SECONDS, FRAME_RATE, Curve, Onsets

_STEPS = 64
_LEAST_ACCENT = 0.25
"""Accents within the beat weaker than this share of the strongest are no candidates."""


@dataclass(frozen=True)
class Bars:
    """Beats in seconds and, of them, the ones that open a bar; `confidence` 0..1 in these."""

    beats: Curve
    downbeats: Curve
    confidence: float


def find_bars(found: Onsets, harmonic_change: Curve, pulse: Curve, beats_per_bar: int) -> Bars:
    """Beats and downbeats on a tracked pulse, whose phase may still be that of an off-beat.

    Chords change on downbeats and kicks fall there; between beats there is less of everything.
    The weights in `_score` were fitted by logistic regression on synthetic songs of all styles of
    the vocabulary and rounded; in cross-validation nine beats of ten and two downbeats of three
    were found, styles without harmony or with a silent downbeat (techno, one-drop) being the rest.
    """
    if len(pulse) < 2 * beats_per_bar:
        return Bars(pulse, pulse[::beats_per_bar], 0.0)
    spacing = float(np.median(np.diff(pulse)))
    accents = _Accents.of(found, harmonic_change)
    readings = [
        (_moved(pulse, share, found.seconds), start)
        for share in _candidates(found, pulse, spacing)
        for start in range(beats_per_bar)
    ]
    scores = np.array(
        [accents.score(beats, spacing, beats_per_bar, start) for beats, start in readings]
    )
    beats, start = readings[int(np.argmax(scores))]
    odds = np.exp(scores - scores.max())
    return Bars(beats, beats[start::beats_per_bar], float(1 / odds.sum()))


def _candidates(found: Onsets, pulse: Curve, spacing: float) -> list[float]:
    """Shares of the beat, 0..1, at which the mean beat has an accent."""
    shares = np.arange(_STEPS) / _STEPS
    inner = pulse[1:-1]
    places = (inner[:, None] + shares * spacing + DELAY_SECONDS) * FRAME_RATE
    profile = np.interp(places, np.arange(found.frames), found.strength).mean(axis=0)
    smooth = (np.roll(profile, 1) + 2 * profile + np.roll(profile, -1)) / 4
    peak = (smooth >= np.roll(smooth, 1)) & (smooth > np.roll(smooth, -1))
    chosen = np.flatnonzero(peak & (smooth > _LEAST_ACCENT * smooth.max()))
    near_pulse = [0.0] if 0 not in chosen else []
    return [*near_pulse, *(float(shares[place]) for place in chosen)]


def _moved(pulse: Curve, share: float, seconds: float) -> Curve:
    """The pulse later by a share of a beat; what leaves the end comes in at the start."""
    if share == 0.0:
        return pulse
    gaps = np.append(np.diff(pulse), pulse[-1] - pulse[-2])
    moved = pulse + share * gaps
    first = moved[0] - (pulse[1] - pulse[0])
    moved = np.concatenate([[first], moved]) if first >= 0 else moved
    return np.asarray(moved[moved < seconds], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class _Accents:
    """Curves at FRAME_RATE in units of a typical accent."""

    low: Curve
    high: Curve
    total: Curve
    harmonic: Curve

    @classmethod
    def of(cls, found: Onsets, change: Curve) -> _Accents:
        return cls(*(_scaled(curve) for curve in (found.low, found.high, found.strength, change)))

    def score(self, beats: Curve, spacing: float, beats_per_bar: int, start: int) -> float:
        """Log-odds, up to a constant, that bars begin on that beat of these."""
        eighth, first, third = beats + spacing / 2, beats + spacing / 4, beats + 0.75 * spacing

        def at(values: Curve, beat: int) -> float:
            return float(values[(start + beat) % beats_per_bar :: beats_per_bar].mean())

        harmonic, low = _read(self.harmonic, beats), _struck(self.low, beats)
        high, total = _struck(self.high, beats), _struck(self.total, beats)
        low_between, high_between = _struck(self.low, eighth), _struck(self.high, eighth)
        harmonic_sixteenths = (_read(self.harmonic, first) + _read(self.harmonic, third)) / 2
        low_sixteenths = (_struck(self.low, first) + _struck(self.low, third)) / 2
        sixteenths = (_struck(self.total, first) + _struck(self.total, third)) / 2
        kick, kick_between = np.sqrt(low * high), np.sqrt(low_between * high_between)
        return float(
            5.4 * at(harmonic, 0)
            - 1.2 * at(harmonic, 2)
            + 0.6 * (harmonic.mean() - _read(self.harmonic, eighth).mean())
            - 8.4 * (harmonic.mean() - harmonic_sixteenths.mean())
            + 0.25 * (at(low, 0) - low.mean())
            - 0.32 * (at(low, 2) - low.mean())
            + 0.33 * (low.mean() - low_sixteenths.mean())
            - 1.05 * (at(high, 0) - high.mean())
            - 0.17 * (at(high, 1) + at(high, 3) - 2 * high.mean())
            + 0.10 * (high.mean() - high_between.mean())
            + 0.79 * np.sqrt(at(low, 0) * at(high, 0))
            + 0.15 * (kick.mean() - kick_between.mean())
            - 0.21 * (total.mean() - _struck(self.total, eighth).mean())
            + 0.28 * (total.mean() - sixteenths.mean())
            + 0.12 * (_alternation(high) - _alternation(high_between))
            - 0.13 * (_alternation(low) - _alternation(low_between))
        )


def _scaled(curve: Curve) -> Curve:
    return np.asarray(curve / (curve.mean() + curve.std() + 1e-9), dtype=np.float64)


def _read(curve: Curve, times: Curve) -> Curve:
    places = times * FRAME_RATE
    return np.asarray(np.interp(places, np.arange(curve.size), curve), dtype=np.float64)


def _struck(curve: Curve, times: Curve) -> Curve:
    """The strongest value of a curve within 35 ms of each time."""
    reach = round(0.035 * FRAME_RATE)
    places = np.round(times * FRAME_RATE).astype(int)[:, None] + np.arange(-reach, reach + 1)
    return np.asarray(curve[np.clip(places, 0, curve.size - 1)].max(axis=1), dtype=np.float64)


def _alternation(values: Curve) -> float:
    """How much every other value differs, as where snares answer kicks."""
    return abs(float(values[0::2].mean() - values[1::2].mean()))
