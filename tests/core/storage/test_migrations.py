from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

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
def database(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path}/clearmix.db")
    yield database
    database.close()


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(database: Database) -> None:
    database.upgrade()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata()) == []


def test_the_head_that_the_code_names_is_the_newest_script() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


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
    assert [row[0] for row in rows] == [None, "2026-02-01 00:00:00.000000"]


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


def _migrate(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with database.engine.execution_options(clearmix_write=True).begin() as connection:
        config.attributes["connection"] = connection
        there = MigrationContext.configure(connection).get_current_revision()
        (command.downgrade if there else command.upgrade)(config, revision)
