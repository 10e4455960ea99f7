"""Which recordings the plays of remixes and covers go back to."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import col, select

from clearmix.royalties.works import Rights
from clearmix.storage.database import Database
from clearmix.storage.tables.catalogue import RecordingRow


class Lineage:
    """The recordings behind some items, each with its part of one play."""

    def __init__(self, database: Database, items: Iterable[str]) -> None:
        self._rights = Rights(database, items)
        with database.session() as session:
            rows = session.exec(
                select(RecordingRow.id, RecordingRow.version_of).where(
                    col(RecordingRow.version_of).is_not(None)
                )
            )
            self._versions = {id: original for id, original in rows if original is not None}

    def sources(self, item: str) -> tuple[tuple[str, float], ...]:
        """The recordings of an item with their parts of a play; none for an unknown item.

        A mashup's play counts half for each source, and that of an official remix for the
        recording that it is a version of.
        """
        known = self._rights.item(item)
        if known is None:
            return ()
        return tuple(
            (self._versions.get(source, source), float(share))
            for source, share, _ in self._rights.leaves(known)
        )
