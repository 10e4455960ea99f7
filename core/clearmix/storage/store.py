"""The audio store: files kept under the hash of their bytes, on any fsspec file system."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from clearmix.errors import StorageError

LISTENINGS = "listenings"
"""Folder of the cache that holds streams of single listenings, which end by themselves."""


class Store:
    """Content-addressed files: a key is `<room>/<sha256>.<suffix>`; putting twice is one file."""

    def __init__(self, url: str, *, cache: Path) -> None:
        self.url = url
        self.cache = cache

    @cached_property
    def _place(self) -> tuple[Any, str]:
        import fsspec

        files, root = fsspec.core.url_to_fs(self.url)
        return files, str(root).rstrip("/")

    def put(self, path: Path, room: str) -> str:
        """The key of the file's bytes, stored whole or not at all.

        Raises:
            StorageError: the disk is full or the store refuses.
        """
        files, root = self._place
        with path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        key = f"{room}/{digest}{path.suffix}"
        target = f"{root}/{key}"
        partial = f"{target}.part"
        try:
            if not files.exists(target):
                files.makedirs(f"{root}/{room}", exist_ok=True)
                files.put_file(str(path), partial)
                files.mv(partial, target)
        except OSError as error:
            if files.exists(partial):
                files.rm(partial)
            raise _in_words(error, self.url) from error
        return key

    def all_keys(self) -> Iterator[str]:
        """The keys of all files that are in the store, whole ones only."""
        files, root = self._place
        if not files.exists(root):
            return
        for found in files.find(root):
            key = str(found).removeprefix(root).lstrip("/")
            if not key.endswith(".part"):
                yield key

    def open(self, key: str) -> BinaryIO:
        """The file, for reading."""
        files, root = self._place
        try:
            opened: BinaryIO = files.open(f"{root}/{key}", "rb")
        except FileNotFoundError as error:
            raise StorageError(
                f"`{key}` is not in the store",
                help="restore the store from its backup, or add the recording again",
                place=self.url,
            ) from error
        return opened

    def local_path(self, key: str) -> Path:
        """A local path of the file: the file itself, or a cached copy of a remote one."""
        files, root = self._place
        if "file" in files.protocol:
            path = Path(root) / key
            if path.is_file():
                return path
        path = self.cache / key
        if not used(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(path.suffix + ".part")
            with self.open(key) as source, partial.open("wb") as target:
                shutil.copyfileobj(source, target)
            partial.replace(path)
        return path

    @property
    def decoded(self) -> Path:
        """Folder of what was decoded from files of the store, each by the name of its file."""
        return self.cache / "decoded"

    def copies(self, unused_since: datetime) -> list[Path]:
        """What is kept beside the store to be quicker and was not used since: it is made again."""
        kept = (path for path in self.cache.rglob("*") if path.is_file())
        return sorted(
            path
            for path in kept
            if LISTENINGS not in path.relative_to(self.cache).parts
            and path.stat().st_mtime < unused_since.timestamp()
        )

    def remove(self, key: str) -> None:
        """Takes the file away, with every copy of it; one that is gone already is no error."""
        files, root = self._place
        if files.exists(f"{root}/{key}"):
            files.rm(f"{root}/{key}")
        for copy in (self.cache / key, *self.decoded.glob(f"{Path(key).stem}.*")):
            copy.unlink(missing_ok=True)


def used(path: Path) -> bool:
    """Whether a copy is there; if so, it counts as used now."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _in_words(error: OSError, place: str) -> StorageError:
    if error.errno == errno.ENOSPC:
        return StorageError(
            "the disk is full",
            help="free some disk space or move CLEARMIX_STORE, then try again",
            place=place,
        )
    return StorageError(
        f"the store refused: {error}", help="check CLEARMIX_STORE and its access", place=place
    )
