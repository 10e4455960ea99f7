"""Terms of z3, folded in Python as far as they can be, so that they stay small."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import z3
from z3 import z3core, z3types

Term: TypeAlias = Any
"""A `z3.BoolRef`, or a Python bool where the answer is known. z3 comes without types."""


def every(parts: Iterable[Term]) -> Term:
    """Whether all hold; True of none."""
    kept: list[Term] = []
    for part in parts:
        if part is False:
            return False
        if part is not True:
            kept.append(part)
    if len(kept) < 2:
        return kept[0] if kept else True
    return _join(z3core.Z3_mk_and, kept)


def some(parts: Iterable[Term]) -> Term:
    """Whether at least one holds; False of none."""
    kept: list[Term] = []
    for part in parts:
        if part is True:
            return True
        if part is not False:
            kept.append(part)
    if len(kept) < 2:
        return kept[0] if kept else False
    return _join(z3core.Z3_mk_or, kept)


def no(part: Term) -> Term:
    """Whether it does not hold."""
    if isinstance(part, bool):
        return not part
    context = z3.main_ctx()
    return z3.BoolRef(z3core.Z3_mk_not(context.ref(), part.as_ast()), context)


def _join(make: Callable[..., Any], parts: list[Term]) -> z3.BoolRef:
    """The parts in one term. `z3.And` would convert each again, which is most of what it costs."""
    context = z3.main_ctx()
    array = (z3types.Ast * len(parts))(*(part.as_ast() for part in parts))
    return z3.BoolRef(make(context.ref(), len(parts), array), context)


def which(condition: Term, then: Any, otherwise: Any) -> Any:
    """One number or the other."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    return z3.If(condition, then, otherwise)


def solid(part: Term) -> z3.BoolRef:
    """The term as z3's own, for where z3 wants one."""
    return z3.BoolVal(part) if isinstance(part, bool) else part


@dataclass(frozen=True, slots=True)
class Truth:
    """What a condition comes out as: it holds, it fails, or a fact that it reads is missing."""

    holds: Term
    missing: Term = False

    @property
    def fails(self) -> Term:
        """Whether it was read to its end and does not hold."""
        return every((no(self.holds), no(self.missing)))


def all_in_turn(parts: Iterable[Truth]) -> Truth:
    """All of them, tried from left to right: what fails hides what is missing after it."""
    holds: Term = True
    missing: list[Term] = []
    for part in parts:
        missing.append(every((holds, part.missing)))
        holds = every((holds, part.holds))
    return Truth(holds, some(missing))


def any_in_turn(parts: Iterable[Truth]) -> Truth:
    """Any of them, tried from left to right: what holds hides what is missing after it."""
    failed: Term = True
    holds: list[Term] = []
    missing: list[Term] = []
    for part in parts:
        holds.append(every((failed, part.holds)))
        missing.append(every((failed, part.missing)))
        failed = every((failed, part.fails))
    return Truth(some(holds), some(missing))
