"""The tables of a settlement as files in the store: written once, checked when read."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from clearmix.errors import StorageError
from clearmix.royalties.engine import Engine, first_line, literal
from clearmix.storage.store import Store

KEPT = (
    "events", "subscriptions", "renders", "carried", "follows", "catalogue", "epochs", "works",
    "routes", "places", "lines",
)  # fmt: skip
"""The tables that are kept of a settlement."""

WORKED_OUT = ("places", "lines")
"""Those of them that a replay works out anew."""

ADDED = {"lines": ("splits_from", "base")}
"""Columns that settlements of format 1 did not keep; they are empty there."""


def keep(engine: Engine, store: Store, tables: tuple[str, ...], scratch: Path) -> dict[str, str]:
    """Store keys of the engine's tables, written as Parquet."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        keys = {}
        for table in tables:
            path = Path(folder) / f"{table}.parquet"
            engine.write(f"SELECT * FROM {table}", path)  # noqa: S608
            keys[table] = store.put(path, "settlements")
    return keys


def open_kept(
    engine: Engine, store: Store, files: Mapping[str, str], *tables: str, prefix: str = ""
) -> None:
    """Makes views of kept tables, under their names or with a prefix."""
    for table in tables:
        kept = f"read_parquet({literal(store.local_path(files[table]))})"
        known = {row[0] for row in engine.rows(f"DESCRIBE FROM {kept}")}
        empty = "".join(f", '' AS {name}" for name in ADDED.get(table, ()) if name not in known)
        engine.sql.execute(
            f"CREATE OR REPLACE VIEW {prefix}{table} AS SELECT *{empty} FROM {kept}"  # noqa: S608
        )


def check_kept(store: Store, files: Mapping[str, str]) -> list[str]:
    """Sentences about kept files that are gone, or whose bytes are not those of their key."""
    problems = []
    for table, key in files.items():
        try:
            with store.local_path(key).open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
        except (OSError, StorageError) as error:
            problems.append(f"the kept table `{table}` cannot be read: {first_line(error)}")
            continue
        if digest != PurePosixPath(key).stem:
            problems.append(f"the kept table `{table}` was changed since it was written")
    return problems
