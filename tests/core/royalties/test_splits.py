"""From an item to its payees, computed by hand, and the laws that hold for any terms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clearmix.errors import RoyaltyError
from clearmix.royalties import Royalties
from clearmix.royalties.parts import Part, of_side, with_floors
from clearmix.royalties.rates import Rates, default_side_weights
from clearmix.royalties.splits import Splits
from clearmix.royalties.terms import Floor, floors_of
from clearmix.royalties.works import Rights
from clearmix.storage.tables.catalogue import ShareRow

OCTOBER_1 = date(2026, 10, 1)

Logged = Callable[..., dict[str, Any]]


def shares(market: Any, item: str, rates: Rates | None = None) -> dict[tuple[str, str], Fraction]:
    """The share of each payee and side of an item."""
    weights = rates.side_weights if rates else default_side_weights
    parts = Splits(Rights(market.database, [item]), weights, OCTOBER_1).parts(item)
    found: dict[tuple[str, str], Fraction] = {}
    for part in parts:
        key = part.payee, part.side
        found[key] = found.get(key, Fraction(0)) + part.share
    assert sum(found.values()) == 1
    return found


def add(royalties: Royalties, terms: dict[str, Any]) -> str:
    """Logs a render and returns its id."""
    royalties.import_renders([terms])
    return str(terms["id"])


def owed(**floors: int) -> dict[str, Any]:
    """Duties with a royalty for each payee, in basis points."""
    return {
        "royalties": [
            {"payee": payee, "rate_bps": bps, "base": "revenue"} for payee, bps in floors.items()
        ]
    }


def test_a_remix_pays_both_sides_of_its_recording(market: Any) -> None:
    assert shares(market, "dawn-remix") == {
        ("northlight", "recording"): Fraction(3, 4) * Fraction(60, 100),
        ("ada", "recording"): Fraction(3, 4) * Fraction(40, 100),
        ("cleo", "work"): Fraction(1, 4) * Fraction(50, 100),
        ("quayside", "work"): Fraction(1, 4) * Fraction(50, 100),
    }


def test_a_cover_pays_the_composition_only(market: Any) -> None:
    assert shares(market, "dawn-cover") == {
        ("cleo", "work"): Fraction(1, 2),
        ("quayside", "work"): Fraction(1, 2),
    }


def test_an_original_is_split_as_the_recording_that_it_is(market: Any) -> None:
    assert shares(market, "dawn") == shares(market, "dawn-remix")


def test_the_two_sources_of_a_mashup_share_equally(market: Any) -> None:
    assert shares(market, "both") == {
        ("northlight", "recording"): Fraction(1, 2) * Fraction(3, 4) * Fraction(60, 100),
        ("ada", "recording"): Fraction(1, 2) * Fraction(3, 4) * Fraction(40, 100),
        ("harbour", "recording"): Fraction(1, 2) * Fraction(3, 4) * Fraction(2, 3),
        ("ben", "recording"): Fraction(1, 2) * Fraction(3, 4) * Fraction(1, 3),
        ("cleo", "work"): Fraction(1, 2) * Fraction(1, 4) * (Fraction(1, 2) + 1),
        ("quayside", "work"): Fraction(1, 2) * Fraction(1, 4) * Fraction(1, 2),
    }


def test_a_rate_card_weighs_the_sides(market: Any) -> None:
    rates = Rates.model_validate(
        {"currency": "GBP", "revenue_share_bps": 1, "sides": {"remix": {"work": 7_500}}}
    )
    found = shares(market, "dawn-remix", rates)
    assert found["cleo", "work"] == Fraction(1, 2) * Fraction(1, 2)


def test_a_remix_of_a_remix_inherits_its_sources(
    market: Any, royalties: Royalties, logged: Logged
) -> None:
    again = add(royalties, logged("again", ["both", "dawn"], kind="mashup"))
    found = shares(market, again)
    assert found["harbour", "recording"] == Fraction(1, 4) * Fraction(3, 4) * Fraction(2, 3)
    assert found["ada", "recording"] == (Fraction(1, 4) + Fraction(1, 2)) * Fraction(
        3, 4
    ) * Fraction(40, 100)


def test_a_remix_of_a_cover_uses_no_recording(
    market: Any, royalties: Royalties, logged: Logged
) -> None:
    item = add(royalties, logged("cover-remix", ["dawn-cover"]))
    assert shares(market, item) == shares(market, "dawn-cover")


def test_an_imitated_voice_is_paid_to_the_artist(
    market: Any, royalties: Royalties, logged: Logged
) -> None:
    item = add(royalties, logged("voiced", ["dawn"], kind="cover", voice_of="max"))
    assert shares(market, item) == {
        ("cleo", "work"): Fraction(10, 11) * Fraction(1, 2),
        ("quayside", "work"): Fraction(10, 11) * Fraction(1, 2),
        ("max", "likeness"): Fraction(1, 11),
    }


def test_a_recording_without_shares_falls_back_to_the_statute(market: Any) -> None:
    assert shares(market, "bare") == {
        ("northlight", "recording"): Fraction(3, 4) * Fraction(50, 100),
        ("ada", "recording"): Fraction(3, 4) * Fraction(45, 100),
        ("max", "recording"): Fraction(3, 4) * Fraction(5, 100),
        ("suspense:work:bare", "work"): Fraction(1, 4),
    }


def test_the_side_of_a_work_in_the_public_domain_falls_away(
    market: Any, royalties: Royalties, logged: Logged
) -> None:
    assert shares(market, "reel") == {("harbour", "recording"): Fraction(1)}
    cover = add(royalties, logged("reel-cover", ["reel"], kind="cover"))
    assert shares(market, cover) == {("suspense:work:reel", "none"): Fraction(1)}


def test_what_nobody_knows_is_held_in_suspense_by_name(
    market: Any, royalties: Royalties, logged: Logged
) -> None:
    assert shares(market, "nope") == {("suspense:item:nope", "none"): Fraction(1)}
    half = add(royalties, logged("half", ["dawn", "gone"], kind="mashup"))
    assert shares(market, half)["suspense:item:gone", "none"] == Fraction(1, 2)
    stranger = add(royalties, logged("stranger", ["dawn"], duties=owed(nobody=1_000)))
    assert shares(market, stranger)["suspense:party:nobody", "terms"] == Fraction(1, 10)


def test_an_item_that_refers_to_itself_ends_in_suspense(
    market: Any, royalties: Royalties, logged: Logged
) -> None:
    add(royalties, logged("snake", ["ladder"]))
    add(royalties, logged("ladder", ["snake"]))
    found = shares(market, "snake")
    assert {payee.partition(":")[0] for payee, _ in found} == {"suspense"}


def test_a_term_below_what_is_earned_changes_nothing(
    market: Any, royalties: Royalties, logged: Logged
) -> None:
    item = add(royalties, logged("kept", ["dawn"], duties=owed(northlight=4_500)))
    assert shares(market, item) == shares(market, "dawn-remix")


def test_a_term_raises_its_payee_and_reduces_the_others_in_proportion(
    market: Any, royalties: Royalties, logged: Logged
) -> None:
    item = add(royalties, logged("raised", ["dawn"], duties=owed(northlight=6_000)))
    before, after = shares(market, "dawn-remix"), shares(market, item)
    assert after["northlight", "recording"] == Fraction(60, 100)
    factor = Fraction(40, 100) / Fraction(55, 100)
    for payee in before.keys() - {("northlight", "recording")}:
        assert after[payee] == before[payee] * factor


def test_whom_a_term_pushes_below_a_term_is_raised_in_turn(
    market: Any, royalties: Royalties, logged: Logged
) -> None:
    item = add(royalties, logged("chain", ["dawn"], duties=owed(northlight=6_000, ada=2_900)))
    found = shares(market, item)
    assert found["northlight", "recording"] == Fraction(60, 100)
    assert found["ada", "recording"] == Fraction(29, 100)
    assert found["cleo", "work"] == found["quayside", "work"] == Fraction(11, 200)


def test_terms_above_the_whole_are_held_in_suspense_by_name(
    market: Any, royalties: Royalties, logged: Logged
) -> None:
    item = add(royalties, logged("greedy", ["dawn"], duties=owed(northlight=6_000, ada=4_001)))
    assert shares(market, item) == {("suspense:terms:greedy", "none"): Fraction(1)}


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 10**6), min_size=1),
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 5_000)),
)
def test_every_payee_gets_its_floor_and_all_get_the_whole(
    earned: dict[str, int], terms: dict[str, int]
) -> None:
    assume(sum(terms.values()) <= 10_000)
    whole = sum(earned.values())
    parts = [
        Part(payee, "work", "writer", "song", Fraction(n, whole), "") for payee, n in earned.items()
    ]
    floors = {payee: Floor(Fraction(bps, 10_000)) for payee, bps in terms.items()}
    after = {part.payee: part.share for part in with_floors(parts, floors)}
    assert sum(after.values()) == 1
    assert all(after.get(payee, Fraction(0)) >= floor.share for payee, floor in floors.items())
    untouched = [
        payee for payee in earned if payee not in floors or after[payee] != floors[payee].share
    ]
    ratios = {after[payee] / Fraction(earned[payee], whole) for payee in untouched}
    assert len(ratios) <= 1, "payees above their floors are reduced in the same proportion"
    assert all(ratio <= 1 for ratio in ratios)


@pytest.mark.parametrize("bps", [10_001, -1, 12.5, "15", None, True])
def test_a_rate_that_makes_no_sense_is_refused(bps: object) -> None:
    with pytest.raises(RoyaltyError, match="makes no sense"):
        floors_of({"royalties": [{"payee": "northlight", "rate_bps": bps}]}, "add-on")


def test_the_greater_of_two_terms_for_one_payee_holds() -> None:
    terms = [{"payee": "ada", "rate_bps": 500, "base": "revenue"}]
    terms += [{"payee": "ada", "rate_bps": 300, "base": "net-revenue"}]
    assert floors_of({"royalties": terms}, "add-on") == {"ada": Floor(Fraction(1, 20), "revenue")}


# --- bases, sides and days -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "add_on", "generation"),
    [
        ("net-pool", True, False),
        ("render-fee", False, True),
        ("item-earnings", True, True),
        ("revenue", True, True),
        ("net-revenue", True, True),
    ],
)
def test_a_rate_counts_in_the_pools_of_its_base(base: str, add_on: bool, generation: bool) -> None:
    terms = {"royalties": [{"payee": "northlight", "rate_bps": 1_500, "base": base}]}
    assert bool(floors_of(terms, "add-on")) == add_on
    assert bool(floors_of(terms, "add-on/recording")) == add_on
    assert bool(floors_of(terms, "generation")) == generation


def test_a_rate_of_a_base_that_nobody_knows_is_refused_by_name() -> None:
    terms = {"royalties": [{"payee": "northlight", "rate_bps": 1_500, "base": "gross"}]}
    with pytest.raises(RoyaltyError, match="a share of `gross` makes no sense") as caught:
        floors_of(terms, "add-on")
    assert "net-pool" in caught.value.help


def test_a_side_of_a_pool_pays_that_side_and_both_together_pay_as_the_whole() -> None:
    whole = [
        Part("label", "recording", "owner", "s", Fraction(60, 100), ""),
        Part("writer", "work", "writer", "s", Fraction(20, 100), ""),
        Part("voice", "likeness", "voice", "s", Fraction(20, 100), ""),
    ]
    recording = {part.payee: part.share for part in of_side(whole, "recording")}
    work = {part.payee: part.share for part in of_side(whole, "work")}
    assert recording == {"label": Fraction(4, 5), "voice": Fraction(1, 5)}
    assert work == {"writer": Fraction(4, 5), "voice": Fraction(1, 5)}
    # 75 % of the money on the one side and 25 % on the other is the split of the whole.
    together = {
        payee: recording.get(payee, 0) * Fraction(3, 4) + work.get(payee, 0) * Fraction(1, 4)
        for payee in ("label", "writer", "voice")
    }
    assert together == {part.payee: part.share for part in whole}


def test_an_item_without_a_side_takes_what_the_side_earned_with_all_its_parts(
    market: Any,
) -> None:
    splits = Splits(Rights(market.database, ["dawn-cover"]), default_side_weights, OCTOBER_1)
    assert splits.parts("dawn-cover", "add-on/recording") == splits.parts("dawn-cover")


def test_shares_hold_from_their_day_until_others_do(market: Any) -> None:
    with market.database.session(write=True) as session:
        session.add(
            ShareRow(side="recording", subject="dawn", party="ada", role="owner", parts=1,
                     valid_from=date(2026, 10, 15))
        )  # fmt: skip
    splits = Splits(Rights(market.database, ["dawn"]), default_side_weights, OCTOBER_1)
    before = {part.payee: part.share for part in splits.parts("dawn", on="2026-10-14")}
    after = {part.payee: part.share for part in splits.parts("dawn", on="2026-10-15")}
    assert before["northlight"] == Fraction(3, 4) * Fraction(60, 100)
    assert after["ada"] == Fraction(3, 4)
    assert "northlight" not in after
