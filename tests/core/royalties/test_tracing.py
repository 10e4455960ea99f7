"""Claims carry columns of their plays along, or are known not to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import ibis
import pytest

from clearmix.contracts import RoyaltyFormula
from clearmix.royalties.context import Context
from clearmix.royalties.digests import table_digest
from clearmix.royalties.engine import EVENT_COLUMNS, Engine
from clearmix.royalties.period import Period
from clearmix.royalties.settling import PLACE_COLUMNS, said_by
from clearmix.royalties.settling import reduce as reduce_plays
from clearmix.royalties.tracing import claims_each_once, constant_weight, with_columns
from clearmix_royalties.artist_centric import ArtistCentric
from clearmix_royalties.per_generation import PerGeneration
from clearmix_royalties.pro_rata import ProRata
from clearmix_royalties.threshold import Threshold
from clearmix_royalties.user_centric import UserCentric

OCTOBER = Period("2026-10")
PLAYS = 300

Query = Callable[[ibis.Table], ibis.Table]


@pytest.fixture
def plays(working: Engine) -> ibis.Table:
    """Plays in four territories, by listeners who pay, and a render."""
    rows = [
        (f"e{n}", f"i{n % 7}", f"l{n % 5}", datetime(2026, 10, 1 + n % 30), 40_000,
         "original" if n % 7 < 3 else "listener-remix", ("GB", "US", "", "DE")[n % 4],
         ("free", "premium")[n % 2], False, None, False, n % 3 == 0)
        for n in range(PLAYS)
    ]  # fmt: skip
    working.create("events", EVENT_COLUMNS, rows)
    working.create("history", EVENT_COLUMNS, [])
    paid = {"pool": "VARCHAR", "listener_id": "VARCHAR", "net_micro": "BIGINT"}
    fees = [(pool, f"l{n}", 10**7 + n) for pool in ("add-on", "general") for n in range(5)]
    working.create("subscriptions", paid, fees)
    made = {"item_id": "VARCHAR", "maker_id": "VARCHAR", "made_at": "TIMESTAMP",
            "category": "VARCHAR", "fee_micro": "BIGINT"}  # fmt: skip
    # A render whose id is a play's too is still one claim.
    working.create("renders", made, [("e1", "l1", datetime(2026, 10, 3), "listener-remix", 9)])
    tracks = {"item_id": "VARCHAR", "track_id": "VARCHAR", "artist_id": "VARCHAR"}
    working.create("catalogue", tracks, [(f"i{n}", f"t{n}", f"a{n % 2}") for n in range(6)])
    return working.table("events")


def filtered(plays: ibis.Table) -> ibis.Table:
    return plays.filter(plays.sought).order_by("event_id").select("event_id", "item_id")


def joined(plays: ibis.Table) -> ibis.Table:
    many = plays.group_by("listener_id").agg(heard=plays.count())
    return plays.left_join(many, "listener_id").select("event_id", "heard")


def joined_from_the_right(plays: ibis.Table) -> ibis.Table:
    items = plays.select("item_id").distinct()
    return items.join(plays, "item_id").filter(lambda t: t.sought)


def united(plays: ibis.Table) -> ibis.Table:
    return plays.filter(plays.sought).union(plays.anti_join(plays.filter(plays.sought), "event_id"))


def ranked(plays: ibis.Table) -> ibis.Table:
    place = ibis.row_number().over(group_by="listener_id", order_by="event_id")
    return plays.mutate(place=place).filter(lambda t: t.place < 3).drop("place")


@pytest.mark.parametrize("query", [filtered, joined, joined_from_the_right, united, ranked])
def test_columns_pass_beside_the_id(working: Engine, plays: ibis.Table, query: Query) -> None:
    claims = query(plays)
    found = with_columns(claims, plays, ("territory", "played_at"))
    assert found is not None
    looked_up = claims.join(
        plays.select("event_id", play_territory="territory", play_played_at="played_at"), "event_id"
    )
    columns = (*claims.columns, "play_territory", "play_played_at")
    working.make("passed", found.select(*columns))
    working.make("looked_up", looked_up.select(*columns))
    assert working.one("SELECT count(*) FROM passed")[0] > 0
    assert table_digest(working, "passed", columns) == table_digest(working, "looked_up", columns)


@pytest.mark.parametrize(
    "query",
    [
        lambda plays: plays.group_by("event_id").agg(n=plays.count()),
        lambda plays: plays.mutate(event_id=plays.event_id.upper()),
        lambda plays: plays.mutate(event_id=plays.item_id),
        lambda plays: plays.distinct(),
        lambda plays: plays.union(plays, distinct=True),
        lambda plays: plays.mutate(play_territory=plays.tier),
        lambda plays: plays.select(event_id="item_id").union(plays.select("event_id")),
    ],
)
def test_what_is_not_passed_through_is_known(plays: ibis.Table, query: Query) -> None:
    assert with_columns(query(plays), plays, ("territory",)) is None


class Upper(UserCentric):
    """Names each play by way of a function: its claims must be looked up."""

    def claims(self, events: ibis.Table, context: Context) -> ibis.Table:
        claims = super().claims(events, context)
        return claims.mutate(event_id=claims.event_id.upper().lower())


@pytest.mark.parametrize("settled_by", [ProRata(), UserCentric(), ArtistCentric(), Threshold()])
def test_the_built_in_formulas_pass_their_plays_through(
    working: Engine, plays: ibis.Table, settled_by: RoyaltyFormula
) -> None:
    said = said_by(working, settled_by, OCTOBER, "GBP")
    assert with_columns(said.claims, said.counted, ("territory",)) is not None


def test_looked_up_and_passed_through_it_is_the_same_money(
    working: Engine, plays: ibis.Table
) -> None:
    found = []
    for formula in (UserCentric(), Upper()):
        reduced = reduce_plays(working, formula, OCTOBER, "GBP", by_place=True)
        found.append((reduced, table_digest(working, "places", PLACE_COLUMNS)))
    assert found[0] == found[1]
    assert {row[0] for row in working.rows("SELECT DISTINCT territory FROM places")} == {
        "GB", "US", "DE", "ZZ",
    }  # fmt: skip


def test_a_claim_of_a_render_is_of_no_known_place_unless_it_is_a_play_too(
    working: Engine, plays: ibis.Table
) -> None:
    reduce_plays(working, PerGeneration(), OCTOBER, "GBP", by_place=True)
    assert working.rows("SELECT item_id, territory, worth, units FROM places") == [
        ("e1", "US", 9_000_000, 1)
    ]


@pytest.mark.parametrize(
    ("query", "weight"),
    [
        (lambda plays: plays.select("event_id", weight=1), 1),
        (lambda plays: plays.mutate(weight=ibis.literal(2)).filter(plays.sought), 2),
        (lambda plays: plays.select("event_id", weight=plays.milliseconds), None),
        (
            # Weights of the plays that are not sought are missing.
            lambda plays: plays.left_join(
                plays.filter(plays.sought).select("event_id", weight=1), "event_id"
            ),
            None,
        ),
    ],
)
def test_a_weight_is_constant_if_the_query_says_one_number(
    plays: ibis.Table, query: Query, weight: int | None
) -> None:
    assert constant_weight(query(plays).select("event_id", "weight")) == weight


@pytest.mark.parametrize(
    ("query", "once"),
    [
        (lambda plays: plays.select("event_id", weight=1), True),
        (lambda plays: plays.filter(plays.sought).select("event_id", weight=1), False),
        (lambda plays: plays.select("event_id", w=ibis.array([1, 2]).unnest()), False),
        (joined, False),
    ],
)
def test_whether_each_play_claims_once_is_read_off_the_query(
    plays: ibis.Table, query: Query, once: bool
) -> None:
    assert claims_each_once(query(plays), plays) is once
