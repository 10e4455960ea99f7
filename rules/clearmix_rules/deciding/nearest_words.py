"""What the nearest permitted request changes, in words: `at 90 seconds or less`."""

from __future__ import annotations

from collections.abc import Sequence

from clearmix_rules.deciding.nearest_values import ENDLESS, Asked, Names, Numbers, Region, Sets
from clearmix_rules.english import listed, remedy
from clearmix_rules.schema import Attribute
from clearmix_rules.tree import FactTest, Op, Scalar

WITHOUT = {
    "voice-imitation": "without an imitated voice",
    "style-imitation": "without an imitated style",
    "lyric-change": "with the lyrics kept",
    "speed-change": "without a change of speed",
    "edit": "without the edit",
}
"""How a request that leaves out an action is described."""

# A bound of 29.999 seconds was written as `under 30 seconds`: the rounder number is said.
_ROUND = {"ms": 1_000, "bps": 100, "cents": 100}


def said(attribute: Attribute, region: Region, value: Asked) -> str:
    """Under which values of an attribute a request would be permitted."""
    if isinstance(region, Numbers) and isinstance(value, int):
        return _number(attribute, *region.around(value))
    if isinstance(region, Sets):
        tests = [
            (Op.HAS_ALL, region.has, True),
            (Op.HAS_ANY, region.lacks, False),
            (Op.HAS_ONLY, region.only, True),
        ]
        return " and ".join(
            _remedy(attribute, op, sorted(names), wanted) for op, names, wanted in tests if names
        )
    if isinstance(region, Names) and region.but and not attribute.values:
        return _remedy(attribute, Op.ONE_OF, sorted(map(str, region.names - {None})), False)
    names = region.names if isinstance(region, Names) and not region.but else attribute.values
    order = attribute.values
    fitting = sorted(
        (str(name) for name in names if name in region),
        key=lambda name: (order.index(name) if name in order else 0, name),
    )
    return _remedy(attribute, Op.ONE_OF, fitting, True)


def _number(attribute: Attribute, low: int, high: int) -> str:
    step = _ROUND.get(attribute.unit or "", 1)
    if low <= 0:
        under = step > 1 and (high + 1) % step == 0
        op, values = (Op.UNDER, [high + 1]) if under else (Op.AT_MOST, [high])
    elif high == ENDLESS:
        over = step > 1 and (low - 1) % step == 0
        op, values = (Op.OVER, [low - 1]) if over else (Op.AT_LEAST, [low])
    elif low == high:
        op, values = Op.EXACTLY, [low]
    else:
        op, values = Op.BETWEEN, [low, high]
    return _remedy(attribute, op, values, True)


def _remedy(attribute: Attribute, op: Op, values: Sequence[Scalar], wanted: bool) -> str:
    return remedy(FactTest(attribute, op, tuple(values)), wanted)


def sentence(here: Sequence[str], elsewhere: Sequence[str], approvals: Sequence[str]) -> str:
    """The whole offer.

    Args:
        here: what the listener can ask for.
        elsewhere: what would help too, but cannot be asked for.
        approvals: the names of those who must approve it first.
    """
    waits = (
        f"once {listed(approvals, 'and')} {'has' if len(approvals) == 1 else 'have'} approved it"
    )
    if not here and not elsewhere:
        return f"It can be made {waits}." if approvals else "It is permitted as it is asked for."
    parts = [*here]
    if elsewhere:
        parts.append(f"{listed(elsewhere, 'and')}, which cannot be asked for here")
    if approvals:
        parts.append(waits)
    return f"It {'could be made' if approvals else 'would be permitted'} {', '.join(parts)}."
