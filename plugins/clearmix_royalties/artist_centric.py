"""Artist-centric: pro-rata, with plays of professional artists and sought plays weighing more.

After the model that Deezer and Universal Music announced in September 2023.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis

    from clearmix import Context, Period

STREAMS = 1_000
"""An artist of at least as many streams a month..."""

LISTENERS = 500
"""...from at least as many listeners is professional: each play weighs double."""

MOST_STREAMS = 1_000
"""So many of a listener's plays in a month weigh anything: the first, by time."""


class ArtistCentric:
    """A play weighs 1; double for a professional artist, and double again if it was sought."""

    id = "artist-centric"
    version = "1"

    def claims(self, events: ibis.Table, context: Context) -> ibis.Table:
        """One claim for each play, on the pool that its category is paid from."""
        import ibis

        known = context.catalogue.filter(context.catalogue.artist_id != "")
        credited = events.join(known, "item_id")
        artists = credited.group_by("artist_id").agg(
            streams=credited.count(), heard_by=credited.listener_id.nunique()
        )
        loved = artists.filter(artists.streams >= STREAMS, artists.heard_by >= LISTENERS)
        professional = known.semi_join(loved, "artist_id").select("item_id", professional=True)
        counted = _first_streams(events).left_join(professional, "item_id")
        return counted.select(
            "event_id",
            "item_id",
            group_id=counted.pool,
            weight=ibis.ifelse(counted.professional.fill_null(False), 2, 1)
            * ibis.ifelse(counted.sought.fill_null(False), 2, 1),
        )

    def pools(self, period: Period, context: Context) -> ibis.Table:
        """Each pool, whole."""
        return context.pools.select("amount_micro", group_id=context.pools.pool)


def _first_streams(events: ibis.Table) -> ibis.Table:
    """The plays without those of a listener beyond the first thousand."""
    import ibis

    heavy = events.group_by("listener_id").agg(streams=lambda t: t.count())
    heavy = heavy.filter(heavy.streams > MOST_STREAMS)
    # Only of these few listeners are the plays sorted.
    placed = events.semi_join(heavy, "listener_id").mutate(
        place=ibis.row_number().over(group_by="listener_id", order_by=["played_at", "event_id"])
    )
    first = placed.filter(placed.place < MOST_STREAMS).drop("place")
    return events.anti_join(heavy, "listener_id").union(first)
