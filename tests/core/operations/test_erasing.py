"""An erased listener is nobody any more, and every amount stays as it was, to the same hash."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st
from sqlmodel import select

from clearmix.errors import CatalogueError, NoStreamError
from clearmix.kernel import Kernel
from clearmix.operations import Operations
from clearmix.operations.backup import MANIFEST, Backups
from clearmix.operations.retention import read_retention
from clearmix.rendering.renditions import Rendition
from clearmix.royalties.events import Play
from clearmix.settings import Settings
from clearmix.storage.tables.access import RepeatRow, TokenRow
from clearmix.storage.tables.catalogue import ListenerRow, LoginRow
from clearmix.storage.tables.delivery import ListeningRow
from clearmix.storage.tables.rendering import RenderRow
from clearmix.storage.tables.royalties import LedgerEntryRow, LedgerLineRow

ID = "0123456789abcdef"

RATES = {
    "currency": "GBP",
    "add_on_fee_micro": 5_000_001,
    "revenue_share_bps": 7_000,
    "per_generation_fee_micro": 20_000,
}


LAST_MONTH = datetime.now(UTC).replace(day=1, hour=12) - timedelta(days=10)

REMIX = {
    "id": "remix",
    "sources": ["open-road"],
    "kind": "remix",
    "maker": "mia",
    "made_at": (LAST_MONTH - timedelta(days=1)).isoformat(),
}
"""What the add-on's money is divided by: a render of before the plays."""


@dataclass(frozen=True)
class Heard:
    """What a player reports."""

    id: str
    item: str
    listener: str
    seconds: float
    played_at: datetime
    fraud: bool = False


def kept_texts(kernel: Kernel, tmp_path: Path) -> str:
    """Every row of the database as text."""
    made = Backups(kernel.database, kernel.store, kernel.settings).make(
        tmp_path / "looked-at", lambda fraction, message: None
    )
    return "".join(path.read_text() for path in (made.path / "tables").iterdir())


def test_nothing_says_who_it_was_and_nothing_of_theirs_is_streamed(
    market: Kernel, publish: Callable[..., str], tmp_path: Path
) -> None:
    with market.database.session(write=True) as session:
        row = session.get(ListenerRow, "mia")
        row.name = "Mia Wallace-Throckmorton"
        session.add(row)
    publish("mia", ID)
    market.store.put(market.store.local_path(market.rendering.render(ID).audio_key), "renders")
    key = market.rendering.render(ID).audio_key
    thread = market.conversations.begin("mia")
    market.delivery.play("open-road", "mia", address="192.0.2.1")
    secret, _ = market.tokens.create("mia", name="Throckmorton's laptop")
    market.repeats.begin("mia", "key", "what was asked")

    erased = market.operations.erase("mia")

    assert (erased.listener, erased.renders) == ("mia", 1)
    assert "Throckmorton" not in kept_texts(market, tmp_path)
    assert thread.id not in (tmp_path / "looked-at/tables/conversation.jsonl").read_text()
    with market.database.session() as session:
        assert session.get(LoginRow, "mia") is None
        for table in (ListeningRow, TokenRow, RepeatRow):
            assert session.exec(select(table)).all() == []
        assert session.get(RenderRow, ID).audio_key == ""
    assert key not in set(market.store.all_keys())
    assert market.catalogue.login("mia", "mia") is None
    assert market.tokens.caller(secret) is None
    with pytest.raises(CatalogueError, match="was erased"):
        market.catalogue.listener("mia")
    with pytest.raises(NoStreamError):
        market.delivery.play(ID, "mia")
    assert market.catalogue.listener("ben").id == "ben"


def test_erasing_again_changes_nothing_and_a_file_from_before_brings_nobody_back(
    market: Kernel, market_home: Path
) -> None:
    first = market.operations.erase("mia")

    again = market.operations.erase("mia")
    market.import_catalogue(market_home.parent / "catalogue.json")

    assert (again.at, again.renders) == (first.at, 0)
    assert market.catalogue.login("mia", "mia") is None
    with pytest.raises(CatalogueError, match="was erased"):
        market.catalogue.listener("mia")


def test_nobody_of_that_id_is_named(market: Kernel) -> None:
    with pytest.raises(CatalogueError, match="no listener `nobody`") as caught:
        market.operations.erase("nobody")
    assert caught.value.help


@pytest.fixture
def books(tmp_path: Path, market: Kernel) -> Iterator[Callable[[], Kernel]]:
    """Makes markets of their own, for one example each."""
    made: list[Kernel] = []
    market.operations.backup(tmp_path / "market")

    def make() -> Kernel:
        home = tmp_path / f"books-{len(made)}"
        made.append(Kernel(Settings.from_environment({"CLEARMIX_HOME": str(home)})))
        made[-1].operations.restore(tmp_path / "market")
        made[-1].royalties.import_rates(RATES)
        made[-1].royalties.import_renders([REMIX])
        return made[-1]

    yield make
    for kernel in made:
        kernel.database.close()


def money(kernel: Kernel) -> tuple[object, ...]:
    """All that is settled and booked, and whether every settlement replays to its hash."""
    with kernel.database.session() as session:
        entries = sorted(row.id for row in session.exec(select(LedgerEntryRow)))
        lines = sorted(
            (row.entry, row.account, row.debit_micro, row.credit_micro)
            for row in session.exec(select(LedgerLineRow))
        )
    settled = kernel.royalties.settlements()
    return (
        entries,
        lines,
        [one.hash for one in settled],
        [kernel.royalties.verify(one.hash).same for one in settled],
        [line for one in ("ada", "bo", "quill") for line in kernel.royalties.statement(one).lines],
    )


@given_settings(
    max_examples=3,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    plays=st.lists(
        st.tuples(
            st.sampled_from(("mia", "ben")),
            st.sampled_from(("remix", "dusky")),
            st.integers(30, 300),
        ),
        min_size=1,
        max_size=12,
    ),
    erased=st.sampled_from((("mia",), ("ben",), ("mia", "ben"))),
    settled_before=st.booleans(),
)
def test_the_ledger_and_the_settlements_are_the_same_whoever_is_erased(
    books: Callable[[], Kernel],
    plays: list[tuple[str, str, int]],
    erased: tuple[str, ...],
    settled_before: bool,
) -> None:
    """One house erases before the month is settled or after, another never does."""
    houses = [books(), books()]
    for house in houses:
        for number, (listener, item, seconds) in enumerate(plays):
            heard = Heard(f"play-{number}", item, listener, seconds, LAST_MONTH)
            assert isinstance(house.royalties.record(heard), Play)
    forgetting, remembering = houses
    period = f"{LAST_MONTH:%Y-%m}"
    remembering.royalties.settle(period, "user-centric")
    if settled_before:
        forgetting.royalties.settle(period, "user-centric")
    for listener in erased:
        forgetting.operations.erase(listener)
    if not settled_before:
        forgetting.royalties.settle(period, "user-centric")
    forgetting.operations.retain()

    assert json.dumps(money(forgetting), default=str) == json.dumps(money(remembering), default=str)


def test_who_was_erased_pays_for_no_later_month(market: Kernel) -> None:
    from clearmix.royalties.engine import engine
    from clearmix.royalties.inputs import lay_subscriptions
    from clearmix.royalties.period import Period
    from clearmix.royalties.rates import checked_rates

    market.operations.erase("mia")
    now = Period.of(datetime.now(UTC))
    rates = checked_rates(RATES)
    paying = []
    for period in (now, Period.of(now.end)):
        with engine() as working:
            lay_subscriptions(working, market.database, period, rates)
            rows = working.rows("SELECT listener_id FROM subscriptions ORDER BY 1")
            paying.append([id for (id,) in rows])

    assert paying == [["ben", "mia"], ["ben"]]


def test_what_is_kept_no_longer_is_said_first_and_taken_away_once(
    market: Kernel, publish: Callable[..., str]
) -> None:
    (market.settings.home / "retention.toml").write_text("private_renders_days = 2\n")
    publish("mia", ID)
    market.delivery.play("open-road", "mia")
    market.conversations.begin("mia")
    market.catalogue.source(["open-road"])
    later = later_on(market, days=400)

    would = later.retain(dry_run=True)
    done = later.retain()
    sound = later_on(market, days=440).retain()

    assert would == done
    assert (done.listenings, done.conversations, done.renders, done.files) == (1, 1, 1, 0)
    assert (sound.renders, sound.files) == (0, 1)
    assert (done.copies, sound.copies) == (1, 0)
    assert later_on(market, days=440).retain().files == 0
    assert market.rendering.find(ID) is None


def test_a_stream_and_its_manifest_are_backed_up_and_go_with_their_render(
    market: Kernel, publish: Callable[..., str], tmp_path: Path
) -> None:
    publish("mia", ID)
    keys = []
    for name in ("aac.mp4", "aac.c2pa"):
        (tmp_path / name).write_text(name)
        keys.append(market.store.put(tmp_path / name, "streams"))
    stream, manifest = keys
    made = Rendition("aac", stream, ((3, 0.0), (4, 1.0)), seal=manifest)
    with market.database.session(write=True) as session:
        session.add(made.row(market.rendering.render(ID).audio_key))

    backup = market.operations.backup(tmp_path / "backup").path
    market.operations.erase("mia")

    saved = json.loads((backup / MANIFEST).read_text())["files"]
    assert all(any(name.endswith(key) for name in saved) for key in keys)
    assert not set(keys) & set(market.store.all_keys())


def test_a_master_copy_that_another_render_has_stays(
    market: Kernel, publish: Callable[..., str]
) -> None:
    publish("mia", ID)
    publish("ben", "fedcba9876543210")

    market.operations.erase("mia")

    other = market.rendering.render("fedcba9876543210")
    assert market.store.local_path(other.audio_key).is_file()


def test_a_mistake_in_the_rules_is_named_with_its_file(market: Kernel) -> None:
    from clearmix.errors import StorageError

    (market.settings.home / "retention.toml").write_text("listenings_days = 1\n")
    with pytest.raises(StorageError, match="`listenings_days`") as caught:
        read_retention(market.settings.home)
    assert caught.value.place.endswith("retention.toml")


def later_on(kernel: Kernel, days: int) -> Operations:
    """The operations of a kernel, so many days from now."""
    return Operations(
        kernel.database,
        kernel.store,
        kernel.settings,
        clock=lambda: datetime.now(UTC) + timedelta(days=days),
    )
