"""Rate cards and the terms of logged renders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix.errors import RoyaltyError
from clearmix.royalties import Period, Rates, Royalties
from clearmix.royalties.rates import checked_rates, checked_renders, rates_in_force

bps = st.integers(0, 10_000)


@given(st.integers(0, 2**62 - 1), bps, bps, bps)
def test_net_is_the_fee_less_tax_and_store_fee_times_the_share_rounded_down_once(
    fee: int, tax: int, store: int, share: int
) -> None:
    store = min(store, 10_000 - tax)
    rates = Rates(currency="GBP", tax_bps=tax, store_fee_bps=store, revenue_share_bps=share)
    exact = fee * (1 - Fraction(tax + store, 10_000)) * Fraction(share, 10_000)
    assert rates.net_micro(fee) == exact.numerator // exact.denominator


def test_a_rate_card_names_each_field_that_is_wrong() -> None:
    with pytest.raises(RoyaltyError) as caught:
        checked_rates({"currency": "pounds", "add_on_fee_micro": 4.99, "revenu_share_bps": 1})
    message = caught.value.message
    assert "currency: write three capital letters of ISO 4217, such as GBP" in message
    assert "add_on_fee_micro: input should be a valid integer" in message
    assert "revenu_share_bps: unknown field" in message
    assert "revenue_share_bps: field required" in message
    assert caught.value.place == "rates"


def test_tax_and_store_fee_cannot_take_more_than_the_fee() -> None:
    with pytest.raises(RoyaltyError, match="more than the fee"):
        checked_rates(
            {"currency": "GBP", "revenue_share_bps": 1, "tax_bps": 6_000, "store_fee_bps": 5_000}
        )


def test_the_latest_card_that_is_valid_at_the_start_of_a_month_is_in_force(
    market: Any, royalties: Royalties
) -> None:
    card = {"currency": "GBP", "revenue_share_bps": 6_000}
    assert royalties.import_rates({**card, "valid_from": "2026-10-01"})
    assert royalties.import_rates({**card, "valid_from": "2026-10-02", "revenue_share_bps": 1})
    assert rates_in_force(market.database, Period("2026-10")).revenue_share_bps == 6_000
    assert rates_in_force(market.database, Period("2026-09")).revenue_share_bps == 7_000
    assert rates_in_force(market.database, Period("2026-11")).revenue_share_bps == 1


def test_importing_a_card_again_changes_nothing(royalties: Royalties) -> None:
    card = {"currency": "GBP", "revenue_share_bps": 6_000, "valid_from": "2026-09-01"}
    assert royalties.import_rates(card)
    assert not royalties.import_rates(card)


def test_a_missing_card_is_named_with_its_month(market: Any) -> None:
    with pytest.raises(RoyaltyError, match="no rate card is in force in 2026-10") as caught:
        rates_in_force(market.database, Period("2026-10"))
    assert "`rates`" in caught.value.help


def test_a_render_names_each_field_that_is_wrong(logged: Callable[..., dict[str, Any]]) -> None:
    rows = [logged("a", ["dawn"], kind="polka"), logged("b", []), logged("c", ["dawn"], dutys={})]
    with pytest.raises(RoyaltyError) as caught:
        checked_renders(rows)
    message = caught.value.message
    assert "`a`: kind: input should be" in message
    assert "`b`: sources: " in message
    assert "`c`: dutys: unknown field" in message


def test_the_terms_of_a_render_never_change(
    royalties: Royalties, logged: Callable[..., dict[str, Any]]
) -> None:
    terms = logged("new-remix", ["dawn"])
    assert royalties.import_renders([terms]) == 1
    assert royalties.import_renders([terms]) == 0
    with pytest.raises(RoyaltyError, match="`new-remix` differ"):
        royalties.import_renders([{**terms, "sources": ["tide"]}])
    later = {**terms, "made_at": datetime(2026, 10, 3, tzinfo=UTC)}
    with pytest.raises(RoyaltyError, match="occurs twice and differs"):
        royalties.import_renders([terms, later])


def test_a_currency_that_changes_within_a_month_is_refused_by_name(royalties: Royalties) -> None:
    euro = {"currency": "EUR", "revenue_share_bps": 7_000, "add_on_fee_micro": 5_000_000}
    royalties.import_rates(euro | {"valid_from": "2026-10-15"})
    with pytest.raises(RoyaltyError) as caught:
        royalties.settle("2026-10")
    assert caught.value.message == (
        "the currency changes from GBP to EUR on 2026-10-15, within 2026-10"
    )
    assert "a card of GBP from 2026-10-15, and the new one from 2026-11-01" in caught.value.help
    royalties.import_rates(euro | {"currency": "GBP", "valid_from": "2026-10-15"})
    royalties.import_rates(euro | {"valid_from": "2026-11-01"})
    assert royalties.settle("2026-10").currency == "GBP"


@given(fee=st.integers(0, 10**12), vat=st.integers(0, 10_000), share=st.integers(0, 10_000))
def test_a_tax_that_the_fee_includes_is_taken_off_exactly(fee: int, vat: int, share: int) -> None:
    rates = Rates(currency="GBP", vat_bps=vat, revenue_share_bps=share)
    exact = fee / (1 + Fraction(vat, 10_000)) * Fraction(share, 10_000)
    assert rates.net_micro(fee) == exact.numerator // exact.denominator


def test_a_tax_is_given_in_one_way() -> None:
    with pytest.raises(RoyaltyError, match="as `tax_bps` or as `vat_bps`, not twice"):
        checked_rates({"currency": "GBP", "revenue_share_bps": 1, "tax_bps": 1, "vat_bps": 1})
