"""Bars: how many beats they have and on which beat they begin."""

from __future__ import annotations

import numpy as np

from clearmix_sound.analysis.harmony import Harmony
from clearmix_sound.analysis.onsets import FRAME_RATE, Curve, Onsets

_TRIPLE_MARGIN = 0.12
"""By how much threes must beat fours: four beats to the bar are the rule in popular music."""


def find_downbeats(found: Onsets, tones: Harmony, beats: Curve) -> Curve:
    """Beats that open a bar, in seconds; bars of four beats, or of three where threes are clear.

    Chords change and basses enter on downbeats, snares fall on the beats after them.
    """
    if len(beats) < 8:
        return beats[::4]
    kick, snare = _at(found.low, beats), _at(found.high, beats)
    spacing = float(np.median(np.diff(beats)))
    ends = np.append(beats, beats[-1] + spacing)
    chroma = _unit(tones.mean_between(tones.chroma, ends))
    bass = _unit(tones.mean_between(tones.bass, ends))
    change = np.zeros(len(beats))
    change[1:] = 1.0 - (chroma[1:] * chroma[:-1]).sum(axis=1)
    bass_change = np.zeros(len(beats))
    bass_change[1:] = 1.0 - (bass[1:] * bass[:-1]).sum(axis=1)
    stress = (
        1.0 * _scored(change)
        + 0.8 * _scored(bass_change)
        + 0.8 * _scored(kick)
        - 0.35 * _scored(snare)
        + 0.4 * _scored(_at(found.strength, beats))
    )
    three, four = _meter_evidence(stress, 3), _meter_evidence(stress, 4)
    beats_per_bar = 3 if three > four + _TRIPLE_MARGIN else 4
    totals = [stress[start::beats_per_bar].mean() for start in range(beats_per_bar)]
    return np.asarray(beats[int(np.argmax(totals)) :: beats_per_bar], dtype=np.float64)


def _at(curve: Curve, beats: Curve) -> Curve:
    """The strongest value of a curve within 35 ms of each beat."""
    reach = round(0.035 * FRAME_RATE)
    places = np.round(beats * FRAME_RATE).astype(int)[:, None] + np.arange(-reach, reach + 1)
    return np.asarray(curve[np.clip(places, 0, curve.size - 1)].max(axis=1), dtype=np.float64)


def _scored(values: Curve) -> Curve:
    """Values as distances from their median in robust standard deviations, cut at three."""
    spread = float(np.std(values)) or 1.0
    return np.asarray(np.clip((values - np.median(values)) / spread, -3, 3), dtype=np.float64)


def _unit(rows: Curve) -> Curve:
    return np.asarray(
        rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float64
    )


def _meter_evidence(stress: Curve, beats_per_bar: int) -> float:
    """Autocorrelation of the stress at one and two bars."""
    centred = stress - stress.mean()
    power = float(np.square(centred).sum()) or 1.0
    lags = [lag for lag in (beats_per_bar, 2 * beats_per_bar) if lag < len(stress) // 2]
    found = [float((centred[lag:] * centred[:-lag]).sum()) / power for lag in lags]
    return float(np.mean(found)) if found else 0.0
