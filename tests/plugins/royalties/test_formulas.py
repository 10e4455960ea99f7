"""The built-in formulas, each beside a second way of computing the same."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix import Period, RoyaltyFormula
from clearmix.kernel import Kernel
from clearmix.royalties.engine import Engine, engine
from clearmix.royalties.settling import RENDER_COLUMNS, SUBSCRIPTION_COLUMNS, reduce
from clearmix.testing import FormulaContract, Market
from clearmix_royalties import artist_centric, threshold
from clearmix_royalties.artist_centric import ArtistCentric
from clearmix_royalties.per_generation import PerGeneration
from clearmix_royalties.pro_rata import ProRata
from clearmix_royalties.threshold import Threshold
from clearmix_royalties.user_centric import UserCentric

OCTOBER = Period("2026-10")

GENERATED = """
CREATE TABLE events AS
SELECT 'event-' || i AS event_id, 'item-' || (hash(i) % 97) AS item_id,
    'listener-' || (hash(i + 1) % 41) AS listener_id,
    TIMESTAMP '2026-09-30' + to_seconds((hash(i + 2) % 2764800)::BIGINT) AS played_at,
    (hash(i + 3) % 90000)::BIGINT AS milliseconds,
    CASE WHEN hash(i) % 97 % 4 = 0 THEN 'original' ELSE 'listener-remix' END AS category,
    'GB' AS territory, 'plus' AS tier, false AS offline,
    CASE WHEN i % 3 = 0 THEN NULL ELSE 'listener-' || (hash(i + 4) % 41) END AS maker_id,
    hash(i + 5) % 50 = 0 AS fraud, hash(i + 6) % 4 = 0 AS sought
FROM range(4000) plays(i)
"""

ELIGIBLE = """
SELECT *, CASE WHEN category = 'original' THEN 'general' ELSE 'add-on' END AS pool FROM events
WHERE milliseconds >= 30000 AND NOT fraud AND (maker_id IS NULL OR maker_id <> listener_id)
    AND played_at >= TIMESTAMP '2026-10-01' AND played_at < TIMESTAMP '2026-11-01'
"""

PRO_RATA = f"""
WITH counted AS ({ELIGIBLE}),
paid AS (SELECT pool, sum(net_micro)::HUGEINT AS micro FROM subscriptions GROUP BY pool),
plays AS (SELECT pool, count(*) AS plays FROM counted GROUP BY pool)
SELECT pool, item_id, count(*) * any_value(micro * 1000000 // plays), count(*)
FROM counted JOIN paid USING (pool) JOIN plays USING (pool) GROUP BY pool, item_id
"""

USER_CENTRIC = f"""
WITH counted AS ({ELIGIBLE}),
plays AS (SELECT pool, listener_id, count(*) AS plays FROM counted GROUP BY pool, listener_id)
SELECT pool, item_id, sum(net_micro::HUGEINT * 1000000 // plays), count(*)
FROM counted JOIN plays USING (pool, listener_id) JOIN subscriptions USING (pool, listener_id)
GROUP BY pool, item_id
"""

ARTIST_CENTRIC = f"""
WITH counted AS ({ELIGIBLE}),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY listener_id ORDER BY played_at, event_id) AS place
    FROM counted
), professional AS (
    SELECT artist_id FROM counted JOIN catalogue USING (item_id) WHERE artist_id <> ''
    GROUP BY artist_id
    HAVING count(*) >= {{streams}} AND count(DISTINCT listener_id) >= {{listeners}}
), weighed AS (
    SELECT pool, item_id, (CASE WHEN sought THEN 2 ELSE 1 END) * (CASE WHEN item_id IN (
        SELECT item_id FROM catalogue JOIN professional USING (artist_id)
    ) THEN 2 ELSE 1 END) AS weight
    FROM placed WHERE place <= {{most}}
), paid AS (SELECT pool, sum(net_micro)::HUGEINT AS micro FROM subscriptions GROUP BY pool),
sums AS (SELECT pool, sum(weight) AS weights FROM weighed GROUP BY pool)
SELECT pool, item_id, sum(micro * 1000000 * weight // weights), count(*)
FROM weighed JOIN paid USING (pool) JOIN sums USING (pool) GROUP BY pool, item_id
"""

THRESHOLD = f"""
WITH counted AS ({ELIGIBLE}),
heard AS (
    SELECT item_id FROM counted UNION ALL
    SELECT item_id FROM history WHERE milliseconds >= 30000 AND NOT fraud
        AND played_at >= TIMESTAMP '2025-11-01'
), popular AS (SELECT item_id FROM heard GROUP BY item_id HAVING count(*) >= {{streams}}),
paid AS (SELECT pool, sum(net_micro)::HUGEINT AS micro FROM subscriptions GROUP BY pool),
sides AS (
    SELECT pool, pool || '/recording' AS part, micro * 75 // 100 AS amount FROM paid UNION ALL
    SELECT pool, pool || '/work', micro - micro * 75 // 100 FROM paid
), claimed AS (
    SELECT part, item_id, amount FROM counted JOIN sides USING (pool)
    WHERE part LIKE '%/work' OR item_id IN (FROM popular)
), plays AS (SELECT part, count(*) AS plays FROM claimed GROUP BY part)
SELECT part, item_id, sum(amount * 1000000 // plays), count(*)
FROM claimed JOIN plays USING (part) GROUP BY part, item_id
"""

PER_GENERATION = "SELECT 'generation', item_id, fee_micro * 1000000, 1 FROM renders"


BY_HAND: dict[str, tuple[RoyaltyFormula, str]] = {
    "pro-rata": (ProRata(), PRO_RATA),
    "user-centric": (UserCentric(), USER_CENTRIC),
    "artist-centric": (
        ArtistCentric(), ARTIST_CENTRIC.format(streams=1_000, listeners=500, most=1_000)
    ),
    "threshold": (Threshold(), THRESHOLD.format(streams=1_000)),
    "per-generation": (PerGeneration(), PER_GENERATION),
}  # fmt: skip
"""Each built-in formula beside a second implementation in plain SQL, with its published limits."""


@pytest.fixture(scope="module")
def generated() -> Iterator[Engine]:
    """Four thousand plays, forty subscribers with uneven fees, and thirty renders."""
    with engine() as working:
        working.sql.execute(GENERATED)
        working.sql.execute(
            "CREATE TABLE history AS SELECT * REPLACE ('past-' || event_id AS event_id, "
            "played_at - INTERVAL 1 YEAR AS played_at) FROM events"
        )
        working.sql.execute(
            "CREATE TABLE catalogue AS SELECT DISTINCT item_id, item_id AS track_id, "
            "'artist-' || (hash(item_id) % 9) AS artist_id FROM events"
        )
        working.create(
            "subscriptions",
            SUBSCRIPTION_COLUMNS,
            [
                (pool, f"listener-{n}", 2_234_400 + 7 * n)
                for n in range(40)
                for pool in ("add-on", "general")
            ],
        )
        made = datetime(2026, 10, 3)
        working.create(
            "renders",
            RENDER_COLUMNS,
            [(f"item-{n}", "listener-1", made, "listener-remix", 50_000 + n) for n in range(30)],
        )
        yield working


@pytest.mark.parametrize(
    ("formula", "by_hand"),
    [
        (ProRata(), PRO_RATA),
        (UserCentric(), USER_CENTRIC),
        (ArtistCentric(), ARTIST_CENTRIC.format(streams=300, listeners=38, most=60)),
        (Threshold(), THRESHOLD.format(streams=40)),
        (PerGeneration(), PER_GENERATION),
    ],
    ids=lambda value: getattr(value, "id", ""),
)
def test_a_formula_agrees_with_sql_written_by_hand(
    generated: Engine, formula: RoyaltyFormula, by_hand: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Limits that some of these four thousand plays reach and others do not.
    monkeypatch.setattr(artist_centric, "STREAMS", 300)
    monkeypatch.setattr(artist_centric, "LISTENERS", 38)
    monkeypatch.setattr(artist_centric, "MOST_STREAMS", 60)
    monkeypatch.setattr(threshold, "STREAMS", 40)
    reduced = reduce(generated, formula, OCTOBER, "GBP")
    assert reduced.exponent == 6
    found = generated.rows("SELECT pool, item_id, value, units FROM reduced")
    expected = [(pool, item, int(value), n) for pool, item, value, n in generated.rows(by_hand)]
    assert Counter(found) == Counter(expected)
    assert len(found) > 20


@settings(max_examples=4, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), chosen=st.sampled_from(sorted(BY_HAND)))
def test_a_formula_agrees_with_sql_on_any_market(seed: int, chosen: str) -> None:
    formula, by_hand = BY_HAND[chosen]
    with Market.generated(seed, plays=80).laid() as working:
        reduce(working, formula, OCTOBER, "GBP")
        found = working.rows("SELECT pool, item_id, value, units FROM reduced")
        expected = working.rows(by_hand)
    assert Counter(found) == Counter((pool, item, int(v), n) for pool, item, v, n in expected)


def test_the_plugin_hands_over_its_formulas_by_id(kernel: Kernel) -> None:
    assert {"pro-rata", "user-centric", "per-generation"} <= set(kernel.formulas)
    for formula in kernel.formulas.values():
        assert isinstance(formula, RoyaltyFormula)


def test_importing_the_plugin_and_asking_for_its_formulas_loads_no_engine() -> None:
    script = (
        "import sys, clearmix_royalties as p, clearmix.royalties, clearmix;"
        "p.provide_formulas(settings=None); clearmix.Context; clearmix.Period;"
        "print([m for m in ('ibis', 'duckdb', 'pyarrow', 'pandas', 'sqlmodel', 'numpy')"
        " if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stdout + run.stderr


def identity(formula: Any) -> tuple[str, str]:
    return formula.id, formula.version


BUILT_IN = (ProRata(), UserCentric(), ArtistCentric(), Threshold(), PerGeneration())

THOROUGH = (ArtistCentric, Threshold)
"""Put to the contract on every run; the full run does it with all of them."""


@pytest.mark.parametrize(
    "built_in",
    [
        pytest.param(one, id=one.id, marks=() if type(one) in THOROUGH else pytest.mark.full)
        for one in BUILT_IN
    ],
)
class TestBuiltInFormulas(FormulaContract):
    @pytest.fixture
    def formula(self, built_in: RoyaltyFormula) -> RoyaltyFormula:
        return built_in

    @pytest.fixture
    def market(self, monkeypatch: pytest.MonkeyPatch) -> Market:
        monkeypatch.setattr(artist_centric, "STREAMS", 60)
        monkeypatch.setattr(artist_centric, "LISTENERS", 15)
        monkeypatch.setattr(artist_centric, "MOST_STREAMS", 18)
        monkeypatch.setattr(threshold, "STREAMS", 20)
        return Market.generated()


# --- published examples --------------------------------------------------------------------------


def heard(item: str, times: int = 1, listener: str = "bo", **changes: Any) -> dict[str, Any]:
    """Plays of an item by a listener."""
    return {"item_id": item, "times": times, "listener_id": listener, **changes}


TWO_AT_TEN = {"ann": 10_000_000, "bo": 10_000_000}


def test_two_listeners_divide_a_month_pro_rata_or_each_their_own() -> None:
    # One hears artist A 80 times, the other artist B 20 times; each pays 10.
    plays = [heard("a", 80, "ann"), heard("b", 20, "bo")]
    market = Market(plays, TWO_AT_TEN)
    assert market.earnings(ProRata()) == {"a": 16_000_000, "b": 4_000_000}
    assert market.earnings(UserCentric()) == {"a": 10_000_000, "b": 10_000_000}


def test_a_recording_below_a_thousand_streams_earns_for_its_composition_only() -> None:
    market = Market([heard("hit", 1_000), heard("rare", 999)], {"bo": 1_999_000_000})
    # Of 1,999 the recordings' 75 % go to the hit alone; the works' 25 % are divided by plays.
    assert market.earnings(Threshold()) == {
        "hit": 1_499_250_000 + 250_000_000,
        "rare": 249_750_000,
    }


def test_streams_of_the_last_twelve_months_count_towards_the_threshold() -> None:
    past = [
        heard("rare", 1, played_at=datetime(2025, 11, 1)),
        heard("rare", 9, played_at=datetime(2025, 10, 31)),
    ]
    plays = [heard("hit", 1_000), heard("rare", 999)]
    market = Market(plays, {"bo": 1_999_000_000}, history=past)
    assert market.earnings(Threshold()) == {"hit": 1_000_000_000, "rare": 999_000_000}


def test_a_professional_artist_counts_double_and_double_again_if_sought() -> None:
    fans = [heard("star", 2, f"fan-{n}") for n in range(500)]
    plays = [*fans, heard("star", 1, "max", sought=True), heard("new", 1, "cy"),
             heard("new", 1, "di", sought=True)]  # fmt: skip
    market = Market(plays, {"max": 2_007_000_000}, artists={"star": "s", "new": "n"})
    # 1,000 x 2 + 1 x 4 for the star, 1 + 2 for the newcomer.
    assert market.earnings(ArtistCentric()) == {"star": 2_004_000_000, "new": 3_000_000}


def test_an_artist_of_499_listeners_is_not_professional() -> None:
    fans = [heard("star", 3, f"fan-{n}") for n in range(499)]
    market = Market([*fans, heard("new", 3)], {"bo": 1_500_000_000}, artists={"star": "s"})
    assert market.earnings(ArtistCentric()) == {"star": 1_497_000_000, "new": 3_000_000}


def test_a_listener_s_plays_beyond_a_thousand_weigh_nothing() -> None:
    market = Market([heard("loop", 5_000, "bot"), heard("song", 1_000, "ann")], {"ann": 2_000_000})
    assert market.earnings(ArtistCentric()) == {"loop": 1_000_000, "song": 1_000_000}


def test_every_formula_has_an_identity_of_its_own() -> None:
    made = [identity(formula) for formula in BUILT_IN]
    assert len(set(made)) == len(made)
