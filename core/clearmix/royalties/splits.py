"""From one item to its payees, in exact fractions: sources, sides, shares, contract terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from clearmix.errors import RoyaltyError
from clearmix.royalties.context import ADD_ON, SIDED, side_of
from clearmix.royalties.models import SUSPENSE
from clearmix.royalties.money import percent
from clearmix.royalties.rates import SideWeights
from clearmix.royalties.terms import Floor, floors_of
from clearmix.royalties.works import Holder, Item, Rights

STATUTORY_OWNER = Fraction(50, 100)
STATUTORY_FEATURED = Fraction(45, 100)
STATUTORY_OTHERS = Fraction(5, 100)
"""Parts of the recording side where the catalogue states no shares: owner of the recording,
featured artists, others (17 U.S.C. 114(g)(2))."""


@dataclass(frozen=True)
class Part:
    """One payee's exact share of an item in one role, and the sentence that says why.

    `base` is that of the contract term that set the share, if one did.
    """

    payee: str
    side: str
    role: str
    source: str
    share: Fraction
    why: str
    base: str = ""


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

    def parts(self, item_id: str, pool: str = ADD_ON, on: str = "") -> tuple[Part, ...]:
        """Who earns what of an item known to the catalogue or the logs, or suspense by name.

        Args:
            item_id: a recording or a render.
            pool: what it earned from, or one side of that, such as `add-on/recording`.
            on: a day (ISO 8601) whose shares count.
        """
        item = self._rights.item(item_id)
        if item is None:
            return (_suspended("item", item_id, "", "the catalogue does not know this item"),)
        return self.parts_of(item, pool, date.fromisoformat(on) if on else None)

    def parts_of(self, item: Item, pool: str = ADD_ON, on: date | None = None) -> tuple[Part, ...]:
        """Who earns what of an item; the shares add up to exactly one."""
        parts: list[Part] = []
        for source, share, sampled in self._rights.leaves(item):
            parts += self._source_parts(item, source, share, sampled, on or self._on)
        try:
            floors = floors_of(item.duties, pool)
            parts = with_floors(
                parts, {self._rights.account(payee): floor for payee, floor in floors.items()}
            )
        except RoyaltyError as error:
            parts = [_suspended("terms", item.id, "", error.message)]
        merged = _merged(of_side(parts, side_of(pool)))
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


def of_side(parts: Sequence[Part], side: str) -> list[Part]:
    """The parts of what an item earned of one side of a pool; all of them if `side` is empty.

    Parts that belong to neither side, such as a voice's, keep their share of each side. An item
    without that side has no one else to pay: all its parts take what the side earned.
    """
    mine = sum(part.share for part in parts if part.side == side)
    if not mine:
        return list(parts)
    neither = sum(part.share for part in parts if part.side not in SIDED)
    return [
        replace(part, share=part.share * (1 - neither) / mine) if part.side == side else part
        for part in parts
        if part.side == side or part.side not in SIDED
    ]


def with_floors(parts: Sequence[Part], floors: Mapping[str, Floor]) -> list[Part]:
    """The parts with every payee at its floor or above, and all others reduced in proportion.

    A payee below its floor is raised to it exactly; what that takes comes from everyone else in
    proportion, and whoever falls below a floor of its own by that is raised in turn. A payee that
    had no part gets one under the side `terms`.

    Raises:
        RoyaltyError: the floors are more than the whole.
    """
    owed = sum((floor.share for floor in floors.values()), Fraction(0))
    if owed > 1:
        raise RoyaltyError(
            f"the royalty terms add up to {percent(owed)}",
            help="lower a rate: the terms of one render can be at most the whole",
            place="duties",
        )
    earned: dict[str, Fraction] = {}
    for part in parts:
        earned[part.payee] = earned.get(part.payee, Fraction(0)) + part.share
    raised: dict[str, Floor] = {}
    scale = Fraction(1)
    while True:
        below = {
            payee: floor
            for payee, floor in floors.items()
            if payee not in raised and earned.get(payee, Fraction(0)) * scale < floor.share
        }
        if not below:
            break
        raised |= below
        others = sum(share for payee, share in earned.items() if payee not in raised)
        scale = (
            (1 - sum(floor.share for floor in raised.values())) / others if others else Fraction(0)
        )
    result = []
    for part in parts:
        if part.payee in raised:
            floor = raised[part.payee]
            why = (
                f"{part.why}; raised, as the terms owe `{part.payee}` at least "
                f"{percent(floor.share)} {floor.of}"
            )
            factor, base = floor.share / earned[part.payee], floor.base
        else:
            why = part.why if scale == 1 else f"{part.why}; reduced to meet the terms of others"
            factor, base = scale, ""
        result.append(replace(part, share=part.share * factor, why=why, base=base))
    for payee, floor in raised.items():
        if payee not in earned:
            why = f"the terms owe `{payee}` at least {percent(floor.share)} {floor.of}"
            result.append(Part(payee, "terms", "licensor", "", floor.share, why, floor.base))
    return result


def _suspended(what: str, id: str, source: str, reason: str) -> Part:
    return Part(f"{SUSPENSE}:{what}:{id}", "none", "unknown", source, Fraction(1), reason)


def _merged(parts: Iterable[Part]) -> tuple[Part, ...]:
    found: dict[tuple[str, ...], Part] = {}
    for part in parts:
        key = (part.payee, part.side, part.role, part.source)
        known = found.get(key)
        if part.share:
            found[key] = replace(part, share=known.share + part.share) if known else part
    return tuple(found[key] for key in sorted(found))
