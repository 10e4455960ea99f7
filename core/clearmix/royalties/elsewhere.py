"""The reduction on an engine elsewhere: Spark, PostgreSQL, or what else Ibis speaks.

Only the reduction grows with the number of plays, so only it moves: the inputs go there as Parquet,
and one row for each group and item comes back. Checking, rounding and hashing stay on the embedded
engine, which is why the hash of a settlement does not depend on where it was added up.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearmix.errors import RoyaltyError
from clearmix.royalties.engine import Engine, engine, first_line, literal

if TYPE_CHECKING:
    import ibis

SPARK = "spark"
"""Scheme of a Spark master, such as `spark://host:7077`; `spark://local` is this machine."""

_SPARK_SETTINGS = {
    # A sum that does not fit must raise, not wrap.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


class Elsewhere(Engine):
    """An embedded engine whose Ibis expressions are carried out by another backend."""

    def __init__(self, sql: Any, there: Any, folder: Path) -> None:
        super().__init__(sql)
        self._there = there
        self._folder = folder
        self._tables: dict[str, Any] = {}
        self._staged = 0

    @property
    def backend(self) -> Any:
        """Ibis on the other engine."""
        return self._there

    def table(self, name: str) -> ibis.Table:
        """The table of that name there; one that is only here is carried over first."""
        if name not in self._tables:
            path = self._folder / f"{name}.parquet"
            self.write(f"SELECT * FROM {name}", path)  # noqa: S608
            self._tables[name] = self._carried(name, path)
        return self._tables[name]

    def stage(self, name: str, expression: Any) -> None:
        """A table that stays there, or among the files of an engine that has no such tables."""
        # A new name each time: what is replaced may be what the expression reads.
        self._staged += 1
        new = f"staged_{self._staged}_{name}"
        try:
            self._tables[name] = self._there.create_table(new, expression, temp=True)
        except NotImplementedError:
            path = self._folder / f"{new}.parquet"
            expression.to_parquet(path)
            self._tables[name] = self._there.read_parquet(path, table_name=new)

    def create(self, name: str, columns: dict[str, str], rows: list[tuple[Any, ...]]) -> None:
        """A table of these rows here; what was carried over under that name is forgotten."""
        super().create(name, columns, rows)
        self._tables.pop(name, None)

    def derive(self, name: str, query: str) -> None:
        """A table made here; what was carried over under that name is forgotten."""
        super().derive(name, query)
        self._tables.pop(name, None)

    def numbering(self, name: str, column: str) -> Callable[[Any], Any] | None:
        """None: what numbers another engine gives to texts, only that one could tell."""
        return None

    def ask(self, expression: Any) -> list[tuple[Any, ...]]:
        """All rows of an expression, as plain values."""
        return self.rows(self._brought(expression.as_table(), "answer"))

    def _query(self, expression: Any, name: str) -> str:
        """Rows that were worked out there, brought here; `table` goes on speaking of them."""
        self.stage(name, expression)
        return self._brought(self._tables[name], name)

    def _brought(self, expression: Any, name: str) -> str:
        self._staged += 1
        path = self._folder / f"back_{self._staged}_{name}.parquet"
        expression.to_parquet(path)
        files = path / "*.parquet" if path.is_dir() else path
        return f"FROM read_parquet({literal(files)})"

    def _carried(self, name: str, path: Path) -> Any:
        try:
            return self._there.read_parquet(path, table_name=name)
        except NotImplementedError:
            return self._inserted(name, path)

    def _inserted(self, name: str, path: Path) -> Any:
        """The table of a file on an engine that reads no Parquet: row group by row group."""
        import ibis
        import pyarrow.parquet

        opened = pyarrow.parquet.ParquetFile(path)
        columns = ibis.Schema.from_pyarrow(opened.schema_arrow)
        # DuckDB marks what happens to have no gap; a union then no more fits what was worked out.
        schema = ibis.Schema({name: kind.copy(nullable=True) for name, kind in columns.items()})
        made = self._there.create_table(name, schema=schema, temp=True)
        for number in range(opened.num_row_groups):
            self._there.insert(name, opened.read_row_group(number))
        return made


@contextmanager
def engine_at(url: str | None, scratch: Path) -> Iterator[Engine]:
    """An embedded engine, with the reduction at that address if one is given.

    Args:
        url: `spark://` and a master, or any address that Ibis connects to.
        scratch: a folder for what exceeds memory and for what is carried over; machines of a
            cluster must see it under the same path.

    Raises:
        RoyaltyError: there is no such engine, it cannot be reached, or it refused.
    """
    with engine(scratch) as here:
        if url is None:
            yield here
            return
        with (
            _connected(url) as there,
            tempfile.TemporaryDirectory(dir=scratch, prefix="elsewhere-") as folder,
        ):
            yield Elsewhere(here.sql, there, Path(folder))


@contextmanager
def _connected(url: str) -> Iterator[Any]:
    if url.partition("://")[0] == SPARK:
        with _spark(url) as there:
            yield there
        return
    import ibis

    try:
        there = ibis.connect(url)
    except (ImportError, ValueError, OSError, ibis.common.exceptions.IbisError) as error:
        raise RoyaltyError(
            f"cannot settle on `{url}`: {first_line(error)}",
            help="give spark://HOST:PORT, spark://local, or the address of an engine that Ibis "
            'knows, such as postgres://USER@HOST/NAME; `pip install "clearmix[spark]"` or '
            "`ibis-framework[NAME]` brings what it needs",
        ) from error
    try:
        yield there
    finally:
        there.disconnect()


@contextmanager
def _spark(url: str) -> Iterator[Any]:
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise RoyaltyError(
            f"cannot settle on `{url}`: PySpark is not installed",
            help='run `pip install "clearmix[spark]"`; Spark needs Java 17 too',
        ) from None
    import ibis

    builder = SparkSession.builder.appName("clearmix")
    builder = builder.master("local[*]" if url.removeprefix("spark://") in ("", "local") else url)
    for name, value in _SPARK_SETTINGS.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise RoyaltyError(
            f"cannot reach `{url}`: {first_line(error)}",
            help="check the address, and that Java 17 is installed",
        ) from error
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield ibis.pyspark.connect(session)
    except PySparkException as error:
        raise RoyaltyError(
            f"the engine at `{url}` refused: {first_line(error)}",
            help="weights and amounts must stay below 2^62; check the formula and the rate card",
        ) from error
    finally:
        session.stop()
