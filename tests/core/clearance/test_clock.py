"""A clock that goes back gives no consent back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clearmix.clearance import consents
from clearmix.kernel import Kernel
from clearmix.storage.columns import utc_now


@pytest.mark.parametrize("order", [("allow", "refuse"), ("refuse", "allow")])
@pytest.mark.parametrize("back_after", [1, 2])
def test_the_last_answer_holds_although_the_clock_went_back_before_or_after_it(
    market: Kernel, monkeypatch: pytest.MonkeyPatch, order: tuple[str, str], back_after: int
) -> None:
    def clock_back() -> None:
        monkeypatch.setattr(consents, "utc_now", lambda: utc_now() - timedelta(hours=1))

    for number, answer in enumerate(order, start=1):
        market.consent.set("ada", answer, "remix")
        if number == back_after:
            clock_back()

    assert [one.answer for one in market.consent.in_force(["ada"])][-1] == order[-1]
    assert [one.answer for one in market.consent.history("ada")][-2:] == list(order)


def test_what_was_known_at_a_time_is_still_only_what_was_recorded_by_then(market: Kernel) -> None:
    market.consent.set("ada", "allow", "remix")
    between = utc_now()
    market.consent.set("ada", "refuse", "remix")

    known = market.consent.in_force(["ada"], known_at=between)

    assert [one.answer for one in known] == ["allow"]
