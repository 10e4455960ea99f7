"""From one item to its payees, in exact fractions: sources, sides, shares, contract terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from clearmix.errors import RoyaltyError
from clearmix.royalties.context import ADD_ON, side_of
from clearmix.royalties.models import SUSPENSE
from clearmix.royalties.money import percent
from clearmix.royalties.parts import Part, floored, merged_parts, of_side
from clearmix.royalties.rates import SideWeights
from clearmix.royalties.terms import floors_of
from clearmix.royalties.works import Holder, Item, Rights

STATUTORY_OWNER = Fraction(50, 100)
STATUTORY_FEATURED = Fraction(45, 100)
STATUTORY_OTHERS = Fraction(5, 100)
"""Parts of the recording side where the catalogue states no shares: owner of the recording,
featured artists, others (17 U.S.C. 114(g)(2))."""


_A = {
    "original": "an original", "edit": "an edit", "remix": "a remix", "mashup": "a mashup",
    "cover": "a cover",
}  # fmt: skip


class Splits:
    """The exact shares of items on a day.

    Args:
        rights: what the catalogue knows.
        side_weights: a rate card's, or `default_side_weights`.
        on: shares that held on this day count, unless a question names another.
    """

    def __init__(self, rights: Rights, side_weights: SideWeights, on: date) -> None:
        self._rights = rights
        self._side_weights = side_weights
        self._on = on

    def parts(
        self,
        item_id: str,
        pool: str = ADD_ON,
        on: str = "",
        earned: Mapping[str, int] | None = None,
    ) -> tuple[Part, ...]:
        """Who earns what of an item known to the catalogue or the logs, or suspense by name.

        Args:
            item_id: a recording or a render.
            pool: what it earned from, or one side of that, such as `add-on/recording`.
            on: a day (ISO 8601) whose shares count.
            earned: what it earned of each side, if it earned of more than one.
        """
        item = self._rights.item(item_id)
        if item is None:
            return (_suspended("item", item_id, "", "the catalogue does not know this item"),)
        return self.parts_of(item, pool, date.fromisoformat(on) if on else None, earned)

    def parts_of(
        self,
        item: Item,
        pool: str = ADD_ON,
        on: date | None = None,
        earned: Mapping[str, int] | None = None,
    ) -> tuple[Part, ...]:
        """Who earns what of an item; the shares add up to exactly one.

        Args:
            item: with the terms of its decision.
            pool: what it earned from, or one side of that.
            on: shares that held on this day count.
            earned: what it earned of that pool under each name, if it earned under several.

        Royalty terms hold for what it earned of the pool in all.
        """
        parts: list[Part] = []
        for source, share, sampled in self._rights.leaves(item):
            parts += self._source_parts(item, source, share, sampled, on or self._on)
        try:
            floors = floors_of(item.duties, pool)
            owed = {self._rights.account(payee): floor for payee, floor in floors.items()}
            divided = {name: of_side(parts, side_of(name)) for name in earned or (pool,)}
            mine = floored(divided, earned or {pool: 1}, owed)[pool]
        except RoyaltyError as error:
            mine = [_suspended("terms", item.id, "", error.message)]
        merged = merged_parts(mine)
        # INVARIANT: every item is allocated exactly once.
        if sum(part.share for part in merged) != 1:
            raise RoyaltyError(
                f"the shares of `{item.id}` do not add up to the whole",
                help="this is a defect; report it with the item's terms",
                place=item.id,
            )
        return merged

    def _source_parts(
        self, item: Item, source: str, share: Fraction, sampled: bool, on: date
    ) -> Iterable[Part]:
        """The parts of one recording that an item goes back to, `share` of the item together."""
        if not self._rights.is_recording(source):
            return [replace(_suspended("item", source, source, "unknown source"), share=share)]
        kind = item.kind if sampled else "cover"
        weights = self._side_weights(kind)
        holders: dict[str, Sequence[Holder]] = {}
        if weights.get("recording"):
            holders["recording"] = self._recording_holders(source, on)
        if weights.get("work"):
            holders["work"] = self._work_holders(source, on)
        if item.voice_of is not None and weights.get("likeness"):
            voice = self._rights.account(item.voice_of)
            holders["likeness"] = [Holder(voice, "voice", Fraction(1), "the voice is imitated")]
        # The composition of a work in the public domain is owed to nobody: its side falls away.
        held = {side: found for side, found in holders.items() if found}
        if not held:
            reason = "its composition is in the public domain and nothing else of it is used"
            return [replace(_suspended("work", source, source, reason), share=share)]
        whole = sum(weights[side] for side in held)
        return [
            Part(
                payee=holder.party,
                side=side,
                role=holder.role,
                source=source,
                share=share * Fraction(weights[side], whole) * holder.share,
                why=f"{percent(share)} for the source `{source}`, of which "
                f"{percent(Fraction(weights[side], whole))} for the {side} side of {_A[kind]}, "
                f"of which {percent(holder.share)}: {holder.why}",
            )
            for side, found in held.items()
            for holder in found
        ]

    def _recording_holders(self, source: str, on: date) -> Sequence[Holder]:
        stated = self._rights.shares("recording", source, on)
        if stated:
            return stated
        credits = self._rights.credits(source)
        why = "statutory fallback, as the catalogue states no shares of this recording"
        nobody = f"{SUSPENSE}:recording:{source}"
        found = []
        for role, parties, part in (
            ("owner", credits.owners, STATUTORY_OWNER),
            ("featured artist", credits.featured, STATUTORY_FEATURED),
            ("other", credits.others, STATUTORY_OTHERS),
        ):
            payees = parties or (nobody,)
            found += [Holder(payee, role, part / len(payees), why) for payee in payees]
        return found

    def _work_holders(self, source: str, on: date) -> Sequence[Holder]:
        work = self._rights.work(source)
        if work is not None:
            stated = self._rights.shares("work", work, on)
            if stated or self._rights.is_public_domain(work):
                return stated
        why = "the catalogue states no shares of this composition"
        return [Holder(f"{SUSPENSE}:work:{work or source}", "writer", Fraction(1), why)]


def _suspended(what: str, id: str, source: str, reason: str) -> Part:
    return Part(f"{SUSPENSE}:{what}:{id}", "none", "unknown", source, Fraction(1), reason)
