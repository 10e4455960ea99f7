"""The reduction on other engines gives the same hash to the last bit."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clearmix.contracts import RoyaltyFormula
from clearmix.errors import RoyaltyError
from clearmix.royalties import Royalties
from clearmix.royalties.digests import table_digest
from clearmix.royalties.elsewhere import engine_at
from clearmix.royalties.engine import EVENT_COLUMNS, Engine
from clearmix.royalties.finishing import round_items
from clearmix.royalties.period import Period
from clearmix.royalties.settling import (
    PLACE_COLUMNS,
    RENDER_COLUMNS,
    SUBSCRIPTION_COLUMNS,
    reduce,
)
from clearmix_royalties.artist_centric import ArtistCentric
from clearmix_royalties.per_generation import PerGeneration
from clearmix_royalties.pro_rata import ProRata
from clearmix_royalties.threshold import Threshold
from clearmix_royalties.user_centric import UserCentric

OCTOBER = Period("2026-10")
PLAYS = 20_000
FORMULAS: tuple[RoyaltyFormula, ...] = (
    ProRata(),
    UserCentric(),
    PerGeneration(),
    ArtistCentric(),
    Threshold(),
)


def lay(working: Engine) -> None:
    """Plays, subscribers and renders by lot, the same each time; some at the edge of the month."""
    lot = random.Random(26)
    start = datetime(2026, 10, 1) - timedelta(hours=2)
    plays = [
        {
            "event_id": f"e{number}",
            "item_id": f"i{lot.randrange(3000)}",
            "listener_id": f"l{lot.randrange(900)}",
            "played_at": start + timedelta(microseconds=lot.randrange(31 * 86_400_000_000)),
            "milliseconds": lot.randrange(90_000),
            "category": lot.choice(["original", "listener-remix"]),
            "territory": lot.choice(["GB", "DE"]),
            "tier": "plus",
            "offline": lot.random() < 0.1,
            "maker_id": lot.choice([None, f"l{lot.randrange(900)}"]),
            "fraud": lot.random() < 0.02,
        }
        for number in range(PLAYS)
    ]
    rows = [tuple(play.get(column) for column in EVENT_COLUMNS) for play in plays]
    working.create("events", EVENT_COLUMNS, rows)
    working.create("history", EVENT_COLUMNS, [])
    fees = [
        (pool, f"l{number}", lot.randrange(1, 2**45))
        for pool in ("add-on", "general")
        for number in range(900)
    ]
    working.create("subscriptions", SUBSCRIPTION_COLUMNS, fees)
    made = [(f"i{number}", "l1", start, "listener-remix", 20_000) for number in range(100)]
    working.create("renders", RENDER_COLUMNS, made)


def digests(url: str | None, scratch: Path) -> dict[str, list[Any]]:
    found = {}
    with engine_at(url, scratch) as working:
        lay(working)
        for formula in FORMULAS:
            reduced = reduce(working, formula, OCTOBER, "GBP", by_place=True)
            round_items(working, OCTOBER, 10**reduced.exponent)
            found[formula.id] = [
                reduced,
                table_digest(working, "reduced", ("pool", "item_id", "value", "units")),
                table_digest(working, "items", ("pool", "item_id", "units", "micro")),
                table_digest(working, "places", PLACE_COLUMNS),
            ]
    return found


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    return digests(None, tmp_path_factory.mktemp("here"))


def test_another_duckdb_gives_the_same_hashes(here: dict[str, list[Any]], tmp_path: Path) -> None:
    assert digests("duckdb://", tmp_path) == here
    assert not list(tmp_path.glob("elsewhere-*"))


# PySpark leaves the sockets of its gateway to the collector.
leaves_sockets = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


@pytest.mark.full
@leaves_sockets
def test_spark_gives_the_same_hashes(here: dict[str, list[Any]], tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason='needs `pip install "clearmix[spark]"`')
    assert digests("spark://local", tmp_path) == here


@pytest.mark.full
@leaves_sockets
def test_spark_raises_where_a_sum_does_not_fit(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason='needs `pip install "clearmix[spark]"`')
    with (
        pytest.raises(RoyaltyError, match="the engine at `spark://local` refused"),
        engine_at("spark://local", tmp_path) as working,
    ):
        working.create("large", {"n": "BIGINT"}, [(2**62,), (2**62,)])
        working.ask(working.table("large").n.sum())


@pytest.mark.postgres
def test_postgresql_gives_the_same_hashes(
    here: dict[str, list[Any]], new_postgres: Callable[[], str], tmp_path: Path
) -> None:
    assert digests(new_postgres(), tmp_path) == here


@pytest.mark.parametrize("url", ["nothing://here", "no address", "spark+x://"])
def test_an_engine_that_nobody_knows_is_refused_with_a_remedy(url: str, tmp_path: Path) -> None:
    with pytest.raises(RoyaltyError, match="cannot settle on") as caught, engine_at(url, tmp_path):
        pass
    assert "spark://HOST:PORT" in caught.value.help


def test_settling_elsewhere_gives_the_settlement_of_here(
    october_room: Royalties,
) -> None:
    there = october_room.settle("2026-10", "pro-rata", engine="duckdb://")
    again = october_room.verify(there.hash)
    assert again.same and again.replayed_hash == there.hash
