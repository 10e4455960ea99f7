"""Operations as a room of the kernel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from clearmix.operations.backup import Backup, Backups
from clearmix.operations.erasing import Erased, erase
from clearmix.operations.retention import Retained, read_retention, retain
from clearmix.settings import Settings
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.store import Store

if TYPE_CHECKING:
    from clearmix.contracts import Progress


def quiet(fraction: float, message: str) -> None:
    """A progress that tells nobody."""


class Operations:
    """What an operator does with the service as a whole."""

    def __init__(
        self,
        database: Database,
        store: Store,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._store = store
        self._settings = settings
        self._clock = clock

    def backup(self, path: Path, progress: Progress = quiet) -> Backup:
        """A backup in a new folder, while the service runs; raises StorageError."""
        return Backups(self._database, self._store, self._settings).make(path, progress)

    def restore(self, path: Path, progress: Progress = quiet) -> Backup:
        """A backup brought back into an empty database; raises StorageError, changing nothing."""
        return Backups(self._database, self._store, self._settings).restore(path, progress)

    def retain(self, *, dry_run: bool = False) -> Retained:
        """What was taken away because its time is over; raises StorageError for wrong rules."""
        rules = read_retention(self._settings.home)
        return retain(self._database, self._store, rules, self._clock(), dry_run=dry_run)

    def erase(self, listener_id: str) -> Erased:
        """A listener erased, with the money exact; raises CatalogueError when there is none."""
        return erase(self._database, self._store, listener_id, self._clock())
