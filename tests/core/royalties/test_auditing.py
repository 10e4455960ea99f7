"""What verifying finds: a changed row of any table that money depends on, by name."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from clearmix.royalties import Royalties

FORGED = "'2026-11-23 00:00:00.000000'"

CHANGED_ENTRY = "a ledger entry was changed since it was posted"
LINES = "the ledger does not say what the lines say"
SUMS = "the sums on record are not those of the lines"

OF_ONE_SETTLEMENT = {
    "UPDATE settlement SET pool_micro = pool_micro + 1": SUMS,
    "UPDATE settlement SET plays = plays + 1": (
        "the counts of plays on record are not those of the kept plays"
    ),
    "UPDATE settlement SET posted_in = '2026-12'": LINES,
    "UPDATE settlement SET manifest = replace(manifest, '7000', '7001')": (
        "what the hash covers was changed since it was written"
    ),
    "DELETE FROM settled_pool": (
        "the pool `add-on` of 2026-10 is not marked as paid out by this settlement"
    ),
    "UPDATE ledger_entry SET text = 'a gift'": LINES,
    "UPDATE ledger_line SET currency = 'EUR' WHERE account = 'accrued:ben'": CHANGED_ENTRY,
    "UPDATE ledger_line SET account = 'accrued:max' WHERE account = 'accrued:ben'": CHANGED_ENTRY,
    "UPDATE ledger_line SET credit_micro = credit_micro + 1 WHERE account = 'accrued:ben'": (
        "the entry `royalties of 2026-10 accrued from the pool `add-on`` does not balance"
    ),
    "DELETE FROM ledger_line": CHANGED_ENTRY,
}


def change(market: Any, *statements: str) -> None:
    with market.database.session(write=True) as session:
        session.exec(text("PRAGMA defer_foreign_keys = ON"))
        for statement in statements:
            session.exec(text(statement))


@pytest.mark.parametrize(("statement", "said"), OF_ONE_SETTLEMENT.items())
def test_a_changed_row_is_named_when_its_settlement_is_verified(
    closed: Any, closed_room: Royalties, statement: str, said: str
) -> None:
    [settled] = closed_room.settlements()
    change(closed, statement)
    replay = closed_room.verify(settled.hash)
    assert said in replay.differences
    assert not replay.same


def test_books_that_nobody_touched_agree_after_payment_and_correction(
    closed: Any, closed_room: Royalties
) -> None:
    closed_room.pay("ben", threshold_micro=0)
    closed_room.flag_plays("fraud", event_ids=["e3"])
    closed_room.correct("2026-10")
    assert closed_room.ledger.balances()["accrued:ben", "GBP"] < 0, "he carries a debt"
    assert closed_room.audit.problems_of_books() == ()


def test_a_forged_payment_is_found_though_no_settlement_knows_it(
    closed: Any, closed_room: Royalties
) -> None:
    [settled] = closed_room.settlements()
    change(
        closed,
        "INSERT INTO ledger_entry (id, settlement, kind, period, currency, text, posted_at) "
        f"VALUES ('ff', '{settled.hash}', 'paid', '2026-11', 'GBP', 'forged', {FORGED})",
        "INSERT INTO ledger_line (entry, account, debit_micro, credit_micro, currency) "
        "VALUES ('ff', 'payable:max', 9, 0, 'GBP'), ('ff', 'paid:max', 0, 9, 'GBP')",
    )
    assert closed_room.audit.problems_of_books() == (
        "the entry `forged` was changed since it was posted",
        "more went out of `payable:max` than came in: it stands at -0.000009 GBP",
    )


def test_a_side_that_was_taken_out_shows_in_the_sum_of_all_accounts(
    closed: Any, closed_room: Royalties
) -> None:
    change(closed, "DELETE FROM ledger_line WHERE account = 'accrued:ben'")
    problems = closed_room.audit.problems_of_books()
    assert "all accounts together are -0.35 GBP, not zero" in problems
    assert any(problem.endswith("does not balance") for problem in problems)
