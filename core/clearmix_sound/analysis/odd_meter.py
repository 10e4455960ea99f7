"""Fives and sevens at a pulse faster than any beat: bars that an even count would cut across.

Somebody who counts a 7/8 at quarter = 160 in four has 91 beats a minute, every second of them
between the strokes of the band. The strokes lie on the pulse, and the onset curve's spectrum shows
it: where a beat divides evenly its multiples stand out, here three and a half times the beat does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from clearmix_sound.analysis.beats import BeatTrack
from clearmix_sound.analysis.onsets import DELAY_SECONDS, FRAME_RATE, Curve, Onsets
from clearmix_sound.analysis.tempo import TempoEstimate

_COUNTS = ((3.5, 7), (2.5, 5), (5.0, 5), (7.0, 7))
"""Pulses to a beat that was counted evenly, and to a bar."""
_EVEN = (2, 3, 4, 6, 8)
_STANDS_OUT = 1.1
"""Strength of the odd pulse over the strongest even part of the beat. Bands in seven and five that
were counted in four have 1.16 to 1.63; others 0.94 at most, pads without onsets 0.97."""
_EMPTY = 0.15
"""Strokes on every second beat over those on the others, below which that beat is empty."""
_PLACES = 64
_FASTEST_BPM = 480.0
_LEAST_BEATS = 16


def odd_meter(found: Onsets, track: BeatTrack, estimate: TempoEstimate) -> TempoEstimate | None:
    """The reading in fives or sevens, when the band's strokes fit it and not the even one."""
    if estimate.by_harmony or estimate.beats_per_bar in (5, 7) or len(track.beats) < _LEAST_BEATS:
        return None
    strength = _strengths(found, track.beats)
    even = max(strength(part) for part in _EVEN)
    empty = _emptiest(found, track.beats) < _EMPTY
    parts, count = max(_COUNTS, key=lambda one: strength(one[0]))
    tempo_bpm = track.tempo_bpm * parts
    fits = strength(parts) > _STANDS_OUT * even and (empty or parts == round(parts))
    if not fits or tempo_bpm > _FASTEST_BPM:
        return None
    return replace(estimate, tempo_bpm=tempo_bpm, beats_per_bar=count, division=2, rival_bpm=None)


def _strengths(found: Onsets, beats: Curve) -> Callable[[float], float]:
    """How strongly the onsets come back so many times in a beat, with all beats made even."""
    from scipy.ndimage import gaussian_filter1d

    count = len(beats) - 1
    moments = np.interp(np.arange(count * _PLACES) / _PLACES, np.arange(len(beats)), beats)
    curve = gaussian_filter1d(found.strength, 1.2)
    places = (moments + DELAY_SECONDS) * FRAME_RATE
    values = np.interp(places, np.arange(curve.size), curve)
    values = (values - values.mean()) * np.hanning(values.size)
    spectrum = np.abs(np.fft.rfft(values, 4 * values.size))

    def strength(times: float) -> float:
        place = round(times * 4 * count)
        return float(spectrum[place - 3 : place + 4].max())

    return strength


def _emptiest(found: Onsets, beats: Curve) -> float:
    """Strokes on every second beat, over those on the beats between, whichever are fewer."""
    reach = np.arange(-4, 5)
    places = np.round((beats + DELAY_SECONDS) * FRAME_RATE).astype(int)[:, None] + reach
    struck = found.strength[np.clip(places, 0, found.frames - 1)].max(axis=1)
    one, other = float(struck[::2].mean()), float(struck[1::2].mean())
    return min(one, other) / max(one, other, 1e-9)
