"""Reports as a room of the kernel: settlements in; statements, comparisons and estimates out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from clearmix.contracts import Progress, RoyaltyFormula
from clearmix.errors import RoyaltyError
from clearmix.royalties.context import ADD_ON
from clearmix.royalties.digests import canonical_hash
from clearmix.royalties.engine import engine
from clearmix.royalties.models import CARRIED
from clearmix.royalties.period import Period
from clearmix.royalties.plays import PlayLog, category_of
from clearmix.royalties.rates import Rates
from clearmix.royalties.reading import Reading
from clearmix.royalties.reduction import eligible
from clearmix.royalties.reports.amplify import Amplify, amplify
from clearmix.royalties.reports.comparing import Comparison, compare
from clearmix.royalties.reports.document import Document, make_document
from clearmix.royalties.reports.formats import Format, written
from clearmix.royalties.reports.lift import measure
from clearmix.royalties.reports.naming import Names, names_of
from clearmix.royalties.reports.observing import (
    logged_span,
    observed,
    party_names,
    recordings_of,
)
from clearmix.royalties.reports.panel import read_panel
from clearmix.royalties.reports.statement_page import Part, plots_of
from clearmix.royalties.reports.trying import card_of, lay_money, try_out
from clearmix.royalties.reports.usage import usage
from clearmix.royalties.reports.what_if import (
    CATEGORIES,
    Consent,
    Market,
    WhatIf,
    assumptions,
    estimate,
)
from clearmix.royalties.splits import Splits
from clearmix.royalties.works import Item, Rights
from clearmix.settings import Settings
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.royalties import SettlementRow

if TYPE_CHECKING:
    from clearmix.catalogue import Catalogue
    from clearmix.royalties import Royalties


@dataclass(frozen=True)
class Foreseen:
    """What a formula would pay a payee for a month as it stands."""

    period: str
    formula: str
    currency: str
    by_category: Mapping[str, int]

    @property
    def amount_micro(self) -> int:
        """All of it."""
        return sum(self.by_category.values())


def quiet(fraction: float, message: str) -> None:
    """A progress that tells nobody."""


class Reports:
    """What payees and operators read; nothing here changes what was settled."""

    def __init__(
        self,
        database: Database,
        store: Store,
        settings: Settings,
        *,
        catalogue: Catalogue,
        royalties: Royalties,
        formula: Callable[[str], RoyaltyFormula],
    ) -> None:
        self._database = database
        self._store = store
        self._scratch = settings.work / "royalties"
        self._catalogue = catalogue
        self._royalties = royalties
        self._formula = formula
        self._log = PlayLog(database, store, catalogue)
        self._reading = Reading(database, store)

    def document(
        self, payee: str, period: str | Period | None = None, progress: Progress = quiet
    ) -> Document:
        """The statement of a payee with territories, identifiers and notes.

        Args:
            payee: as `Royalties.statement` takes it.
            period: a month, or None for all.
            progress: told how far it is.

        Raises:
            CatalogueError: there is no such party; a near match is named.
        """
        return self._stated(payee, period, progress)[0]

    def statement(
        self,
        payee: str,
        period: str | Period | None,
        format: Format,
        progress: Progress = quiet,
    ) -> bytes:
        """The statement of a payee as a file of that format."""
        document, names, settlements = self._stated(payee, period, progress)
        progress(0.9, f"writing the {format}")
        return written(format, document, names, settlements)

    def overview(
        self, payee: str, period: str | Period | None = None, progress: Progress = quiet
    ) -> tuple[Document, tuple[Part, ...]]:
        """The statement of a payee, and what its plots show, a part for each currency."""
        document, names, _ = self._stated(payee, period, progress)
        return document, tuple(plots_of(document, names, one) for one in document.currencies)

    def settled(self) -> tuple[str, ...]:
        """The months that were settled, the latest first."""
        return tuple(sorted(set(self._reading.settled_periods()), reverse=True))

    # --- before anybody signs --------------------------------------------------------------------

    def compare(
        self,
        formulas: tuple[str, str],
        period: str | Period | None = None,
        rates: tuple[Rates | None, Rates | None] = (None, None),
        progress: Progress = quiet,
    ) -> Comparison:
        """Who gains and who loses between two formulas or rate cards; nothing is posted.

        Args:
            formulas: of side A and side B; they may be the same.
            period: a month; the latest with plays if it is not given.
            rates: of each side, or None for that of the month: in force, or by which it was
                settled.
            progress: told how far it is.

        Raises:
            RoyaltyError: no plays, no rate card, nothing to pay out, or two currencies.
            PluginError: there is no such formula, or it breaks its contract.
        """
        month = self._month(period)
        trials = []
        with engine(self._scratch) as working:
            self._log.gather(month, working)
            self._reading.open_history(working, month)
            for side, (id, card) in enumerate(zip(formulas, rates, strict=True)):
                progress(side / 2, f"trying {id} on the plays of {month}")
                chosen = card or card_of(self._database, month, id)
                formula = self._formula(id)
                trials.append(try_out(working, self._database, self._store, month, formula, chosen))
        progress(1.0, "compared")
        return compare(month.text, trials[0], trials[1], party_names(self._database))

    def foreseen(
        self,
        payee: str,
        formula: str = "pro-rata",
        period: str | Period | None = None,
        progress: Progress = quiet,
    ) -> Foreseen:
        """What a month that is not settled yet would pay a payee now; nothing is posted.

        Raises:
            CatalogueError: there is no such party.
            RoyaltyError: no plays, no rate card, or nothing to pay out.
        """
        month, party = self._month(period), self._catalogue.party(payee)
        with engine(self._scratch) as working:
            self._log.gather(month, working)
            self._reading.open_history(working, month)
            progress(0.3, f"trying {formula} on the plays of {month}")
            card = card_of(self._database, month, formula)
            try_out(working, self._database, self._store, month, self._formula(formula), card)
            rows = working.rows(
                "SELECT category, sum(amount_micro) FROM lines WHERE payee = ? GROUP BY 1 "
                "ORDER BY 2 DESC, 1",
                [party.id],
            )
        sums = {category: int(amount) for category, amount in rows}
        return Foreseen(month.text, formula, card.currency, sums)

    def what_if(
        self,
        payee: str,
        consent: Consent = "remix",
        period: str | Period | None = None,
        progress: Progress = quiet,
    ) -> WhatIf:
        """What a payee would have earned in a month by saying yes to a kind of use.

        Args:
            payee: id or name of a party.
            consent: the kind of use.
            period: a month; the latest with plays if it is not given.
            progress: told how far it is.

        Raises:
            CatalogueError: there is no such party.
            RoyaltyError: the plays cannot tell; why is said.
        """
        month = self._month(period)
        party = self._catalogue.party(payee)
        card = card_of(self._database, month, "pro-rata")
        category = CATEGORIES[consent]
        progress(0.0, f"counting the plays of {month}")
        with engine(self._scratch) as working:
            self._log.gather(month, working)
            lay_money(working, self._database, self._store, month, card)
            known = observed(working, self._database, month, category)
            counted = eligible(working.table("events"), month)
            pool_plays = working.ask(counted.filter(counted.pool == ADD_ON).count())[0][0]
            [pool] = working.one(
                "SELECT coalesce(sum(net_micro), 0) + (SELECT coalesce(sum(amount_micro), 0) "
                "FROM carried WHERE split_part(pool, '/', 1) = $1) FROM subscriptions "
                "WHERE pool = $1",
                [ADD_ON],
            )
        market = Market(int(pool), int(pool_plays), card.per_generation_fee_micro)
        progress(0.7, "drawing")
        held = set(recordings_of(self._database, party.id))
        shares = self._shares(party.id, held, consent, card, month)
        others = [one for id, one in known.items() if id not in held and one.render_plays]
        own = [(known[id], share) for id, share in shares.items() if not known[id].render_plays]
        seed = int(canonical_hash([party.id, consent, month.text])[:12], 16)
        earned, prospects = estimate(own, others, market, seed)
        return WhatIf(
            payee=party.id,
            name=party.name,
            consent=consent,
            period=month.text,
            currency=card.currency,
            earned_micro=earned,
            prospects=prospects,
            compared=len([one for one in others if one.plays]),
            already=len(shares) - len(own),
            assumptions=assumptions(consent, market, card.currency, len(others)),
        )

    def amplify(self, party: str | None = None, progress: Progress = quiet) -> Amplify:
        """Whether remixes bring plays to originals or take them, by track and artist.

        Args:
            party: only recordings in which this party holds something.
            progress: told how far it is.

        Raises:
            CatalogueError: there is no such party.
            RoyaltyError: no play is logged.
        """
        chosen = self._catalogue.party(party).id if party is not None else None
        first, last = self._logged()
        panel = read_panel(self._database, self._log, self._scratch, first, last, progress)
        held = set(recordings_of(self._database, chosen)) if chosen is not None else None
        measured = [one for one in measure(panel) if held is None or one.track.id in held]
        return amplify(measured, chosen, first.date().isoformat(), last.date().isoformat())

    def _shares(
        self, party: str, recordings: set[str], kind: Consent, card: Rates, period: Period
    ) -> dict[str, float]:
        """The party's part of what a render of each recording earns, where there is any."""
        rights = Rights(self._database, recordings)
        splits = Splits(rights, card.side_weights, period.start.date())
        found = {}
        for id in sorted(recordings):
            item = Item("", kind, category_of(kind), "", sources=(id,))
            mine = sum(part.share for part in splits.parts_of(item) if part.payee == party)
            if mine:
                found[id] = float(mine)
        return found

    def _month(self, period: str | Period | None) -> Period:
        if period is not None:
            return Period(str(period))
        return Period.of(self._logged()[1])

    def _logged(self) -> tuple[datetime, datetime]:
        """When the first and the last logged play were heard."""
        found = logged_span(self._database)
        if found is None:
            raise RoyaltyError(
                "no play is logged yet", help="import some with `clearmix plays import FILE`"
            )
        return found

    def _stated(
        self, payee: str, period: str | Period | None, progress: Progress
    ) -> tuple[Document, Names, dict[str, SettlementRow]]:
        progress(0.0, "reading lines")
        statement = self._royalties.statement(payee, period)
        hashes = sorted({line.settlement for line in statement.lines})
        settlements = {hash: self._reading.row(hash) for hash in hashes}
        asked = [*statement.lines, *(line.before for line in statement.lines if line.before)]
        earned = sorted({line.settlement for line in asked})
        usages = {}
        for number, hash in enumerate(earned, start=1):
            row = self._reading.row(hash)
            progress(0.8 * number / len(earned), f"reading where {row.period} was earned")
            items = (line.item_id for line in asked if line.settlement == hash)
            usages[hash] = usage(self._store, row, items)
        names = names_of(
            self._database,
            {line.source for line in statement.lines},
            {statement.payee, *(line.payee for line in statement.lines)},
        )
        waits: list[str] = []
        if settlements and statement.payee.partition(":")[0] == CARRIED:
            waits += self._reading.waits(max(settlements.values(), key=lambda row: row.period))
        document = make_document(statement, settlements, usages, names, waits)
        return document, names, settlements
