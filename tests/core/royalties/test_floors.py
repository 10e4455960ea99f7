"""What contracts owe holds for what an item earned of a pool, however a formula divides it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clearmix.contracts import RoyaltyFormula
from clearmix.royalties import Period, Royalties
from clearmix.royalties.engine import EVENT_COLUMNS, Engine
from clearmix.royalties.parts import Part, floored
from clearmix.royalties.rates import default_side_weights
from clearmix.royalties.settling import (
    RENDER_COLUMNS,
    SUBSCRIPTION_COLUMNS,
    finish,
    make_routes,
    reduce,
)
from clearmix.royalties.splits import Splits
from clearmix.royalties.terms import Floor
from clearmix.royalties.works import Item, Rights
from clearmix_royalties import threshold
from clearmix_royalties.artist_centric import ArtistCentric
from clearmix_royalties.per_generation import PerGeneration
from clearmix_royalties.pro_rata import ProRata
from clearmix_royalties.threshold import Threshold
from clearmix_royalties.user_centric import UserCentric

OCTOBER = Period("2026-10")
REMIXES = ("dawn-remix", "dawn-cover", "both", "tide-remix")
PARTIES = ("northlight", "harbour", "quayside", "ada", "ben", "cleo", "max")
FORMULAS = [ProRata(), UserCentric(), ArtistCentric(), PerGeneration(), Threshold()]

Terms = Mapping[str, int]


class OnTerms(Rights):
    """The rights to a market in which every remix is on the same terms, in basis points."""

    terms: Terms = MappingProxyType({})

    def item(self, item_id: str) -> Item | None:
        """The item on these terms."""
        found = super().item(item_id)
        owed = [
            {"payee": payee, "rate_bps": bps, "base": "revenue"}
            for payee, bps in self.terms.items()
        ]
        return found and replace(found, duties={"royalties": owed})


@pytest.fixture
def rights(market: Any, royalties: Royalties, logged: Callable[..., dict[str, Any]]) -> OnTerms:
    """The rights to the market's remixes, one of them of `tide`."""
    royalties.import_renders([logged("tide-remix", ["tide"])])
    return OnTerms(market.database, REMIXES)


def lay(working: Engine, plays: list[tuple[str, str]], fees: Mapping[str, int]) -> None:
    """Makes the inputs of a settlement: plays of items by listeners, each item made for 0.05."""
    at = datetime(2026, 10, 12)
    working.create(
        "events",
        EVENT_COLUMNS,
        [
            (f"e{n}", item, listener, at, 60_000, "listener-remix", "GB", "plus", False, None,
             False, False)
            for n, (item, listener) in enumerate(plays)
        ],
    )  # fmt: skip
    working.create("history", EVENT_COLUMNS, [])
    working.create(
        "subscriptions", SUBSCRIPTION_COLUMNS, [("add-on", *fee) for fee in fees.items()]
    )
    working.create(
        "renders",
        RENDER_COLUMNS,
        [(item, "ann", at, "listener-remix", 50_003) for item in REMIXES],
    )


def earned(working: Engine, formula: RoyaltyFormula, rights: Rights) -> dict[str, Counter[str]]:
    """What each payee gets of each item, after a check of the pools' sums."""
    found = reduce(working, formula, OCTOBER, "GBP")
    splits = Splits(rights, default_side_weights, date(2026, 10, 1))
    make_routes(working, splits.parts, lambda item: ("listener-remix", item, ""), formula)
    finish(working, OCTOBER, found)
    items: dict[str, Counter[str]] = {}
    for item, payee, amount in working.rows(
        "SELECT item_id, payee, sum(amount_micro) FROM lines WHERE item_id <> '' GROUP BY ALL"
    ):
        items.setdefault(item, Counter())[payee] += int(amount)
    paid = working.rows("SELECT sum(amount_micro) FROM lines")
    assert int(paid[0][0]) == found.pool_micro
    return items


terms = st.dictionaries(st.sampled_from(PARTIES), st.integers(0, 10_000), max_size=4).map(
    lambda drawn: (
        drawn
        if (whole := sum(drawn.values())) <= 10_000
        else {payee: bps * 10_000 // whole for payee, bps in drawn.items()}
    )
)
people = st.sampled_from(["ann", "bo", "cy"])


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.id)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    plays=st.lists(st.tuples(st.sampled_from(REMIXES), people), max_size=30),
    fees=st.dictionaries(people, st.integers(1, 10**10), min_size=1),
    terms=terms,
)
@example(
    plays=[("dawn-remix", "ann")] * 5 + [("both", "bo")], fees={"ann": 7}, terms={"ada": 9_000}
)
@example(plays=[("dawn-remix", "ann")], fees={"ann": 5_000_000}, terms={"northlight": 1_500})
def test_every_floor_is_met_to_within_rounding_and_all_get_the_whole(
    working: Engine,
    rights: OnTerms,
    monkeypatch: pytest.MonkeyPatch,
    formula: RoyaltyFormula,
    plays: list[tuple[str, str]],
    fees: dict[str, int],
    terms: dict[str, int],
) -> None:
    monkeypatch.setattr(threshold, "STREAMS", 4)
    lay(working, plays, fees)
    rights.terms = terms
    for item, payees in earned(working, formula, rights).items():
        whole = sum(payees.values())
        for payee, bps in terms.items():
            # A payee's share of each side is rounded to it, and each line to a micro-unit.
            assert payees[payee] >= whole * bps / 10_000 - 4, (item, payee, payees)


def test_of_a_composition_alone_the_label_is_paid_what_its_terms_say(
    working: Engine, rights: OnTerms
) -> None:
    lay(working, [("dawn-remix", "ann")], {"ann": 4_000_000})
    rights.terms = {"northlight": 1_500}
    items = earned(working, Threshold(), rights)
    # One play of a thousand: the quarter of the pool for compositions is all that is paid.
    assert items == {
        "dawn-remix": {"northlight": 150_000, "cleo": 425_000, "quayside": 425_000},
    }
    why = working.one("SELECT why, side, base FROM routes WHERE payee = 'northlight'")
    assert why == (
        "the terms owe `northlight` at least 15 % of all that the item earns",
        "terms",
        "revenue",
    )


def test_who_earns_enough_on_one_side_is_owed_nothing_of_the_other(
    working: Engine, rights: OnTerms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threshold, "STREAMS", 1)
    lay(working, [("dawn-remix", "ann")], {"ann": 4_000_000})
    rights.terms = {"northlight": 4_500}
    assert earned(working, Threshold(), rights)["dawn-remix"] == {
        "northlight": 1_800_000, "ada": 1_200_000, "cleo": 500_000, "quayside": 500_000,
    }  # fmt: skip


def test_what_raises_a_payee_comes_from_both_sides_as_if_the_pool_were_whole(
    working: Engine, rights: OnTerms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threshold, "STREAMS", 1)
    lay(working, [("dawn-remix", "ann")], {"ann": 4_000_000})
    rights.terms = {"northlight": 6_000, "ada": 2_900}
    assert earned(working, Threshold(), rights) == earned(working, ProRata(), rights)
    sides = dict(working.rows("SELECT pool, sum(amount_micro) FROM lines GROUP BY pool"))
    assert sides == {"add-on": 4_000_000}
    earned(working, Threshold(), rights)
    sides = dict(working.rows("SELECT pool, sum(amount_micro) FROM lines GROUP BY pool"))
    assert sides == {"add-on/recording": 3_000_000, "add-on/work": 1_000_000}


def test_a_party_without_a_part_is_paid_on_each_side_under_its_terms() -> None:
    divided = {
        "add-on/recording": [Part("label", "recording", "owner", "s", Fraction(1), "")],
        "add-on/work": [Part("writer", "work", "writer", "s", Fraction(1), "")],
    }
    money = {"add-on/recording": 900, "add-on/work": 100}
    found = floored(divided, money, {"voice": Floor(Fraction(1, 10))})
    assert {
        name: {(part.payee, part.side): part.share for part in parts}
        for name, parts in found.items()
    } == {
        "add-on/recording": {
            ("label", "recording"): Fraction(9, 10),
            ("voice", "terms"): Fraction(1, 10),
        },
        "add-on/work": {("writer", "work"): Fraction(9, 10), ("voice", "terms"): Fraction(1, 10)},
    }
