"""Two ways to pay the same plays: who gains, who loses, and nothing else happens."""

from __future__ import annotations

from typing import Any

import pytest

from clearmix.errors import PluginError, RoyaltyError
from clearmix.royalties import Rates, Royalties
from clearmix.royalties.reports.room import Reports

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
