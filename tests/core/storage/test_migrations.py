from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from clearmix.clearance.versions import PolicyVersions
from clearmix.errors import StorageError
from clearmix.storage import migrations
from clearmix.storage.database import Database, metadata
from clearmix.storage.tables.delivery import WaveformRow


@pytest.fixture
def database(empty_database_url: str):
    database = Database(empty_database_url)
    yield database
    database.close()


def test_rows_of_every_revision_come_through_all_others_up_and_down(database: Database) -> None:
    """Each table is filled as soon as it is there; then nothing is lost on the way up or down."""
    revisions = [one.revision for one in reversed(list(_script().walk_revisions()))]
    for revision in revisions:
        before = _counts(database)
        _migrate(database, revision)
        after = _counts(database)
        lost = {name for name, rows in before.items() if after.get(RENAMED.get(name, name)) != rows}
        assert lost <= DERIVED, (revision, lost)
        _fill(database)
    _require_as_the_code_knows_it(database)
    for revision in reversed(revisions[:-1]):
        before = _counts(database)
        _migrate(database, revision)
        after = _counts(database)
        lost = {name for name in after if name in before and after[name] != before[name]}
        assert lost <= DERIVED, (revision, lost)
    database.upgrade()
    _require_as_the_code_knows_it(database)
    _migrate(database, "base")
    assert _counts(database) == {}


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(database: Database) -> None:
    database.upgrade()
    _require_as_the_code_knows_it(database)


def test_the_head_that_the_code_names_is_the_newest_script() -> None:
    assert _script().get_current_head() == migrations.HEAD


def test_a_database_of_a_newer_version_is_refused_with_a_remedy(database: Database) -> None:
    database.upgrade()
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError) as caught:
        database.upgrade()
    assert "does not know" in caught.value.message
    assert "update clearmix" in caught.value.help


def test_when_policies_came_and_went_is_kept_as_events(database: Database) -> None:
    _migrate(database, "0001")
    with database.engine.begin() as connection:
        for sha256, withdrawn in (("a" * 64, None), ("b" * 64, "2026-02-01 00:00:00.000000")):
            connection.execute(
                sa.text(
                    "INSERT INTO policy (sha256, name, text, first_seen_at, withdrawn_at) "
                    "VALUES (:sha, 'p.rights', 'policy', '2026-01-01 00:00:00.000000', :gone)"
                ),
                {"sha": sha256, "gone": withdrawn},
            )
    database.upgrade()
    versions = PolicyVersions(database)
    known = {
        month: sorted(one.name for one in versions.known_at(datetime(2026, month, 15, tzinfo=UTC)))
        for month in (1, 2)
    }
    assert known == {1: ["p.rights", "p.rights"], 2: ["p.rights"]}
    assert versions.known_at(datetime(2025, 12, 31, tzinfo=UTC)) == ()
    _migrate(database, "0001")
    with database.engine.begin() as connection:
        rows = connection.execute(sa.text("SELECT withdrawn_at FROM policy ORDER BY sha256")).all()
    assert [str(row[0])[:19] for row in rows] == ["None", "2026-02-01 00:00:00"]


def test_waveforms_stay_when_their_table_gets_its_new_name(database: Database) -> None:
    _migrate(database, "0002")
    with database.engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO stream_copy (audio_key, stream_key, waveform) "
                "VALUES ('masters/a.wav', 'streams/a.m4a', '[1, 2]')"
            )
        )
    database.upgrade()
    with database.session() as session:
        row = session.get(WaveformRow, "masters/a.wav")
    assert row is not None
    assert row.waveform == [1, 2]
    _migrate(database, "0002")
    with database.engine.begin() as connection:
        assert connection.execute(sa.text("SELECT * FROM stream_copy")).all() == []


RENAMED = {"stream_copy": "waveform"}
"""Tables that have another name later."""

DERIVED = {"stream_copy", "policy_event", "waveform"}
"""Tables of what is made again from others, or that a migration fills itself."""


def _fill(database: Database) -> None:
    """Gives a row to every table that has none, whatever the schema is at the moment."""
    schema = sa.MetaData()
    with database.engine.execution_options(clearmix_write=True).begin() as connection:
        schema.reflect(connection)
        for table in schema.sorted_tables:
            if table.name == "alembic_version" or connection.execute(sa.select(table)).first():
                continue
            row = {
                column.name: _value(connection, column)
                for column in table.columns
                if not (column.primary_key and isinstance(column.type, sa.Integer))
                or column.foreign_keys
                or len(table.primary_key.columns) > 1
            }
            connection.execute(table.insert().values(**row))


def _value(connection: sa.Connection, column: sa.Column[Any]) -> object:
    """What fits a column: the key of a row that it refers to, or something of its type."""
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return connection.execute(sa.select(key.column)).scalar()
    kinds: tuple[tuple[type[Any], object], ...] = (
        (sa.Boolean, False),
        (sa.DateTime, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (sa.Date, date(2026, 1, 2)),
        (sa.Float, 1.5),
        (sa.Integer, 7),
        (sa.JSON, []),
        (sa.LargeBinary, b"bytes"),
    )
    for kind, value in kinds:
        if isinstance(column.type, kind):
            return value
    return f"{column.table.name}-{column.name}"


def _counts(database: Database) -> dict[str, int]:
    schema = sa.MetaData()
    with database.engine.connect() as connection:
        schema.reflect(connection)
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            or 0
            for table in schema.sorted_tables
            if table.name != "alembic_version"
        }


def _require_as_the_code_knows_it(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata()) == []


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return config


def _migrate(database: Database, revision: str) -> None:
    config = _config()
    with database.engine.execution_options(clearmix_write=True).begin() as connection:
        config.attributes["connection"] = connection
        there = MigrationContext.configure(connection).get_current_revision()
        down = there is not None and (revision == "base" or revision < there)
        (command.downgrade if down else command.upgrade)(config, revision)
