"""What nobody claimed in one month is divided by the next: never stuck, never paid twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix.errors import PluginError, RoyaltyError
from clearmix.royalties import Royalties
from clearmix.royalties.asking import context_of
from clearmix.royalties.carrying import lay_carried, take_in
from clearmix.royalties.engine import EVENT_COLUMNS, Engine
from clearmix.royalties.models import TAKEN_IN
from clearmix.royalties.period import Period
from clearmix.royalties.reports.room import Reports
from clearmix.royalties.settling import (
    CATALOGUE_COLUMNS,
    RENDER_COLUMNS,
    SUBSCRIPTION_COLUMNS,
)

Play = Callable[..., dict[str, Any]]
Write = Callable[..., Path]

LATER = datetime(2026, 11, 23, tzinfo=UTC)
FEE = 3_500_000
"""What each of the two subscribers pays a month, net."""


@pytest.fixture
def later(market: Any, royalties: Royalties) -> Royalties:
    """The room of the market after October."""
    return market.room(LATER)


def heard(play: Play, month: str, listener: str, number: int = 0) -> dict[str, Any]:
    """A play in a month of a remix that neither subscriber made."""
    return play(
        f"{month}-{listener}-{number}", "unheard-of", listener_id=listener, maker_id="",
        played_at=f"{month}-12T08:30:00Z", territory="GB",
    )  # fmt: skip


def waits(room: Royalties, account: str = "carried:add-on") -> int:
    return room.ledger.balances().get((account, "GBP"), 0)


def test_the_next_month_divides_what_nobody_claimed(
    later: Royalties, play: Play, write_plays: Write
) -> None:
    later.import_plays(write_plays([heard(play, "2026-08", "cy"), heard(play, "2026-09", "cy")]))
    august = later.settle("2026-08", "user-centric")
    assert waits(later) == FEE
    september = later.settle("2026-09", "user-centric")
    assert (september.pool_micro, september.allocated_micro) == (2 * FEE, 2 * FEE)
    assert september.carried == {"add-on": FEE}
    assert september.payees["suspense:item:unheard-of"] == FEE + FEE // 2
    assert waits(later) == FEE + FEE // 2, "half of it went with the fee of her who heard nothing"
    assert sum(later.ledger.balances().values()) == 0
    [taken] = [line for line in september.lines if line.role == TAKEN_IN]
    assert (taken.payee, taken.amount_micro) == ("carried:add-on", -FEE)
    assert later.statement("carried", "2026-09").totals == {"GBP": FEE // 2}
    assert "it leaves the account `carried:add-on`" in " ".join(later.explain(taken.id).steps)
    paid = next(line for line in september.lines if line.item_id)
    assert later.explain(paid.id).steps[0].endswith("3.50 GBP carried before is divided with it")
    for one in (august, september):
        assert later.verify(one.hash).same


def test_settling_again_takes_in_nothing_more(
    later: Royalties, play: Play, write_plays: Write
) -> None:
    later.import_plays(write_plays([heard(play, month, "cy") for month in ("2026-08", "2026-09")]))
    for month in ("2026-08", "2026-09"):
        later.settle(month, "user-centric")
    before = later.ledger.balances()
    for month in ("2026-08", "2026-09"):
        assert not later.settle(month, "user-centric").posted
        assert not later.correct(month, "user-centric").posted
    assert later.ledger.balances() == before


def test_a_month_that_is_settled_after_a_later_one_takes_in_nothing(
    later: Royalties, play: Play, write_plays: Write
) -> None:
    later.import_plays(
        write_plays([heard(play, month, "cy") for month in ("2026-08", "2026-09", "2026-10")])
    )
    later.settle("2026-08", "user-centric")
    assert later.settle("2026-10", "user-centric").carried == {"add-on": FEE}
    assert later.settle("2026-09", "user-centric").carried == {}
    assert waits(later) == FEE + 3 * FEE // 2


def test_late_plays_of_what_was_taken_in_already_are_not_paid_twice(
    later: Royalties, play: Play, write_plays: Write
) -> None:
    later.import_plays(write_plays([heard(play, month, "cy") for month in ("2026-08", "2026-09")]))
    for month in ("2026-08", "2026-09"):
        later.settle(month, "user-centric")
    later.import_plays(write_plays([heard(play, "2026-08", "ann")], "late.csv"))
    corrected = later.correct("2026-08", "user-centric")
    [again] = corrected.followed
    assert corrected.notes[-1] == (
        "3.50 GBP of `carried:add-on` that 2026-09 took in is paid before it now: "
        f"2026-09 was corrected too, {again.hash[:12]}"
    )
    assert (again.period, again.carried) == ("2026-09", {})
    assert waits(later) == FEE, "the fee of September that nobody heard anything for"
    assert not later.correct("2026-08", "user-centric").posted
    assert not later.correct("2026-09", "user-centric").posted
    for one in later.settlements():
        assert later.verify(one.hash).same


def test_a_correction_takes_in_no_more_than_is_left(
    later: Royalties, play: Play, write_plays: Write
) -> None:
    later.import_plays(write_plays([heard(play, "2026-09", "cy")]))
    later.settle("2026-08", "user-centric")
    assert later.settle("2026-09", "user-centric").carried == {"add-on": 2 * FEE}
    later.import_plays(write_plays([heard(play, "2026-08", "ann")], "late.csv"))
    assert later.correct("2026-08", "user-centric").followed[0].carried == {"add-on": FEE}
    # In each month one of the two heard nothing; half of what was taken in went with her fee.
    assert waits(later) == FEE + FEE // 2


def test_a_month_that_cannot_follow_is_named_with_the_reason_and_follows_later(
    market: Any, later: Royalties, play: Play, write_plays: Write
) -> None:
    later.import_plays(write_plays([heard(play, month, "cy") for month in ("2026-08", "2026-09")]))
    later.settle("2026-08", "user-centric")
    later.settle("2026-09", "pro-rata")
    later.import_plays(write_plays([heard(play, "2026-08", "ann")], "late.csv"))

    def formula(id: str) -> Any:
        if id == "pro-rata":
            raise PluginError("no royalty formula `pro-rata`", help="install it")
        return market.formula(id)

    without = replace(market, formula=formula).room(LATER)
    corrected = without.correct("2026-08", "user-centric")
    assert corrected.posted and not corrected.followed
    assert corrected.notes[-1] == (
        "3.50 GBP of `carried:add-on` that 2026-09 took in is paid before it, and 2026-09 could "
        "not follow: no royalty formula `pro-rata`; install it; then run "
        "`clearmix royalties correct --period 2026-09 --formula pro-rata`"
    )
    assert waits(later) == -FEE, "until then it is paid twice, and the books say so"
    finished = later.correct("2026-08", "user-centric")
    assert not finished.posted and [one.period for one in finished.followed] == ["2026-09"]
    assert waits(later) == 0


def test_what_waits_in_another_currency_stays(
    later: Royalties, play: Play, write_plays: Write
) -> None:
    later.import_plays(write_plays([heard(play, month, "cy") for month in ("2026-08", "2026-09")]))
    later.settle("2026-08", "user-centric")
    later.import_rates(
        {"currency": "EUR", "valid_from": "2026-09-01", "add_on_fee_micro": 5_000_000,
         "revenue_share_bps": 7_000}
    )  # fmt: skip
    september = later.settle("2026-09", "user-centric")
    assert september.carried == {}
    assert waits(later) == FEE
    told = (
        "3.50 GBP waits in `carried:add-on` since 2026-08: 2026-09 is in EUR; the next month in "
        "GBP takes it in",
        "3.50 EUR waits in `carried:add-on` since 2026-09: the next month that divides the pool "
        "`add-on` takes it in",
    )
    assert september.notes == told
    assert later.verify(september.hash).notes == told
    assert [(one.currency, one.since) for one in later.audit.held()["carried"]] == [
        ("GBP", "2026-08"), ("EUR", "2026-09"),
    ]  # fmt: skip


def test_what_waits_of_a_pool_that_is_not_divided_is_told(
    later: Royalties, play: Play, write_plays: Write
) -> None:
    later.import_plays(write_plays([heard(play, "2026-08", "cy")]))
    later.settle("2026-08", "user-centric")
    later.import_renders(
        [{"id": "new", "kind": "remix", "sources": ["dawn"], "maker": "bo",
          "made_at": "2026-09-05T10:00:00Z"}]
    )  # fmt: skip
    assert later.settle("2026-09", "per-generation").notes == (
        "3.50 GBP waits in `carried:add-on` since 2026-08: `per-generation` divided nothing of the "
        "pool `add-on` in 2026-09",
    )


def test_what_waits_is_as_old_as_the_month_that_it_comes_from(
    later: Royalties, play: Play, write_plays: Write
) -> None:
    """Ann hears something in September, and nobody in August: what was taken in is the oldest."""
    later.import_plays(write_plays([heard(play, "2026-09", "ann")]))
    later.settle("2026-08", "user-centric")
    [aged] = later.audit.held()["carried"]
    assert (aged.since, aged.amount_micro) == ("2026-08", 2 * FEE)
    later.settle("2026-09", "user-centric")
    [aged] = later.audit.held()["carried"]
    assert (aged.since, aged.amount_micro) == ("2026-09", 2 * FEE)
    later.import_plays(write_plays([heard(play, "2026-09", "cy")], "late.csv"))
    later.correct("2026-09", "user-centric")
    assert later.audit.held()["carried"] == ()


def test_what_changed_while_a_month_was_settled_is_not_taken_in(
    later: Royalties, play: Play, write_plays: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clearmix.royalties import closing

    later.import_plays(write_plays([heard(play, month, "cy") for month in ("2026-08", "2026-09")]))
    later.settle("2026-08", "user-centric")
    monkeypatch.setattr(closing, "waiting", lambda *_: {"add-on": 7})
    with pytest.raises(RoyaltyError, match="changed while 2026-09 was settled") as caught:
        later.settle("2026-09", "user-centric")
    assert caught.value.help == "nothing was posted; run it again"
    assert len(later.settlements()) == 1


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.full) for seed in range(1, 9))]
)
def test_over_many_months_every_fee_is_paid_once_or_waits(
    market: Any, later: Royalties, play: Play, write_plays: Write, seed: int
) -> None:
    """Months in two currencies settled and corrected by lot; in some hardly anybody hears anything.

    What comparing tells of a month beforehand is what settling it gives.
    """
    lot = random.Random(seed)
    months = [f"2026-{number:02}" for number in range(6, 9)]
    currencies = {month: lot.choice(("GBP", "GBP", "EUR")) for month in months}
    currencies |= {"2026-09": "EUR", "2026-10": "GBP"}
    for month, currency in currencies.items():
        card = {"currency": currency, "add_on_fee_micro": 5_000_000, "revenue_share_bps": 7_000}
        later.import_rates({**card, "valid_from": date.fromisoformat(f"{month}-01")})
    plays = [
        heard(play, month, listener, lot.randrange(99))
        for month in months
        for listener in ("ann", "cy", "bo")
        if lot.random() < 0.4
    ]
    now = [one for one in plays if lot.random() < 0.7]
    later.import_plays(write_plays(now, "now.csv"))
    formulas = {month: lot.choice(("user-centric", "pro-rata", "threshold")) for month in months}
    reports = Reports(
        market.database, market.store, market.settings, catalogue=market.catalogue,
        royalties=later, formula=market.formula,
    )  # fmt: skip
    for month in months:
        told = reports.compare((formulas[month], "pro-rata"), month)
        settled = later.settle(month, formulas[month]).payees
        assert {one.id: one.a_micro for one in told.payees if one.a_micro} == {
            payee: amount for payee, amount in settled.items() if amount
        }
    later.import_plays(write_plays(plays, "all.csv"))
    for month in months:
        later.correct(month, formulas[month])
        assert later.audit.problems_of_books() == (), "nothing is paid twice for a moment"
    standing = later.ledger.balances()
    for month in months:
        assert not later.correct(month, formulas[month]).posted, "nothing is left to correct"
    assert later.ledger.balances() == standing
    for currency in ("GBP", "EUR"):
        settled_in = [month for month in months if currencies[month] == currency]
        assert standing.get(("pool:add-on", currency), 0) == -2 * FEE * len(settled_in)
        waiting = [one for one in later.audit.held()["carried"] if one.currency == currency]
        assert sum(one.amount_micro for one in waiting) == sum(
            amount for (name, code), amount in standing.items()
            if name.startswith("carried:") and code == currency
        )  # fmt: skip
        assert all(one.since in settled_in for one in waiting)
    # A month in each currency in which both hear something: all that waited is paid, once.
    last = [heard(play, month, who) for month in ("2026-09", "2026-10") for who in ("ann", "cy")]
    later.import_plays(write_plays(last, "last.csv"))
    later.settle("2026-09", "user-centric")
    later.settle("2026-10", "user-centric")
    assert later.audit.held()["carried"] == ()
    paid = later.ledger.balances()
    for currency in ("GBP", "EUR"):
        together = 2 * FEE * list(currencies.values()).count(currency)
        assert paid["suspense:item:unheard-of", currency] == together
    assert all(later.verify(one.hash).same for one in later.settlements())
    assert later.audit.problems_of_books() == ()


# --- the arithmetic ------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(
    fees=st.lists(st.integers(1, 2**50), min_size=1, max_size=8),
    made=st.lists(st.integers(1, 2**30), max_size=3),
    carried=st.dictionaries(
        st.sampled_from(["add-on", "add-on/recording", "add-on/work", "general", "generation"]),
        st.integers(1, 2**50),
    ),
    weights=st.tuples(st.integers(0, 9), st.integers(1, 9)),
)
def test_what_is_taken_in_raises_every_fee_in_proportion_and_stays_on_its_side(
    working: Engine,
    fees: list[int],
    made: list[int],
    carried: dict[str, int],
    weights: tuple[int, int],
) -> None:
    working.create("events", EVENT_COLUMNS, [])
    working.create("history", EVENT_COLUMNS, [])
    working.create("catalogue", CATALOGUE_COLUMNS, [])
    paid = [("add-on", f"l{number}", fee) for number, fee in enumerate(fees)]
    working.create("subscriptions", SUBSCRIPTION_COLUMNS, paid)
    at = datetime(2026, 10, 2)
    rows = [(f"r{number}", "l0", at, "listener-remix", fee) for number, fee in enumerate(made)]
    working.create("renders", RENDER_COLUMNS, rows)
    lay_carried(working, carried)
    laid = dict(working.rows("FROM carried"))
    assert laid == {
        pool: amount
        for pool, amount in carried.items()
        if pool.startswith("add-on") or (pool == "generation" and made)
    }
    period = Period("2026-10")
    subscriptions, renders = take_in(working, period)
    more = sum(amount for pool, amount in laid.items() if pool.startswith("add-on"))
    for _, listener, amount in working.rows(f"FROM {subscriptions}"):
        fee = fees[int(listener[1:])]
        assert 0 <= amount - fee - more * fee // sum(fees) <= 1
    total = working.one(f"SELECT sum(net_micro) FROM {subscriptions}")[0]
    assert total == sum(fees) + more
    owed = working.one(f"SELECT coalesce(sum(fee_micro), 0) FROM {renders}")[0]
    assert owed == sum(made) + laid.get("generation", 0)
    sides = {"recording": weights[0], "work": weights[1]}
    context = context_of(working, period, "GBP", sides)
    [(pool, recording, work)] = working.ask(
        context.sides.select("pool", "recording_micro", "work_micro")
    )
    assert (pool, recording + work) == ("add-on", total)
    own = {side: laid.get(f"add-on/{side}", 0) for side in sides}
    unsided = total - sum(own.values())
    assert recording - own["recording"] == unsided * weights[0] // sum(weights)
