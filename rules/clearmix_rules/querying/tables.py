"""Small tables that travel with a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis


def table_of(columns: Mapping[str, Sequence[str | int | bool]]) -> ibis.Table:
    """A table of constants; every column has at least one row."""
    import ibis
    import pyarrow as pa

    return ibis.memtable(pa.table({name: list(values) for name, values in columns.items()}))


def union(tables: Sequence[ibis.Table]) -> ibis.Table:
    """The rows of all tables, which have the same columns; there is at least one."""
    import ibis

    return tables[0] if len(tables) == 1 else ibis.union(*tables)
