"""Two ways to pay the same plays: who gains, who loses, and nothing else happens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from clearmix.errors import PluginError, RoyaltyError
from clearmix.royalties import Rates, Royalties
from clearmix.royalties.reports.room import Reports
from clearmix.storage.tables.catalogue import ListenerRow

RATES = {
    "currency": "GBP",
    "add_on_fee_micro": 5_000_000,
    "revenue_share_bps": 7_000,
    "per_generation_fee_micro": 20_000,
}


def test_a_formula_against_itself_changes_nothing(reports: Reports) -> None:
    found = reports.compare(("pro-rata", "pro-rata"), "2026-10")
    assert (found.gain, found.lose, found.moved_micro) == ((), (), 0)
    assert found.a_pool_micro == found.b_pool_micro == 7_000_000


def test_one_side_is_what_settling_gives(reports: Reports, closed_room: Royalties) -> None:
    found = reports.compare(("pro-rata", "user-centric"), "2026-10")
    settled = closed_room.settle("2026-10").payees
    assert {change.id: change.a_micro for change in found.payees if change.a_micro} == settled


def test_money_that_nobody_claimed_before_is_divided_as_settling_divides_it(
    reports: Reports, closed_room: Royalties, closed_home: Any, open_home: Any
) -> None:
    """September had no plays, so that its 7.00 GBP wait; it is settled after October and before."""
    closed_room.settle("2026-09")
    assert reports.compare(("pro-rata", "user-centric"), "2026-10").a_pool_micro == 7_000_000
    settled = closed_room.settle("2026-10").payees
    found = reports.compare(("pro-rata", "user-centric"), "2026-10")
    assert {change.id: change.a_micro for change in found.payees if change.a_micro} == settled

    october = open_home(closed_home[0])
    room = october.room(datetime(2026, 11, 23, tzinfo=UTC))
    room.settle("2026-09")
    before = Reports(
        october.database,
        october.store,
        october.settings,
        catalogue=october.catalogue,
        royalties=room,
        formula=october.formula,
    )
    told = [before.compare(("pro-rata", "user-centric"), "2026-10"), None]
    foreseen = before.foreseen("ben", "pro-rata", "2026-10").amount_micro
    settled = room.settle("2026-10").payees
    told[1] = before.compare(("pro-rata", "user-centric"), "2026-10")
    assert settled["carried:add-on"] == -7_000_000
    assert settled["ben"] == foreseen == 2 * 350_000
    for found in told:
        assert found is not None
        paid = {change.id: change.a_micro for change in found.payees if change.a_micro}
        assert paid == settled
        assert sum(paid.values()) == found.a_pool_micro == 7_000_000


def test_a_settled_month_is_compared_with_the_subscribers_and_rates_that_it_had(
    reports: Reports, closed: Any, closed_room: Royalties
) -> None:
    with closed.database.session(write=True) as session:
        session.add(
            ListenerRow(id="dot", name="Dot", tier="premium", add_ons=["remix"], territory="GB")
        )
    closed_room.import_rates({**RATES, "valid_from": "2026-10-01", "revenue_share_bps": 9_000})
    found = reports.compare(("pro-rata", "user-centric"), "2026-10")
    assert found.a_pool_micro == found.b_pool_micro == 7_000_000
    assert {one.id: one.a_micro for one in found.payees if one.a_micro} == (
        closed_room.settle("2026-10").payees
    )
    other = Rates.model_validate({**RATES, "revenue_share_bps": 8_000})
    assert reports.compare(("pro-rata",) * 2, "2026-10", (None, other)).b_pool_micro == 12_000_000


def test_gains_and_losses_add_up_to_what_the_pools_differ(reports: Reports) -> None:
    for pair in (("pro-rata", "user-centric"), ("user-centric", "per-generation")):
        found = reports.compare(pair, "2026-10")
        change = sum(change.change_micro for change in found.payees)
        assert change == found.b_pool_micro - found.a_pool_micro
        assert sum(change.change_micro for change in found.categories) == change
        assert sum(change.a_micro for change in found.payees) == found.a_pool_micro


def test_rate_cards_are_compared_too(reports: Reports) -> None:
    higher = Rates.model_validate({**RATES, "revenue_share_bps": 8_000})
    found = reports.compare(("pro-rata", "pro-rata"), "2026-10", (None, higher))
    assert found.b_pool_micro - found.a_pool_micro == 1_000_000
    assert found.a.endswith("on rate card A") and found.b.endswith("on rate card B")
    assert not found.lose


def test_two_currencies_are_refused(reports: Reports) -> None:
    euros = Rates.model_validate({**RATES, "currency": "EUR"})
    with pytest.raises(RoyaltyError, match="GBP and EUR cannot be compared"):
        reports.compare(("pro-rata", "pro-rata"), "2026-10", (None, euros))


def test_comparing_posts_nothing_and_takes_the_latest_month(
    reports: Reports, closed_room: Royalties
) -> None:
    before = closed_room.ledger.balances(), len(closed_room.settlements())
    assert reports.compare(("pro-rata", "user-centric")).period == "2026-10"
    assert (closed_room.ledger.balances(), len(closed_room.settlements())) == before


def test_an_unknown_formula_is_refused_by_name(reports: Reports) -> None:
    with pytest.raises(PluginError, match="no royalty formula `pro-rat`"):
        reports.compare(("pro-rat", "user-centric"))


def test_the_page_escapes_names_and_draws_both_directions(closed: Any, reports: Reports) -> None:
    from clearmix.storage.tables.catalogue import PartyRow

    with closed.database.session(write=True) as session:
        session.get(PartyRow, "northlight").name = "<b>North"
    text = reports.compare(("pro-rata", "user-centric")).as_html()
    assert "<b>North" not in text and "&lt;b&gt;North" in text
    assert 'class="above"' in text and 'class="below"' in text
