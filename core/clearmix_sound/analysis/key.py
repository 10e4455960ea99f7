"""The key of a recording, from how long each pitch class sounds and from what its chords do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

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
"""Weight of the fit to the pitch classes of the bass beside that to all of them."""

_OWN_MAJOR, _OWN_MINOR = ((0, 5, 7), (2, 4, 9)), ((3, 7, 8, 10), (0, 5, 7))
"""Steps above the tonic of the major and the minor triads of a mode; minor has both fives."""

_FIT, _OWN_TRIADS, _TONIC, _ARRIVALS, _OPENING = 6.5, 4.5, 1.5, 7.0, 1.0
"""Log-odds of a key for one unit of its fit to the pitch classes, of the share of the time that is
its own triads and its tonic, of the share of the changes that are arrivals at the tonic, and for
its tonic opening the recording.

A conditional logit (McFadden, 1974), fitted on the chords of 64 songs (the benchmark
`song_chords.py`), 28 of Bach's chorales, 6 movements of quartets, 4 fiddle tunes, the bands of
`accompanied.py` that were looked at and some of the house's own, each heard whole and in two
excerpts that begin in other bars.
"""

_EVEN = 0.1
"""Spread of the pitch classes, as a share of their mean, at which no key speaks: speech, drums and
noise lie at 0.1 to 0.2, dense music between, a few instruments above 0.4."""
_LASTING_SECONDS = 0.25
_FLEETING, _LASTS = 0.1, 0.18
"""Correlation of the pitches that sound with those a quarter of a second later, their mean taken
away: drum solos have 0.08 to 0.09, speech and wind 0.02 at most, written songs 0.5 and more, real
songs that fit a key 0.2 and more."""


def find_key(found: Harmony, chords: Sequence[tuple[float, str]] = ()) -> tuple[str | None, float]:
    """The key, such as `A minor`, and a confidence 0..1; None where hardly any pitch sounds.

    What does not last, as drums and speech, has no key to be sure of.

    A key shares all its notes with its relative and all but one with the keys a fifth away; when
    chords are given, they say which of these is at home: whose triads they are, and on which of
    them the music begins, stays and arrives.
    """
    chroma = _shares(found.chroma)
    bass = _shares(found.bass)
    if chroma.sum() == 0:
        return None, 0.0
    fits = np.empty(24)
    for tonic in range(12):
        for row, profile in enumerate((_MAJOR, _MINOR)):
            turned = np.roll(profile, tonic)
            fits[12 * row + tonic] = (
                np.corrcoef(turned, chroma)[0, 1]
                + (_BASS_SHARE * np.corrcoef(turned, bass)[0, 1] if bass.sum() else 0.0)
            ) / (1 + _BASS_SHARE)
    scores = _FIT * fits + _chord_evidence(chords, len(found.chroma) / HARMONY_RATE)
    best = int(np.argmax(scores))
    probability = 1 / np.exp(scores - scores[best]).sum()
    clear = np.clip((chroma.std() / chroma.mean() - _EVEN) / _EVEN, 0, 1)
    lasts = np.clip((_lasting(found.chroma) - _FLEETING) / (_LASTS - _FLEETING), 0, 1)
    confidence = float(np.clip(fits[best], 0, 1) * probability * clear * lasts)
    return f"{PITCH_CLASSES[best % 12]} {'major' if best < 12 else 'minor'}", confidence


def _chord_evidence(chords: Sequence[tuple[float, str]], seconds: float) -> Curve:
    """What the chords say for each of the 24 keys."""
    evidence = np.zeros(24)
    if not chords:
        return evidence
    triads = np.array([_index(name) for _, name in chords])
    starts = np.array([start for start, _ in chords])
    lengths = np.maximum(np.diff(starts, append=seconds), 0.0)
    lasting = np.bincount(triads, lengths, 24) / max(float(lengths.sum()), 1e-9)
    for tonic in range(12):
        for row, (major, minor) in enumerate((_OWN_MAJOR, _OWN_MINOR)):
            own = [(tonic + step) % 12 for step in major]
            own += [12 + (tonic + step) % 12 for step in minor]
            evidence[12 * row + tonic] = _OWN_TRIADS * lasting[own].sum()
    evidence += _TONIC * lasting
    evidence[triads[0]] += _OPENING
    for before, after in pairwise(triads.tolist()):
        evidence[after] += _ARRIVALS * _arrives(before, after) / (len(triads) - 1)
    return evidence


def _arrives(before: int, after: int) -> bool:
    """Whether a change is an arrival: from four, from a major five, or up from seven to minor."""
    step, major = (before - after) % 12, before < 12
    return step == 5 or (major and step == 7) or (major and step == 10 and after >= 12)


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
