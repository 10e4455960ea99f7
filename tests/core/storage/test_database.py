from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from clearmix.errors import ClearmixError, StorageError
from clearmix.storage.database import Database, metadata
from clearmix.storage.tables.catalogue import PartyRow, RecordingRow
from clearmix.storage.tables.clearance import ConsentRow


def test_a_fresh_database_has_every_table_and_upgrading_again_changes_nothing(database) -> None:
    database.upgrade()
    assert set(metadata().tables) <= set(sa.inspect(database.engine).get_table_names())


def test_a_write_is_kept_and_a_failed_one_is_not(database) -> None:
    with database.session(write=True) as session:
        session.add(PartyRow(id="ada", kind="artist", name="Ada"))
    with pytest.raises(ZeroDivisionError), database.session(write=True) as session:
        session.add(PartyRow(id="bo", kind="artist", name="Bo"))
        session.flush()
        raise ZeroDivisionError
    with database.session() as session:
        assert [row.id for row in session.exec(select(PartyRow))] == ["ada"]


def test_times_come_back_in_utc_and_naive_ones_are_refused(database) -> None:
    there = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=5)))
    with database.session(write=True) as session:
        session.add(ConsentRow(party="ada", answer="allow", kind="remix", recorded_at=there))
    with database.session() as session:
        (row,) = session.exec(select(ConsentRow))
    assert row.recorded_at == there
    assert row.recorded_at.tzinfo == UTC
    naive = ConsentRow(party="a", answer="allow", kind="any", recorded_at=datetime(2026, 1, 1))
    with (
        pytest.raises(sa.exc.StatementError, match="without a zone"),
        database.session(write=True) as session,
    ):
        session.add(naive)


def test_references_are_enforced(database) -> None:
    with pytest.raises(sa.exc.IntegrityError), database.session(write=True) as session:
        session.add(RecordingRow(id="a", title="A", label="nobody", seconds=1, audio_key="k"))


def test_two_writers_wait_for_each_other(database) -> None:
    def write(number: int) -> None:
        for count in range(20):
            with database.session(write=True) as session:
                known = len(session.exec(select(PartyRow)).all())
                session.add(PartyRow(id=f"p{number}-{count}", kind="artist", name=str(known)))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.session() as session:
        counted = sorted(int(row.name) for row in session.exec(select(PartyRow)))
    assert counted == list(range(60))


def test_a_url_that_is_no_database_is_named() -> None:
    with pytest.raises(StorageError) as caught:
        Database("nonsense").upgrade()
    assert "CLEARMIX_DATABASE_URL" in caught.value.help
    assert caught.value.place == "nonsense"


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "clearmix.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StorageError) as caught:
        Database(f"sqlite:///{path}").upgrade()
    assert "not a database" in caught.value.message
    assert "restore a backup" in caught.value.help


def test_a_snapshot_is_one_moment_and_reads_a_row_once(database) -> None:
    with database.session(write=True) as session:
        session.add(PartyRow(id="ada", kind="artist", name="Ada"))
    asked: list[str] = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *of: asked.append(of[2]))
    with database.snapshot():
        with database.session() as session:
            name = session.get(PartyRow, "ada").name
        writer = threading.Thread(target=_rename, args=(database, "Ada Wren"))
        writer.start()
        writer.join()
        with database.snapshot(), database.session() as session:
            assert session.get(PartyRow, "ada").name == name == "Ada"
        assert sum("FROM party" in one for one in asked) == 2, "the writer's, and ours once"
    with database.session() as session:
        assert session.get(PartyRow, "ada").name == "Ada Wren"


def test_a_snapshot_is_that_of_its_own_thread(database) -> None:
    with database.session(write=True) as session:
        session.add(PartyRow(id="ada", kind="artist", name="Ada"))
    with database.snapshot():
        with database.session() as session:
            assert session.get(PartyRow, "ada").name == "Ada"
        _rename(database, "Ada Wren")
        seen: list[str] = []
        reader = threading.Thread(target=lambda: seen.append(_name(database)))
        reader.start()
        reader.join()
        assert seen == ["Ada Wren"]
    assert _name(database) == "Ada Wren"


def test_many_writers_take_turns(database) -> None:
    with database.session(write=True) as session:
        session.add(PartyRow(id="ada", kind="artist", name=""))

    def add() -> None:
        for _ in range(5):
            with database.session(write=True) as session:
                row = session.get(PartyRow, "ada")
                row.name += "x"
                session.add(row)

    threads = [threading.Thread(target=add) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(_name(database)) == 60


def _rename(database: Database, name: str) -> None:
    with database.session(write=True) as session:
        row = session.get(PartyRow, "ada")
        row.name = name
        session.add(row)


def _name(database: Database) -> str:
    with database.session() as session:
        return str(session.get(PartyRow, "ada").name)


def test_a_text_that_the_database_cannot_hold_is_said_and_nothing_breaks(database) -> None:
    secret = "secret\0"
    try:
        with database.session() as session:
            found = session.get(PartyRow, secret)
        assert found is None  # SQLite holds it
    except ClearmixError as error:
        assert "cannot hold this" in error.message
        assert "secret" not in str(error)
    with database.session() as session:
        assert session.get(PartyRow, "secret") is None


def test_an_error_that_is_logged_shows_no_parameters(database) -> None:
    said = sa.text("SELECT * FROM no_such_table WHERE name = :name")

    with (
        pytest.raises((StorageError, sa.exc.ProgrammingError)) as caught,
        database.session() as one,
    ):
        one.connection().execute(said, {"name": "Secret Name"})

    assert "Secret Name" not in f"{caught.value} {caught.value.__cause__}"
