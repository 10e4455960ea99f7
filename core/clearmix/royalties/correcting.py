"""Correcting a settled month, and after it each later month that took in what it pays now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from clearmix.contracts import Progress, RoyaltyFormula
from clearmix.errors import ClearmixError, RoyaltyError
from clearmix.royalties.carrying import Overdrawn, overdrawn
from clearmix.royalties.closing import Closing
from clearmix.royalties.models import CARRIED, Settlement
from clearmix.royalties.money import money
from clearmix.royalties.period import Period
from clearmix.royalties.rates import Rates
from clearmix.royalties.reading import Reading, require_replayable
from clearmix.storage.database import Database


class Correcting:
    """Settles settled months anew, as they are known now."""

    def __init__(
        self,
        database: Database,
        reading: Reading,
        closing: Closing,
        formula: Callable[[str], RoyaltyFormula],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._reading = reading
        self._closing = closing
        self._formula = formula
        self._clock = clock

    def correct(self, period: Period, formula: str | None, progress: Progress) -> Settlement:
        """The settlement of a month as it stands now, and those that had to follow it.

        Where a correction pays to others what a later month had taken in, that month is corrected
        as well, the earliest first, until nothing is paid twice. Each is posted by itself: what a
        crash leaves undone is done when the same month is corrected again.

        Raises:
            RoyaltyError: as `Royalties.correct` says; of the month itself, not of one that follows.
        """
        corrected = self._one(period, formula or self._only_formula(period), progress)
        followed: list[Settlement] = []
        notes = list(corrected.notes)
        while (due := self._due(period, corrected.currency)) is not None:
            amount = money(due.amount_micro, corrected.currency)
            said = f"{amount} of `{CARRIED}:{due.pool}` that {due.period} took in is paid before it"
            again = f"`clearmix royalties correct --period {due.period} --formula {due.formula}`"
            try:
                follower = self._one(Period(due.period), due.formula, progress)
            except ClearmixError as error:
                notes.append(
                    f"{said}, and {due.period} could not follow: {error.message}; {error.help}; "
                    f"then run {again}"
                )
                break
            followed.append(follower)
            notes.append(f"{said} now: {due.period} was corrected too, {follower.hash[:12]}")
        return replace(corrected, notes=tuple(notes), followed=tuple(followed))

    def _only_formula(self, period: Period) -> str:
        """The formula that settled a month; raises RoyaltyError if none or several did."""
        known = self._reading.settled_formulas().get(period.text, ())
        if not known:
            raise RoyaltyError(
                f"{period} is not settled yet",
                help=f"settle it first: `royalties settle --period {period} --formula ...`",
            )
        if len(known) > 1:
            raise RoyaltyError(
                f"{period} is settled by several formulas",
                help=f"add `--formula` and one of {', '.join(known)}",
            )
        return known[0]

    def _due(self, period: Period, currency: str) -> Overdrawn | None:
        with self._database.session() as session:
            return next(iter(overdrawn(session, period, currency)), None)

    def _one(self, period: Period, formula: str, progress: Progress) -> Settlement:
        first = self._reading.find(period, formula)
        if first is None:
            raise RoyaltyError(
                f"{period} is not settled by `{formula}`",
                help=f"settle it first: `royalties settle --period {period} --formula {formula}`",
            )
        stands = self._reading.latest(first.hash)
        require_replayable(stands)
        chosen = self._formula(formula)
        if chosen.version != stands.formula_version:
            raise RoyaltyError(
                f"{period} was settled with `{formula}` {stands.formula_version}, and "
                f"{chosen.version} is installed",
                help=f"install the plugin with version {stands.formula_version} of the formula",
            )
        return self._closing.close(
            period,
            chosen,
            Rates.model_validate(stands.manifest["rates"]),
            progress,
            correcting=stands,
            posted_in=self._open_month(period),
        )

    def _open_month(self, after: Period) -> Period:
        """The month in which something is posted now: this one, but never one that is closed."""
        closed = [Period(text) for text in self._reading.settled_periods()]
        month = max(Period.of(self._clock()), Period.of(after.end))
        while month in closed:
            month = Period.of(month.end)
        return month
