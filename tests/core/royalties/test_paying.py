"""Paying: accrued -> payable -> paid, and what is carried."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix.errors import CatalogueError, RoyaltyError
from clearmix.royalties import Royalties


def states(payouts: Any) -> dict[str, tuple[str, int]]:
    return {one.payee: (one.state, one.amount_micro) for one in payouts}


def test_everybody_is_paid_once_and_the_books_balance(closed_room: Royalties) -> None:
    paid = states(closed_room.pay(reference="2026-11-23/1"))
    assert paid["northlight"] == ("paid", 1_260_000)
    assert not [payee for payee in paid if payee.startswith("suspense")]
    balances = closed_room.ledger.balances()
    assert balances["accrued:northlight", "GBP"] == balances["payable:northlight", "GBP"] == 0
    assert balances["paid:northlight", "GBP"] == 1_260_000
    assert sum(balances.values()) == 0
    assert closed_room.pay() == ()
    assert closed_room.ledger.balances() == balances


def test_the_pool_is_what_was_paid_carried_and_held_in_suspense(closed_room: Royalties) -> None:
    payouts = closed_room.pay(threshold_micro=1_000_000)
    suspense = closed_room.ledger.balances()["suspense:item:unheard-of", "GBP"]
    assert sum(one.amount_micro for one in payouts) + suspense == 7_000_000
    assert {one.state for one in payouts} == {"paid", "carried"}


def test_less_than_the_threshold_is_carried_and_added_to_what_comes(
    closed_room: Royalties,
) -> None:
    assert states(closed_room.pay("ada", threshold_micro=840_001)) == {"ada": ("carried", 840_000)}
    assert closed_room.ledger.balances()["accrued:ada", "GBP"] == 840_000
    closed_room.settle("2026-10", "per-generation")
    more = closed_room.ledger.balances()["accrued:ada", "GBP"]
    assert more > 840_001
    assert states(closed_room.pay("ada", threshold_micro=840_001)) == {"ada": ("paid", more)}


def test_the_rate_card_has_the_threshold(closed_room: Royalties) -> None:
    rates = {"currency": "GBP", "revenue_share_bps": 7_000, "payout_threshold_micro": 10**7}
    closed_room.import_rates(rates | {"valid_from": "2026-11-01"})
    assert {one.state for one in closed_room.pay()} == {"carried"}


def test_what_is_released_is_paid_by_a_later_call(closed_room: Royalties) -> None:
    released = states(closed_room.pay("ada", release_only=True))
    assert released == {"ada": ("payable", 840_000)}
    assert closed_room.ledger.balances()["payable:ada", "GBP"] == 840_000
    assert states(closed_room.pay("ada", threshold_micro=10**12)) == {"ada": ("paid", 840_000)}


def test_who_was_paid_too_much_carries_a_debt(closed_room: Royalties) -> None:
    closed_room.pay()
    closed_room.flag_plays("fraud", event_ids=["e1", "e2"])
    closed_room.correct("2026-10")
    assert states(closed_room.pay("northlight")) == {"northlight": ("carried", -1_260_000)}
    assert sum(closed_room.ledger.balances().values()) == 0


def test_a_settlement_verifies_after_it_was_paid(closed_room: Royalties) -> None:
    closed_room.pay()
    assert closed_room.verify(closed_room.settle("2026-10").hash).same


def test_nobody_unknown_is_paid_and_no_threshold_is_negative(closed_room: Royalties) -> None:
    with pytest.raises(CatalogueError):
        closed_room.pay("nobody-at-all")
    with pytest.raises(RoyaltyError, match="a threshold of -1 micro-units"):
        closed_room.pay(threshold_micro=-1)


# --- laws ----------------------------------------------------------------------------------------

steps = st.lists(
    st.tuples(
        st.sampled_from(["flag", "late", "correct", "pay", "release"]), st.integers(0, 2_000_000)
    ),
    max_size=7,
)


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=steps)
def test_whatever_happens_the_books_balance_and_say_what_is_owed(
    closed_home: tuple[Path, Path], open_home: Callable[[Path], Any],
    play: Callable[..., dict[str, Any]], write_plays: Callable[..., Path],
    steps: list[tuple[str, int]],
) -> None:  # fmt: skip
    room = open_home(closed_home[1]).room(datetime(2026, 11, 23, tzinfo=UTC))
    stands = room.settle("2026-10")
    for number, (step, amount) in enumerate(steps):
        if step == "flag":
            room.flag_plays("fraud", event_ids=[f"e{1 + amount % 4}"])
        elif step == "late":
            item = ("dawn-remix", "tide-remix", "dawn-cover")[amount % 3]
            rows = [play(f"late-{number}", item)]
            room.import_plays(write_plays(rows, f"late-{number}.csv"))
        elif step == "correct":
            stands = room.correct("2026-10")
        else:
            room.pay(threshold_micro=amount, release_only=step == "release")
        balances = room.ledger.balances()
        assert sum(balances.values()) == 0
        owed: dict[str, int] = {}
        for (account, _), micro in balances.items():
            kind, _, payee = account.partition(":")
            if kind in ("accrued", "payable", "paid"):
                owed[payee] = owed.get(payee, 0) + micro
            elif kind != "pool":
                owed[account] = micro
            assert micro >= 0 or kind in ("pool", "accrued"), "only a debt is below zero"
        assert {payee: micro for payee, micro in owed.items() if micro} == stands.payees
    assert room.verify(stands.hash).same
