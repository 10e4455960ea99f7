"""Parts of an item: of one side of a pool, and with every payee at the floor of its terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from clearmix.errors import RoyaltyError
from clearmix.royalties.context import SIDED
from clearmix.royalties.digests import canonical_hash
from clearmix.royalties.money import percent
from clearmix.royalties.terms import Floor


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
    earned = _by_payee(parts)
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


def floored(
    divided: Mapping[str, Sequence[Part]], earned: Mapping[str, int], floors: Mapping[str, Floor]
) -> dict[str, list[Part]]:
    """The parts of each side with every payee at its floor, counted on all sides together.

    A payee that earns enough on one side is owed nothing of the other. What raises a payee is
    taken on each side from what the others give up there, so that each side pays what it earned;
    a payee without a part of a side gets one there under the side `terms`.

    Args:
        divided: by the pool, or side of a pool, that pays them: parts that add up to one.
        earned: what the item earned of each of these, in whatever unit.
        floors: of what it earned of all of them.

    Raises:
        RoyaltyError: the floors are more than the whole.
    """
    paying = {name: parts for name, parts in divided.items() if earned[name]}
    if len(paying) < 2:
        return {name: with_floors(parts, floors) for name, parts in divided.items()}
    total = sum(earned.values())
    together = [
        replace(part, share=part.share * Fraction(earned[name], total))
        for name, parts in paying.items()
        for part in parts
    ]
    before = _by_payee(together)
    after = _by_payee(met := with_floors(together, floors))
    owed = {part.payee: floors[part.payee] for part in met if part.base}
    gains = {
        payee: share - before.get(payee, Fraction(0))
        for payee, share in after.items()
        if share > before.get(payee, Fraction(0))
    }
    if not gains:
        return {name: list(parts) for name, parts in divided.items()}
    kept = {
        payee: min(Fraction(1), after[payee] / share) if share else Fraction(1)
        for payee, share in before.items()
    }
    return {
        name: _exchanged(parts, earned[name], kept, gains, owed) if name in paying else list(parts)
        for name, parts in divided.items()
    }


def _exchanged(
    parts: Sequence[Part],
    earned: int,
    kept: Mapping[str, Fraction],
    gains: Mapping[str, Fraction],
    owed: Mapping[str, Floor],
) -> list[Part]:
    """The parts of one side after everyone keeps a part of theirs, and the rest went to gains.

    Args:
        parts: of the side.
        earned: what the side earned; shares are rounded to this denominator.
        kept: the part of theirs that payees keep.
        gains: of payees that are raised.
        owed: the floors of all who are paid exactly theirs.
    """
    freed = 1 - sum((part.share * kept[part.payee] for part in parts), Fraction(0))
    mine = _by_payee(parts)
    whole = sum(gains.values())
    result = []
    for part in parts:
        share, why, base = part.share * kept[part.payee], part.why, ""
        if part.payee in gains:
            share += freed * gains[part.payee] / whole * part.share / mine[part.payee]
        if part.payee in owed:
            floor = owed[part.payee]
            base = floor.base
            why += (
                f"; {'raised' if part.payee in gains else 'reduced'}, as the terms owe "
                f"`{part.payee}` at least {percent(floor.share)} {floor.of}, both sides together"
            )
        elif kept[part.payee] < 1:
            why += "; reduced to meet the terms of others"
        result.append(replace(part, share=share, why=why, base=base))
    for payee, gain in gains.items():
        if payee not in mine:
            floor = owed[payee]
            why = f"the terms owe `{payee}` at least {percent(floor.share)} {floor.of}"
            result.append(
                Part(payee, "terms", "licensor", "", freed * gain / whole, why, floor.base)
            )
    return _on_denominator(result, earned)


def _on_denominator(parts: Sequence[Part], whole: int) -> list[Part]:
    """The parts in whole parts of `whole`, by largest remainder; ties go by a hash."""
    floor = [part.share * whole // 1 for part in parts]
    rest = whole - sum(floor)
    order = sorted(
        range(len(parts)),
        key=lambda n: (
            floor[n] - parts[n].share * whole,
            canonical_hash([parts[n].payee, parts[n].side, parts[n].role, parts[n].source]),
        ),
    )
    more = set(order[:rest])
    return [
        replace(part, share=Fraction(floor[n] + (n in more), whole)) for n, part in enumerate(parts)
    ]


def _by_payee(parts: Iterable[Part]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for part in parts:
        found[part.payee] = found.get(part.payee, Fraction(0)) + part.share
    return found


def merged_parts(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts in one order, those of one payee in one role of one source added up."""
    found: dict[tuple[str, ...], Part] = {}
    for part in parts:
        key = (part.payee, part.side, part.role, part.source)
        known = found.get(key)
        if part.share:
            found[key] = replace(part, share=known.share + part.share) if known else part
    return tuple(found[key] for key in sorted(found))
