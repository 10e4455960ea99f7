from __future__ import annotations


def test_a_month_of_streaming_is_owed_step_by_step(as_json, clearmix) -> None:
    asked = (
        "royalties", "mechanical", "--year", "2026", "--revenue", "100000000",
        "--label-cost", "70000000", "--performance", "10000000", "--subscribers", "10000000",
    )  # fmt: skip
    assert as_json(*asked) == {
        "of_revenue_micro": 15_300_000_000_000,
        "of_label_cost_micro": 11_000_000_000_000,
        "all_in_micro": 15_300_000_000_000,
        "mechanical_micro": 6_000_000_000_000,
        "at_floor": True,
        "currency": "USD",
    }
    _, out, _ = clearmix(*asked)
    assert out.splitlines()[-1].split("  ")[0] == "mechanical, at the floor"
    uncapped = as_json(*asked, "--cap", "none", "--floor", "0")
    assert uncapped["all_in_micro"] == 18_340_000_000_000
    assert not uncapped["at_floor"]


def test_copies_are_owed_by_the_minute_beyond_five(clearmix) -> None:
    code, out, _ = clearmix("royalties", "copies", "500", "--year", "2010", "--length", "6:38")
    assert (code, out.strip()) == (0, "61.25 USD")
    _, out, _ = clearmix(
        "royalties", "copies", "10", "--year", "1999", "--length", "4:00", "--percent", "75"
    )
    assert out.strip() == "0.5325 USD"


def test_a_length_that_is_none_is_refused(clearmix) -> None:
    code, _, err = clearmix("royalties", "copies", "1", "--year", "2024", "--length", "3:75")
    assert code == 1
    assert "`3:75` is not a length" in err and "such as 6:38" in err
