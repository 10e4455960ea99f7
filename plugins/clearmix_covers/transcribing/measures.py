"""What is heard in each tick of the grid: the strength and sway of pitches, the level, attacks."""

from __future__ import annotations

import numpy as np

from clearmix_covers.transcribing.strength import Heard
from clearmix_sound.analysis.onsets import FRAME_RATE, Curve, Onsets

_SKIPPED = 0.25
"""Share at the start of a tick that is left out: there a voice still glides from the last note."""
_ATTACK_SECONDS = 0.055
_CLEAR_ATTACK, _CLEAR_RISE_DB = 5.0, 12.0
"""Onset strength, in local standard deviations, and rise in level that are an onset for sure."""
_STILL, _SWAYING = 0.04, 0.12
"""Spread of a pitch within a tick, in semitones, of keys and strings, and of a voice for sure."""
_DIP_SECONDS = 0.08
"""How long before a syllable its consonant may begin."""


def strengths(heard: Heard, edges: Curve) -> Curve:
    """Mean strength of each pitch over each tick but its beginning, not below zero."""
    positive = np.maximum(heard.strength, 0.0).astype(np.float64)
    return _means(positive, edges[:-1] + _SKIPPED * np.diff(edges), edges[1:], heard.range.rate)


def sways(heard: Heard, edges: Curve) -> Curve:
    """How much each pitch sways within each tick: 0 holds still, 1 is a voice."""
    weight = np.maximum(heard.strength, 1e-6).astype(np.float64)
    place = heard.place.astype(np.float64)
    whole, first, second = (
        _means(weight * place**power, edges[:-1], edges[1:], heard.range.rate)
        for power in (0, 1, 2)
    )
    spread = np.sqrt(np.maximum(second / whole - np.square(first / whole), 0.0))
    return np.asarray(np.clip((spread - _STILL) / (_SWAYING - _STILL), 0, 1), dtype=np.float64)


def _means(values: Curve, starts: Curve, ends: Curve, rate: float) -> Curve:
    """The mean of each pitch's values between two moments, of one value at least."""
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    first = np.clip(np.round(starts * rate).astype(int), 0, len(values) - 1)
    last = np.clip(np.round(ends * rate).astype(int), first + 1, len(values))
    return np.asarray((sums[last] - sums[first]) / (last - first)[:, None], dtype=np.float64)


def levels_db(heard: Heard, edges: Curve) -> Curve:
    """Level of each tick in decibels relative to the loud ones (90th percentile)."""
    rate = heard.range.rate
    places = np.clip(np.round(edges * rate).astype(int), 0, len(heard.level) - 1)
    power = np.concatenate([[0.0], np.cumsum(np.square(heard.level))])
    first, last = places[:-1], np.maximum(places[1:], places[:-1] + 1)
    level = np.sqrt((power[last] - power[first]) / (last - first))
    loud = max(float(np.percentile(level, 90)), 1e-9)
    return np.asarray(20 * np.log10(np.maximum(level / loud, 1e-5)), dtype=np.float64)


def attacks_near(found: Onsets, moments: Curve, lengths: Curve) -> Curve:
    """How clearly something begins near each moment, 0..1: by what is new, and by what gets louder.

    Vibrato brings new sound without getting louder, a swelling note the other way round; their
    geometric mean tells a syllable on the same pitch from both.
    """
    near = min(_ATTACK_SECONDS, 0.5 * float(np.median(lengths)))
    new = _extreme(found.strength, moments, -near, near, np.maximum)
    level_db = 20 * np.log10(found.level + 1e-4)
    dip = _extreme(level_db, moments, -_DIP_SECONDS, 0.5 * near, np.minimum)
    risen = np.clip(_extreme(level_db, moments, 0.0, 2 * near, np.maximum) - dip, 0, _CLEAR_RISE_DB)
    clear = np.sqrt(np.minimum(new / _CLEAR_ATTACK, 1.0) * risen / _CLEAR_RISE_DB)
    return np.asarray(clear, dtype=np.float64)


def _extreme(curve: Curve, moments: Curve, before: float, after: float, which: np.ufunc) -> Curve:
    """The largest or smallest value of an onset curve from `before` to `after` each moment."""
    offsets = np.arange(round(before * FRAME_RATE), round(after * FRAME_RATE) + 1)
    places = np.round(moments * FRAME_RATE).astype(int)[:, None] + offsets[None]
    return np.asarray(which.reduce(curve[np.clip(places, 0, curve.size - 1)], axis=1), np.float64)
