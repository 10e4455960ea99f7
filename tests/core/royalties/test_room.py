"""The royalties room: from a file of plays to a statement that adds up, and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from clearmix.errors import CatalogueError, PluginError, RoyaltyError
from clearmix.kernel import Kernel
from clearmix.royalties import Royalties
from clearmix.storage.tables.delivery import PlayRow
from clearmix.storage.tables.royalties import LedgerLineRow, SettlementRow
from clearmix_royalties.pro_rata import ProRata

Play = Callable[..., dict[str, Any]]
Write = Callable[..., Path]
RoomAt = Callable[..., Royalties]

OCTOBER_12 = datetime(2026, 10, 12, 8, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Listening:
    """What a player reports."""

    id: str
    item: str = "dawn"
    listener: str = "bo"
    seconds: float = 45.5
    played_at: datetime = OCTOBER_12


@pytest.fixture
def october(royalties: Royalties, play: Play, write_plays: Write) -> Royalties:
    """Seven plays, five of which count: two of a remix, one each of three other items."""
    royalties.import_plays(
        write_plays(
            [
                play("e1"),
                play("e2", offline=True),
                play("e3", "tide-remix"),
                play("e4", "dawn-cover", category="listener-cover"),
                play("e5", "unheard-of"),
                play("e6", seconds=29),
                play("e7", listener_id="ann"),
            ]
        )
    )
    return royalties


# --- settling ------------------------------------------------------------------------------------


def test_a_month_is_settled_as_computed_by_hand(october: Royalties) -> None:
    # Two subscribers at 5.00 of which 70 % are paid out: 7.00, or 1.40 for each of five plays.
    settlement = october.settle("2026-10", "pro-rata")
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


def test_settling_again_changes_nothing(market: Kernel, october: Royalties) -> None:
    first = october.settle("2026-10")
    balances = october.ledger.balances()
    again = october.settle("2026-10")
    assert (first.posted, again.posted) == (True, False)
    assert (again.hash, again.lines) == (first.hash, first.lines)
    assert october.ledger.balances() == balances
    with market.database.session() as session:
        assert len(session.exec(select(SettlementRow)).all()) == 1


def test_another_kernel_on_the_same_inputs_finds_the_same_hash(
    october: Royalties, market: Kernel
) -> None:
    first = october.settle("2026-10").hash
    with market.database.session(write=True) as session:
        for table in ("ledger_line", "ledger_entry", "settled_pool", "settlement"):
            session.connection().execute(sa.text(f"DELETE FROM {table}"))
    assert october.settle("2026-10").hash == first


def test_the_ledger_balances_and_says_what_the_statements_say(october: Royalties) -> None:
    settlement = october.settle("2026-10")
    balances = october.ledger.balances()
    assert sum(balances.values()) == 0
    assert balances.pop(("pool:add-on", "GBP")) == -7_000_000
    assert balances == {
        (payee if ":" in payee else f"accrued:{payee}", "GBP"): amount
        for payee, amount in settlement.payees.items()
    }


def test_a_fee_for_each_render_is_a_pool_of_its_own(october: Royalties) -> None:
    october.settle("2026-10", "pro-rata")
    fees = october.settle("2026-10", "per-generation")
    assert fees.pools == {"generation": 4 * 20_000}
    assert {line.item_id for line in fees.lines} == {
        "dawn-remix", "tide-remix", "dawn-cover", "both",
    }  # fmt: skip
    cover = [line for line in fees.lines if line.item_id == "dawn-cover"]
    assert [(line.payee, line.amount_micro, line.plays) for line in cover] == [
        ("cleo", 10_000, 0),
        ("quayside", 10_000, 0),
    ]


def test_a_pool_is_paid_out_once_whatever_the_formula(october: Royalties) -> None:
    october.settle("2026-10", "pro-rata")
    with pytest.raises(RoyaltyError, match="pool `add-on` of 2026-10 is paid out already"):
        october.settle("2026-10", "user-centric")


def test_originals_are_paid_from_the_general_pool_if_a_rate_exists(
    royalties: Royalties, play: Play, write_plays: Write
) -> None:
    royalties.import_rates(
        {
            "currency": "GBP",
            "add_on_fee_micro": 5_000_000,
            "subscription_fee_micro": {"premium": 10_000_000},
            "revenue_share_bps": 7_000,
            "valid_from": "2026-10-01",
        }
    )
    royalties.import_plays(
        write_plays([play("e1"), play("e2", "dawn", category="original", maker_id="")])
    )
    settlement = royalties.settle("2026-10")
    assert settlement.pools == {"add-on": 7_000_000, "general": 21_000_000}
    paid = {line.category: line.gross_micro for line in settlement.lines}
    assert paid == {"listener-remix": 7_000_000, "original": 21_000_000}


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


def test_a_month_that_is_not_over_is_settled_only_early(
    october: Royalties, room_at: RoomAt
) -> None:
    during = room_at(datetime(2026, 10, 31, 23, 59, tzinfo=UTC))
    with pytest.raises(RoyaltyError, match="2026-10 is not over"):
        during.settle("2026-10")
    assert during.settle("2026-10", early=True).posted


def test_plays_that_come_after_a_month_is_settled_are_counted_and_wait(
    october: Royalties, play: Play, write_plays: Write
) -> None:
    before = october.settle("2026-10")
    assert not before.notes
    report = october.import_plays(write_plays([play("late")], "late.csv"))
    assert (report.accepted, report.late) == (1, 1)
    october.record(Listening("later"))
    again = october.settle("2026-10")
    assert again.hash == before.hash
    assert again.notes == (
        "2 plays of 2026-10 were logged after it was settled; they are not paid yet",
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
    october: Royalties, period: str, formula: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        october.settle(period, formula)


def test_nothing_is_posted_without_a_rate_card_or_without_money(
    room_at: RoomAt, market: Kernel
) -> None:
    room = room_at(datetime(2026, 11, 23, tzinfo=UTC))
    with pytest.raises(RoyaltyError, match="no rate card is in force in 2026-10"):
        room.settle("2026-10")
    room.import_rates({"currency": "GBP", "add_on_fee_micro": 0, "revenue_share_bps": 7_000})
    with pytest.raises(RoyaltyError, match="finds nothing to pay out in 2026-10"):
        room.settle("2026-10")
    assert room.settlements() == ()
    assert room.ledger.balances() == {}


def test_a_crash_while_posting_leaves_the_month_open(
    october: Royalties, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(session: object, entries: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("clearmix.royalties.ledger.Ledger.post", staticmethod(crash))
        with pytest.raises(KeyboardInterrupt):
            october.settle("2026-10")
    assert october.settlements() == ()
    assert october.settle("2026-10").posted


# --- recording -----------------------------------------------------------------------------------


def test_a_listening_counts_once_however_often_it_is_reported(
    market: Kernel, royalties: Royalties
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


# --- statements ----------------------------------------------------------------------------------


def test_statements_add_up_to_the_settlement(october: Royalties) -> None:
    settlements = [october.settle("2026-10", id) for id in ("pro-rata", "per-generation")]
    payees = {line.payee for settlement in settlements for line in settlement.lines}
    sums = [october.statement(payee).totals["GBP"] for payee in payees]
    assert sum(sums) == sum(settlement.pool_micro for settlement in settlements)


def test_a_statement_is_found_by_id_or_name_and_keeps_to_its_month(october: Royalties) -> None:
    october.settle("2026-10")
    statement = october.statement("Quayside", "2026-10")
    assert (statement.payee, statement.name) == ("quayside", "Quayside")
    assert statement.totals == {"GBP": 1_050_000}
    assert statement.by_category == {
        "listener-cover": {"GBP": 700_000},
        "listener-remix": {"GBP": 350_000},
    }
    assert october.statement("quayside", "2026-09").lines == ()
    assert october.statement("max").totals == {}


def test_what_is_in_suspense_has_a_statement_too(october: Royalties) -> None:
    october.settle("2026-10")
    assert october.statement("suspense").totals == {"GBP": 1_400_000}
    assert october.statement("suspense:item:unheard-of").totals == {"GBP": 1_400_000}


def test_a_statement_of_nobody_names_a_near_match(october: Royalties) -> None:
    with pytest.raises(CatalogueError, match="no party `quaysid`") as caught:
        october.statement("quaysid")
    assert "`quayside`" in caught.value.help


def test_a_line_is_explained_down_to_its_plays(october: Royalties) -> None:
    settlement = october.settle("2026-10")
    line = next(line for line in settlement.lines if line.payee == "northlight")
    explained = october.explain(line.id)
    assert explained.line == line
    assert explained.plays == ("e1", "e2")
    assert explained.steps == (
        "the pool `add-on` of 2026-10 held 7.00 GBP",
        "`dawn-remix` (listener-remix) had 2 plays that count, for which the formula pro-rata 1 "
        "allots 2.80 GBP",
        "`northlight` holds 45 % of it, exactly 9/20: 100 % for the source `dawn`, of which 75 % "
        "for the recording side of a remix, of which 60 %: catalogue share of 60 in 100 parts of "
        "the recording `dawn`",
        "rounded to whole micro-units by largest remainder: 1.26 GBP",
    )


def test_every_line_has_an_id_of_its_own_and_an_explanation(october: Royalties) -> None:
    lines = [*october.settle("2026-10").lines, *october.settle("2026-10", "per-generation").lines]
    assert len({line.id for line in lines}) == len(lines)
    assert all(october.explain(line.id).line == line for line in lines[::5])


def test_an_unknown_line_is_refused(october: Royalties) -> None:
    line = october.settle("2026-10").lines[0]
    for id in ("", "nothing", line.id[:-1], line.id + "0"):
        with pytest.raises(RoyaltyError, match=f"no line `{id}`"):
            october.explain(id)


def test_a_carried_line_is_explained(royalties: Royalties) -> None:
    [line] = royalties.settle("2026-10").lines
    assert "found nobody with a claim" in royalties.explain(line.id).steps[1]


# --- replaying -----------------------------------------------------------------------------------


@pytest.mark.parametrize("formula", ["pro-rata", "user-centric", "per-generation"])
def test_a_settlement_replays_to_its_hash(october: Royalties, formula: str) -> None:
    settlement = october.settle("2026-10", formula)
    for hash in (settlement.hash, settlement.hash[:8]):
        replay = october.verify(hash)
        assert (replay.differences, replay.same) == ((), True)
        assert replay.replayed_hash == settlement.hash


def test_a_settlement_replays_after_catalogue_and_rates_have_changed(
    october: Royalties, market: Kernel, play: Play, write_plays: Write
) -> None:
    settlement = october.settle("2026-10")
    october.import_rates({"currency": "EUR", "revenue_share_bps": 1})
    october.import_plays(write_plays([play("late")], "late.csv"))
    with market.database.session(write=True) as session:
        session.connection().execute(sa.text("UPDATE share SET parts = 1"))
        session.connection().execute(sa.text("UPDATE listener SET add_ons = '[]'"))
    assert october.verify(settlement.hash).same


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        ("UPDATE ledger_line SET credit_micro = credit_micro + 1", "does not balance"),
        ("UPDATE ledger_entry SET currency = 'EUR'", "a ledger entry was changed"),
        ("DELETE FROM ledger_line", "the ledger does not say what the lines say"),
        ("UPDATE settlement SET pool_micro = 1", "the sums on record are not those of the lines"),
    ],
)
def test_a_changed_record_is_found(
    october: Royalties, market: Kernel, statement: str, difference: str
) -> None:
    settlement = october.settle("2026-10")
    with market.database.session(write=True) as session:
        session.connection().execute(sa.text(statement))
    replay = october.verify(settlement.hash)
    assert not replay.same
    assert any(difference in sentence for sentence in replay.differences)


def test_a_changed_manifest_is_found(october: Royalties, market: Kernel) -> None:
    settlement = october.settle("2026-10")
    with market.database.session(write=True) as session:
        row = session.get(SettlementRow, settlement.hash)
        assert row is not None
        row.manifest = {**row.manifest, "pools": {"add-on": "1"}}
        session.add(row)
    replay = october.verify(settlement.hash)
    assert "`pools.add-on` was 1 and is 7000000 when replayed" in replay.differences


def test_a_changed_or_lost_table_is_found(october: Royalties, market: Kernel) -> None:
    settlement = october.settle("2026-10")
    with market.database.session() as session:
        row = session.get(SettlementRow, settlement.hash)
        assert row is not None
    path = market.store.local_path(row.files["events"])
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + b"?")
    assert october.verify(settlement.hash).differences == (
        "the kept table `events` was changed since it was written",
    )
    path.unlink()
    assert "cannot be read" in october.verify(settlement.hash).differences[0]
    path.write_bytes(kept)
    assert october.verify(settlement.hash).same


def test_another_version_of_the_formula_is_named(october: Royalties, room_at: RoomAt) -> None:
    class Newer(ProRata):
        version = "2"

    settlement = october.settle("2026-10")
    replay = room_at(datetime(2026, 11, 23, tzinfo=UTC), Newer()).verify(settlement.hash)
    assert replay.differences[0] == "it was made with `pro-rata` 1, and 2 is installed"
    assert not replay.same


@pytest.mark.parametrize("hash", ["", "abc", "0123456789abcdef"])
def test_an_unknown_settlement_is_refused(october: Royalties, hash: str) -> None:
    settlement = october.settle("2026-10")
    with pytest.raises(RoyaltyError, match=f"no settlement `{hash}`") as caught:
        october.verify(hash)
    assert settlement.hash[:12] in caught.value.help


# --- estimates -----------------------------------------------------------------------------------


def test_an_estimate_names_everybody_who_earns_and_adds_up(royalties: Royalties) -> None:
    earnings = royalties.estimate("dawn-remix")
    assert [(e.name, e.role, e.side, e.text) for e in earnings] == [
        ("Northlight", "owner", "recording", "45 %"),
        ("Ada", "featured artist", "recording", "30 %"),
        ("Cleo", "writer", "work", "12.5 %"),
        ("Quayside", "publisher", "work", "12.5 %"),
    ]


def test_an_estimate_before_the_render_is_that_of_the_render(
    royalties: Royalties, logged: Callable[..., dict[str, Any]]
) -> None:
    duties = {"royalties": [{"payee": "harbour", "rate_bps": 1_500, "base": "revenue"}]}
    before = royalties.estimate_terms(["dawn"], kind="cover", duties=duties, voice_of="max")
    royalties.import_renders(
        [logged("made", ["dawn"], kind="cover", duties=duties, voice_of="max")]
    )
    assert royalties.estimate("made") == before
    assert sum(earning.share for earning in before) == 1
    assert {e.party: e.share for e in before}["harbour"] == Fraction(15, 100)


def test_an_estimate_needs_no_rate_card(market: Kernel, room_at: RoomAt) -> None:
    room = room_at(datetime(2026, 11, 23, tzinfo=UTC))
    assert sum(earning.share for earning in room.estimate("both")) == 1


# --- JSON ----------------------------------------------------------------------------------------


def test_every_answer_is_json_without_floats(october: Royalties) -> None:
    def refuse(text: str) -> float:
        raise AssertionError(f"a float: {text}")

    settlement = october.settle("2026-10")
    line = settlement.lines[0]
    for answer in (
        settlement,
        october.statement("cleo"),
        october.explain(line.id),
        october.verify(settlement.hash),
        line,
        october.estimate("both")[0],
    ):
        text = json.dumps(answer.as_json())
        assert json.loads(text, parse_float=refuse) == answer.as_json()
    value = settlement.as_json()
    assert sum(line["amount_micro"] for line in value["lines"]) == value["allocated_micro"]
    assert value["pool_micro"] == value["allocated_micro"] == 7_000_000


def test_an_amount_too_large_for_json_is_a_text(october: Royalties, market: Kernel) -> None:
    october.import_rates(
        {
            "currency": "VND",
            "add_on_fee_micro": 2**60,
            "revenue_share_bps": 10_000,
            "valid_from": "2026-10-01",
        }
    )
    value = october.settle("2026-10").as_json()
    assert value["pool_micro"] == str(2**61)
    with market.database.session() as session:
        credits = [row.credit_micro for row in session.exec(select(LedgerLineRow))]
    assert sum(credits) == 2**61
