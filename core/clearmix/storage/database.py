"""The database: one engine, sessions that read or write, and the schema brought up to date.

On both databases one writer works at a time: SQLite has one write lock, and on PostgreSQL a
writing session takes an advisory lock of its own. So what a session has read before it writes is
still true when it commits, and no rule has to be proved twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from clearmix.errors import ClearmixError, StorageError, UnreachableError
from clearmix.storage.turns import turn_of_processes

log = logging.getLogger("clearmix.database")

Read = TypeVar("Read")

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


WRITERS = 0x636C6561726D6978
"""Key of the advisory lock that a writer holds on PostgreSQL: `clearmix` in ASCII."""

POSTGRESQL = "postgresql+psycopg"
"""The driver that comes with DBOS, so that both reach PostgreSQL the same way."""

BUSY_SECONDS = 30
"""How long a writer waits for the others on SQLite."""

LOOK_AGAIN_SECONDS = 0.5
"""How often a database that cannot be reached is tried again."""


class Database:
    """Sessions on one SQLAlchemy URL; SQLite in WAL mode, or PostgreSQL.

    `patience_seconds` is how long a session waits for a database that cannot be reached before it
    says so: a worker waits, a page does not.
    """

    def __init__(self, url: str, *, patience_seconds: float = 0.0) -> None:
        self.url = url
        self.patience_seconds = patience_seconds
        self._writing = threading.Lock()
        self._reading = threading.local()

    @property
    def place(self) -> str:
        """The URL without its password, for people and logs."""
        try:
            return sa.make_url(self.url).render_as_string(hide_password=True)
        except sa.exc.ArgumentError:
            return self.url

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
            if url.get_backend_name() in ("postgresql", "postgres"):
                url = url.set(drivername=POSTGRESQL)
            # A connection that died with its server is noticed before it is used.
            # INVARIANT: an error that is logged says what was asked, never of whom.
            engine = sa.create_engine(
                url,
                pool_pre_ping=url.drivername == POSTGRESQL,
                hide_parameters=True,
                **_pool(url.get_backend_name()),
            )
        except (sa.exc.ArgumentError, ImportError, OSError) as error:
            raise StorageError(
                f"cannot use the database: {error}",
                help="check CLEARMIX_DATABASE_URL, such as sqlite:////srv/clearmix.db or "
                "postgresql://clearmix@db/clearmix",
                place=self.place,
            ) from error
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _prepare_sqlite)
            sa.event.listen(engine, "begin", _begin_sqlite)
        else:
            sa.event.listen(engine, "begin", _begin_postgresql)
        return engine

    @contextmanager
    def session(self, *, write: bool = False) -> Iterator[Session]:
        """A session; with `write` it is the only writer from its start, and commits at its end.

        Raises:
            ClearmixError: a text or a number is of a kind that the database does not hold.
            UnreachableError: the database does not answer, or went away before the end; nothing
                was changed.
            StorageError: the disk is full, or the database is locked, missing or not ours.
        """
        shared: Session | None = getattr(self._reading, "session", None)
        if shared is not None and not write:
            yield shared
            return
        bind: Any = self.engine.execution_options(clearmix_write=True) if write else self.engine
        if not write and self.engine.dialect.name == "postgresql":
            # As on SQLite, all that one session reads was true at one moment.
            bind = bind.execution_options(isolation_level="REPEATABLE READ")
        try:
            with self._turn(write), Session(bind, expire_on_commit=False) as session:
                self._await(session)
                yield session
                if write:
                    session.commit()
        except sa.exc.DataError as error:
            # PostgreSQL keeps no text with the character NUL, and no number beyond its column.
            raise ClearmixError(
                f"the database cannot hold this: {_first_line(error)}",
                help="leave out characters that nobody can see, and numbers of that size",
            ) from error
        except sa.exc.DatabaseError as error:
            if isinstance(error, sa.exc.IntegrityError | sa.exc.ProgrammingError):
                raise
            raise _in_words(error, self.place) from error

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Has all that this thread reads meanwhile come from one session, true at one moment.

        A row is then read once, however many ask for it. What is written meanwhile is not seen.
        """
        if getattr(self._reading, "session", None) is not None:
            yield
            return
        with self.session() as session:
            kept: list[object] = []  # a session itself forgets a row that nobody holds
            sa.event.listen(session, "loaded_as_persistent", lambda _, row: kept.append(row))
            self._reading.session, self._reading.known = session, {}
            try:
                yield
            finally:
                self._reading.session = None

    def once(self, what: Hashable, read: Callable[[], Read]) -> Read:
        """What is read; within a snapshot it is read at the first time and known from then on."""
        if getattr(self._reading, "session", None) is None:
            return read()
        known: dict[Hashable, Read] = self._reading.known
        if what not in known:
            known[what] = read()
        return known[what]

    @contextmanager
    def claimed(self, what: str) -> Iterator[bool]:
        """Whether no other machine is at that already; until the end, none other begins it.

        On SQLite there is one worker, and nobody else to ask.
        """
        if self.engine.dialect.name == "sqlite":
            yield True
            return
        lock = sa.text("SELECT pg_try_advisory_xact_lock(hashtextextended(:what, 0))")
        with self.engine.begin() as connection:
            yield bool(connection.execute(lock, {"what": what}).scalar())

    @contextmanager
    def _turn(self, write: bool) -> Iterator[None]:
        """Has the writers take turns: those of this process, then those of all processes.

        SQLite itself has each look again and again, at longer and longer times, in no order: in a
        busy service some would wait for half a second. Whoever does not get a turn in time is left
        to SQLite, which says so in words.
        """
        if not write or self.engine.dialect.name != "sqlite":
            yield
            return
        had = self._writing.acquire(timeout=BUSY_SECONDS)
        try:
            with turn_of_processes(self.engine.url.database, BUSY_SECONDS):
                yield
        finally:
            if had:
                self._writing.release()

    def _await(self, session: Session) -> None:
        """Begins the transaction, as soon as the database answers or patience is at its end."""
        if self.patience_seconds <= 0:
            return
        deadline = time.monotonic() + self.patience_seconds
        while True:
            try:
                session.connection()
            except sa.exc.OperationalError as error:
                if not _is_unreachable(error) or time.monotonic() > deadline:
                    raise
                log.warning("waiting for the database: %s", _first_line(error))
                session.rollback()
                time.sleep(LOOK_AGAIN_SECONDS)
            else:
                return

    def upgrade(self) -> None:
        """Brings the schema up to date; doing it again changes nothing."""
        from clearmix.storage.migrations import upgrade

        try:
            upgrade(self.engine)
        except sa.exc.DatabaseError as error:
            raise _in_words(error, self.place) from error

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def metadata() -> sa.MetaData:
    """The metadata of all tables; importing their modules is what registers them."""
    from clearmix.storage import tables

    for module in iter_modules(tables.__path__):
        import_module(f"{tables.__name__}.{module.name}")
    return SQLModel.metadata


def _pool(backend: str) -> dict[str, Any]:
    """How many connections are kept open: on SQLite one for each thread of a service.

    Opening one costs as much as many queries. PostgreSQL has a process for each, of which there
    may be a hundred for all workers together, so there threads wait for one another.
    """
    most = {"pool_size": 40, "max_overflow": 20} if backend == "sqlite" else {"pool_size": 10}
    return {**most, "pool_use_lifo": True}


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy then says BEGIN itself, see _begin_sqlite
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "synchronous=NORMAL",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A deferred transaction that reads before it writes can fail with SQLITE_BUSY at once.
    write = connection.get_execution_options().get("clearmix_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _begin_postgresql(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("clearmix_write", False):
        # The lock goes with the transaction, however that ends. Statements after it see all that
        # the writers before have committed, since each has a snapshot of its own.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")


def _is_unreachable(error: sa.exc.DatabaseError) -> bool:
    """Whether nothing is wrong but that the server is away, starting or stopping."""
    said = str(error.orig)
    return error.connection_invalidated or any(sign in said for sign in UNREACHABLE)


UNREACHABLE = (
    "connection failed",
    "connection refused",
    "connection is lost",
    "connection is closed",
    "server closed the connection",
    "terminating connection",
    "the database system is",
    "could not receive data",
    "could not send data",
)
"""What PostgreSQL and its driver say when the server is away."""

REMEDIES = {
    "disk is full": "free some disk space, then try again; nothing was changed",
    "No space left": "free some disk space at the database, then try again; nothing was changed",
    "locked": "another process is writing for long; try again",
    "no such table": "run `clearmix doctor`: the database is older than this version",
    "readonly": "give this user write access to the database file",
    "not a database": "give another path in CLEARMIX_DATABASE_URL, or restore a backup",
    "unable to open": "check that the folder of the database exists and can be written",
    "password authentication": "check user and password in CLEARMIX_DATABASE_URL",
}
"""What helps, by what the database says."""


def _in_words(error: sa.exc.DatabaseError, place: str) -> StorageError:
    said = _first_line(error)
    help = next((text for sign, text in REMEDIES.items() if sign in said), "")
    if not help and _is_unreachable(error):
        return UnreachableError(
            f"the database does not answer: {said}",
            help="try again in a moment; if it stays away, start it or check "
            "CLEARMIX_DATABASE_URL. Nothing was changed",
            place=place,
        )
    return StorageError(
        f"the database refused: {said}", help=help or "run `clearmix doctor`", place=place
    )


def _first_line(error: sa.exc.DatabaseError) -> str:
    return next(iter(str(error.orig).strip().splitlines()), type(error.orig).__name__)
