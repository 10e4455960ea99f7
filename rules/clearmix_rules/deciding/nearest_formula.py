"""What must hold for a permit: conditions on the values of attributes, joined by and and or."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from clearmix_rules.deciding.nearest_values import Asked, Region, meet


@dataclass(frozen=True, slots=True)
class Within:
    """An attribute has one of these values."""

    key: str
    region: Region


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple[Formula, ...]


Formula: TypeAlias = Within | Every | Some

ALWAYS = Every(())
NEVER = Some(())


def every(parts: Iterable[Formula]) -> Formula:
    """All parts hold: what always holds is left out, what never does decides."""
    kept: dict[Formula, None] = {}
    for part in parts:
        if part == NEVER:
            return NEVER
        kept |= dict.fromkeys(part.parts if isinstance(part, Every) else (part,))
    return next(iter(kept)) if len(kept) == 1 else Every(tuple(kept))


def some(parts: Iterable[Formula]) -> Formula:
    """Some part holds: what never holds is left out, what always does decides."""
    kept: dict[Formula, None] = {}
    for part in parts:
        if part == ALWAYS:
            return ALWAYS
        kept |= dict.fromkeys(part.parts if isinstance(part, Some) else (part,))
    return next(iter(kept)) if len(kept) == 1 else Some(tuple(kept))


def holds(formula: Formula, point: Mapping[str, Asked]) -> bool:
    """Whether a formula holds when the attributes have these values."""
    if isinstance(formula, Within):
        return point.get(formula.key) in formula.region
    if isinstance(formula, Every):
        return all(holds(part, point) for part in formula.parts)
    return any(holds(part, point) for part in formula.parts)


def keys(formula: Formula) -> Iterator[str]:
    """The attributes that a formula speaks of, some of them several times."""
    if isinstance(formula, Within):
        yield formula.key
    else:
        for part in formula.parts:
            yield from keys(part)


def support(
    formula: Formula, point: Mapping[str, Asked], moved: frozenset[str]
) -> dict[str, Region]:
    """Regions of the moved attributes within which a formula that holds goes on holding.

    Whatever values are chosen from them, together, the formula holds while the other attributes
    stay as they are. Of several ways in which it holds the one that leaves most room is taken.
    """
    if isinstance(formula, Within):
        return {formula.key: formula.region} if formula.key in moved else {}
    found = [support(part, point, moved) for part in formula.parts if holds(part, point)]
    if isinstance(formula, Some):
        return max(
            found, key=lambda one: (-len(one), min((r.room for r in one.values()), default=0))
        )
    joined: dict[str, Region] = {}
    for one in found:
        for key, region in one.items():
            joined[key] = meet(joined[key], region) if key in joined else region
    return joined
