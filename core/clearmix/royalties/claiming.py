"""What each play behind a line claimed and was worth, by the formula that settled it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from clearmix.contracts import Progress, RoyaltyFormula
from clearmix.errors import PluginError
from clearmix.royalties.engine import engine
from clearmix.royalties.explanations import Claim, Claims, Explanation
from clearmix.royalties.models import StatementLine
from clearmix.royalties.period import Period
from clearmix.royalties.rates import Rates
from clearmix.royalties.reading import Reading, open_history
from clearmix.royalties.reduction import worths
from clearmix.royalties.settling import reduce, said_by
from clearmix.royalties.sheaves import open_kept
from clearmix.storage.store import Store
from clearmix.storage.tables.royalties import SettlementRow

ASKED = ("events", "subscriptions", "renders", "carried", "follows", "catalogue", "epochs", "works")
"""The kept inputs that a formula sees, and which items a line speaks of."""


def with_claims(
    found: Explanation,
    reading: Reading,
    formula: Callable[[str], RoyaltyFormula],
    store: Store,
    scratch: Path,
    progress: Progress,
) -> Explanation:
    """An explanation with the claims behind its line, or a step that says why without."""
    row = reading.row(found.settlement)
    try:
        claims = claims_behind(
            row,
            found.line,
            formula(row.formula),
            reading.history_files(row),
            store,
            scratch,
            progress,
        )
    except PluginError as error:
        note = f"what each play was worth cannot be told: {error.message}"
        return replace(found, steps=(*found.steps, note))
    return replace(found, claims=claims)


def claims_behind(
    row: SettlementRow,
    line: StatementLine,
    formula: RoyaltyFormula,
    history: Sequence[str],
    store: Store,
    scratch: Path,
    progress: Progress,
) -> Claims:
    """The claims that make up what a line's item was allotted, by a formula run again.

    Args:
        row: the settlement.
        line: one of its lines.
        formula: the installed formula of its id.
        history: store keys of the earlier plays that the formula could see.
        store: where its tables are kept.
        scratch: a folder for what exceeds memory.
        progress: told how far it is.

    Raises:
        PluginError: another version of the formula settled it, or it breaks its contract.
    """
    if formula.version != row.formula_version:
        raise PluginError(
            f"it was settled with `{row.formula}` {row.formula_version}, and {formula.version} "
            "is installed",
            help=f"install the plugin with version {row.formula_version} of the formula",
            place=row.formula,
        )
    with engine(scratch) as working:
        open_kept(working, store, row.files, *(name for name in ASKED if name in row.files))
        open_history(working, store, list(history))
        period, sides = Period(row.period), Rates.model_validate(row.manifest["rates"])
        weights = sides.side_weights("original")
        progress(0.1, "adding up plays")
        scale = 10 ** reduce(working, formula, period, row.currency, weights).exponent
        progress(0.7, "reading what each play claimed")
        keys = working.rows(
            "SELECT key FROM works WHERE pool = ? AND item_id = ? AND splits_from = ?",
            [line.pool, line.item_id, line.splits_from],
        )
        claims = said_by(working, formula, period, row.currency, weights).claims
        mine = worths(
            claims.filter(claims.item_id.isin([key for (key,) in keys])),
            working.table("groups"),
            scale,
        )
        mine = mine.filter(mine.pool == line.pool).order_by("event_id", "group_id")
        found = working.ask(mine.select("event_id", "group_id", "weight", "worth"))
    progress(1.0, "read")
    return Claims(scale, tuple(Claim(*values) for values in found))
