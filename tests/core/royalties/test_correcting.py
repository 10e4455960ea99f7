"""Corrections: late plays, fraud found later, corrected splits, opt-outs, all as reversals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from clearmix.errors import RoyaltyError
from clearmix.royalties import Royalties
from clearmix.storage.tables.catalogue import ShareRow
from clearmix_royalties.pro_rata import ProRata

Play = Callable[..., dict[str, Any]]
Write = Callable[..., Path]

AFTERWARDS = datetime(2026, 11, 23, tzinfo=UTC)


def owed(room: Royalties) -> dict[str, int]:
    """What each payee is owed by the ledger."""
    return {
        account.removeprefix("accrued:"): amount
        for (account, _), amount in room.ledger.balances().items()
        if amount and not account.startswith("pool:")
    }


def test_a_late_play_is_paid_by_reversing_and_accruing_in_the_open_month(
    closed_room: Royalties, play: Play, write_plays: Write
) -> None:
    stated = closed_room.statement("ben").lines
    closed_room.import_plays(write_plays([play("late", "tide-remix")], "late.csv"))
    corrected = closed_room.correct("2026-10")
    assert corrected.posted
    assert (corrected.pool_micro, corrected.allocated_micro) == (7_000_000, 7_000_000)
    assert corrected.posted_in == "2026-11"
    # 7.00 over six plays, two of which are Tide's: 2.333333 x 3/4 x 1/3.
    assert corrected.payees["ben"] == 583_333
    assert owed(closed_room) == corrected.payees, "the ledger says what the correction says"
    assert sum(closed_room.ledger.balances().values()) == 0

    kinds = [entry.kind for entry in closed_room.ledger.entries(corrected.hash)]
    assert sorted(kinds) == ["accrued", "reversed"]
    (undone,) = [e for e in closed_room.ledger.entries(corrected.hash) if e.kind == "reversed"]
    (first,) = closed_room.ledger.entries(corrected.corrects or "")
    assert undone.reverses == first.id
    assert undone.period == "2026-11"

    october = closed_room.statement("ben", "2026-10")
    assert october.lines == stated, "a published statement never changes"
    november = closed_room.statement("ben", "2026-11")
    (line,) = november.lines
    assert (line.amount_micro, line.period) == (583_333 - 350_000, "2026-10")
    assert line.adjustment_of == stated[0].id
    assert closed_room.statement("ben").totals == {"GBP": 583_333}


def test_a_correction_is_explained_and_replays_to_its_hash(
    closed_room: Royalties, play: Play, write_plays: Write
) -> None:
    first = closed_room.settle("2026-10")
    closed_room.import_plays(write_plays([play("late", "tide-remix")], "late.csv"))
    corrected = closed_room.correct("2026-10")
    assert closed_room.verify(corrected.hash).same
    assert closed_room.verify(first.hash).same
    (line,) = closed_room.statement("ben", "2026-11").lines
    explained = closed_room.explain(line.id)
    assert explained.steps[0] == (
        f"this corrects settlement `{first.hash[:12]}` of 2026-10, in 2026-11: the line was "
        "0.35 GBP and is 0.583333 GBP, a difference of 0.233333 GBP"
    )
    assert set(explained.plays) == {"e3", "late"}
    claims = closed_room.explain(line.id, claims=True).claims
    assert claims is not None
    assert {claim.event for claim in claims.claims} == {"e3", "late"}


def test_correcting_without_a_change_posts_nothing(
    closed_room: Royalties, play: Play, write_plays: Write
) -> None:
    first, before = closed_room.settle("2026-10"), closed_room.ledger.balances()
    closed_room.import_plays(write_plays([play("short", seconds=5)], "short.csv"))
    again = closed_room.correct("2026-10")
    assert (again.hash, again.posted) == (first.hash, False)
    assert closed_room.ledger.balances() == before


def test_fraud_found_later_takes_its_money_back(closed_room: Royalties) -> None:
    assert closed_room.flag_plays("fraud", event_ids=["e1", "e2"]) == 2
    assert closed_room.flag_plays("fraud", event_ids=["e1"]) == 0
    closed_room.correct("2026-10")
    assert "northlight" not in owed(closed_room)
    (line,) = closed_room.statement("northlight", "2026-11").lines
    assert (line.amount_micro, line.units) == (-1_260_000, -2)
    assert closed_room.explain(line.id).steps[0].endswith("a difference of -1.26 GBP")
    assert closed_room.statement("northlight").totals == {"GBP": 0}


def test_an_opt_out_ends_an_item_s_earnings_from_its_time_on(closed_room: Royalties) -> None:
    closed_room.flag_plays(
        "opt-out", items=["tide-remix"], since=datetime(2026, 10, 12, 8, 30, tzinfo=UTC)
    )
    closed_room.correct("2026-10")
    assert "ben" not in owed(closed_room)


def test_corrected_splits_are_posted_as_a_difference(closed_room: Royalties, closed: Any) -> None:
    with closed.database.session(write=True) as session:
        session.add(
            ShareRow(side="recording", subject="tide", party="max", role="owner", parts=1,
                     valid_from=date(2026, 9, 1))
        )  # fmt: skip
    closed_room.correct("2026-10")
    assert owed(closed_room)["max"] == 1_050_000
    assert {"ben", "harbour"} & owed(closed_room).keys() == set()
    (line,) = closed_room.statement("max", "2026-11").lines
    assert line.adjustment_of == "new"


def test_a_correction_can_be_corrected(
    closed_room: Royalties, play: Play, write_plays: Write
) -> None:
    first = closed_room.settle("2026-10")
    closed_room.import_plays(write_plays([play("late", "tide-remix")], "late.csv"))
    second = closed_room.correct("2026-10")
    closed_room.flag_plays("fraud", event_ids=["late"])
    third = closed_room.correct("2026-10")
    assert (second.corrects, third.corrects) == (first.hash, second.hash)
    assert third.payees == first.payees
    assert owed(closed_room) == first.payees
    assert all(closed_room.verify(one.hash).same for one in (first, second, third))


def test_what_was_never_settled_cannot_be_corrected(october_room: Royalties) -> None:
    with pytest.raises(RoyaltyError, match="2026-10 is not settled by `pro-rata`") as caught:
        october_room.correct("2026-10", "pro-rata")
    assert "royalties settle --period 2026-10" in caught.value.help


def test_another_version_of_the_formula_does_not_correct(closed: Any) -> None:
    newer = ProRata()
    newer.version = "2"
    with pytest.raises(RoyaltyError, match="settled with `pro-rata` 1, and 2 is installed"):
        closed.room(AFTERWARDS, newer).correct("2026-10")


def test_the_formula_need_not_be_named_unless_several_settled_the_month(
    closed_room: Royalties,
) -> None:
    assert closed_room.correct("2026-10").formula == "pro-rata"
    closed_room.settle("2026-10", "per-generation")
    with pytest.raises(RoyaltyError, match="2026-10 is settled by several formulas") as caught:
        closed_room.correct("2026-10")
    assert caught.value.help == "add `--formula` and one of per-generation, pro-rata"
    with pytest.raises(RoyaltyError, match="2026-09 is not settled yet"):
        closed_room.correct("2026-09")


def test_a_flag_that_is_lifted_after_an_appeal_lets_its_plays_count_again(
    closed_room: Royalties,
) -> None:
    first = closed_room.settle("2026-10")
    assert closed_room.flag_plays("fraud", event_ids=["e1"], items=["tide-remix"]) == 2
    assert closed_room.correct("2026-10").eligible_plays == 3
    assert closed_room.lift_flags("appeal", event_ids=["e1", "e2"], items=["tide-remix"]) == 2
    assert closed_room.lift_flags("appeal", event_ids=["e1"]) == 0, "it is lifted already"
    restored = closed_room.correct("2026-10")
    assert restored.payees == first.payees
    assert owed(closed_room) == first.payees
    assert closed_room.flag_plays("fraud", event_ids=["e1"]) == 1, "and may be flagged once more"
    assert closed_room.correct("2026-10").eligible_plays == 4
    with pytest.raises(RoyaltyError, match="no play or item `nope`") as caught:
        closed_room.lift_flags("appeal", event_ids=["nope"])
    assert caught.value.help == "1 of the ids given are of nothing known; nothing was done"


def test_a_flag_names_what_it_is_about(closed_room: Royalties) -> None:
    with pytest.raises(RoyaltyError, match="neither a play nor an item is named"):
        closed_room.flag_plays("fraud")
    with pytest.raises(RoyaltyError, match="a time without an item"):
        closed_room.flag_plays("fraud", event_ids=["e1"], since=AFTERWARDS)


def test_flags_of_unknown_plays_and_without_a_reason_are_refused(closed_room: Royalties) -> None:
    with pytest.raises(RoyaltyError, match="no play or item `nope`"):
        closed_room.flag_plays("fraud", event_ids=["e1", "nope"])
    with pytest.raises(RoyaltyError, match="without a reason"):
        closed_room.flag_plays(" ", event_ids=["e1"])
    closed_room.correct("2026-10")
    assert owed(closed_room)["northlight"] == 1_260_000, "none was flagged"


def test_what_was_held_in_suspense_ages_and_is_released_by_a_correction(
    closed_room: Royalties, logged: Callable[..., dict[str, Any]]
) -> None:
    (held,) = closed_room.ledger.aged("suspense")
    assert (held.account, held.amount_micro, held.since) == (
        "suspense:item:unheard-of", 1_400_000, "2026-10",
    )  # fmt: skip
    assert held.months("2027-01") == 3
    closed_room.import_renders([logged("unheard-of", ["tide"])])
    corrected = closed_room.correct("2026-10")
    assert closed_room.ledger.aged("suspense") == ()
    assert corrected.payees["ben"] == 2 * 350_000
