"""Statements, explanations and estimates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from clearmix.errors import CatalogueError, RoyaltyError
from clearmix.royalties import Royalties
from clearmix.storage.tables.clearance import DecisionRow
from clearmix_royalties.pro_rata import ProRata

Play = Callable[..., dict[str, Any]]
Write = Callable[..., Path]

AFTERWARDS = datetime(2026, 11, 23, tzinfo=UTC)


def test_statements_add_up_to_the_settlement(closed_room: Royalties) -> None:
    settlements = [closed_room.settle("2026-10", id) for id in ("pro-rata", "per-generation")]
    payees = {line.payee for settlement in settlements for line in settlement.lines}
    sums = [closed_room.statement(payee).totals["GBP"] for payee in payees]
    assert sum(sums) == sum(settlement.pool_micro for settlement in settlements)


def test_a_statement_is_found_by_id_or_name_and_keeps_to_its_month(closed_room: Royalties) -> None:
    closed_room.settle("2026-10")
    statement = closed_room.statement("Quayside", "2026-10")
    assert (statement.payee, statement.name) == ("quayside", "Quayside")
    assert statement.totals == {"GBP": 1_050_000}
    assert statement.by_category == {
        "listener-cover": {"GBP": 700_000},
        "listener-remix": {"GBP": 350_000},
    }
    assert closed_room.statement("quayside", "2026-09").lines == ()
    assert closed_room.statement("max").totals == {}


def test_what_is_in_suspense_has_a_statement_too(closed_room: Royalties) -> None:
    closed_room.settle("2026-10")
    assert closed_room.statement("suspense").totals == {"GBP": 1_400_000}
    assert closed_room.statement("suspense:item:unheard-of").totals == {"GBP": 1_400_000}


def test_a_statement_of_nobody_names_a_near_match(closed_room: Royalties) -> None:
    with pytest.raises(CatalogueError, match="no party `quaysid`") as caught:
        closed_room.statement("quaysid")
    assert "`quayside`" in caught.value.help


def test_a_line_is_explained_down_to_its_plays(closed_room: Royalties) -> None:
    settlement = closed_room.settle("2026-10")
    line = next(line for line in settlement.lines if line.payee == "northlight")
    explained = closed_room.explain(line.id)
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


def test_every_line_has_an_id_of_its_own_and_an_explanation(closed_room: Royalties) -> None:
    lines = [
        *closed_room.settle("2026-10").lines,
        *closed_room.settle("2026-10", "per-generation").lines,
    ]
    assert len({line.id for line in lines}) == len(lines)
    assert all(closed_room.explain(line.id).line == line for line in lines[::5])


def test_items_with_the_same_shares_are_explained_each_in_its_own_words(
    royalties: Royalties, logged: Callable[..., dict[str, Any]], play: Play, write_plays: Write
) -> None:
    royalties.import_renders(
        [logged("again", ["dawn-cover"]), logged("edit", ["dawn"], kind="edit")]
    )
    items = {"dawn-remix": "a remix", "edit": "an edit", "dawn-cover": "a cover"}
    royalties.import_plays(write_plays([play(item, item) for item in items]))
    for line in royalties.settle("2026-10").lines:
        assert f"side of {items[line.item_id]}" in royalties.explain(line.id).steps[2]


def test_an_unknown_line_is_refused(closed_room: Royalties) -> None:
    line = closed_room.settle("2026-10").lines[0]
    for id in ("", "nothing", line.id[:-1], line.id + "0"):
        with pytest.raises(RoyaltyError, match=f"no line `{id}`"):
            closed_room.explain(id)


@pytest.mark.parametrize("formula", ["pro-rata", "user-centric", "threshold"])
def test_the_claims_behind_a_line_add_up_to_what_its_item_was_allotted(
    october_room: Royalties, formula: str, play: Play, write_plays: Write
) -> None:
    paying = [play("p1", listener_id="cy"), play("p2", "dawn-cover", listener_id="cy")]
    october_room.import_plays(write_plays(paying, "paying.csv"))
    settlement = october_room.settle("2026-10", formula)
    lines = {(line.pool, line.item_id): line for line in settlement.lines if line.item_id}
    assert lines
    for line in lines.values():
        plain = october_room.explain(line.id)
        assert plain.claims is None
        claims = october_room.explain(line.id, claims=True).claims
        assert claims is not None
        assert len(claims.claims) == line.units
        assert all(claim.group.startswith(line.pool) for claim in claims.claims)
        # Claims are rounded down, and what is left over makes some items whole micro-units larger.
        assert abs(line.gross_micro - claims.worth / claims.scale) < 2
        told = claims.as_json()
        events = [claim["event"] for claim in told["claims"]]
        # Of the plays that count, those by listeners who pay nothing claim nothing that is funded.
        assert events == [id for id in sorted(plain.plays) if id in events]
        assert plain.plays_in_all == len(plain.plays)
        if formula != "user-centric":
            assert events == sorted(plain.plays)


def test_a_render_s_fee_is_explained_by_its_claim(october_room: Royalties) -> None:
    line = next(line for line in october_room.settle("2026-10", "per-generation").lines)
    claims = october_room.explain(line.id, claims=True).as_json()["claimed"]
    assert claims == {
        "worth_micro": "20000",
        "claims": [
            {
                "event": line.item_id,
                "group": f"generation:{line.item_id}",
                "weight": 1,
                "worth_micro": "20000",
            }
        ],
    }


def test_without_its_formula_a_line_is_explained_but_for_the_worths(
    closed: Any, closed_room: Royalties
) -> None:
    class Later(ProRata):
        version = "2"

    room = closed.room(AFTERWARDS, Later())
    line = next(line for line in closed_room.settlements()[0].lines if line.item_id)
    found = room.explain(line.id, claims=True)
    assert found.claims is None
    assert found.steps[-1] == (
        "what each play was worth cannot be told: it was settled with `pro-rata` 1, and 2 is "
        "installed"
    )
    assert found.steps[:-1] == closed_room.explain(line.id).steps


def test_a_carried_line_is_explained(royalties: Royalties) -> None:
    [line] = royalties.settle("2026-10").lines
    assert "found nobody with a claim" in royalties.explain(line.id).steps[1]


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


def test_an_estimate_needs_no_rate_card(market: Any) -> None:
    room = market.room(AFTERWARDS)
    assert sum(earning.share for earning in room.estimate("both")) == 1


def test_an_explanation_names_the_rules_and_versions_that_the_item_was_made_under(
    market: Any, royalties: Royalties, write_plays: Callable[..., Path],
    play: Callable[..., dict[str, Any]], logged: Callable[..., dict[str, Any]],
) -> None:  # fmt: skip
    rule = {"policy": "Northlight remix terms", "version": 4, "rule": "short-remix"}
    with market.database.session(write=True) as session:
        session.add(
            DecisionRow(
                decision_hash="d" * 64, previous_hash="", entry_hash="e" * 64,
                decided_at=datetime(2026, 10, 2, tzinfo=UTC), listener="ann", spec={}, request={},
                decision={"rules": [rule]},
            )
        )  # fmt: skip
    royalties.import_renders([logged("ruled", ["dawn"], decision_hash="d" * 64)])
    royalties.import_plays(write_plays([play("e1", "ruled")]))
    line = royalties.settle("2026-10").lines[0]
    explained = royalties.explain(line.id)
    assert explained.rules == ("`short-remix` of Northlight remix terms 4",)
    assert explained.as_json()["rules"] == list(explained.rules)
    assert any("by the decision `dddddddddddd`, under the rules" in s for s in explained.steps)
