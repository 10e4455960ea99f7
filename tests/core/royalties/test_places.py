"""Where money was earned: each play's own worth, wherever the formula sets it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from clearmix.royalties import Royalties
from clearmix.royalties.engine import EVENT_COLUMNS, Engine
from clearmix.royalties.period import Period
from clearmix.royalties.reports.room import Reports
from clearmix.royalties.settling import (
    RENDER_COLUMNS,
    SUBSCRIPTION_COLUMNS,
    reduce,
)
from clearmix.storage.tables.royalties import SettlementRow
from clearmix_royalties.threshold import Threshold
from clearmix_royalties.user_centric import UserCentric

Play = Callable[..., dict[str, Any]]
Write = Callable[..., Path]

OCTOBER = Period("2026-10")
SIDES = {"recording": 3, "work": 1}


def reports_of(market: Any, room: Royalties) -> Reports:
    return Reports(
        market.database,
        market.store,
        market.settings,
        catalogue=market.catalogue,
        royalties=room,
        formula=market.formula,
    )


def by_place(reports: Reports, payee: str, item: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Amount and units of an item in each territory and period of posting."""
    found: Counter[tuple[str, str]] = Counter()
    units: Counter[tuple[str, str]] = Counter()
    for month in ("2026-10", "2026-11"):
        for row in reports.document(payee, month).rows:
            if row.line.item_id == item:
                found[row.territory, month] += row.amount_micro
                units[row.territory, month] = row.units
    return {key: (amount, units[key]) for key, amount in found.items()}


def test_a_territory_is_paid_what_its_listeners_paid_for_what_they_heard(
    market: Any, royalties: Royalties, play: Play, write_plays: Write
) -> None:
    # Two subscribers pay 3.50 each: Cy hears it once, in Britain, and Ann nine times in the United
    # States. Bo, who pays nothing, hears it in France.
    rows = [play("gb", listener_id="cy"), play("fr", listener_id="bo", territory="FR")]
    rows += [play(f"us{n}", listener_id="ann", territory="US") for n in range(9)]
    royalties.import_plays(
        write_plays([{**row, "item_id": "unheard-of", "maker_id": ""} for row in rows])
    )
    royalties.settle("2026-10", "user-centric")
    assert by_place(reports_of(market, royalties), "suspense", "unheard-of") == {
        ("GB", "2026-10"): (3_500_000, 1),
        ("US", "2026-10"): (3_500_000, 9),
    }


def drawn(plays: int, seed: int) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Plays of a small world by listeners who pay unlike fees, and those fees."""
    lot = random.Random(seed)
    rows: list[tuple[Any, ...]] = []
    for number in range(plays):
        listener = lot.randrange(30)
        category = lot.choice(("original", "listener-remix"))
        at = datetime(2026, 10, 1 + lot.randrange(31), lot.randrange(24))
        place = (lot.choice(("GB", "US", "DE")), lot.choice(("free", "premium")))
        length = lot.choice((29_999, 30_000, 90_000))
        rows.append(
            (f"e{number}", f"{category}-{lot.randrange(9)}", f"l{listener}", at, length, category,
             *place, False, None, lot.random() < 0.05, False)
        )  # fmt: skip
    fees = [
        (pool, f"l{number}", lot.randrange(1, 2**40))
        for pool in ("add-on", "general")
        for number in range(25)
    ]
    return rows, fees


def lay(working: Engine, rows: list[tuple[Any, ...]], fees: list[tuple[Any, ...]]) -> None:
    working.create("events", EVENT_COLUMNS, rows)
    working.create("history", EVENT_COLUMNS, [])
    working.create("subscriptions", SUBSCRIPTION_COLUMNS, fees)
    working.create("renders", RENDER_COLUMNS, [])


@pytest.mark.parametrize("seed", range(3))
def test_places_hold_what_each_listeners_fee_gave_there(working: Engine, seed: int) -> None:
    rows, fees = drawn(400, seed)
    lay(working, rows, fees)
    reduced = reduce(working, UserCentric(), OCTOBER, "GBP", SIDES, by_place=True)
    paid = {(pool, listener): fee for pool, listener, fee in fees}
    counted = [
        ("general" if row[5] == "original" else "add-on", row) for row in rows
        if row[4] >= 30_000 and not row[10]
    ]  # fmt: skip
    heard = Counter((pool, row[2]) for pool, row in counted)
    worth: Counter[tuple[str, ...]] = Counter()
    units: Counter[tuple[str, ...]] = Counter()
    for pool, row in counted:
        if (pool, row[2]) in paid:
            key = (pool, row[1], row[6], row[7])
            fee = paid[pool, row[2]] * 10**reduced.exponent
            worth[key] += int(Fraction(fee, heard[pool, row[2]]))
            units[key] += 1
    found = {tuple(row[:4]): (row[4], row[5]) for row in working.rows("FROM places")}
    assert found == {key: (worth[key], units[key]) for key in worth}


def test_each_side_of_a_pool_has_places_of_its_own(working: Engine) -> None:
    rows, fees = drawn(5_000, 7)
    lay(working, rows, fees)
    reduce(working, Threshold(), OCTOBER, "GBP", SIDES, by_place=True)
    assert working.rows("SELECT DISTINCT pool FROM places ORDER BY pool") == working.rows(
        "SELECT DISTINCT pool FROM reduced ORDER BY pool"
    )
    different = working.rows(
        "SELECT pool, item_id, sum(worth), sum(units) FROM places GROUP BY ALL EXCEPT "
        "SELECT pool, item_id, value, units FROM reduced"
    )
    assert not different


def test_a_correction_says_where_it_changed_what(
    closed: Any, closed_room: Royalties, play: Play, write_plays: Write
) -> None:
    late = [play(f"late{n}", "tide-remix", territory="US") for n in range(2)]
    closed_room.import_plays(write_plays(late, "late.csv"))
    closed_room.correct("2026-10")
    # A fifth of 7.00 for the one play, then three sevenths for three; Ben holds a quarter.
    assert by_place(reports_of(closed, closed_room), "ben", "tide-remix") == {
        ("GB", "2026-10"): (350_000, 1),
        ("GB", "2026-11"): (250_000 - 350_000, 0),
        ("US", "2026-11"): (500_000, 2),
    }


def test_places_are_part_of_the_hash_and_are_verified(closed: Any, closed_room: Royalties) -> None:
    [settlement] = closed_room.settlements()
    with closed.database.session() as session:
        row = session.get(SettlementRow, settlement.hash)
    assert "places" in row.manifest and "places" in row.files
    assert closed_room.verify(settlement.hash).same
    path = closed.store.local_path(row.files["places"])
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-4] + b"harm")
    assert any("`places`" in one for one in closed_room.verify(settlement.hash).differences)


ADDED_LATER = ("places", "carried", "follows")
"""Tables that settlements of format 2 did not keep."""


def test_a_settlement_that_kept_no_places_is_divided_by_its_plays_and_says_so(
    closed: Any, closed_room: Royalties, play: Play, write_plays: Write
) -> None:
    reports = reports_of(closed, closed_room)
    before = [(row.territory, row.amount_micro) for row in reports.document("northlight").rows]
    with closed.database.session(write=True) as session:
        for row in session.exec(select(SettlementRow)):
            row.files = {name: key for name, key in row.files.items() if name not in ADDED_LATER}
    document = reports.document("northlight")
    assert [(row.territory, row.amount_micro) for row in document.rows] == before
    assert any("as if each had earned the same" in note for note in document.notes)
    # It can be corrected all the same, and the correction keeps them.
    closed_room.import_plays(write_plays([play("late", territory="US")], "late.csv"))
    assert closed_room.correct("2026-10").posted
    assert {row.territory for row in reports.document("northlight", "2026-11").rows} == {"GB", "US"}
