"""The contract of royalty formulas, as tests that any formula can be put to."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from clearmix.contracts import RoyaltyFormula
from clearmix.errors import RoyaltyError
from clearmix.royalties.asking import context_of, unrepeatable
from clearmix.royalties.context import POOLS, pool_of
from clearmix.royalties.digests import table_digest
from clearmix.royalties.eligibility import eligibility_of
from clearmix.royalties.engine import Engine
from clearmix.royalties.rates import default_side_weights
from clearmix.royalties.reduction import eligible
from clearmix.testing.market import Market


class FormulaContract:
    """Subclass it, give it a `formula`, and perhaps a `market` that your formula is made for."""

    @pytest.fixture
    def formula(self) -> RoyaltyFormula:
        """The formula under test."""
        raise NotImplementedError("define a fixture `formula` that returns your formula")

    @pytest.fixture
    def market(self) -> Market:
        """A market in which the formula finds something to pay out."""
        return Market.generated()

    def test_it_says_who_it_is(self, formula: RoyaltyFormula) -> None:
        """Settlements record id and version, and look the formula up by them years later."""
        assert isinstance(formula, RoyaltyFormula), (
            "a formula has `id`, `version`, `claims` and `pools`: add what is missing"
        )
        for name in ("id", "version"):
            value = getattr(formula, name)
            assert isinstance(value, str), f"make `{name}` a text, it is {value!r}"
            assert value.strip(), f"the `{name}` of the formula is empty: write one"
        assert formula.id == formula.id.lower().replace(" ", "-"), (
            f"write the id `{formula.id}` in small letters with hyphens: it is typed in commands"
        )

    def test_claims_and_pools_have_the_columns_of_the_contract(
        self, formula: RoyaltyFormula, market: Market
    ) -> None:
        """Names and integer types; further columns do no harm."""
        claims, pools = _asked(formula, market)
        for table, said, texts, integer in (
            (claims, "claims", ("event_id", "item_id", "group_id"), "weight"),
            (pools, "pools", ("group_id",), "amount_micro"),
        ):
            types, _ = table
            missing = [name for name in (*texts, integer) if name not in types]
            assert not missing, f"add {missing} to what `{said}` returns; it has {list(types)}"
            assert types[integer] in ("int8", "int16", "int32", "int64", "uint8", "uint16",
                                      "uint32"), (
                f"`{integer}` of `{said}` is {types[integer]}: use whole numbers throughout, "
                'and `.cast("int64")` after a sum; never divide with `/` or `//`'
            )  # fmt: skip

    def test_no_weight_is_negative_or_missing(
        self, formula: RoyaltyFormula, market: Market
    ) -> None:
        """A claim can be worth nothing, but not less."""
        (_, rows), _ = _asked(formula, market)
        wrong = [row for row in rows if row["weight"] is None or row["weight"] < 0]
        assert not wrong, (
            f"weights are whole numbers from 0 up; `{wrong[0]['event_id']}` has "
            f"{wrong[0]['weight']}: use `fill_null` after an outer join"
        )

    def test_only_plays_that_count_claim_and_each_once(
        self, formula: RoyaltyFormula, market: Market
    ) -> None:
        """The usual mistake is a join with a table that has several rows for one item."""
        (_, rows), _ = _asked(formula, market)
        sides = Counter(
            (row["event_id"], pool_of_group(row["group_id"]).partition("/")[2]) for row in rows
        )
        twice = [key for key, times in sides.items() if times > 1]
        assert not twice, (
            f"the play `{twice[0][0]}` claims {sides[twice[0]]} times: join with tables that "
            "have one row for each key, or use `semi_join`"
        )
        with market.laid() as working:
            counted = eligible(working.table("events"), market.period, eligibility_of(formula))
            known = {(play, item) for play, item in working.ask(counted["event_id", "item_id"])}
            known |= set(working.rows("SELECT item_id, item_id FROM renders"))
        for row in rows:
            assert (row["event_id"], row["item_id"]) in known, (
                f"the claim of `{row['event_id']}` on `{row['item_id']}` is of no play that "
                "counts: take `event_id` and `item_id` together from `events` (or twice the "
                "`item_id` of `context.renders`)"
            )

    def test_the_groups_hand_out_exactly_what_the_pools_hold(
        self, formula: RoyaltyFormula, market: Market
    ) -> None:
        """Groups are named after their pool, once each, and nothing is kept back."""
        _, (_, rows) = _asked(formula, market)
        repeated = [id for id, n in Counter(row["group_id"] for row in rows).items() if n > 1]
        assert not repeated, f"`pools` has the group `{repeated[:1]}` more than once: sum it up"
        given: Counter[str] = Counter()
        for row in rows:
            assert row["amount_micro"] is not None and row["amount_micro"] >= 0, (
                f"the group `{row['group_id']}` has the amount {row['amount_micro']}: amounts "
                "are whole micro-units from 0 up"
            )
            given[pool_of(pool_of_group(row["group_id"]))] += row["amount_micro"]
        held = Counter(
            {
                "add-on": sum(market.subscriptions.values()),
                "general": sum(market.general.values()),
                "generation": sum(row["fee_micro"] for row in market.renders),
            }
        )
        for pool, amount in given.items():
            assert pool in POOLS, (
                f"the group of `{pool}` has no pool: begin a group's id with one of {POOLS}, "
                "and a colon before what follows"
            )
            assert amount == held[pool], (
                f"the groups of `{pool}` add up to {amount} micro-units, and it holds "
                f"{held[pool]}: give the rest of a division to one of the groups"
            )

    def test_every_micro_unit_is_paid_once(self, formula: RoyaltyFormula, market: Market) -> None:
        """What the reduction makes of the claims adds up to the pools."""
        with market.laid() as working:
            reduced = market.settled(formula, working)
            lines = working.one("SELECT sum(amount_micro), min(amount_micro) FROM lines")
        assert int(lines[0]) == reduced.pool_micro, (
            f"the lines add up to {lines[0]}, the pools to {reduced.pool_micro}: check that "
            "claims and pools use the same group ids"
        )
        assert lines[1] >= 0, "a line is negative: report this, the reduction must prevent it"

    def test_somebody_earns_something(self, formula: RoyaltyFormula, market: Market) -> None:
        """A formula whose claims and groups do not meet pays nobody, without any error."""
        earned = {k: v for k, v in market.earnings(formula).items() if not k.startswith("carried")}
        assert any(earned.values()), (
            "no item earns anything: the `group_id` of the claims must be that of a group in "
            "`pools`, letter for letter; or give the suite a `market` made for your formula"
        )

    def test_it_says_the_same_whenever_it_is_asked(
        self, formula: RoyaltyFormula, market: Market
    ) -> None:
        """Replays years later must give the same hash: no clock, no chance, no file."""
        for said in unrepeatable_parts(formula, market):
            pytest.fail(
                f"{said}, and a replay years later would differ: use no clock, no random number "
                "and no code or SQL of your own; `context.period` says which month it is"
            )
        hashes = {_digest(formula, market) for _ in range(2)}
        assert len(hashes) == 1, (
            "asked twice it answers differently: use no clock, no random number and no "
            "`limit` or `row_number` without a complete order (end it with `event_id`)"
        )

    def test_the_order_of_rows_does_not_matter(
        self, formula: RoyaltyFormula, market: Market
    ) -> None:
        """Files arrive in any order and engines use several threads."""
        assert _digest(formula, market.shuffled(1)) == _digest(formula, market.shuffled(2)), (
            "the same plays in another order give another result: order windows by `played_at` "
            "and `event_id`, and use no `first()` or `last()`"
        )

    def test_a_month_without_a_play_is_carried(
        self, formula: RoyaltyFormula, market: Market
    ) -> None:
        """Money that nobody claims waits; it is an answer, not an error."""
        silent = replace(market, plays=())
        try:
            earned = silent.earnings(formula)
        except RoyaltyError as error:
            pytest.fail(f"without plays it fails ({error.message}): return no claims instead")
        assert sum(earned.values()) > 0, "without plays the pools vanish: `pools` must not change"

    def test_large_pools_stay_exact(self, formula: RoyaltyFormula, market: Market) -> None:
        """A thousand million units of a currency, divided to the last micro-unit."""
        factor = 10**15 // max(1, sum(market.subscriptions.values()))
        rich = replace(
            market,
            subscriptions={id: fee * factor + 7 for id, fee in market.subscriptions.items()},
        )
        with rich.laid() as working:
            reduced = rich.settled(formula, working)
            total = int(working.one("SELECT sum(amount_micro) FROM lines")[0])
        assert total == reduced.pool_micro, (
            "large amounts lose micro-units: a float has crept in; divide whole numbers only, "
            "and cast sums back to int64"
        )


Answer = tuple[dict[str, str], list[dict[str, Any]]]


def _asked(formula: RoyaltyFormula, market: Market) -> tuple[Answer, Answer]:
    """Types and rows of what a formula returns as claims and as pools."""
    with market.laid() as working:
        weights = default_side_weights("original")
        context = context_of(working, market.period, "GBP", weights)
        counted = eligible(working.table("events"), market.period, eligibility_of(formula))
        return (
            _answer(working, "claims", formula.claims(counted, context)),
            _answer(working, "pools", formula.pools(market.period, context)),
        )


def unrepeatable_parts(formula: RoyaltyFormula, market: Market) -> list[str]:
    """A sentence for each method whose query depends on anything but its tables."""
    with market.laid() as working:
        context = context_of(working, market.period, "GBP", default_side_weights("original"))
        counted = eligible(working.table("events"), market.period, eligibility_of(formula))
        said = {
            "claims": formula.claims(counted, context),
            "pools": formula.pools(market.period, context),
        }
        return [
            f"`{method}` depends on {' and '.join(found)}"
            for method, table in said.items()
            if (found := unrepeatable(table))
        ]


def _answer(working: Engine, method: str, table: Any) -> Answer:
    assert hasattr(table, "schema"), (
        f"`{method}` returns `{type(table).__name__}`: return an ibis table, such as "
        "`events.select(...)`; the engine carries it out"
    )
    types = {name: str(type).lstrip("!") for name, type in table.schema().items()}
    rows = [dict(zip(types, row, strict=True)) for row in working.ask(table)]
    return types, rows


def _digest(formula: RoyaltyFormula, market: Market) -> str:
    with market.laid() as working:
        market.settled(formula, working)
        columns = ("pool", "item_id", "payee", "units", "amount_micro")
        return table_digest(working, "lines", columns)


def pool_of_group(group_id: object) -> str:
    """The pool, or side of a pool, that a group's name begins with."""
    return str(group_id).partition(":")[0]
