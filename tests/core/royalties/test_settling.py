"""A formula is not trusted, and the laws of a settlement hold for any plays and shares."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from typing import Any

import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix.contracts import RoyaltyFormula
from clearmix.errors import ClearmixError, PluginError, RoyaltyError
from clearmix.royalties import Period, asking
from clearmix.royalties.digests import canonical_hash
from clearmix.royalties.engine import EVENT_COLUMNS, Engine
from clearmix.royalties.parts import Part
from clearmix.royalties.settling import (
    RENDER_COLUMNS,
    SUBSCRIPTION_COLUMNS,
    finish,
    make_routes,
    manifest,
    reduce,
)
from clearmix_royalties.pro_rata import ProRata
from clearmix_royalties.user_centric import UserCentric

OCTOBER = Period("2026-10")
GENERAL_FEES = [("general", "ann", 3_500_000), ("general", "cy", 3_500_000)]
TWO_FEES = [("add-on", "ann", 3_500_000), ("add-on", "cy", 3_500_000)]

Row = tuple[Any, ...]

shared = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def event(id: str, item: str = "song", listener: str = "bo", seconds: int = 60) -> Row:
    """A play of October."""
    at = datetime(2026, 10, 12)
    return (
        id, item, listener, at, seconds * 1000, "listener-remix", "GB", "plus", False, "max",
        False, False,
    )  # fmt: skip


def lay(working: Engine, events: list[Row], subscriptions: list[Row]) -> None:
    """Makes the inputs of a settlement."""
    working.create("events", EVENT_COLUMNS, events)
    working.create("history", EVENT_COLUMNS, [])
    working.create("subscriptions", SUBSCRIPTION_COLUMNS, subscriptions)
    working.create("renders", RENDER_COLUMNS, [])


def alone(item: str, *_: object) -> tuple[Part, ...]:
    """All of an item for its own payee."""
    return (Part(f"payee-{item}", "work", "writer", item, Fraction(1), ""),)


def settled(
    working: Engine,
    formula: RoyaltyFormula,
    parts_of: Callable[..., tuple[Part, ...]] = alone,
) -> tuple[str, dict[str, int]]:
    """The hash, and what each payee gets."""
    found = reduce(working, formula, OCTOBER, "GBP", by_place=True)
    make_routes(working, parts_of, lambda item: ("listener-remix", item, ""), formula)
    finish(working, OCTOBER, found)
    hashed = canonical_hash(manifest(working, formula, OCTOBER, found, {}, {}))
    sums = working.rows("SELECT payee, sum(amount_micro) FROM lines GROUP BY payee")
    return hashed, {payee: int(amount) for payee, amount in sums}


# --- laws ----------------------------------------------------------------------------------------

items = st.sampled_from("abcde")
people = st.sampled_from(["ann", "bo", "cy", "di"])
plays = st.lists(st.tuples(items, people, st.sampled_from([10, 30, 200])), max_size=50)
fees = st.dictionaries(people, st.integers(1, 10**13), min_size=1)
formulas = st.sampled_from([ProRata(), UserCentric()])


@shared
@given(plays, fees, formulas, st.lists(st.integers(1, 10**9), min_size=1, max_size=5), st.randoms())
def test_every_micro_unit_is_allocated_exactly_once_in_any_order(
    working: Engine,
    plays: list[tuple[str, str, int]],
    fees: dict[str, int],
    formula: RoyaltyFormula,
    shares: list[int],
    random: Any,
) -> None:
    def parts_of(item: str, *_: object) -> tuple[Part, ...]:
        return tuple(
            Part(f"payee-{n}", "work", "writer", item, Fraction(share, sum(shares)), "")
            for n, share in enumerate(shares)
        )

    events = [event(f"e{n}", *play) for n, play in enumerate(plays)]
    subscriptions = [("add-on", person, fee) for person, fee in fees.items()]
    lay(working, events, subscriptions)
    hashed, sums = settled(working, formula, parts_of)
    assert sum(sums.values()) == sum(fees.values())

    random.shuffle(events)
    random.shuffle(subscriptions)
    lay(working, events, subscriptions)
    assert settled(working, formula, parts_of) == (hashed, sums)


def test_one_play_more_is_another_hash(working: Engine) -> None:
    lay(working, [event("a"), event("b")], TWO_FEES)
    before, sums = settled(working, ProRata())
    lay(working, [event("a"), event("b"), event("c", seconds=5)], TWO_FEES)
    after, same = settled(working, ProRata())
    assert before != after
    assert sums == same, "a play that does not count is hashed, but not paid"


def test_a_pool_of_five_thousand_billion_is_divided_to_the_micro_unit(working: Engine) -> None:
    huge = 2**61 - 1
    lay(working, [event("a", "x"), event("b", "y"), event("c", "z")], [("add-on", "ann", huge)])
    _, sums = settled(working, ProRata())
    assert sum(sums.values()) == huge
    assert max(sums.values()) - min(sums.values()) <= 1


def test_a_pool_beyond_the_engine_is_refused(working: Engine) -> None:
    lay(working, [event("a")], [("add-on", "ann", 2**62 - 1), ("add-on", "cy", 2**62 - 1)])
    with pytest.raises(RoyaltyError, match="too large to divide exactly"):
        settled(working, UserCentric())


def test_shares_without_a_common_denominator_are_held_in_suspense(working: Engine) -> None:
    def parts_of(item: str, *_: object) -> tuple[Part, ...]:
        rest, parts = Fraction(1), []
        for n, prime in enumerate((2**31 - 1, 2**61 - 1)):
            parts.append(Part(f"p{n}", "work", "writer", item, Fraction(1, prime), ""))
            rest -= Fraction(1, prime)
        return (*parts, Part("p", "work", "writer", item, rest, ""))

    lay(working, [event("a")], TWO_FEES)
    _, sums = settled(working, ProRata(), parts_of)
    assert sums == {"suspense:shares:song": 7_000_000}


# --- formulas that break their contract ----------------------------------------------------------


class Broken(ProRata):
    """A formula whose claims or pools are changed by the test."""

    id = "broken"

    def __init__(self, claims: Any = None, pools: Any = None) -> None:
        self._claims, self._pools = claims, pools

    def claims(self, events: Any, context: Any) -> Any:
        table = super().claims(events, context)
        return self._claims(table) if self._claims else table

    def pools(self, period: Any, context: Any) -> Any:
        table = super().pools(period, context)
        return self._pools(table) if self._pools else table


BROKEN = {
    "a column is missing": (
        {"claims": lambda t: t.drop("weight")},
        "the claims of `broken` have no column `weight`",
    ),
    "weights are floats": (
        {"claims": lambda t: t.mutate(weight=t.weight * 0.5)},
        "`weight` of `broken` is float64, not an integer",
    ),
    "amounts are floats": (
        {"pools": lambda t: t.mutate(amount_micro=t.amount_micro / 2)},
        "`amount_micro` of `broken` is float64, not an integer",
    ),
    "a weight is negative": (
        {"claims": lambda t: t.mutate(weight=(t.event_id == "a").cast("int64") * 3 - 1)},
        "gives a play in `add-on` a weight that is negative, missing or above 2^31",
    ),
    "an amount is negative": (
        {"pools": lambda t: t.mutate(amount_micro=-t.amount_micro)},
        "gives the group `add-on` the negative amount -7000000",
    ),
    "a weight is missing": (
        {"claims": lambda t: t.mutate(weight=t.weight.nullif(1))},
        "gives a play in `add-on` a weight that is negative, missing or above 2^31",
    ),
    "weights are huge": (
        {"claims": lambda t: t.mutate(weight=2**31)},
        "gives a play in `add-on` a weight that is negative, missing or above 2^31",
    ),
    "claims are multiplied": (
        {"claims": lambda t: t.union(t)},
        "makes 4 claims of 2 plays",
    ),
    "it pays more than there is": (
        {"pools": lambda t: t.mutate(amount_micro=t.amount_micro + 1)},
        "divides 7.000001 GBP of the pool `add-on`, which holds 7.00 GBP",
    ),
    "it pays less than there is": (
        {"pools": lambda t: t.mutate(amount_micro=t.amount_micro - 1)},
        "divides 6.999999 GBP of the pool `add-on`, which holds 7.00 GBP",
    ),
    "it pays from nowhere": (
        {"pools": lambda t: t.mutate(group_id=t.group_id + "s")},
        "pays out of `add-ons`, which holds nothing",
    ),
    "it pays a side that does not exist": (
        {"pools": lambda t: t.mutate(group_id=t.group_id + "/melody")},
        "pays the side `add-on/melody`; sides are recording and work",
    ),
    "it pays what nobody heard": (
        {"claims": lambda t: t.mutate(item_id=ibis.literal("zzz"))},
        "pays `zzz` out of `add-on`, for which nothing of it was heard or made",
    ),
    "it pays a remix from the originals' pool": (
        {
            "claims": lambda t: t.mutate(group_id=ibis.literal("general")),
            "pools": lambda t: t.filter(t.group_id == "general"),
        },
        "pays `song` out of `general`, for which nothing of it was heard or made",
    ),
    "chance decides": (
        {"claims": lambda t: t.mutate(weight=(ibis.random() * 9).cast("int64"))},
        "the claims of `broken` depend on `ibis.random()`",
    ),
    "the day decides": (
        {"claims": lambda t: t.filter(ibis.today() > ibis.date("2026-01-01"))},
        "the claims of `broken` depend on `ibis.today()`",
    ),
    "the time decides": (
        {"pools": lambda t: t.filter(ibis.now() > ibis.timestamp("2026-01-01"))},
        "the pools of `broken` depend on `ibis.now()`",
    ),
    "names are made up anew": (
        {"claims": lambda t: t.mutate(group_id=ibis.uuid().cast("string"))},
        "the claims of `broken` depend on `ibis.uuid()`",
    ),
    "a sample is taken": (
        {"claims": lambda t: t.sample(0.5)},
        "the claims of `broken` depend on `sample()`",
    ),
    "another program is asked": (
        {"claims": lambda t: t.mutate(weight=dice(t.weight))},
        "the claims of `broken` depend on a function of its own",
    ),
    "a group comes twice": (
        {"pools": lambda t: t.union(t)},
        "gives the group `add-on` twice",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_formula_that_breaks_its_contract_is_named_and_nothing_is_paid(
    working: Engine, case: str
) -> None:
    changes, message = BROKEN[case]
    lay(working, [event("a"), event("b")], [*TWO_FEES, *GENERAL_FEES])
    with pytest.raises(PluginError) as caught:
        settled(working, Broken(**changes))
    assert message in caught.value.message
    assert (caught.value.place, bool(caught.value.help)) == ("broken", True)


@pytest.mark.parametrize(
    ("case", "help"),
    [
        ("a weight is negative", "weights are whole numbers from 0 up"),
        ("an amount is negative", "amounts are whole micro-units from 0 up"),
        ("it pays less than there is", "add up to what the context says it holds"),
    ],
)
def test_what_a_formula_hands_out_wrongly_has_a_remedy_of_its_own(
    working: Engine, case: str, help: str
) -> None:
    changes, _ = BROKEN[case]
    lay(working, [event("a"), event("b")], [*TWO_FEES, *GENERAL_FEES])
    with pytest.raises(PluginError) as caught:
        settled(working, Broken(**changes))
    assert help in caught.value.help


@ibis.udf.scalar.builtin(name="random_up_to")
def dice(most: int) -> int:
    """A function that Ibis knows nothing of."""


def cannot(table: Any) -> Any:
    raise KeyError("artist")


FAILING = {
    "it raises": ({"claims": cannot}, "royalty formula `broken` failed: KeyError: 'artist'"),
    "it returns rows": ({"pools": lambda t: [("add-on", 7)]}, "returned `list` where it must"),
    "its query cannot be run": (
        {"claims": lambda t: t.mutate(weight=t.event_id.cast("int64"))},
        "royalty formula `broken` failed: ConversionException",
    ),
    "its pools cannot be asked": (
        {"pools": lambda t: t.filter(t.group_id.cast("int64") > 1)},
        "royalty formula `broken` failed: ConversionException",
    ),
}


@pytest.mark.parametrize("case", FAILING)
def test_a_formula_that_fails_is_named_with_the_remedy(working: Engine, case: str) -> None:
    changes, message = FAILING[case]
    lay(working, [event("a"), event("b")], TWO_FEES)
    with pytest.raises(PluginError) as caught:
        settled(working, Broken(**changes))
    assert message in caught.value.message
    assert "tell its author" in caught.value.help


def test_a_formula_that_hangs_is_not_waited_for(
    working: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    monkeypatch.setattr(asking, "DESCRIBING_SECONDS", 0.2)
    lay(working, [event("a")], TWO_FEES)
    with pytest.raises(PluginError, match="`broken` was not done after"):
        settled(working, Broken(claims=lambda t: ended.wait(30) and t))
    ended.set()


def test_a_formula_that_finds_no_money_says_what_the_pools_hold(working: Engine) -> None:
    lay(working, [event("a")], [])
    with pytest.raises(ClearmixError, match="`pro-rata` finds nothing to pay out") as caught:
        settled(working, ProRata())
    assert "add-on 0.00 GBP, general 0.00 GBP, generation 0.00 GBP" in caught.value.help
