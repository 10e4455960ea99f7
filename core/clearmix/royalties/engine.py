"""The embedded engine that settles: DuckDB, driven through Ibis where a formula may speak."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearmix.errors import RoyaltyError

if TYPE_CHECKING:
    import ibis

EVENT_COLUMNS = {
    "event_id": "VARCHAR",
    "item_id": "VARCHAR",
    "listener_id": "VARCHAR",
    "played_at": "TIMESTAMP",
    "milliseconds": "BIGINT",
    "category": "VARCHAR",
    "territory": "VARCHAR",
    "tier": "VARCHAR",
    "offline": "BOOLEAN",
    "maker_id": "VARCHAR",
    "fraud": "BOOLEAN",
}
"""Columns of a play log and their DuckDB types; `played_at` is UTC."""


class Engine:
    """One connection: `backend` speaks Ibis, `sql` is DuckDB itself."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend
        self.sql: Any = backend.con

    def table(self, name: str) -> ibis.Table:
        """The Ibis table of that name."""
        return self.backend.table(name)

    def make(self, name: str, expression: Any) -> None:
        """A table of the rows of an Ibis expression."""
        query = self.backend.compile(expression)
        self.sql.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")

    def ask(self, expression: Any) -> list[tuple[Any, ...]]:
        """All rows of an Ibis expression, as plain values."""
        return self.rows(self.backend.compile(expression))

    def rows(self, query: str, parameters: object = None) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        found: list[tuple[Any, ...]] = self.sql.execute(query, parameters).fetchall()
        return found

    def one(self, query: str, parameters: object = None) -> tuple[Any, ...]:
        """The first row of a query that has one."""
        return self.rows(query, parameters)[0]

    def create(self, name: str, columns: dict[str, str], rows: list[tuple[Any, ...]]) -> None:
        """A table of these rows; integers are taken exactly, whatever their size."""
        import pyarrow as pa

        types = {
            "VARCHAR": pa.string(), "BIGINT": pa.int64(), "BOOLEAN": pa.bool_(),
            "TIMESTAMP": pa.timestamp("us"),
        }  # fmt: skip
        body = ", ".join(f"{column} {type}" for column, type in columns.items())
        self.sql.execute(f"CREATE OR REPLACE TABLE {name} ({body})")
        if rows:
            lists = zip(*rows, strict=True)
            arrow = pa.table(
                {
                    column: pa.array(list(values), type=types[type])
                    for (column, type), values in zip(columns.items(), lists, strict=True)
                }
            )
            self.sql.register("arriving", arrow)
            self.sql.execute(f"INSERT INTO {name} SELECT * FROM arriving")  # noqa: S608
            self.sql.unregister("arriving")

    def write(self, query: str, path: Path) -> None:
        """Writes the rows of a query as Parquet, in their order."""
        self.sql.execute(f"COPY ({query}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)")

    def read(self, name: str, path: Path) -> None:
        """A table of the rows of a Parquet file."""
        self.sql.execute(f"CREATE OR REPLACE TABLE {name} AS FROM read_parquet({literal(path)})")


@contextmanager
def engine(scratch: Path | None = None) -> Iterator[Engine]:
    """An engine of its own, closed at the end; what exceeds memory spills into `scratch`.

    Raises:
        RoyaltyError: the engine refused, such as for an integer that overflows or a full disk.
    """
    import duckdb
    import ibis

    # Ibis 12 calls a method that DuckDB 2 has renamed; the old name still works.
    warnings.filterwarnings("ignore", message="fetch_arrow_table", category=DeprecationWarning)
    backend = ibis.duckdb.connect()
    try:
        # Extensions would be fetched over the network when first used; all that is needed is
        # built in.
        for setting in (
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
            "SET TimeZone = 'UTC'",
        ):
            backend.con.execute(setting)
        if scratch is not None:
            scratch.mkdir(parents=True, exist_ok=True)
            backend.con.execute(f"SET temp_directory = {literal(scratch)}")
        yield Engine(backend)
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        raise RoyaltyError(
            f"a number does not fit: {_first_line(error)}",
            help="weights and amounts must stay below 2^62; check the formula and the rate card",
        ) from error
    except duckdb.Error as error:
        raise RoyaltyError(
            f"the settlement engine refused: {_first_line(error)}",
            help="check the free disk space and the play logs, then try again",
        ) from error
    finally:
        backend.disconnect()


def literal(value: object) -> str:
    """A text as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
