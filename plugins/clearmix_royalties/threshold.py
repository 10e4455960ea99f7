"""Threshold: pro-rata for each side, but recordings of few streams earn no recording royalty.

After the rule that Spotify announced in November 2023: 1,000 streams in the last twelve months.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis

    from clearmix import Context, Period

STREAMS = 1_000
"""An item with fewer earns nothing for its recording; its composition is paid all the same."""


class Threshold:
    """Each pool is divided in two, one for each side; every play claims its part of both.

    An item's streams are its plays that count this month and, of the eleven months before, its
    plays of 30 seconds or more that were not flagged as fraud.
    """

    id = "threshold"
    version = "1"

    def claims(self, events: ibis.Table, context: Context) -> ibis.Table:
        """Two claims for each play: one of each side, that of the recording if it qualifies."""
        import ibis

        past = context.history.filter(
            context.history.played_at >= ibis.timestamp(_a_year_before(context.period)),
            context.history.milliseconds >= 30_000,
            ~context.history.fraud,
        )
        streams = (
            events.select("item_id")
            .union(past.select("item_id"))
            .group_by("item_id")
            .agg(streams=lambda t: t.count())
        )
        popular = streams.filter(streams.streams >= STREAMS)
        of_recordings = events.semi_join(popular, "item_id").select(
            "event_id", "item_id", group_id=lambda t: t.pool + "/recording", weight=1
        )
        of_works = events.select("event_id", "item_id", group_id=events.pool + "/work", weight=1)
        return of_recordings.union(of_works)

    def pools(self, period: Period, context: Context) -> ibis.Table:
        """The two sides of each pool, as the rate card weighs them."""
        sides = context.sides
        recordings = sides.select(
            group_id=sides.pool + "/recording", amount_micro=sides.recording_micro
        )
        works = sides.select(group_id=sides.pool + "/work", amount_micro=sides.work_micro)
        return recordings.union(works)


def _a_year_before(period: Period) -> str:
    """The first day of the twelve months that end with a period.

    >>> from clearmix import Period
    >>> _a_year_before(Period("2026-10")), _a_year_before(Period("2026-12"))
    ('2025-11-01', '2026-01-01')
    """
    first = period.end.replace(year=period.end.year - 1)
    return first.date().isoformat()
