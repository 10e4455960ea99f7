"""Amplify or siphon, as tables and a plot: each track, each artist, all together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clearmix.royalties.reports.lift import (
    FEWEST_CONTROLS,
    SMALLEST,
    WINDOW,
    Measured,
    Verdict,
    combined,
)
from clearmix.royalties.reports.pages import page
from clearmix.royalties.reports.plots import Estimate, spans


@dataclass(frozen=True)
class Lift:
    """Extra plays of the original for each play of a remix, with the interval of the bootstrap.

    `hidden` says why nothing is shown; then the numbers are absent. `placebo` measured the same
    28 days earlier and must lie near 0.
    """

    id: str
    name: str
    render_plays: int
    controls: int
    matched_on: str = ""
    day: str = ""
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    placebo: float | None = None
    placebo_low: float | None = None
    placebo_high: float | None = None
    hidden: str = ""

    @property
    def verdict(self) -> Verdict:
        """What the interval says: all above 0, all below, or neither."""
        if self.low is not None and self.low > 0:
            return "amplifies"
        return "siphons" if self.high is not None and self.high < 0 else "cannot tell"

    @property
    def sound(self) -> bool:
        """Whether there is a placebo and 0 lies in its interval."""
        low, high = self.placebo_low, self.placebo_high
        return low is not None and high is not None and low <= 0 <= high

    def as_json(self) -> dict[str, Any]:
        """The lift in JSON's types; small cells give no count."""
        return {
            "id": self.id,
            "name": self.name,
            "first_remix": self.day or None,
            "remix_plays": None if self.hidden else self.render_plays,
            "controls": self.controls,
            "matched_on": self.matched_on or None,
            "effect": self.effect,
            "low": self.low,
            "high": self.high,
            "placebo": self.placebo,
            "placebo_low": self.placebo_low,
            "placebo_high": self.placebo_high,
            "placebo_is_near_zero": self.sound,
            "verdict": None if self.hidden else self.verdict,
            "hidden": self.hidden or None,
        }


@dataclass(frozen=True)
class Amplify:
    """The lifts of tracks and artists, and of all tracks together if any could be measured."""

    party: str | None
    first_day: str
    last_day: str
    tracks: tuple[Lift, ...]
    artists: tuple[Lift, ...]
    together: Lift | None

    def as_json(self) -> dict[str, Any]:
        """The report in JSON's types."""
        return {
            "party": self.party,
            "first_day": self.first_day,
            "last_day": self.last_day,
            "window_days": WINDOW,
            "tracks": [lift.as_json() for lift in self.tracks],
            "artists": [lift.as_json() for lift in self.artists],
            "together": self.together.as_json() if self.together else None,
        }

    def as_html(self) -> str:
        """The report as a page with its plots."""
        return page(
            "amplify.html",
            report=self,
            parts=[
                (title, _plot(lifts), lifts)
                for title, lifts in (("By artist", self.artists), ("By track", self.tracks))
            ],
            window=WINDOW,
            smallest=SMALLEST,
            fewest=FEWEST_CONTROLS,
            words=signed,
        )


def amplify(
    measured: Sequence[Measured], party: str | None, first_day: str, last_day: str
) -> Amplify:
    """The report of what was measured, shown tracks first, the largest effect first."""
    tracks = [_lift(one.track.id, one.track.title, [one]) for one in measured]
    artists: dict[str, list[Measured]] = {}
    for one in measured:
        artists.setdefault(one.track.artist, []).append(one)
    whole = _lift("", "all tracks together", measured)
    return Amplify(
        party=party,
        first_day=first_day,
        last_day=last_day,
        tracks=_ordered(tracks),
        artists=_ordered(
            [_lift(id, found[0].track.artist_name, found) for id, found in artists.items()]
        ),
        together=whole if not whole.hidden else None,
    )


def signed(value: float | None) -> str:
    """A lift in words, such as `+0.12`."""
    return "" if value is None else f"{value:+.2f}"


def _ordered(lifts: Sequence[Lift]) -> tuple[Lift, ...]:
    return tuple(sorted(lifts, key=lambda lift: (bool(lift.hidden), -(lift.effect or 0), lift.id)))


def _lift(id: str, name: str, measured: Sequence[Measured]) -> Lift:
    """One lift of several tracks; those that are hidden do not count in it."""
    shown = [one for one in measured if not one.hidden]
    found = combined((one.effect, one.render_plays) for one in shown if one.effect)
    if found is None:
        why = "; ".join(dict.fromkeys(one.hidden for one in measured)) or "no track has remixes"
        return Lift(id, name, 0, sum(one.controls for one in measured), hidden=why)
    placebo = combined((one.placebo, one.render_plays) for one in shown if one.placebo)
    low, effect, high = found
    return Lift(
        id=id,
        name=name,
        render_plays=round(sum(one.render_plays for one in shown)),
        controls=sum(one.controls for one in shown),
        matched_on=shown[0].matched_on if len(shown) == 1 else f"{len(shown)} tracks",
        day=shown[0].day.isoformat() if len(shown) == 1 else "",
        effect=effect,
        low=low,
        high=high,
        placebo=placebo[1] if placebo else None,
        placebo_low=placebo[0] if placebo else None,
        placebo_high=placebo[2] if placebo else None,
    )


def _plot(lifts: Sequence[Lift]) -> Any:
    return spans(
        [
            Estimate(
                lift.name,
                f"{signed(lift.effect)} ({signed(lift.low)} to {signed(lift.high)})",
                lift.low,
                lift.effect,
                lift.high,
                lift.placebo,
            )
            for lift in lifts[:24]
            if lift.low is not None and lift.effect is not None and lift.high is not None
        ]
    )
