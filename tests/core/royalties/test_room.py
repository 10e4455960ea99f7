"""The royalties room: from a file of plays to a statement that adds up, and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from clearmix.errors import PluginError, RoyaltyError
from clearmix.royalties import Royalties
from clearmix.royalties.settling import finish
from clearmix.storage.tables.catalogue import ShareRow
from clearmix.storage.tables.delivery import PlayRow
from clearmix.storage.tables.royalties import LedgerLineRow, SettlementRow

Play = Callable[..., dict[str, Any]]
Write = Callable[..., Path]

AFTERWARDS = datetime(2026, 11, 23, tzinfo=UTC)
OCTOBER_12 = datetime(2026, 10, 12, 8, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Listening:
    """What a player reports."""

    id: str
    item: str = "dawn"
    listener: str = "bo"
    seconds: float = 45.5
    played_at: datetime = OCTOBER_12
    fraud: bool = False


# --- settling ------------------------------------------------------------------------------------


def test_a_month_is_settled_as_computed_by_hand(october_room: Royalties) -> None:
    # Two subscribers at 5.00 of which 70 % are paid out: 7.00, or 1.40 for each of five plays.
    settlement = october_room.settle("2026-10", "pro-rata")
    assert (settlement.pool_micro, settlement.allocated_micro) == (7_000_000, 7_000_000)
    assert (settlement.plays, settlement.eligible_plays) == (7, 5)
    assert settlement.payees == {
        "ada": 840_000,  # 2.80 x 3/4 x 40/100
        "ben": 350_000,  # 1.40 x 3/4 x 1/3
        "cleo": 350_000 + 350_000 + 700_000,  # half of two sides, all of one, half of a cover
        "harbour": 700_000,  # 1.40 x 3/4 x 2/3
        "northlight": 1_260_000,  # 2.80 x 3/4 x 60/100
        "quayside": 350_000 + 700_000,
        "suspense:item:unheard-of": 1_400_000,
    }
    assert sum(line.amount_micro for line in settlement.lines) == settlement.pool_micro


def test_stream_categories_are_reported_apart(october_room: Royalties) -> None:
    assert october_room.settle("2026-10").by_category == {
        "listener-cover": {"amount_micro": 1_400_000, "plays": 1},
        "listener-remix": {"amount_micro": 5_600_000, "plays": 4},
    }


def test_settling_again_changes_nothing(october: Any, october_room: Royalties) -> None:
    first = october_room.settle("2026-10")
    balances = october_room.ledger.balances()
    again = october_room.settle("2026-10")
    assert (first.posted, again.posted) == (True, False)
    assert (again.hash, again.lines) == (first.hash, first.lines)
    assert october_room.ledger.balances() == balances
    with october.database.session() as session:
        assert len(session.exec(select(SettlementRow)).all()) == 1


def test_another_kernel_on_the_same_inputs_finds_the_same_hash(
    october_room: Royalties, october: Any
) -> None:
    first = october_room.settle("2026-10").hash
    with october.database.session(write=True) as session:
        for table in ("ledger_line", "ledger_entry", "settled_pool", "settlement"):
            session.connection().execute(sa.text(f"DELETE FROM {table}"))
    assert october_room.settle("2026-10").hash == first


def test_the_ledger_balances_and_says_what_the_statements_say(october_room: Royalties) -> None:
    settlement = october_room.settle("2026-10")
    balances = october_room.ledger.balances()
    assert sum(balances.values()) == 0
    assert balances.pop(("pool:add-on", "GBP")) == -7_000_000
    assert balances == {
        (payee if ":" in payee else f"accrued:{payee}", "GBP"): amount
        for payee, amount in settlement.payees.items()
    }


def test_a_fee_for_each_render_is_a_pool_of_its_own(october_room: Royalties) -> None:
    october_room.settle("2026-10", "pro-rata")
    fees = october_room.settle("2026-10", "per-generation")
    assert fees.pools == {"generation": 4 * 20_000}
    assert {line.item_id for line in fees.lines} == {
        "dawn-remix", "tide-remix", "dawn-cover", "both",
    }  # fmt: skip
    cover = [line for line in fees.lines if line.item_id == "dawn-cover"]
    assert [(line.payee, line.amount_micro, line.plays) for line in cover] == [
        ("cleo", 10_000, 0),
        ("quayside", 10_000, 0),
    ]


def test_a_pool_is_paid_out_once_whatever_the_formula(october_room: Royalties) -> None:
    october_room.settle("2026-10", "pro-rata")
    with pytest.raises(RoyaltyError, match="pool `add-on` of 2026-10 is paid out already"):
        october_room.settle("2026-10", "user-centric")


def test_each_play_is_split_by_the_shares_of_its_day(
    market: Any, royalties: Royalties, play: Play, write_plays: Write
) -> None:
    with market.database.session(write=True) as session:
        session.add(
            ShareRow(side="recording", subject="dawn", party="max", role="owner", parts=1,
                     valid_from=date(2026, 10, 15))
        )  # fmt: skip
    early = play("e1", played_at="2026-10-14T23:59:59Z")
    late = play("e2", played_at="2026-10-15T00:00:00Z")
    royalties.import_plays(write_plays([early, late]))
    settlement = royalties.settle("2026-10")
    # 7.00 for two plays: 3.50 each, of which the recording's side is 75 %.
    assert settlement.payees == {
        "northlight": 1_575_000,
        "ada": 1_050_000,
        "max": 2_625_000,
        "cleo": 875_000,
        "quayside": 875_000,
    }
    (line,) = [line for line in settlement.lines if line.payee == "max"]
    assert (line.item_id, line.splits_from, line.units) == ("dawn-remix", "2026-10-15", 1)
    assert royalties.explain(line.id).plays == ("e2",)
    assert royalties.verify(settlement.hash).same


def test_a_rate_of_the_render_s_fee_binds_there_and_its_base_is_on_the_line(
    royalties: Royalties, play: Play, write_plays: Write, logged: Callable[..., dict[str, Any]]
) -> None:
    terms = {"royalties": [{"payee": "quayside", "rate_bps": 5_000, "base": "render-fee"}]}
    royalties.import_renders([logged("termed", ["dawn"], duties=terms)])
    royalties.import_plays(write_plays([play("e1", "termed")]))
    plays = royalties.settle("2026-10", "pro-rata")
    fees = royalties.settle("2026-10", "per-generation")
    (by_play,) = [line for line in plays.lines if line.payee == "quayside"]
    (by_fee,) = [
        line for line in fees.lines if (line.payee, line.item_id) == ("quayside", "termed")
    ]
    assert (by_play.share, by_play.base) == (Fraction(1, 8), "")
    assert (by_fee.share, by_fee.base) == (Fraction(1, 2), "render-fee")
    assert by_fee.as_json()["base"] == "render-fee"
    (said,) = [step for step in royalties.explain(by_fee.id).steps if "raised" in step]
    assert "at least 50 % of the render's fee" in said


def test_the_sides_of_a_pool_are_settled_apart(october_room: Royalties) -> None:
    # None of five plays is a recording of a thousand streams: its 75 % of the pool wait.
    settlement = october_room.settle("2026-10", "threshold")
    assert settlement.pools == {"add-on": 7_000_000}
    assert settlement.payees["carried:add-on/recording"] == 5_250_000
    # Of each play's 0.35 for the composition Cleo has a half, a whole, and a half again.
    assert settlement.payees["cleo"] == 2 * 175_000 + 350_000 + 175_000
    assert october_room.verify(settlement.hash).same
    with pytest.raises(RoyaltyError, match="pool `add-on` of 2026-10 is paid out already"):
        october_room.settle("2026-10", "pro-rata")


def test_originals_are_paid_from_the_general_pool_if_a_rate_exists(
    royalties: Royalties, play: Play, write_plays: Write
) -> None:
    royalties.import_rates(
        {
            "currency": "GBP",
            "add_on_fee_micro": 5_000_000,
            "subscription_fee_micro": {"premium": 10_000_000},
            "tier_subscribers": {"premium": ["dee", "ann"], "free": ["eve"]},
            "revenue_share_bps": 7_000,
            "valid_from": "2026-10-01",
        }
    )
    royalties.import_plays(
        write_plays([play("e1"), play("e2", "dawn", category="original", maker_id="")])
    )
    settlement = royalties.settle("2026-10")
    assert settlement.pools == {"add-on": 7_000_000, "general": 28_000_000}
    paid = {line.category: line.gross_micro for line in settlement.lines}
    assert paid == {"listener-remix": 7_000_000, "original": 28_000_000}


def test_what_nobody_played_for_is_carried(royalties: Royalties) -> None:
    settlement = royalties.settle("2026-10")
    assert settlement.payees == {"carried:add-on": 7_000_000}
    assert royalties.statement("carried").totals == {"GBP": 7_000_000}


def test_user_centric_carries_the_fee_of_a_subscriber_without_plays(
    royalties: Royalties, play: Play, write_plays: Write
) -> None:
    royalties.import_plays(
        write_plays([play("e1", listener_id="cy"), play("e2", "tide-remix", listener_id="bo")])
    )
    settlement = royalties.settle("2026-10", "user-centric")
    assert settlement.payees["carried:add-on"] == 3_500_000
    assert {line.item_id for line in settlement.lines} == {"", "dawn-remix"}


def test_a_month_that_is_not_over_is_settled_only_early(october: Any) -> None:
    during = october.room(datetime(2026, 10, 31, 23, 59, tzinfo=UTC))
    with pytest.raises(RoyaltyError, match="2026-10 is not over"):
        during.settle("2026-10")
    assert during.settle("2026-10", early=True).posted


def test_plays_that_come_after_a_month_is_settled_are_counted_and_wait(
    october_room: Royalties, play: Play, write_plays: Write
) -> None:
    before = october_room.settle("2026-10")
    assert not before.notes
    report = october_room.import_plays(write_plays([play("late")], "late.csv"))
    assert (report.accepted, report.late) == (1, 1)
    october_room.record(Listening("later"))
    again = october_room.settle("2026-10")
    assert again.hash == before.hash
    assert again.notes == (
        "2 plays of 2026-10 were logged after it was settled; they are not paid yet: "
        "`clearmix royalties correct --period 2026-10 --formula pro-rata`",
    )


@pytest.mark.parametrize(
    ("period", "formula", "error", "message"),
    [
        ("2026-1", "pro-rata", RoyaltyError, "`2026-1` is not a month"),
        ("2026-10", "pro-rat", PluginError, "no royalty formula `pro-rat`"),
        ("1999-10", "pro-rata", RoyaltyError, "`1999-10` is not a month"),
    ],
)
def test_a_settlement_that_makes_no_sense_is_refused(
    october_room: Royalties, period: str, formula: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        october_room.settle(period, formula)


def test_nothing_is_posted_without_a_rate_card_or_without_money(market: Any) -> None:
    room = market.room(AFTERWARDS)
    with pytest.raises(RoyaltyError, match="no rate card is in force in 2026-10"):
        room.settle("2026-10")
    room.import_rates({"currency": "GBP", "add_on_fee_micro": 0, "revenue_share_bps": 7_000})
    with pytest.raises(RoyaltyError, match="finds nothing to pay out in 2026-10"):
        room.settle("2026-10")
    assert room.settlements() == ()
    assert room.ledger.balances() == {}


def test_two_processes_that_settle_at_once_post_once(
    october: Any, october_room: Royalties, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, raced = october.room(AFTERWARDS), []

    def finish_after_the_other(*inputs: Any) -> None:
        if not raced:
            raced.append("started")
            raced.append(other.settle("2026-10"))
        finish(*inputs)

    monkeypatch.setattr("clearmix.royalties.closing.finish", finish_after_the_other)
    mine = october_room.settle("2026-10")
    assert (mine.posted, raced[1].posted) == (False, True)
    assert mine.hash == raced[1].hash
    assert october_room.ledger.balances()["pool:add-on", "GBP"] == -7_000_000


def test_a_crash_while_posting_leaves_the_month_open(
    october_room: Royalties, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(session: object, entries: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("clearmix.royalties.ledger.Ledger.post", staticmethod(crash))
        with pytest.raises(KeyboardInterrupt):
            october_room.settle("2026-10")
    assert october_room.settlements() == ()
    assert october_room.settle("2026-10").posted


# --- recording -----------------------------------------------------------------------------------


def test_a_listening_counts_once_however_often_it_is_reported(
    market: Any, royalties: Royalties
) -> None:
    first = royalties.record(Listening("t1"))
    again = royalties.record(Listening("t1", seconds=80.0))
    assert first == again
    assert (first.category, first.territory, first.tier) == ("original", "GB", "premium")
    with market.database.session() as session:
        assert len(session.exec(select(PlayRow)).all()) == 1


def test_the_play_of_a_render_names_who_had_it_made(royalties: Royalties) -> None:
    play = royalties.record(Listening("t1", item="dawn-cover", listener="stranger"))
    assert (play.category, play.maker_id) == ("listener-cover", "ann")
    assert (play.territory, play.tier) == ("ZZ", "free")


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf"), 86_401.0])
def test_a_listening_of_impossible_length_is_refused(royalties: Royalties, seconds: float) -> None:
    with pytest.raises(RoyaltyError, match="a listening cannot last") as caught:
        royalties.record(Listening("t1", seconds=seconds))
    assert caught.value.place == "t1"


def test_a_listening_of_an_unknown_item_is_refused(royalties: Royalties) -> None:
    with pytest.raises(RoyaltyError, match="no item `nope`"):
        royalties.record(Listening("t1", item="nope"))


def test_recorded_and_imported_plays_of_one_id_are_one_play(
    royalties: Royalties, play: Play, write_plays: Write
) -> None:
    royalties.record(Listening("t1", item="dawn-remix"))
    assert royalties.import_plays(write_plays([play("t1"), play("t2")])).duplicates == 1
    royalties.record(Listening("t2", item="dawn-remix"))
    assert royalties.settle("2026-10").plays == 2


# --- JSON ----------------------------------------------------------------------------------------


def test_every_answer_is_json_without_floats(closed_room: Royalties) -> None:
    def refuse(text: str) -> float:
        raise AssertionError(f"a float: {text}")

    settlement = closed_room.settle("2026-10")
    line = settlement.lines[0]
    for answer in (
        settlement,
        closed_room.statement("cleo"),
        closed_room.explain(line.id),
        closed_room.verify(settlement.hash),
        line,
        closed_room.estimate("both")[0],
    ):
        text = json.dumps(answer.as_json())
        assert json.loads(text, parse_float=refuse) == answer.as_json()
    value = settlement.as_json()
    assert sum(line["amount_micro"] for line in value["lines"]) == value["allocated_micro"]
    assert value["pool_micro"] == value["allocated_micro"] == 7_000_000


def test_an_amount_too_large_for_json_is_a_text(october: Any, october_room: Royalties) -> None:
    october_room.import_rates(
        {
            "currency": "VND",
            "add_on_fee_micro": 2**60,
            "revenue_share_bps": 10_000,
            "valid_from": "2026-10-01",
        }
    )
    value = october_room.settle("2026-10").as_json()
    assert value["pool_micro"] == str(2**61)
    with october.database.session() as session:
        credits = [row.credit_micro for row in session.exec(select(LedgerLineRow))]
    assert sum(credits) == 2**61
