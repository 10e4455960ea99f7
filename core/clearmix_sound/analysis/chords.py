"""Triads over time, one or two to the bar."""

from __future__ import annotations

import numpy as np

from clearmix.music import PITCH_CLASSES, split_key
from clearmix_sound.analysis.harmony import Harmony, unit
from clearmix_sound.analysis.onsets import Curve, Flags

_MAJOR_SCALE, _MINOR_SCALE = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10, 11)
_CHANGE = 0.10
"""Cost of a change of chord within a bar, in units of cosine similarity."""
_CHANGE_AT_BAR = 0.03
_BASS_ROOT = 0.22
_OUT_OF_KEY = 0.05
_OVERTONES = (0, 12, 19, 24, 28)
"""Semitones of the first five partials above their tone."""
_OVERTONE_DECAY = 0.8
"""Each partial's share of the one below; slower than Gómez's 0.6 of amplitudes, since the chroma
holds logarithms of them."""


def find_chords(
    found: Harmony, edges_seconds: Curve, bar_starts: Flags, key: str | None
) -> tuple[tuple[float, str], ...]:
    """Start in seconds and name (`F# minor`) of each chord; neighbours that agree are joined.

    Args:
        found: the recording's harmony.
        edges_seconds: where chords may change, ascending, with the end as its last value.
        bar_starts: for each stretch whether it opens a bar.
        key: chords of its scale are a little more likely.
    """
    if len(edges_seconds) < 2:
        return ()
    chroma = unit(found.mean_between(found.chroma, edges_seconds))
    bass = unit(found.mean_between(found.bass, edges_seconds))
    templates = _templates()
    scores = chroma @ templates.T + _BASS_ROOT * np.concatenate([bass, bass], axis=1)
    if key is not None:
        scores = scores - _OUT_OF_KEY * ~_in_key(key)[None]
    path = _best_path(scores, np.where(bar_starts, _CHANGE_AT_BAR, _CHANGE))
    chords: list[tuple[float, str]] = []
    for start, state in zip(edges_seconds[:-1], path, strict=True):
        name = f"{PITCH_CLASSES[state % 12]} {'minor' if state >= 12 else 'major'}"
        if not chords or chords[-1][1] != name:
            chords.append((float(start), name))
    return tuple(chords)


def chord_pitch_classes(name: str) -> tuple[int, int, int]:
    """Root, third and fifth of a triad's name as pitch classes 0..11.

    >>> chord_pitch_classes("F# minor")
    (6, 9, 1)
    """
    root, mode = split_key(name)
    return root, (root + (3 if mode == "minor" else 4)) % 12, (root + 7) % 12


def _templates() -> Curve:
    """Twelve major and twelve minor triads as unit chroma vectors, overtones included.

    Each tone brings its overtones, without which a triad passes for the one a fifth higher (Gómez,
    "Tonal description of music audio signals", PhD thesis, Barcelona 2006, section 3.4).
    """
    rows = np.zeros((24, 12))
    for root in range(12):
        for row, third in ((root, 4), (root + 12, 3)):
            for step in (0, third, 7):
                for number, above in enumerate(_OVERTONES):
                    rows[row, (root + step + above) % 12] += _OVERTONE_DECAY**number
    return unit(rows)


def _in_key(key: str) -> Flags:
    tonic, mode = split_key(key)
    scale = {(tonic + step) % 12 for step in (_MAJOR_SCALE if mode == "major" else _MINOR_SCALE)}
    return np.array(
        [
            {root % 12, (root + third) % 12, (root + 7) % 12} <= scale
            for third in (4, 3)
            for root in range(12)
        ]
    )


def _best_path(scores: Curve, change: Curve) -> list[int]:
    """The best sequence of states when a change costs `change` at its stretch (Viterbi)."""
    best = scores[0].copy()
    came = np.zeros(scores.shape, dtype=int)
    for index in range(1, len(scores)):
        leader = int(np.argmax(best))
        moved = best[leader] - change[index]
        stay = best >= moved
        came[index] = np.where(stay, np.arange(scores.shape[1]), leader)
        best = np.where(stay, best, moved) + scores[index]
    state = int(np.argmax(best))
    path = [state]
    for index in range(len(scores) - 1, 0, -1):
        state = int(came[index, state])
        path.append(state)
    return path[::-1]
