"""The built-in formulas, each beside a second way of computing the same."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from clearmix import Period, RoyaltyFormula
from clearmix.kernel import Kernel
from clearmix.royalties.engine import EVENT_COLUMNS, Engine, engine
from clearmix.royalties.settling import RENDER_COLUMNS, SUBSCRIPTION_COLUMNS, reduce
from clearmix_royalties.per_generation import PerGeneration
from clearmix_royalties.pro_rata import ProRata
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
    hash(i + 5) % 50 = 0 AS fraud
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

PER_GENERATION = "SELECT 'generation', item_id, fee_micro * 1000000, 1 FROM renders"


@pytest.fixture(scope="module")
def generated() -> Iterator[Engine]:
    """Four thousand plays, forty subscribers with uneven fees, and thirty renders."""
    with engine() as working:
        working.sql.execute(GENERATED)
        working.create("history", EVENT_COLUMNS, [])
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
        (PerGeneration(), PER_GENERATION),
    ],
    ids=lambda value: getattr(value, "id", ""),
)
def test_a_formula_agrees_with_sql_written_by_hand(
    generated: Engine, formula: RoyaltyFormula, by_hand: str
) -> None:
    reduced = reduce(generated, formula, OCTOBER, "GBP")
    assert reduced.exponent == 6
    found = generated.rows("SELECT pool, item_id, value, units FROM reduced")
    expected = [(pool, item, int(value), n) for pool, item, value, n in generated.rows(by_hand)]
    assert Counter(found) == Counter(expected)
    assert len(found) > 20


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


def test_every_formula_has_an_identity_of_its_own() -> None:
    made = [identity(formula) for formula in (ProRata(), UserCentric(), PerGeneration())]
    assert len(set(made)) == len(made)
