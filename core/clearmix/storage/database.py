"""The database: one engine, sessions that read or write, and the schema brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from clearmix.errors import StorageError

TABLE_MODULES = (
    "catalogue",
    "clearance",
    "rendering",
    "delivery",
    "royalties",
    "conversations",
    "entitlement",
    "access",
)
"""Modules of `clearmix.storage.tables`; importing them registers their tables."""


class Database:
    """Sessions on one SQLAlchemy URL; SQLite in WAL mode, or PostgreSQL."""

    def __init__(self, url: str) -> None:
        self.url = url

    @cached_property
    def engine(self) -> sa.Engine:
        """The engine, made when first used.

        Raises:
            StorageError: the URL is not one that SQLAlchemy knows, or its driver is missing.
        """
        try:
            url = sa.make_url(self.url)
            if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
                Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
            engine = sa.create_engine(url)
        except (sa.exc.ArgumentError, ImportError, OSError) as error:
            raise StorageError(
                f"cannot use the database: {error}",
                help="check CLEARMIX_DATABASE_URL, such as sqlite:////srv/clearmix.db",
                place=self.url,
            ) from error
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _prepare_sqlite)
            sa.event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def session(self, *, write: bool = False) -> Iterator[Session]:
        """A session; with `write` it holds SQLite's only write lock from the start and commits.

        Raises:
            StorageError: the disk is full, or the database is locked, missing or not ours.
        """
        bind: Any = self.engine.execution_options(clearmix_write=True) if write else self.engine
        try:
            with Session(bind, expire_on_commit=False) as session:
                yield session
                if write:
                    session.commit()
        except sa.exc.DatabaseError as error:
            if isinstance(
                error, sa.exc.IntegrityError | sa.exc.ProgrammingError | sa.exc.DataError
            ):
                raise
            raise _in_words(error, self.url) from error

    def upgrade(self) -> None:
        """Brings the schema up to date; doing it again changes nothing."""
        from clearmix.storage.migrations import upgrade

        try:
            upgrade(self.engine)
        except sa.exc.DatabaseError as error:
            raise _in_words(error, self.url) from error

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def metadata() -> sa.MetaData:
    """The metadata of all tables; importing their modules is what registers them."""
    from clearmix.storage import tables

    for module in iter_modules(tables.__path__):
        import_module(f"{tables.__name__}.{module.name}")
    return SQLModel.metadata


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy then says BEGIN itself, see _begin_sqlite
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "synchronous=NORMAL",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A deferred transaction that reads before it writes can fail with SQLITE_BUSY at once.
    write = connection.get_execution_options().get("clearmix_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _in_words(error: sa.exc.DatabaseError, url: str) -> StorageError:
    said = str(error.orig)
    remedies = {
        "disk is full": "free some disk space, then try again; nothing was changed",
        "locked": "another process is writing for long; try again",
        "no such table": "run `clearmix doctor`: the database is older than this version",
        "readonly": "give this user write access to the database file",
        "not a database": "give another path in CLEARMIX_DATABASE_URL, or restore a backup",
        "unable to open": "check that the folder of the database exists and can be written",
    }
    help = next((text for sign, text in remedies.items() if sign in said), "run `clearmix doctor`")
    return StorageError(f"the database refused: {said}", help=help, place=url)
