"""The embedded engine that settles: DuckDB, driven through Ibis where a formula may speak."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
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
    "sought": "BOOLEAN",
}
"""Columns of a play log and their DuckDB types; `played_at` is UTC."""


MEMORY = "1GB"
"""What the embedded engine holds at most; the rest spills: memory does not grow with plays."""

HASHED_MEMORY = "400MB"
"""How much of it hash tables take before they spill. Without this, groups by the ten million fill
all of it, and nothing is left to spill through."""


class Engine:
    """One connection: `sql` is DuckDB itself, `backend` speaks Ibis on it."""

    def __init__(self, sql: Any) -> None:
        self.sql = sql

    @cached_property
    def backend(self) -> Any:
        """Ibis on the same connection; reading settled tables does without."""
        import ibis

        # Ibis 12 calls a method that DuckDB 2 has renamed; the old name still works.
        warnings.filterwarnings("ignore", message="fetch_arrow_table", category=DeprecationWarning)
        return ibis.duckdb.from_connection(self.sql)

    def table(self, name: str) -> ibis.Table:
        """The Ibis table of that name."""
        warnings.filterwarnings("ignore", message="fetch_arrow_table", category=DeprecationWarning)
        return self.backend.table(name)

    def make(self, name: str, expression: Any) -> None:
        """A table of the rows of an Ibis expression, of the types that Ibis believes they have.

        DuckDB adds int64 up in 128 bits; Ibis takes the sum for int64 and leaves out the cast. A
        sum that does not fit raises here.
        """
        columns = ", ".join(
            f'"{column}"::BIGINT AS "{column}"' if type.is_integer() else f'"{column}"'
            for column, type in expression.schema().items()
        )
        query = self._query(expression, name)
        self.sql.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {columns} FROM ({query})")  # noqa: S608

    def derive(self, name: str, query: str) -> None:
        """A table of the rows of a query in DuckDB's SQL."""
        self.sql.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")

    def stage(self, name: str, expression: Any) -> None:
        """A table like that of `make`, of which only `table` speaks again."""
        self.make(name, expression)

    def numbering(self, name: str, column: str) -> Callable[[Any], Any] | None:
        """Gives an Ibis expression of texts as numbers, each text of that column another one.

        None if two of them would share a number, or if only this engine could tell. Where tables
        are joined by them, eight bytes of each row are kept and compared instead of a name.
        """
        numbers, texts = self.one(f"SELECT count(DISTINCT hash({column})), count(*) FROM {name}")  # noqa: S608
        return _hash_of_duckdb() if numbers == texts else None

    def _query(self, expression: Any, name: str) -> str:
        """SQL for DuckDB that gives the rows of an expression; they are wanted as `name`."""
        return str(self.backend.compile(expression))

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
        body = ", ".join(f"{column} {type}" for column, type in columns.items())
        self.sql.execute(f"CREATE OR REPLACE TABLE {name} ({body})")
        self.append(name, columns, rows)

    def append(self, name: str, columns: dict[str, str], rows: list[tuple[Any, ...]]) -> None:
        """Adds rows to a table that was created with these columns."""
        import pyarrow as pa

        types = {
            "VARCHAR": pa.string(), "BIGINT": pa.int64(), "BOOLEAN": pa.bool_(),
            "TIMESTAMP": pa.timestamp("us"),
        }  # fmt: skip
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

    def ensure(self, name: str, columns: dict[str, str]) -> None:
        """An empty table of that name, unless there is a table or a view."""
        if not self.one("SELECT count(*) FROM duckdb_columns() WHERE table_name = ?", [name])[0]:
            self.create(name, columns, [])

    def write(self, query: str, path: Path) -> None:
        """Writes the rows of a query as Parquet, in their order."""
        # INVARIANT: no integer of 128 bits is written; Parquet would keep it as a float.
        wide = [row[0] for row in self.rows(f"DESCRIBE {query}") if "HUGEINT" in row[1]]
        if wide:
            raise RoyaltyError(
                f"the column `{wide[0]}` has integers of 128 bits",
                help="this is a defect; nothing was posted",
            )
        self.sql.execute(f"COPY ({query}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)")


@cache
def _hash_of_duckdb() -> Callable[[Any], Any]:
    """DuckDB's own hash; that of Ibis casts it by way of a text of bits."""
    import ibis

    number: Callable[[Any], Any] = ibis.udf.scalar.builtin(
        name="hash", signature=(("string",), "uint64")
    )(_number)
    return number


def _number(text: Any) -> Any:
    """A number of 64 bits."""


@contextmanager
def engine(scratch: Path | None = None) -> Iterator[Engine]:
    """An engine of its own, closed at the end; what exceeds its memory spills.

    Args:
        scratch: into which folder; one of the system's for temporary files if it is not given.

    Raises:
        RoyaltyError: the engine refused, such as for an integer that overflows or a full disk.
    """
    import duckdb

    with ExitStack() as opened:
        if scratch is None:
            scratch = Path(opened.enter_context(TemporaryDirectory(prefix="clearmix-")))
        scratch.mkdir(parents=True, exist_ok=True)
        connection = opened.enter_context(closing(duckdb.connect()))
        # Extensions would be fetched over the network when first used; all that is needed is
        # built in. DuckDB would draw a bar of its own over what is printed.
        for setting in (
            "SET enable_progress_bar = false",
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
            "SET TimeZone = 'UTC'",
            # Whoever wants an order asks for it; to keep the one that rows come in takes memory.
            "SET preserve_insertion_order = false",
            f"SET temp_directory = {literal(scratch)}",
            f"SET memory_limit = {literal(MEMORY)}",
            f"SET operator_memory_limit = {literal(HASHED_MEMORY)}",
        ):
            connection.execute(setting)
        try:
            yield Engine(connection)
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise RoyaltyError(
                f"a number does not fit: {first_line(error)}",
                help="weights and amounts must stay below 2^62; check the formula and the rate "
                "card",
            ) from error
        except duckdb.Error as error:
            raise RoyaltyError(
                f"the settlement engine refused: {first_line(error)}",
                help=_remedy(error),
            ) from error


def _remedy(error: Exception) -> str:
    """What helps where the engine refused: on the machine, in the files, or not at all here."""
    import duckdb

    if isinstance(error, duckdb.OutOfMemoryException):
        return "free disk space where CLEARMIX_HOME lies, into which it spills, then try again"
    if isinstance(error, duckdb.IOException):
        return "check the free disk space and that the play logs can be read, then try again"
    if isinstance(error, duckdb.InvalidInputException):
        return "a file of the store may be damaged: restore it from a copy, then try again"
    return "this is a defect; report it with the command that was run"


def literal(value: object) -> str:
    """A text as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def first_line(error: Exception) -> str:
    """What an error says, without its context."""
    return str(error).strip().splitlines()[0]
