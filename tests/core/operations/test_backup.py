"""A backup holds all of one moment, comes back whole or not at all, and writes over nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from clearmix.errors import StorageError
from clearmix.kernel import Kernel
from clearmix.settings import Settings
from clearmix.storage.tables.catalogue import PartyRow
from clearmix.storage.tables.clearance import DecisionRow
from clearmix.storage.tables.rendering import RenderRow

ID = "0123456789abcdef"


@pytest.fixture
def backup(market: Kernel, publish: Callable[..., str], tmp_path: Path) -> Path:
    """A backup of the market with one render."""
    publish("mia", ID)
    with market.database.session(write=True) as session:
        # Sorted by its id, the child comes before its parent.
        session.add(PartyRow(id="zenith", kind="group", name="Zenith"))
        session.flush()
        session.add(PartyRow(id="acorn", kind="label", name="Acorn", parent="zenith"))
    market.delivery.play("open-road", "mia", address="192.0.2.1")  # makes the signing key
    market.operations.backup(tmp_path / "backup")
    return tmp_path / "backup"


@pytest.fixture
def elsewhere(tmp_path: Path, database_url: str) -> Iterator[Kernel]:
    """A kernel on a new home, with an empty database of each kind."""
    settings = Settings.from_environment(
        {"CLEARMIX_HOME": str(tmp_path / "new"), "CLEARMIX_DATABASE_URL": database_url}
    )
    kernel = Kernel(replace(settings, generator="idle"))
    yield kernel
    kernel.database.close()


def test_what_comes_back_is_what_was_kept_on_either_database(
    market: Kernel, backup: Path, elsewhere: Kernel, tmp_path: Path
) -> None:
    restored = elsewhere.operations.restore(backup)
    again = elsewhere.operations.backup(tmp_path / "again")

    was, now = (json.loads((at / "manifest.json").read_text()) for at in (backup, again.path))
    assert now["tables"] == was["tables"]
    assert now["files"] == was["files"]
    assert (restored.rows, restored.files) == (again.rows, again.files)
    render = elsewhere.rendering.render(ID)
    assert elsewhere.store.local_path(render.audio_key).read_bytes()
    assert elsewhere.clearance.log.verify().broken is None
    assert (elsewhere.settings.keys / "signing.key").read_bytes() == (
        market.settings.keys / "signing.key"
    ).read_bytes()


def test_rows_that_come_after_have_numbers_of_their_own(backup: Path, elsewhere: Kernel) -> None:
    elsewhere.operations.restore(backup)
    with elsewhere.database.session() as session:
        last = max(session.exec(select(DecisionRow.number)))

    cleared = elsewhere.decide(elsewhere.rendering.render(ID).spec, "mia", generator="studio")

    assert cleared.number > last


def test_a_backup_needs_no_pause_and_holds_one_moment(market: Kernel, tmp_path: Path) -> None:
    done = threading.Event()

    def go_on_writing() -> None:
        number = 0
        while not done.is_set():
            with market.database.session(write=True) as session:
                session.add(PartyRow(id=f"a{number}", kind="label", name="first"))
                session.flush()
                session.add(PartyRow(id=f"b{number}", kind="label", name="second"))
            number += 1

    writer = threading.Thread(target=go_on_writing)
    writer.start()
    try:
        made = [market.operations.backup(tmp_path / f"b{number}") for number in range(4)]
    finally:
        done.set()
        writer.join()
    for one in made:
        lines = (one.path / "tables" / "party.jsonl").read_text().splitlines()
        names = [json.loads(line)["name"] for line in lines]
        assert names.count("first") == names.count("second")


@pytest.mark.parametrize("spoilt", ["tables/party.jsonl", "store", "manifest.json"])
def test_a_backup_that_is_not_whole_is_refused_and_nothing_is_restored(
    backup: Path, elsewhere: Kernel, spoilt: str
) -> None:
    path = backup / spoilt
    if path.is_dir():
        path = next(one for one in path.rglob("*") if one.is_file())
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])

    with pytest.raises(StorageError, match=r"not whole|can be read"):
        elsewhere.operations.restore(backup)

    assert list(elsewhere.store.all_keys()) == []
    with elsewhere.database.session() as session:
        assert session.exec(select(PartyRow)).all() == []


def test_nothing_is_written_over(market: Kernel, backup: Path, elsewhere: Kernel) -> None:
    with pytest.raises(StorageError, match="writes over nothing") as caught:
        market.operations.backup(backup)
    assert caught.value.place == str(backup)
    with pytest.raises(StorageError, match="the database is not empty"):
        market.operations.restore(backup)
    elsewhere.settings.keys.mkdir(parents=True)
    (elsewhere.settings.keys / "signing.key").write_bytes(b"another")
    with pytest.raises(StorageError, match=r"`signing\.key` is here already"):
        elsewhere.operations.restore(backup)
    assert (elsewhere.settings.keys / "signing.key").read_bytes() == b"another"


def test_only_its_owner_can_read_the_keys_in_it(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    assert (backup / "home" / "keys" / "signing.key").stat().st_mode & 0o077 == 0


def test_only_its_owner_can_read_the_keys_that_come_back(
    market: Kernel, elsewhere: Kernel, tmp_path: Path
) -> None:
    deep = market.settings.keys / "a" / "signer"
    deep.mkdir(parents=True)
    (deep / "key.pem").write_bytes(b"secret")
    market.operations.backup(tmp_path / "kept")

    elsewhere.operations.restore(tmp_path / "kept")

    keys = elsewhere.settings.keys
    assert (keys / "a" / "signer" / "key.pem").read_bytes() == b"secret"
    assert not [one for one in (keys, *keys.rglob("*")) if one.stat().st_mode & 0o077]


def test_a_sound_that_is_missing_or_was_changed_is_named_and_no_folder_stays(
    market: Kernel, publish: Callable[..., str], tmp_path: Path
) -> None:
    publish("mia", ID)
    with market.database.session() as session:
        key = session.exec(select(RenderRow.audio_key)).one()
    path = market.store.local_path(key)
    content = path.read_bytes()
    path.write_bytes(content + b"!")
    with pytest.raises(StorageError, match="is not what was put into the store"):
        market.operations.backup(tmp_path / "backup")
    path.unlink()
    with pytest.raises(StorageError, match="is not in the store"):
        market.operations.backup(tmp_path / "backup")
    assert [one.name for one in tmp_path.glob("*backup*")] == []
