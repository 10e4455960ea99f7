"""Reports as a room of the kernel: settlements in; statements, comparisons and estimates out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clearmix.royalties.period import Period
from clearmix.royalties.reading import Reading
from clearmix.royalties.reports.document import Document, make_document
from clearmix.royalties.reports.formats import Format, written
from clearmix.royalties.reports.naming import Names, names_of
from clearmix.royalties.reports.usage import usage
from clearmix.settings import Settings
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.royalties import SettlementRow

if TYPE_CHECKING:
    from clearmix.royalties import Royalties


class Reports:
    """What payees and operators read; nothing here changes what was settled."""

    def __init__(
        self, database: Database, store: Store, settings: Settings, *, royalties: Royalties
    ) -> None:
        self._database = database
        self._store = store
        self._scratch = settings.work / "royalties"
        self._royalties = royalties
        self._reading = Reading(database, store)

    def document(self, payee: str, period: str | Period | None = None) -> Document:
        """The statement of a payee with territories, identifiers and notes.

        Args:
            payee: as `Royalties.statement` takes it.
            period: a month, or None for all.

        Raises:
            CatalogueError: there is no such party; a near match is named.
        """
        return self._stated(payee, period)[0]

    def statement(self, payee: str, period: str | Period | None, format: Format) -> bytes:
        """The statement of a payee as a file of that format."""
        document, names, settlements = self._stated(payee, period)
        return written(format, document, names, settlements)

    def _stated(
        self, payee: str, period: str | Period | None
    ) -> tuple[Document, Names, dict[str, SettlementRow]]:
        statement = self._royalties.statement(payee, period)
        hashes = sorted({line.settlement for line in statement.lines})
        settlements = {hash: self._reading.row(hash) for hash in hashes}
        usages = {
            hash: usage(
                self._store,
                row,
                (line.item_id for line in statement.lines if line.settlement == hash),
            )
            for hash, row in settlements.items()
        }
        names = names_of(
            self._database,
            {line.source for line in statement.lines},
            {statement.payee, *(line.payee for line in statement.lines)},
        )
        return make_document(statement, settlements, usages, names), names, settlements
