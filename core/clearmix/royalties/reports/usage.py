"""Where the plays behind a settlement were heard: by territory and tier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clearmix.royalties.eligibility import Eligibility
from clearmix.royalties.engine import engine
from clearmix.royalties.period import Period
from clearmix.royalties.plays import UNKNOWN_TERRITORY
from clearmix.royalties.reduction import eligible
from clearmix.royalties.sheaves import open_kept
from clearmix.storage.store import Store
from clearmix.storage.tables.royalties import SettlementRow


@dataclass(frozen=True, order=True)
class Place:
    """A territory and a tier, and how many plays that count were heard there."""

    territory: str
    tier: str
    plays: int


NOWHERE = (Place(UNKNOWN_TERRITORY, "", 1),)
"""Where money comes from that no play brought: a fee for a render, or what nobody claimed."""

Usage = dict[tuple[str, str], tuple[Place, ...]]
"""The places of each pool and item, in the order of territory and tier."""


def usage(store: Store, row: SettlementRow, items: Iterable[str]) -> Usage:
    """Where the items' plays were heard, from the plays that the settlement has kept."""
    with engine() as working:
        open_kept(working, store, row.files, "events")
        working.create("wanted", {"item_id": "VARCHAR"}, [(item,) for item in sorted(set(items))])
        rule = Eligibility(**row.manifest["formula"]["eligibility"])
        counted = eligible(working.table("events"), Period(row.period), rule)
        wanted = counted.semi_join(working.table("wanted"), "item_id")
        places = wanted.group_by("pool", "item_id", "territory", "tier").agg(
            plays=lambda t: t.count()
        )
        rows = working.ask(places)
    found: dict[tuple[str, str], list[Place]] = {}
    for pool, item, territory, tier, plays in rows:
        found.setdefault((pool, item), []).append(
            Place(territory or UNKNOWN_TERRITORY, tier or "", int(plays))
        )
    return {key: tuple(sorted(places)) for key, places in found.items()}
