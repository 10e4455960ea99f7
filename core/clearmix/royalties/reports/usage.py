"""Where the money of a settlement was earned: by territory and tier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from clearmix.royalties.context import pool_of
from clearmix.royalties.eligibility import Eligibility
from clearmix.royalties.engine import Engine, engine
from clearmix.royalties.models import StatementLine
from clearmix.royalties.period import Period
from clearmix.royalties.plays import UNKNOWN_TERRITORY
from clearmix.royalties.reduction import eligible
from clearmix.royalties.sheaves import open_kept
from clearmix.storage.store import Store
from clearmix.storage.tables.royalties import SettlementRow


@dataclass(frozen=True, order=True)
class Place:
    """A territory and a tier: what an item's plays there were worth, and how many earned."""

    territory: str
    tier: str
    worth: int
    units: int


NOWHERE = (Place(UNKNOWN_TERRITORY, "", 1, 1),)
"""Where money comes from that no play brought: a fee for a render, or what nobody claimed."""

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Usage:
    """The places of each item in one settlement, in the order of territory and tier.

    `valued` says whether they tell what each play earned. Settlements of earlier versions did not
    keep that: their plays that count are then taken for worth alike.
    """

    places: dict[Key, tuple[Place, ...]] = field(default_factory=dict)
    valued: bool = True

    def of(self, line: StatementLine) -> tuple[Place, ...]:
        """Where what a line's item earned of its pool comes from."""
        key = (line.pool, line.item_id, line.splits_from)
        return self.places.get(key if self.valued else (pool_of(line.pool), key[1], ""), NOWHERE)


def usage(store: Store, row: SettlementRow, items: Iterable[str]) -> Usage:
    """Where the items' money was earned, from what the settlement has kept."""
    valued = "places" in row.files
    with engine() as working:
        working.create("wanted", {"item_id": "VARCHAR"}, [(item,) for item in sorted(set(items))])
        rows = _earned(working, store, row) if valued else _heard(working, store, row)
    found: dict[Key, list[Place]] = {}
    for pool, item, splits_from, territory, tier, worth, units in rows:
        place = Place(territory or UNKNOWN_TERRITORY, tier or "", int(worth), int(units))
        found.setdefault((pool, item, splits_from), []).append(place)
    return Usage({key: tuple(sorted(places)) for key, places in found.items()}, valued)


def _earned(working: Engine, store: Store, row: SettlementRow) -> list[tuple[Any, ...]]:
    open_kept(working, store, row.files, "places", "works")
    return working.rows(
        "SELECT works.pool, works.item_id, splits_from, territory, tier, worth, units "
        "FROM works SEMI JOIN wanted ON works.item_id = wanted.item_id "
        "JOIN places ON works.pool = places.pool AND works.key = places.item_id"
    )


def _heard(working: Engine, store: Store, row: SettlementRow) -> list[tuple[Any, ...]]:
    open_kept(working, store, row.files, "events")
    rule = Eligibility(**row.manifest["formula"]["eligibility"])
    counted = eligible(working.table("events"), Period(row.period), rule)
    wanted = counted.semi_join(working.table("wanted"), "item_id")
    places = wanted.group_by("pool", "item_id", "territory", "tier").agg(plays=lambda t: t.count())
    return [
        (pool, item, "", territory, tier, plays, plays)
        for pool, item, territory, tier, plays in working.ask(places)
    ]
