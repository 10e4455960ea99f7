"""The double-entry ledger."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clearmix.errors import RoyaltyError
from clearmix.kernel import Kernel
from clearmix.royalties.ledger import Entry, Ledger, Posting, account_of, accrual
from clearmix.storage.tables.royalties import SettlementRow


@pytest.fixture
def entry(kernel: Kernel) -> Entry:
    """An entry of a settlement that exists."""
    with kernel.database.session(write=True) as session:
        session.add(
            SettlementRow(
                hash="cafe", period="2026-10", formula="f", formula_version="1", currency="GBP",
                pool_micro=10, allocated_micro=10, pools={"add-on": 10}, plays=1,
                eligible_plays=1, manifest={}, files={},
            )
        )  # fmt: skip
    return accrual("cafe", "2026-10", "GBP", "add-on", {"ben": 3, "ada": 7, "max": 0})


def post(kernel: Kernel, *entries: Entry) -> int:
    with kernel.database.session(write=True) as session:
        return Ledger.post(session, entries)


def test_an_accrual_debits_the_pool_and_credits_who_is_owed(entry: Entry) -> None:
    assert entry.postings == (
        Posting("pool:add-on", 10, 0),
        Posting("accrued:ada", 0, 7),
        Posting("accrued:ben", 0, 3),
    )


def test_posting_twice_adds_nothing(kernel: Kernel, entry: Entry) -> None:
    assert post(kernel, entry, entry) == 1
    assert post(kernel, entry) == 0
    ledger = Ledger(kernel.database)
    assert ledger.entries("cafe") == (entry,)
    assert ledger.balances() == {
        ("accrued:ada", "GBP"): 7,
        ("accrued:ben", "GBP"): 3,
        ("pool:add-on", "GBP"): -10,
    }
    assert ledger.problems("cafe") == []


def test_anything_that_an_entry_says_changes_its_id(entry: Entry) -> None:
    others = [
        replace(entry, settlement="beef"),
        replace(entry, kind="paid"),
        replace(entry, period="2026-11"),
        replace(entry, currency="EUR"),
        replace(entry, postings=entry.postings[:-1]),
        accrual("cafe", "2026-10", "GBP", "add-on", {"ada": 7, "ben": 4}),
        accrual("cafe", "2026-10", "GBP", "general", {"ada": 7, "ben": 3}),
    ]
    assert len({entry.id, *(other.id for other in others)}) == len(others) + 1
    assert accrual("cafe", "2026-10", "GBP", "add-on", {"ada": 7, "ben": 3}).id == entry.id


@pytest.mark.parametrize(
    "postings",
    [
        (Posting("a", 10, 0), Posting("b", 0, 9)),
        (Posting("a", -1, 0), Posting("b", 0, -1)),
    ],
)
def test_an_entry_that_does_not_balance_is_refused_whole(
    kernel: Kernel, entry: Entry, postings: tuple[Posting, ...]
) -> None:
    with pytest.raises(RoyaltyError, match="do not balance"):
        post(kernel, entry, replace(entry, postings=postings))
    assert Ledger(kernel.database).balances() == {}


def test_money_that_waits_is_kept_in_accounts_of_its_own() -> None:
    assert account_of("ada") == "accrued:ada"
    assert account_of("suspense:work:dawn") == "suspense:work:dawn"
    assert account_of("carried:add-on") == "carried:add-on"
