"""Chords and key of notes, by templates of pitch classes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clearmix.contracts import ScoreChord, ScoreNote
from clearmix.music import CHORD_STEPS, PITCH_CLASSES

MAJOR_PROFILE = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR_PROFILE = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
"""How well each step fits a key (Krumhansl and Kessler, Psychological Review 89, 1982)."""

_RICHER = 0.06
"""What a chord of four notes must explain more than one of three, as a share of all."""

_OUTSIDE = 0.7
"""How much a note outside the chord counts against it."""

_ROOT_IN_BASS = 0.25
"""How much the lowest note counts for the chord whose root it is."""


def pitch_class_weights(notes: Iterable[ScoreNote], start: float, stop: float) -> tuple[float, ...]:
    """How long each of the twelve pitch classes sounds between two beats, by strength."""
    weights = [0.0] * 12
    for note in notes:
        heard = min(note.beat + note.beats, stop) - max(note.beat, start)
        if heard > 0:
            weights[note.pitch % 12] += heard * max(note.velocity, 0.05)
    return tuple(weights)


def chord_of(weights: Sequence[float], bass: int | None = None) -> str | None:
    """The chord that explains the weights best, or None for silence.

    >>> chord_of((1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0))
    'C'
    """
    total = sum(weights)
    if total <= 0:
        return None
    best: tuple[float, str] | None = None
    for root in range(12):
        for quality, steps in CHORD_STEPS.items():
            inside = sum(weights[(root + step) % 12] for step in steps) / total
            score = inside - _OUTSIDE * (1 - inside) - _RICHER * (len(steps) - 3)
            score += _ROOT_IN_BASS * (bass is not None and bass % 12 == root)
            score += 0.1 * weights[root] / total
            if best is None or score > best[0] + 1e-9:
                best = score, f"{PITCH_CLASSES[root]}{quality}"
    return best[1] if best else None


def chords_of(
    notes: Sequence[ScoreNote], bass: Sequence[ScoreNote], beats: float, beats_per_bar: int
) -> tuple[ScoreChord, ...]:
    """A chord for each half bar in which it changes, from all notes and from the bass."""
    found: list[ScoreChord] = []
    half = beats_per_bar / 2 if beats_per_bar % 2 == 0 else float(beats_per_bar)
    at = 0.0
    while at < beats:
        lowest = [note for note in bass if note.beat <= at + 0.25 and note.beat + note.beats > at]
        root = min((note.pitch for note in lowest), default=None)
        name = chord_of(pitch_class_weights([*notes, *bass], at, at + half), root)
        if name is not None and (not found or found[-1].name != name):
            found.append(ScoreChord(at, name))
        at += half
    return tuple(found)


def key_of(weights: Sequence[float]) -> str | None:
    """The key whose profile correlates best with the weights, or None for silence.

    >>> key_of((5, 0, 3, 0, 4, 3, 0, 5, 0, 3, 0, 2))
    'C major'
    """
    if sum(weights) <= 0:
        return None
    fits = key_fits(weights)
    return max(fits, key=lambda key: fits[key])


def key_fits(weights: Sequence[float]) -> dict[str, float]:
    """How well the profile of each key correlates with the weights, -1..1."""
    return {
        f"{PITCH_CLASSES[tonic]} {mode}": _correlation(
            [weights[(tonic + step) % 12] for step in range(12)], profile
        )
        for mode, profile in (("major", MAJOR_PROFILE), ("minor", MINOR_PROFILE))
        for tonic in range(12)
    }


def _correlation(ones: Sequence[float], others: Sequence[float]) -> float:
    mean, other_mean = sum(ones) / len(ones), sum(others) / len(others)
    pairs = [(a - mean, b - other_mean) for a, b in zip(ones, others, strict=True)]
    size = sum(a * a for a, _ in pairs) * sum(b * b for _, b in pairs)
    return float(sum(a * b for a, b in pairs) / size**0.5) if size > 0 else 0.0
