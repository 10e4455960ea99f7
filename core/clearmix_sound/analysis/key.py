"""The key of a recording, from how long each pitch class sounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clearmix.music import PITCH_CLASSES, split_key
from clearmix_sound.analysis.harmony import HARMONY_RATE, Harmony
from clearmix_sound.analysis.onsets import Curve

_MAJOR = np.array(
    [0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081]
)
_MINOR = np.array(
    [0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052]
)
"""How often each degree sounds in music of a mode (Albrecht and Shanahan, "The use of large
corpora to train a new type of key-finding algorithm", Music Perception 31, 2013)."""

_BASS_SHARE = 0.35
_EVEN = 0.1
"""Spread of the pitch classes, as a share of their mean, at which no key speaks: speech, drums and
noise lie at 0.1 to 0.2, dense music between, a few instruments above 0.4."""
_LONGEST, _OPENING, _CLOSING = 0.25, 0.18, 0.05
"""Weight of a triad's share of the time, of opening and of closing the recording."""


def find_key(found: Harmony, chords: Sequence[tuple[float, str]] = ()) -> tuple[str | None, float]:
    """The key, such as `A minor`, and a confidence 0..1; None where hardly any pitch sounds.

    A key and its relative share all their notes; when chords are given, the triad that opens and
    closes the recording and sounds longest speaks for its own key.
    """
    chroma = _shares(found.chroma)
    bass = _shares(found.bass)
    if chroma.sum() == 0:
        return None, 0.0
    scores = np.empty(24)
    for tonic in range(12):
        for row, profile in enumerate((_MAJOR, _MINOR)):
            turned = np.roll(profile, tonic)
            scores[12 * row + tonic] = (
                np.corrcoef(turned, chroma)[0, 1]
                + (_BASS_SHARE * np.corrcoef(turned, bass)[0, 1] if bass.sum() else 0.0)
            ) / (1 + _BASS_SHARE)
    fits = scores.copy()
    scores += _tonic_evidence(chords, len(found.chroma) / HARMONY_RATE)
    best = int(np.argmax(scores))
    rivals = np.sort(scores)[::-1]
    clear = np.clip((chroma.std() / chroma.mean() - _EVEN) / _EVEN, 0, 1)
    lead = np.clip((rivals[0] - rivals[1]) / 0.12, 0, 1)
    confidence = float(np.clip(fits[best], 0, 1) * lead * clear)
    return f"{PITCH_CLASSES[best % 12]} {'major' if best < 12 else 'minor'}", confidence


def _tonic_evidence(chords: Sequence[tuple[float, str]], seconds: float) -> Curve:
    """What the chords say for each of the 24 keys."""
    evidence = np.zeros(24)
    if not chords:
        return evidence
    ends = [*(start for start, _ in chords[1:]), seconds]
    for (start, name), end in zip(chords, ends, strict=True):
        evidence[_index(name)] += _LONGEST * max(0.0, end - start) / max(seconds, 1e-9)
    evidence[_index(chords[0][1])] += _OPENING
    evidence[_index(chords[-1][1])] += _CLOSING
    return evidence


def _index(chord: str) -> int:
    root, mode = split_key(chord)
    return root + (12 if mode == "minor" else 0)


def _shares(chroma: Curve) -> Curve:
    """How much of the sounding time each pitch class takes, loud moments weighing little more."""
    total = chroma.sum(axis=1, keepdims=True)
    alive = total[:, 0] > 0.1 * np.percentile(total, 90)
    if not alive.any():
        return np.zeros(12)
    rows = chroma[alive] / np.maximum(total[alive], 1e-9)
    return np.asarray(rows.mean(axis=0), dtype=np.float64)
