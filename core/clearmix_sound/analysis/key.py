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
_LASTING_SECONDS = 0.25
_FLEETING, _LASTS = 0.1, 0.18
"""Correlation of the pitches that sound with those a quarter of a second later, their mean taken
away: drum solos have 0.08 to 0.09, speech and wind 0.02 at most, written songs 0.5 and more, real
songs that fit a key 0.2 and more."""
_LONGEST, _OPENING, _CLOSING = 0.25, 0.18, 0.05
"""Weight of a triad's share of the time, of opening and of closing the recording."""


def find_key(found: Harmony, chords: Sequence[tuple[float, str]] = ()) -> tuple[str | None, float]:
    """The key, such as `A minor`, and a confidence 0..1; None where hardly any pitch sounds.

    What does not last, as drums and speech, has no key to be sure of.

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
    lasts = np.clip((_lasting(found.chroma) - _FLEETING) / (_LASTS - _FLEETING), 0, 1)
    confidence = float(np.clip(fits[best], 0, 1) * lead * clear * lasts)
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


def _lasting(chroma: Curve) -> float:
    """How much the pitches of a moment still sound a little later: tones last, strokes do not."""
    lag = round(_LASTING_SECONDS * HARMONY_RATE)
    total = chroma.sum(axis=1)
    alive = total > 0.1 * np.percentile(total, 90)
    both = alive[:-lag] & alive[lag:]
    if not both.any():
        return 0.0
    rows = chroma / np.maximum(np.linalg.norm(chroma, axis=1, keepdims=True), 1e-9)
    rows = rows - rows[alive].mean(axis=0)
    now, later = rows[:-lag][both], rows[lag:][both]
    size = np.sqrt(np.square(now).sum() * np.square(later).sum())
    return float((now * later).sum() / max(float(size), 1e-9))


def _shares(chroma: Curve) -> Curve:
    """How much of the sounding time each pitch class takes, loud moments weighing little more."""
    total = chroma.sum(axis=1, keepdims=True)
    alive = total[:, 0] > 0.1 * np.percentile(total, 90)
    if not alive.any():
        return np.zeros(12)
    rows = chroma[alive] / np.maximum(total[alive], 1e-9)
    return np.asarray(rows.mean(axis=0), dtype=np.float64)
