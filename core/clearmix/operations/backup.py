"""Backups: a folder with every row, every file of the store and the keys, checked by hash.

The rows are of one moment, whatever the service does meanwhile, and files of the store never
change, so the two fit together. What durable jobs keep for themselves is left out: the table of
jobs is what they are made from, and a worker begins those again that were under way. A backup is
of no kind of database: one of SQLite is restored into PostgreSQL as well.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from clearmix.contracts import Progress
from clearmix.errors import StorageError
from clearmix.operations.rows import lines_of, write
from clearmix.settings import Settings
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database, metadata
from clearmix.storage.migrations import HEAD
from clearmix.storage.store import Store
from clearmix.storage.tables.catalogue import RecordingRow, StemRow
from clearmix.storage.tables.delivery import RenditionRow
from clearmix.storage.tables.rendering import RenderRow
from clearmix.storage.tables.royalties import PlayLogRow, SettlementRow

FORMAT = 1
"""Version of how the folder is laid out."""

MANIFEST = "manifest.json"

OF_HOME = ("keys", "policies", "plans.toml", "retention.toml")
"""What of the home is kept besides what the database and the store hold."""


@dataclass(frozen=True)
class Backup:
    """A backup; whoever keeps its hash elsewhere can tell later that it is whole."""

    path: Path
    rows: int
    files: int
    size: int
    hash: str


class Backups:
    """Making and restoring them."""

    def __init__(self, database: Database, store: Store, settings: Settings) -> None:
        self._database = database
        self._store = store
        self._settings = settings

    def make(self, path: Path, progress: Progress) -> Backup:
        """The backup in a new folder, which is there whole or not at all.

        Raises:
            StorageError: the folder is there already, the disk is full, or a file of the store is
                missing or not what it was.
        """
        _require_absent(path)
        partial = path.with_name(f".{path.name}.part")
        shutil.rmtree(partial, ignore_errors=True)
        try:
            partial.mkdir(mode=0o700, parents=True)
            with self._database.session() as session:
                tables = self._keep_rows(session, partial, progress)
                needed = set(_keys(session))
            files = self._keep_files(partial, needed, progress)
            manifest = {
                "format": FORMAT,
                "revision": HEAD,
                "version": _version(),
                "made_at": utc_now().isoformat(),
                "tables": tables,
                "files": files,
            }
            text = json.dumps(manifest, indent=1, sort_keys=True)
            (partial / MANIFEST).write_text(text, encoding="utf-8")
            partial.rename(path)
        except OSError as error:
            raise StorageError(
                f"the backup could not be written: {error.strerror}",
                help="give a folder on a disk with room for the store",
                place=str(path),
            ) from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        progress(1.0, "backed up")
        return _described(path, manifest)

    def restore(self, path: Path, progress: Progress) -> Backup:
        """The backup, after everything in it is back in place.

        Raises:
            StorageError: it is none, or not whole, or of another version; or there is something
                here already, which is never written over.
        """
        manifest = read_manifest(path)
        for number, name in enumerate(manifest["files"]):
            progress(0.4 * number / len(manifest["files"]), "checking the backup")
            _require_same(path / name, manifest["files"][name])
        for name, table in manifest["tables"].items():
            _require_same(path / "tables" / f"{name}.jsonl", table)
        self._require_nothing_here(path, manifest)
        for number, name in enumerate(manifest["files"]):
            progress(0.4 + 0.4 * number / len(manifest["files"]), "bringing files back")
            self._bring_back(path, name)
        progress(0.8, "bringing rows back")
        with self._database.session(write=True) as session:
            for table in metadata().sorted_tables:
                if table.name in manifest["tables"]:
                    with (path / "tables" / f"{table.name}.jsonl").open("rb") as lines:
                        write(session, table, lines)
        progress(1.0, "restored")
        return _described(path, manifest)

    # --- keeping ---------------------------------------------------------------------------------

    def _keep_rows(self, session: Session, folder: Path, progress: Progress) -> dict[str, Any]:
        (folder / "tables").mkdir()
        kept: dict[str, Any] = {}
        tables = metadata().sorted_tables
        for number, table in enumerate(tables):
            progress(0.3 * number / len(tables), f"keeping {table.name}")
            digest, rows = hashlib.sha256(), 0
            with (folder / "tables" / f"{table.name}.jsonl").open("wb") as written:
                for line in lines_of(session, table):
                    digest.update(line)
                    written.write(line)
                    rows += 1
            kept[table.name] = {"rows": rows, "sha256": digest.hexdigest()}
        return kept

    def _keep_files(self, folder: Path, needed: set[str], progress: Progress) -> dict[str, str]:
        files: dict[str, str] = {}
        keys = sorted(self._store.all_keys())
        if missing := sorted(needed - set(keys)):
            raise StorageError(
                f"`{missing[0]}` is not in the store, and {len(missing)} in all are missing",
                help="if something was erased just now, try again; else restore the store first",
                place=self._store.url,
            )
        for number, key in enumerate(keys):
            progress(0.3 + 0.7 * number / len(keys), "keeping the store")
            target = folder / "store" / key
            try:
                source = self._store.open(key)
            except StorageError:
                if key in needed:
                    raise
                continue  # a preview that has ended meanwhile
            with source:
                digest = _copied(source, target)
            if Path(key).stem != digest:
                raise StorageError(
                    f"`{key}` is not what was put into the store",
                    help="its disk may be failing: take this file from an older backup",
                    place=self._store.url,
                )
            files[f"store/{key}"] = digest
        for path in self._own_files():
            name = f"home/{path.relative_to(self._settings.home)}"
            with path.open("rb") as opened:
                files[name] = _copied(opened, folder / name, mode=0o600)
        return files

    def _own_files(self) -> Iterator[Path]:
        for name in OF_HOME:
            path = self._settings.home / name
            found = [path] if path.is_file() else sorted(path.rglob("*"))
            yield from (one for one in found if one.is_file())

    # --- bringing back ---------------------------------------------------------------------------

    def _require_nothing_here(self, path: Path, manifest: dict[str, Any]) -> None:
        if manifest["revision"] != HEAD:
            raise StorageError(
                f"the backup has the schema {manifest['revision']}, this version has {HEAD}",
                help=f"restore it with clearmix {manifest['version']}, then update",
                place=str(path),
            )
        with self._database.session() as session:
            for table in metadata().sorted_tables:
                if session.connection().execute(sa.select(table).limit(1)).first():
                    raise StorageError(
                        f"the database is not empty: there are rows in `{table.name}`",
                        help="restore into a new database: set CLEARMIX_DATABASE_URL, or take the "
                        "old one away",
                        place=self._database.place,
                    )
        for name, digest in manifest["files"].items():
            own = self._settings.home / name.removeprefix("home/")
            if name.startswith("home/") and own.is_file() and _digest(own) != digest:
                raise StorageError(
                    f"`{own.name}` is here already and is another one",
                    help="restore into a new CLEARMIX_HOME, or take the file away",
                    place=str(own),
                )

    def _bring_back(self, path: Path, name: str) -> None:
        kind, _, rest = name.partition("/")
        if kind == "store":
            self._store.put(path / name, rest.rpartition("/")[0])
            return
        target = self._settings.home / rest
        self._settings.home.mkdir(parents=True, exist_ok=True)
        for folder in reversed(Path(rest).parents):  # the mode is that of the last folder only
            (self._settings.home / folder).mkdir(exist_ok=True, mode=0o700)
        with (path / name).open("rb") as opened:
            _copied(opened, target, mode=0o600)


def read_manifest(path: Path) -> dict[str, Any]:
    """What a backup says of itself.

    Raises:
        StorageError: the folder holds none, or one that this version cannot read.
    """
    try:
        manifest: dict[str, Any] = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise ValueError(f"format {manifest['format']}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"no backup that can be read: {error}",
            help="give the folder that `clearmix backup` made",
            place=str(path),
        ) from error
    if any(".." in Path(name).parts or Path(name).is_absolute() for name in manifest["files"]):
        raise StorageError("a file of the backup lies outside of it", help="do not restore it")
    return manifest


def _keys(session: Session) -> Iterator[str]:
    """The store keys without which something that is in the database could not be had."""
    heard = select(RenderRow.audio_key).where(col(RenderRow.removed_at).is_(None))
    renditions = select(RenditionRow.key)
    seals = select(RenditionRow.seal).where(col(RenditionRow.seal) != "")
    for query in (
        select(RecordingRow.audio_key),
        select(StemRow.audio_key),
        heard,
        renditions,
        seals,
        select(PlayLogRow.key),
    ):
        yield from session.exec(query)
    for files in session.exec(select(SettlementRow.files)):
        yield from files.values()


def _copied(source: Any, target: Path, mode: int = 0o644) -> str:
    """The SHA-256 of what was copied; the file is there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.part")
    digest = hashlib.sha256()
    opener: Callable[[str, int], int] = lambda name, flags: os.open(name, flags, mode)  # noqa: E731
    with open(partial, "wb", opener=opener) as written:  # Path.open has no opener
        while chunk := source.read(2**20):
            digest.update(chunk)
            written.write(chunk)
    partial.replace(target)
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _require_same(path: Path, said: Any) -> None:
    expected = said["sha256"] if isinstance(said, dict) else said
    if not path.is_file() or _digest(path) != expected:
        raise StorageError(
            "the backup is not whole: a file is missing or was changed",
            help="take another backup; nothing was restored",
            place=str(path),
        )


def _require_absent(path: Path) -> None:
    if path.exists():
        raise StorageError(
            "there is something here already, and a backup writes over nothing",
            help="give a new folder, such as one named after the day",
            place=str(path),
        )


def _described(path: Path, manifest: dict[str, Any]) -> Backup:
    return Backup(
        path=path,
        rows=sum(table["rows"] for table in manifest["tables"].values()),
        files=len(manifest["files"]),
        size=sum(one.stat().st_size for one in path.rglob("*") if one.is_file()),
        hash=_digest(path / MANIFEST),
    )


def _version() -> str:
    from importlib.metadata import version

    return version("clearmix")
