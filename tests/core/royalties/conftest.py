"""A small market: two labels, a publisher, four recordings, renders of them, and a rate card."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clearmix.contracts import RoyaltyFormula
from clearmix.kernel import Kernel
from clearmix.royalties import Royalties
from clearmix.royalties.engine import Engine, engine
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

    def write(rows: Iterable[dict[str, Any]], name: str = "plays.csv") -> Path:
        path = tmp_path / name
        with path.open("w", newline="") as opened:
            writer = csv.DictWriter(opened, COLUMNS, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


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


@pytest.fixture
def market(kernel: Kernel, logged: Callable[..., dict[str, Any]]) -> Kernel:
    """Recordings `dawn`, `tide` and `reel` with shares, `bare` without any; renders of them.

    Of the listeners, Ann and Cy hold the add-on and Bo does not.
    """
    with kernel.database.session(write=True) as session:
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
    kernel.royalties.import_renders(
        [
            logged("dawn-remix", ["dawn"]),
            logged("tide-remix", ["tide"]),
            logged("dawn-cover", ["dawn"], kind="cover"),
            logged("both", ["dawn", "tide"], kind="mashup"),
        ]
    )
    return kernel


@pytest.fixture
def room_at(market: Kernel) -> Callable[..., Royalties]:
    """Makes the royalties room of the market at a time, perhaps with a formula of its own."""

    def make(now: datetime, formula: RoyaltyFormula | None = None) -> Royalties:
        return Royalties(
            market.database,
            market.store,
            market.settings,
            catalogue=market.catalogue,
            formula=(lambda _: formula) if formula else market.formula,
            clock=lambda: now,
        )

    return make


@pytest.fixture
def royalties(room_at: Callable[..., Royalties]) -> Royalties:
    """The royalties room of the market, with its rate card, after October."""
    room = room_at(datetime(2026, 11, 23, tzinfo=UTC))
    room.import_rates(RATES)
    return room


@pytest.fixture(scope="module")
def working() -> Iterator[Engine]:
    """An engine whose tables a module's tests replace as they need."""
    with engine() as opened:
        yield opened
