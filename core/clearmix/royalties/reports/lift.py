"""Whether remixes amplify plays of the original or siphon them off, against matched controls.

For each recording: (change of its own plays - change of matched controls) / plays of its remixes,
28 days before and after the first play of a remix of it. Above 0, remixes bring plays; at -1 every
play of a remix replaced one of the original. Controls are recordings of which no remix was played
in those days, of the same decile of size and, where there are enough, the same genre; in a
catalogue that has too few of them, of any size. Of these, those nearest in age and in slope. Their
change is taken in proportion: it says what the recording's own plays would have become.

The interval is a bootstrap: controls are drawn again with replacement, and the recording is allowed
to differ from its controls as they differ from each other (a difference-in-differences with
resampled controls, in the manner of placebo tests: Abadie, Diamond, Hainmueller, Synthetic
Control Methods for Comparative Case Studies, JASA 2010). The placebo measures the same 28 days
earlier, when no remix was there yet: it must be near 0, or the controls do not match.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]

WINDOW = 28
"""Days before and after."""

FEWEST_CONTROLS = 5
MOST_CONTROLS = 40

SMALLEST = 100
"""Fewer plays than this, of the original before or of remixes after, are not shown: they tell
about single listeners, and say nothing."""

DRAWS = 1_000
LOW, HIGH = 5, 95
"""Percentiles of the interval: nine draws in ten lie in it."""

Verdict = Literal["amplifies", "siphons", "cannot tell"]


@dataclass(frozen=True)
class Track:
    """What is known of a recording before its plays are looked at."""

    id: str
    title: str
    artist: str
    artist_name: str
    label: str
    genre: str
    released: date | None


@dataclass(frozen=True)
class Panel:
    """Daily plays of tracks, and of what was made from each; rows are tracks, columns days."""

    tracks: tuple[Track, ...]
    start: date
    originals: Counts
    renders: Counts


@dataclass(frozen=True)
class Effect:
    """Extra plays of the original, and each draw of the bootstrap."""

    extra: float
    draws: Counts


@dataclass(frozen=True)
class Measured:
    """One recording measured: `hidden` says why it is not, and then the rest is nothing."""

    track: Track
    day: date
    before: int
    after: int
    render_plays: float
    controls: int
    matched_on: str
    hidden: str = ""
    effect: Effect | None = None
    placebo: Effect | None = None


def measure(panel: Panel) -> tuple[Measured, ...]:
    """Every recording of which a remix was played, measured or hidden, by id."""
    days = panel.originals.shape[1]
    first = [int((row > 0).argmax()) if row.any() else days for row in panel.renders]
    found = []
    for place, day in enumerate(first):
        if day == days:
            continue
        found.append(_measure(panel, place, day, days))
    return tuple(found)


def _measure(panel: Panel, place: int, day: int, days: int) -> Measured:
    track, date_of = panel.tracks[place], panel.start + timedelta(days=day)
    before = panel.originals[place, max(0, day - WINDOW) : day].sum()
    after = panel.originals[place, day : day + WINDOW].sum()
    render_plays = float(panel.renders[place, day : day + WINDOW].sum())
    chosen: Sequence[int] = ()
    matched_on = ""
    if day < WINDOW or day + WINDOW > days:
        hidden = f"the log has no {WINDOW} days before and after"
    elif min(before, render_plays) < SMALLEST:
        hidden = f"fewer than {SMALLEST} plays of the original before, or of its remixes after"
    else:
        chosen, matched_on = controls_of(panel, place, day)
        enough = len(chosen) >= FEWEST_CONTROLS
        hidden = "" if enough else f"fewer than {FEWEST_CONTROLS} recordings to compare it with"
    measured = Measured(
        track, date_of, int(before), int(after), render_plays, len(chosen), matched_on, hidden
    )
    if hidden:
        return measured
    placebo = None
    if day >= 2 * WINDOW:
        placebo = _effect(panel, place, day - WINDOW, chosen)
    return Measured(
        track, date_of, int(before), int(after), render_plays, len(chosen), matched_on,
        effect=_effect(panel, place, day, chosen), placebo=placebo,
    )  # fmt: skip


def controls_of(panel: Panel, place: int, day: int) -> tuple[list[int], str]:
    """Rows of the matched controls of a track, and what they were matched on."""
    early, late = max(0, day - WINDOW), day + WINDOW
    before = panel.originals[:, early:day].sum(axis=1)
    # A control has at least one play, or it has no change in proportion.
    free = (panel.renders[:, early:late].sum(axis=1) == 0) & (before > 0)
    free[place] = False
    alive = before[before > 0]
    edges = np.quantile(alive, np.arange(1, 10) / 10)
    decile = np.searchsorted(edges, before, side="right")
    same_size = free & (decile == decile[place])
    genres = np.array([track.genre for track in panel.tracks])
    same_genre = same_size & (genres == panel.tracks[place].genre)
    near_size = free & (abs(decile - decile[place]) <= 1)
    matched = (
        (np.flatnonzero(same_genre), "size, genre, age and slope"),
        (np.flatnonzero(same_size), "size, age and slope"),
        (np.flatnonzero(near_size), "about the size, age and slope"),
        (np.flatnonzero(free), "age and slope"),
    )
    enough = (one for one in matched if len(one[0]) >= FEWEST_CONTROLS)
    candidates, matched_on = next(enough, matched[-1])
    distance = _distance(panel, place, day, candidates, before)
    nearest = candidates[np.argsort(distance, kind="stable")[:MOST_CONTROLS]]
    return [int(row) for row in nearest], matched_on


def _distance(
    panel: Panel, place: int, day: int, candidates: NDArray[np.int64], before: Counts
) -> Counts:
    """How far candidates are in age and slope, each in units of its spread among them."""
    half = day - WINDOW // 2
    rows = np.array([place, *candidates])
    recent = panel.originals[rows, half:day].sum(axis=1)
    slope = 2 * recent / before[rows] - 1
    today = panel.start + timedelta(days=day)
    known = [
        (today - track.released).days if track.released else np.nan
        for track in (panel.tracks[row] for row in rows)
    ]
    age = np.log1p(np.clip(np.array(known, dtype=np.float64), 0, None))
    age = np.where(np.isnan(age), np.nanmedian(age) if not np.isnan(age).all() else 0.0, age)
    total = np.zeros(len(candidates))
    for values in (age, slope):
        spread = values[1:].std() if len(candidates) else 0.0
        if spread > 0:
            total += abs(values[1:] - values[0]) / spread
    return total


def _effect(panel: Panel, place: int, day: int, controls: Sequence[int]) -> Effect:
    """Extra plays in the window after a day, with the draws of the bootstrap."""
    before = panel.originals[:, day - WINDOW : day].sum(axis=1)
    after = panel.originals[:, day : day + WINDOW].sum(axis=1)
    rows = np.array(controls)
    growth = after[rows].sum() / max(before[rows].sum(), 1.0)
    extra = float(after[place] - before[place] * growth)
    text = f"{panel.tracks[place].id}|{panel.start + timedelta(days=day)}"
    random = np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]))
    drawn = rows[random.integers(0, len(rows), size=(DRAWS, len(rows)))]
    growths = after[drawn].sum(axis=1) / np.maximum(before[drawn].sum(axis=1), 1.0)
    # How controls miss what the others foretell, on the scale of this track's plays; widened for
    # the degree of freedom that their own mean takes.
    missed = (after[rows] - before[rows] * growth) / np.maximum(before[rows], 1.0)
    missed = (missed - missed.mean()) * np.sqrt(len(rows) / (len(rows) - 1))
    own = missed[random.integers(0, len(rows), size=DRAWS)]
    return Effect(extra, after[place] - before[place] * (growths + own))


def combined(effects: Iterable[tuple[Effect, float]]) -> tuple[float, float, float] | None:
    """Low, middle and high of the effects together, for each play of a remix; None of nothing."""
    effects = list(effects)
    plays = sum(render_plays for _, render_plays in effects)
    if not plays:
        return None
    draws = np.sum([effect.draws for effect, _ in effects], axis=0) / plays
    low, high = np.percentile(draws, [LOW, HIGH])
    return float(low), sum(effect.extra for effect, _ in effects) / plays, float(high)
