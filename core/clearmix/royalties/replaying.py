"""Replaying a settlement: the same inputs, the same formula, the same hash, or what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from clearmix.contracts import Progress, RoyaltyFormula
from clearmix.royalties.closing import postings_of
from clearmix.royalties.digests import canonical_hash, table_digest
from clearmix.royalties.engine import engine
from clearmix.royalties.finishing import LINE_COLUMNS
from clearmix.royalties.ledger import Ledger
from clearmix.royalties.models import Replay
from clearmix.royalties.period import Period
from clearmix.royalties.rates import Rates
from clearmix.royalties.reading import open_history
from clearmix.royalties.settling import PLACE_COLUMNS, finish, manifest, payee_sums, reduce
from clearmix.royalties.sheaves import KEPT, WORKED_OUT, check_kept, open_kept
from clearmix.storage.store import Store
from clearmix.storage.tables.royalties import SettlementRow


def replay(
    row: SettlementRow,
    formula: RoyaltyFormula,
    history: Sequence[str],
    store: Store,
    ledger: Ledger,
    scratch: Path,
    progress: Progress,
) -> Replay:
    """What replaying a settlement gives, and every way in which it differs.

    Args:
        row: the settlement as it was written.
        formula: the installed formula of its id.
        history: store keys of the earlier plays that the formula could see.
        store: where its tables are kept.
        ledger: where it was posted.
        scratch: a folder for what exceeds memory.
        progress: told how far it is.
    """
    progress(0.0, "checking the kept files")
    differences = check_kept(store, row.files)
    if differences:  # nothing that was changed is worth replaying
        return Replay(row.hash, "", not ledger.problems(row.hash), tuple(differences))
    if formula.version != row.formula_version:
        differences.append(
            f"it was made with `{row.formula}` {row.formula_version}, and {formula.version} "
            "is installed"
        )
    with engine(scratch) as working:
        inputs = (table for table in KEPT if table in row.files and table not in WORKED_OUT)
        open_kept(working, store, row.files, *inputs)
        open_history(working, store, list(history))
        period = Period(row.period)
        rates = Rates.model_validate(row.manifest["rates"])
        progress(0.2, "adding up plays")
        weights = rates.side_weights("original")
        reduced = reduce(working, formula, period, row.currency, weights, by_place=True)
        progress(0.6, "dividing among payees")
        finish(working, period, reduced)
        progress(0.8, "hashing")
        again = manifest(
            working, formula, period, reduced, row.manifest["rates"],
            row.manifest["inputs"]["history"], row.manifest["format"],
        )  # fmt: skip
        if row.corrects is not None:
            again["corrects"] = row.corrects
        differences += _compare(row.manifest, again)
        sums = payee_sums(working)
        open_kept(working, store, row.files, "lines", prefix="kept_")
        if table_digest(working, "kept_lines", LINE_COLUMNS) != row.manifest["lines"]:
            differences.append("the kept lines are not those of the hash")
        if "places" in row.files:
            open_kept(working, store, row.files, "places", prefix="kept_")
            if table_digest(working, "kept_places", PLACE_COLUMNS) != row.manifest["places"]:
                differences.append("the kept places are not those of the hash")
    books = ledger.problems(row.hash)
    undone = ledger.entries(row.corrects) if row.corrects else ()
    expected = {entry.id: entry.text for entry in postings_of(row, sums, undone)}
    posted = {
        entry.id: entry.text
        for entry in ledger.entries(row.hash)
        if entry.kind in ("accrued", "reversed")
    }
    if expected != posted:
        books.append("the ledger does not say what the lines say")
    replayed = canonical_hash(again)
    if canonical_hash(row.manifest) != row.hash or (replayed != row.hash and not differences):
        differences.append("what the hash covers was changed since it was written")
    totals = (reduced.pool_micro, sum(sum(payees.values()) for payees in sums.values()))
    if totals != (row.pool_micro, row.allocated_micro) or dict(reduced.pools) != row.pools:
        differences.append("the sums on record are not those of the lines")
    if (reduced.plays, reduced.eligible_plays) != (row.plays, row.eligible_plays):
        differences.append("the counts of plays on record are not those of the kept plays")
    return Replay(row.hash, replayed, not books, (*differences, *books))


def _compare(before: Mapping[str, Any], after: Mapping[str, Any], path: str = "") -> list[str]:
    differences: list[str] = []
    for name in sorted({*before, *after}):
        was, now = before.get(name), after.get(name)
        if isinstance(was, Mapping) and isinstance(now, Mapping):
            differences += _compare(was, now, f"{path}{name}.")
        elif was != now:
            differences.append(f"`{path}{name}` was {was} and is {now} when replayed")
    return differences
