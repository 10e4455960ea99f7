"""Schema migrations: Alembic's scripts, and bringing a database up to the newest of them."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from clearmix.errors import StorageError

HEAD = "0018"
"""The newest revision; known here so that a start does not have to import Alembic."""


def upgrade(engine: sa.Engine) -> None:
    """Brings the schema to `HEAD` in one transaction; other processes wait for it.

    Raises:
        StorageError: the database was written by a newer version.
    """
    if _revision(engine) == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with engine.execution_options(clearmix_write=True).begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StorageError(
                f"the database has a schema that this version does not know: {error}",
                help="update clearmix, or restore a backup of before the update",
                place=engine.url.render_as_string(hide_password=True),
            ) from error


def _revision(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
