"""Settlements read back: their lines, a payee's statement, and where a line comes from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sqlmodel import col, select

from clearmix.errors import RoyaltyError
from clearmix.royalties.carrying import taken_in
from clearmix.royalties.context import pool_of
from clearmix.royalties.digests import row_text
from clearmix.royalties.eligibility import Eligibility
from clearmix.royalties.engine import EVENT_COLUMNS, Engine, engine, literal
from clearmix.royalties.explanations import Explanation
from clearmix.royalties.finishing import LINE_COLUMNS
from clearmix.royalties.models import (
    CARRIED,
    SUSPENSE,
    TAKEN_IN,
    Settlement,
    Statement,
    StatementLine,
)
from clearmix.royalties.money import money, percent
from clearmix.royalties.period import Period
from clearmix.royalties.reduction import eligible
from clearmix.royalties.settling import REPLAYABLE
from clearmix.royalties.sheaves import open_kept
from clearmix.royalties.unclaimed import still_waiting
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.clearance import DecisionRow
from clearmix.storage.tables.royalties import SettlementRow

PLAYS_SHOWN = 10
"""How many event ids an explanation shows."""

SHORTEST_HASH = 8
"""Fewer digits of a hash are not taken for it."""

_KEY = row_text(("pool", "item_id", "payee", "side", "role", "source", "splits_from"))


def is_account(payee: str) -> bool:
    """Whether a payee is no party but an account for money that waits."""
    return payee.partition(":")[0] in (SUSPENSE, CARRIED)


class Reading:
    """What has been settled, as it was settled."""

    def __init__(self, database: Database, store: Store) -> None:
        self._database = database
        self._store = store

    # --- settlements -----------------------------------------------------------------------------

    def find(self, period: Period, formula: str) -> Settlement | None:
        """The settlement of a period by a formula, if it was made."""
        with self._database.session() as session:
            row = session.exec(
                select(SettlementRow).where(
                    SettlementRow.period == period.text,
                    SettlementRow.formula == formula,
                    col(SettlementRow.corrects).is_(None),
                )
            ).first()
        return self.settlement(row, posted=False, waits=self.waits(row)) if row else None

    def latest(self, hash: str) -> SettlementRow:
        """The last correction of a settlement, or itself if there is none."""
        row = self.row(hash)
        following = {other.corrects: other for other in self._rows() if other.corrects}
        while row.hash in following:
            row = following[row.hash]
        return row

    def settlements(self) -> tuple[Settlement, ...]:
        """Every settlement, by period."""
        return tuple(self.settlement(row, posted=False) for row in self._rows())

    def settled_periods(self) -> tuple[str, ...]:
        """The months of which a pool was paid out."""
        return tuple(self.settled_formulas())

    def settled_formulas(self) -> dict[str, tuple[str, ...]]:
        """The formulas by which each settled month was settled."""
        found: dict[str, tuple[str, ...]] = {}
        for row in self._rows():
            known = found.get(row.period, ())
            found[row.period] = known if row.formula in known else (*known, row.formula)
        return found

    def row(self, hash: str) -> SettlementRow:
        """The row of a settlement by its hash, or by the first digits of it.

        Raises:
            RoyaltyError: no settlement, or more than one, has that hash.
        """
        found = [row for row in self._rows() if row.hash.startswith(hash.lower())]
        if len(found) != 1 or len(hash) < SHORTEST_HASH:
            known = ", ".join(f"`{row.hash[:12]}`" for row in self._rows()) or "none yet"
            raise RoyaltyError(
                f"no settlement `{hash}`", help=f"give its hash; settlements: {known}"
            )
        return found[0]

    def settlement(
        self, row: SettlementRow, *, posted: bool, waits: tuple[str, ...] = ()
    ) -> Settlement:
        """The settlement of a row."""
        return Settlement(
            hash=row.hash,
            period=row.period,
            formula=row.formula,
            formula_version=row.formula_version,
            currency=row.currency,
            pool_micro=row.pool_micro,
            allocated_micro=row.allocated_micro,
            pools=row.pools,
            plays=row.plays,
            eligible_plays=row.eligible_plays,
            posted_at=row.posted_at,
            posted=posted,
            corrects=row.corrects,
            posted_in=row.posted_in or row.period,
            notes=(*_notes(row), *waits),
            carried=taken_in(row),
            read_lines=lambda: self._lines(row),
        )

    def waits(self, row: SettlementRow) -> tuple[str, ...]:
        """Sentences about what nobody has claimed up to a settlement, and where it waits now."""
        with self._database.session() as session:
            return still_waiting(session, row)

    def open_history(self, into: Engine, period: Period) -> dict[str, str]:
        """Makes the view `history` of earlier settled plays; their digests by period."""
        earlier = {row.period: row for row in self._rows() if row.period < period.text}
        open_history(into, self._store, [row.files["events"] for row in earlier.values()])
        return {month: row.manifest["inputs"]["events"] for month, row in earlier.items()}

    def history_files(self, row: SettlementRow) -> list[str]:
        """Store keys of the earlier plays that a settlement could see."""
        seen = row.manifest["inputs"]["history"]
        by_digest = {row.manifest["inputs"]["events"]: row.files["events"] for row in self._rows()}
        return [by_digest[digest] for digest in seen.values()]

    # --- statements ------------------------------------------------------------------------------

    def statement(self, payee: str, name: str, period: Period | None) -> Statement:
        """The lines of a payee; `suspense` and `carried` stand for all accounts of that kind."""
        whose = f"payee = {literal(payee)}"
        if payee in (SUSPENSE, CARRIED):
            whose = f"starts_with(payee, {literal(payee + ':')})"
        lines: list[StatementLine] = []
        for row in self._rows():
            if period is None or (row.posted_in or row.period) == period.text:
                lines += self._stated(row, whose)
        return Statement(payee, name, period.text if period else None, tuple(lines))

    def explain(self, line_id: str) -> Explanation:
        """Where a line comes from; raises RoyaltyError if there is no such line."""
        for row in self._rows():
            if not line_id.startswith(row.hash[:SHORTEST_HASH]):
                continue
            require_replayable(row)
            lines = self._stated(row, f"{_line_id(row)} = {literal(line_id)}")
            if lines and row.corrects:
                return self._adjustment(row, lines[0], row.corrects)
            if lines:
                return self._explanation(row, lines[0])
        raise RoyaltyError(
            f"no line `{line_id}`", help="a statement shows the id of each of its lines"
        )

    def _adjustment(self, row: SettlementRow, line: StatementLine, of: str) -> Explanation:
        """Where a line of a correction comes from: what it was, what it is, and why."""
        now = self._lines(row, f"{_line_id(row)} = {literal(line.id)}")
        is_now = now[0].amount_micro if now else 0
        was = money(is_now - line.amount_micro, row.currency)
        said = (
            f"this corrects settlement `{of[:12]}` of {row.period}, in {row.posted_in}: "
            f"the line was {was} and is {money(is_now, row.currency)}, "
            f"a difference of {money(line.amount_micro, row.currency)}"
        )
        source = self.row(of)
        full = (
            self._explanation(row, now[0])
            if now
            else self._explanation(source, replace(line, id=line.adjustment_of, amount_micro=0))
        )
        return replace(full, line=line, steps=(said, *full.steps))

    def _explanation(self, row: SettlementRow, line: StatementLine) -> Explanation:
        formula = f"{row.formula} {row.formula_version}"
        held = money(row.pools[pool_of(line.pool)], row.currency)
        more = sum(
            amount for pool, amount in taken_in(row).items() if pool_of(pool) == pool_of(line.pool)
        )
        steps = [f"the pool `{pool_of(line.pool)}` of {row.period} held {held}"]
        if more:
            steps[0] += f", and {money(more, row.currency)} carried before is divided with it"
        plays: tuple[str, ...] = ()
        in_all = 0
        decision_hash = ""
        with self._kept(row, "events", "epochs", "works", "routes") as working:
            if not is_account(line.payee) or line.item_id:
                why, decision_hash = working.one(
                    "SELECT why, decision_hash FROM works JOIN routes USING (route) "
                    "WHERE pool = ? AND item_id = ? AND splits_from = ? AND payee = ? "
                    "AND side = ? AND role = ? AND source = ?",
                    [
                        line.pool, line.item_id, line.splits_from, line.payee, line.side,
                        line.role, line.source,
                    ],
                )  # fmt: skip
                plays, in_all = self._plays(working, row, line)
                steps += [
                    f"`{line.title}` ({line.category}) {_count(line, in_all)}, for which the "
                    f"formula {formula} allots {money(line.gross_micro, row.currency)}",
                    f"`{line.payee}` holds {percent(line.share)} of it, exactly "
                    f"{line.share.numerator}/{line.share.denominator}: {why}",
                ]
            elif line.role == TAKEN_IN:
                steps.append(
                    f"nobody had claimed this part of earlier months; it leaves the account "
                    f"`{line.payee}`, and {row.period} divides it"
                )
            else:
                steps.append(
                    f"the formula {formula} found nobody with a claim on this part of it; "
                    f"it waits in the account `{line.payee}`, and the next month takes it in"
                )
        rules = self._rules(decision_hash)
        if decision_hash:
            under = f", under the rules {', '.join(rules)}" if rules else ""
            steps.append(
                f"it was made by the decision `{decision_hash[:12]}`{under}; "
                "its terms travel with it"
            )
        steps.append(
            f"rounded to whole micro-units by largest remainder: "
            f"{money(line.amount_micro, row.currency)}"
        )
        return Explanation(
            line=line,
            formula=row.formula,
            formula_version=row.formula_version,
            decision_hash=decision_hash,
            steps=tuple(steps),
            plays=plays,
            rules=rules,
            plays_in_all=in_all,
            settlement=row.hash,
        )

    def _rules(self, decision_hash: str) -> tuple[str, ...]:
        """The rules of a decision in the log, such as `short-remix of Northlight terms 4`."""
        if not decision_hash:
            return ()
        with self._database.session() as session:
            row = session.exec(
                select(DecisionRow).where(DecisionRow.decision_hash == decision_hash)
            ).first()
        said = row.decision.get("rules", ()) if row is not None else ()
        return tuple(f"`{one['rule']}` of {one['policy']} {one['version']}" for one in said)

    def _plays(
        self, working: Engine, row: SettlementRow, line: StatementLine
    ) -> tuple[tuple[str, ...], int]:
        """The first event ids of the plays that count, and how many there are."""
        rule = Eligibility(**row.manifest["formula"]["eligibility"])
        counted = eligible(working.table("events"), Period(row.period), rule)
        mine = counted.filter(counted.item_id == line.item_id, counted.pool == pool_of(line.pool))
        epochs = working.rows(
            "SELECT since, until FROM epochs WHERE item_id = ? AND strftime(since, '%Y-%m-%d') = ?",
            [line.item_id, line.splits_from],
        )
        for since, until in epochs:
            mine = mine.filter(mine.played_at >= since, mine.played_at < until)
        shown = mine.select("event_id").order_by("event_id").limit(PLAYS_SHOWN)
        ids = tuple(event_id for (event_id,) in working.ask(shown))
        return ids, int(working.ask(mine.count())[0][0])

    # --- rows ------------------------------------------------------------------------------------

    def _rows(self) -> list[SettlementRow]:
        with self._database.session() as session:
            return list(
                session.exec(
                    select(SettlementRow).order_by(
                        col(SettlementRow.period),
                        col(SettlementRow.formula),
                        col(SettlementRow.posted_at),
                    )
                )
            )

    def _stated(self, row: SettlementRow, where: str) -> tuple[StatementLine, ...]:
        """What statements show of a settlement; of a correction, the lines that it changed."""
        lines = self._lines(row, where)
        if row.corrects is None:
            return lines
        corrected = self.row(row.corrects)
        before = {line.id: line for line in self._lines(corrected, where, of=row)}
        after = {line.id: line for line in lines}
        changed = []
        for id in sorted({*before, *after}):
            if id not in before:
                line = replace(after[id], adjustment_of="new")
            else:
                was = replace(before[id], settlement=corrected.hash)
                line = after.get(id) or replace(before[id], units=0, gross_micro=0, amount_micro=0)
                line = line.less(was, adjustment_of=_id_in(corrected, id))
            if line.amount_micro:
                changed.append(line)
        return tuple(changed)

    def _lines(
        self, row: SettlementRow, where: str = "true", of: SettlementRow | None = None
    ) -> tuple[StatementLine, ...]:
        """Lines as they were settled, under ids of that settlement or of its correction."""
        with self._kept(row, "lines") as working:
            rows = working.rows(
                f"SELECT {_line_id(of or row)}, {', '.join(LINE_COLUMNS)} FROM lines "  # noqa: S608
                f"WHERE {where} ORDER BY pool, item_id, splits_from, payee, side, role, source"
            )
        return tuple(_line(of or row, values) for values in rows)

    @contextmanager
    def _kept(self, row: SettlementRow, *tables: str) -> Iterator[Engine]:
        with engine() as working:
            open_kept(working, self._store, row.files, *tables)
            yield working


def require_replayable(row: SettlementRow) -> None:
    """Raises RoyaltyError for a settlement of a format that can only be read."""
    if row.manifest.get("format") not in REPLAYABLE:
        raise RoyaltyError(
            f"the settlement `{row.hash[:12]}` was made by an earlier version",
            help="its statements can be read; to explain, verify or correct it use that version",
            place=row.period,
        )


def open_history(into: Engine, store: Store, keys: list[str]) -> None:
    """Makes the view `history` of kept plays; empty without any."""
    into.create("no_history", EVENT_COLUMNS, [])
    parts = ["FROM no_history"]
    parts += [f"FROM read_parquet({literal(store.local_path(key))})" for key in keys]
    into.sql.execute(f"CREATE OR REPLACE VIEW history AS {' UNION ALL '.join(parts)}")


def _notes(row: SettlementRow) -> tuple[str, ...]:
    return tuple(
        f"{money(amount, row.currency)} that nobody had claimed before is divided with the pool "
        f"`{pool}`"
        for pool, amount in taken_in(row).items()
    )


def _count(line: StatementLine, plays: int) -> str:
    if line.plays:
        count = f"had {plays} {'plays that count' if plays > 1 else 'play that counts'}"
        return count if line.plays == plays else f"{count}, {line.plays} of which earned something"
    return "was made" if line.units == 1 else f"was made {line.units} times"


def _id_in(row: SettlementRow, id: str) -> str:
    """The id that a line has in another settlement."""
    return f"{row.hash[:SHORTEST_HASH]}-{id.partition('-')[2]}"


def _line_id(row: SettlementRow) -> str:
    return f"{literal(row.hash[:SHORTEST_HASH] + '-')} || substr(sha256({_KEY}), 1, 16)"


def _line(row: SettlementRow, values: tuple[Any, ...]) -> StatementLine:
    id, *rest = values
    named = dict(zip(LINE_COLUMNS, rest, strict=True))
    share = Fraction(named.pop("share_parts"), named.pop("share_whole"))
    return StatementLine(
        id=id,
        settlement=row.hash,
        period=row.period,
        currency=row.currency,
        share=share,
        **named,
    )
