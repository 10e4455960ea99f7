"""Digests of tables that do not depend on the order of rows, files or threads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from clearmix.royalties.engine import Engine

_LANES = (1, 17, 33, 49)


def table_digest(engine: Engine, table: str, columns: Iterable[str]) -> str:
    """The digest of a table's rows as a multiset, in hexadecimal.

    Each row is hashed with SHA-256; the hashes are added up in four lanes of 64 bits, and the
    sums hashed with the number of rows (an additive multiset hash: Clarke et al., Incremental
    Multiset Hash Functions, ASIACRYPT 2003). Sums can be merged: of days, of engines.
    """
    lanes = ", ".join(f"sum(('0x' || substr(digest, {start}, 16))::UBIGINT)" for start in _LANES)
    sums = engine.one(
        f"SELECT count(*), {lanes} FROM (SELECT sha256({row_text(columns)}) AS digest FROM {table})"  # noqa: S608
    )
    return canonical_hash([str(value or 0) for value in sums])


def row_text(columns: Iterable[str]) -> str:
    """An SQL expression: a text that two rows share only if they are equal.

    Lengths keep `ab`, `c` apart from `a`, `bc`; an absent value differs from an empty one.
    """
    # One call of `concat`, which passes over what is absent, costs half of as many `||`.
    parts = (
        f"coalesce(strlen(CAST({column} AS VARCHAR)) || ':', '-'), CAST({column} AS VARCHAR)"
        for column in columns
    )
    return f"concat({', '.join(parts)})"


def canonical_hash(value: Any) -> str:
    """SHA-256 of a JSON value with sorted keys and no spaces, in hexadecimal."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
