"""A small market: two labels, a publisher, four recordings, renders of them, and a rate card."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clearmix.catalogue import Catalogue
from clearmix.contracts import Analyzer, RoyaltyFormula
from clearmix.kernel import Kernel
from clearmix.royalties import Royalties
from clearmix.royalties.engine import Engine, engine
from clearmix.settings import Settings
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.catalogue import (
    ListenerRow,
    PartyRow,
    RecordingRow,
    ShareRow,
    WorkRow,
)

RATES = {
    "currency": "GBP",
    "add_on_fee_micro": 5_000_000,
    "revenue_share_bps": 7_000,
    "per_generation_fee_micro": 20_000,
}
"""Two subscribers at 5.00 GBP, of which 70 % are the rights-holders': a pool of 7.00 GBP."""

PARTIES = {
    "northlight": "label", "harbour": "label", "quayside": "publisher", "ada": "artist",
    "ben": "artist", "cleo": "writer", "max": "artist",
}  # fmt: skip

SHARES = (
    ("recording", "dawn", "northlight", "owner", 60),
    ("recording", "dawn", "ada", "featured artist", 40),
    ("recording", "tide", "harbour", "owner", 2),
    ("recording", "tide", "ben", "featured artist", 1),
    ("recording", "reel", "harbour", "owner", 1),
    ("work", "dawn-song", "cleo", "writer", 50),
    ("work", "dawn-song", "quayside", "publisher", 50),
    ("work", "tide-song", "cleo", "writer", 1),
)

COLUMNS = (
    "event_id", "item_id", "listener_id", "played_at", "seconds", "category", "territory", "tier",
    "offline", "maker_id", "fraud",
)  # fmt: skip


@pytest.fixture(scope="session")
def play() -> Callable[..., dict[str, Any]]:
    """Makes a play of October that counts, but for what is changed."""

    def make(event_id: str, item_id: str = "dawn-remix", **changes: Any) -> dict[str, Any]:
        return {
            "event_id": event_id,
            "item_id": item_id,
            "listener_id": "bo",
            "played_at": "2026-10-12T08:30:00Z",
            "seconds": 60,
            "category": "listener-remix",
            "territory": "GB",
            "tier": "premium",
            "offline": False,
            "maker_id": "ann",
            "fraud": False,
            **changes,
        }

    return make


@pytest.fixture
def write_plays(tmp_path: Path) -> Callable[..., Path]:
    """Writes plays as CSV."""

    return lambda rows, name="plays.csv": write_csv(tmp_path / name, rows)


def write_csv(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """A CSV file of plays."""
    with path.open("w", newline="") as opened:
        writer = csv.DictWriter(opened, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="session")
def logged() -> Callable[..., dict[str, Any]]:
    """Makes the terms of a render that Ann had made on the second of October."""

    def make(id: str, sources: list[str], **changes: Any) -> dict[str, Any]:
        return {
            "id": id,
            "sources": sources,
            "kind": "remix",
            "maker": "ann",
            "made_at": "2026-10-02T10:00:00Z",
            **changes,
        }

    return make


@dataclass(frozen=True)
class Market:
    """What the royalties room needs of the kernel."""

    database: Database
    store: Store
    settings: Settings
    catalogue: Catalogue
    formula: Callable[[str], RoyaltyFormula]

    def room(self, now: datetime, formula: RoyaltyFormula | None = None) -> Royalties:
        """The royalties room at a time, perhaps with a formula of its own."""
        return Royalties(
            self.database,
            self.store,
            self.settings,
            catalogue=self.catalogue,
            formula=(lambda _: formula) if formula else self.formula,
            clock=lambda: now,
        )


AFTERWARDS = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="session")
def market_kernel(
    tmp_path_factory: pytest.TempPathFactory, logged: Callable[..., dict[str, Any]]
) -> Kernel:
    """A kernel on the market; its home is copied for each test, and its plugins are shared."""
    home = tmp_path_factory.mktemp("market")
    kernel = Kernel(Settings.from_environment({"CLEARMIX_HOME": str(home)}))
    fill(kernel.database)
    kernel.royalties.import_renders(
        [
            logged("dawn-remix", ["dawn"]),
            logged("tide-remix", ["tide"]),
            logged("dawn-cover", ["dawn"], kind="cover"),
            logged("both", ["dawn", "tide"], kind="mashup"),
        ]
    )
    kernel.database.close()
    return kernel


@pytest.fixture(scope="session")
def closed_home(
    market_kernel: Kernel, tmp_path_factory: pytest.TempPathFactory, play: Callable[..., Any]
) -> tuple[Path, Path]:
    """Homes before and after October is settled pro-rata.

    Of its seven plays five count: two of a remix, one each of three other items.
    """
    before = tmp_path_factory.mktemp("before") / "home"
    market = copied(market_kernel, market_kernel.settings.home, before)
    room = market.room(AFTERWARDS)
    room.import_rates(RATES)
    rows = [
        play("e1"),
        play("e2", offline=True),
        play("e3", "tide-remix"),
        play("e4", "dawn-cover", category="listener-cover"),
        play("e5", "unheard-of"),
        play("e6", seconds=29),
        play("e7", listener_id="ann"),
    ]
    room.import_plays(write_csv(before / "october.csv", rows))
    market.database.close()
    after = tmp_path_factory.mktemp("after") / "home"
    market = copied(market_kernel, before, after)
    market.room(AFTERWARDS).settle("2026-10", "pro-rata")
    market.database.close()
    return before, after


def copied(kernel: Kernel, template: Path, home: Path) -> Market:
    """The market on a copy of a home."""
    shutil.copytree(template, home)
    settings = Settings.from_environment({"CLEARMIX_HOME": str(home)})
    database = Database(settings.database_url)
    store = Store(settings.store, cache=settings.home / "cache")

    def no_analyzer() -> Analyzer:
        raise AssertionError("royalties never analyse a recording")

    catalogue = Catalogue(database, store, analyzer=no_analyzer)
    return Market(database, store, settings, catalogue, kernel.formula)


@pytest.fixture
def market(market_kernel: Kernel, tmp_path: Path) -> Iterator[Market]:
    """Recordings `dawn`, `tide` and `reel` with shares, `bare` without any; renders of them.

    Of the listeners, Ann and Cy hold the add-on and Bo does not.
    """
    market = copied(market_kernel, market_kernel.settings.home, tmp_path / "home")
    yield market
    market.database.close()


@pytest.fixture
def royalties(market: Market) -> Royalties:
    """The royalties room of the market, with its rate card, after October."""
    room = market.room(AFTERWARDS)
    room.import_rates(RATES)
    return room


@pytest.fixture
def october(
    market_kernel: Kernel, closed_home: tuple[Path, Path], tmp_path: Path
) -> Iterator[Market]:
    """The market with the plays of October, not settled."""
    market = copied(market_kernel, closed_home[0], tmp_path / "home")
    yield market
    market.database.close()


@pytest.fixture
def closed(
    market_kernel: Kernel, closed_home: tuple[Path, Path], tmp_path: Path
) -> Iterator[Market]:
    """The market with October settled pro-rata."""
    market = copied(market_kernel, closed_home[1], tmp_path / "home")
    yield market
    market.database.close()


def fill(database: Database) -> None:
    """Writes the market's catalogue."""
    with database.session(write=True) as session:
        session.add_all(PartyRow(id=id, kind=kind, name=id.title()) for id, kind in PARTIES.items())
        session.add_all(
            [
                WorkRow(id="dawn-song", title="Dawn"),
                WorkRow(id="tide-song", title="Tide"),
                WorkRow(id="old-tune", title="Old Tune", public_domain=True),
            ]
        )
        session.flush()
        for id, artist, label, work in (
            ("dawn", "ada", "northlight", "dawn-song"),
            ("tide", "ben", "harbour", "tide-song"),
            ("bare", "ada", "northlight", None),
            ("reel", "ben", "harbour", "old-tune"),
        ):
            session.add(
                RecordingRow(
                    id=id,
                    title=id.title(),
                    artists=[artist],
                    performers=["max"] if id == "bare" else [],
                    label=label,
                    work=work,
                    seconds=90.0,
                    audio_key=f"masters/{id}.wav",
                )
            )
        session.flush()
        for side, subject, party, role, parts in SHARES:
            session.add(ShareRow(side=side, subject=subject, party=party, role=role, parts=parts))
        for id, add_ons in (("ann", ["remix"]), ("bo", []), ("cy", ["remix"])):
            session.add(
                ListenerRow(id=id, name=id.title(), tier="premium", add_ons=add_ons, territory="GB")
            )


@pytest.fixture(scope="module")
def working() -> Iterator[Engine]:
    """An engine whose tables a module's tests replace as they need."""
    with engine() as opened:
        yield opened


@pytest.fixture
def open_home(market_kernel: Kernel, tmp_path: Path) -> Iterator[Callable[[Path], Market]]:
    """Opens the market on a copy of a home."""
    opened: list[Market] = []

    def open_(template: Path) -> Market:
        opened.append(copied(market_kernel, template, tmp_path / f"opened-{len(opened)}"))
        return opened[-1]

    yield open_
    for market in opened:
        market.database.close()


@pytest.fixture
def october_room(october: Market) -> Royalties:
    """The room with seven plays of October, five of which count."""
    return october.room(AFTERWARDS)


@pytest.fixture
def closed_room(closed: Market) -> Royalties:
    """The room after October was settled pro-rata."""
    return closed.room(AFTERWARDS)
