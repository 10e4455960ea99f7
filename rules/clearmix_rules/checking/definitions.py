"""The names that a policy defines for lists of values."""

from __future__ import annotations

from collections.abc import Mapping

from clearmix_rules import tree
from clearmix_rules.checking.findings import Findings
from clearmix_rules.schema import SCHEMA
from clearmix_rules.territories import CODES, GROUPS

RESERVED = frozenset({*CODES, *GROUPS}.union(*(row.values for row in SCHEMA.attributes.values())))
"""Words that every policy reads alike."""

Defined = Mapping[str, tuple[tree.Value, ...]]


def resolve(definitions: tuple[tree.Definition, ...], findings: Findings) -> Defined:
    """Each defined name with its values, definitions inside definitions replaced by theirs.

    A name defined twice and a definition that leads back to itself are mistakes; the second and
    the cycle are then left out. Values are kept once, so that no chain of definitions can grow.
    """
    written: dict[str, tree.Definition] = {}
    for one in definitions:
        if one.name in RESERVED:
            findings.error(
                one.span,
                "reserved",
                f"`{one.name}` already has a meaning",
                "define another name",
            )
        elif one.name in written:
            findings.error(
                one.span, "twice", f"`{one.name}` is defined twice", "keep one of the two"
            )
        else:
            written[one.name] = one
    done: dict[str, tuple[tree.Value, ...]] = {}
    for name in written:
        _expand(name, written, done, findings)
    return done


def _expand(
    start: str,
    written: Mapping[str, tree.Definition],
    done: dict[str, tuple[tree.Value, ...]],
    findings: Findings,
) -> None:
    """Resolves a name and all it needs, depth first without recursion."""
    path = [start]
    while path:
        name = path[-1]
        if name in done:
            path.pop()
            continue
        needed = [
            value.text
            for value in written[name].values
            if isinstance(value, tree.Word) and value.text in written
        ]
        missing = next((one for one in needed if one not in done), None)
        if missing is not None and missing in path:
            circle = " -> ".join([*path[path.index(missing) :], missing])
            findings.error(
                written[name].span,
                "definition-cycle",
                f"the definition of `{name}` leads back to itself: {circle}",
                "write out the values of one of them",
            )
            done[name] = ()
            path.pop()
        elif missing is not None:
            path.append(missing)
        else:
            values: dict[tree.Value, None] = {}
            for value in written[name].values:
                known = isinstance(value, tree.Word) and value.text in done
                values.update(dict.fromkeys(done[value.text] if known else (value,)))  # type: ignore[union-attr]
            done[name] = tuple(values)
            path.pop()


def expand(values: tuple[tree.Value, ...], defined: Defined) -> tuple[tree.Value, ...]:
    """The values with each defined name replaced, at its place, by what it stands for."""
    result: list[tree.Value] = []
    for value in values:
        if isinstance(value, tree.Word) and value.text in defined:
            result += defined[value.text]
        else:
            result.append(value)
    return tuple(result)
