"""Where each item's money was earned: what its claims were worth, by territory and tier.

A play can be worth more than another of the same item: by its weight, or because fewer plays share
the fee that it is paid from. So money is put where the plays that earned it were heard, and not
divided by how many plays were heard where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clearmix.royalties.engine import Engine
from clearmix.royalties.plays import UNKNOWN_TERRITORY
from clearmix.royalties.reduction import add_up
from clearmix.royalties.tracing import with_columns

if TYPE_CHECKING:
    import ibis


def heard_where(
    claims: ibis.Table, counted: ibis.Table, events: ibis.Table, renders: ibis.Table
) -> ibis.Table:
    """The claims with `territory`, `tier` and `play_played_at` of what they are of.

    Args:
        claims: what a formula said of the plays that count.
        counted: those.
        events: each event id once.
        renders: what was made; a claim of one, such as on its fee, is of no known territory.
    """
    found = with_columns(claims, counted, ("territory", "tier", "played_at"))
    if found is None:
        heard = events.select(
            "event_id",
            play_territory=events.territory,
            play_tier=events.tier,
            heard_at=events.played_at,
        )
        made = renders.select(event_id=renders.item_id, made_at=renders.made_at)
        # One after the other: an id that is both a play's and a render's is still one row.
        found = claims.left_join(heard, "event_id").drop("event_id_right")
        found = found.left_join(made, "event_id")
        found = found.mutate(play_played_at=found.heard_at.coalesce(found.made_at))
    return found.select(
        *claims.columns,
        "play_played_at",
        territory=found.play_territory.nullif("").fill_null(UNKNOWN_TERRITORY),
        tier=found.play_tier.fill_null(""),
    )


def add_up_by_place(engine: Engine, earning: ibis.Table, *places: str) -> None:
    """Makes `places`, and of them `reduced`: what was earned somewhere is what was earned."""
    engine.make("places", add_up(earning, *places).rename(worth="value"))
    engine.derive(
        "reduced",
        "SELECT pool, item_id, sum(worth)::BIGINT AS value, sum(units)::BIGINT AS units "
        "FROM places GROUP BY pool, item_id",
    )
