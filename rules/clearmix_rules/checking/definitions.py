"""The names that a policy defines for lists of values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from clearmix_rules import tree
from clearmix_rules.checking.findings import Findings
from clearmix_rules.schema import SCHEMA
from clearmix_rules.territories import CODES, GROUPS, group, meant

RESERVED = frozenset(
    {*CODES, *(name.lower() for name in GROUPS)}.union(
        *(row.values for row in SCHEMA.attributes.values())
    )
)
"""Words that every policy reads alike; a group of territories in capitals or not."""

Defined = Mapping[str, tuple[tree.Value, ...]]


def resolve(definitions: tuple[tree.Definition, ...], findings: Findings) -> Defined:
    """Each defined name with its values, definitions inside definitions replaced by theirs.

    A name defined twice and a definition that leads back to itself are mistakes; the second and
    the cycle are then left out. Values are kept once, so that no chain of definitions can grow.
    """
    written: dict[str, tree.Definition] = {}
    for one in definitions:
        if one.name in RESERVED or one.name.lower() in RESERVED:
            written.setdefault(one.name, one)
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
        needed = [word for word in _words(written[name].values) if word in written]
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
            done[name] = expand(written[name].values, done, findings)
            path.pop()


def _words(values: tuple[tree.Value, ...]) -> Iterator[str]:
    for value in values:
        if isinstance(value, tree.Word):
            yield value.text
        elif isinstance(value, tree.Except):
            yield from _words(value.values)


def expand(
    values: tuple[tree.Value, ...], defined: Defined, findings: Findings
) -> tuple[tree.Value, ...]:
    """The values, each once, with each defined name replaced, at its place, by what it stands for.

    What stands after `except` is taken away; groups of territories are then written out.
    """
    result: dict[tree.Value, None] = {}
    for value in values:
        if isinstance(value, tree.Word) and value.text in defined:
            result.update(dict.fromkeys(defined[value.text]))
        elif isinstance(value, tree.Except):
            result = _without(result, value, defined, findings)
        else:
            result.setdefault(value)
    return tuple(result)


def _without(
    values: dict[tree.Value, None], excluded: tree.Except, defined: Defined, findings: Findings
) -> dict[tree.Value, None]:
    """The values without the excluded ones. What could not be excluded is a mistake."""
    kept = _written_out(values)
    for value in excluded.values:
        gone = _written_out(expand((value,), defined, findings))
        unknown = not any(isinstance(one, tree.Word) and one.text in CODES for one in kept)
        if gone.keys().isdisjoint(kept) and not (unknown and _are_territories(gone)):
            name = value.text if isinstance(value, tree.Word | tree.Text) else "..."
            code = None if name in CODES else meant(name)
            findings.error(
                value.span,
                "except",
                f"`{name}` is not among the values before `except`",
                f"did you mean `{code}`?" if code else "leave it out, or name one of those values",
            )
        kept = {one: None for one in kept if one not in gone}
    if not kept:
        findings.error(excluded.span, "except", "`except` leaves nothing", "leave out fewer values")
    return kept


def _are_territories(values: Iterable[tree.Value]) -> bool:
    return all(isinstance(one, tree.Word) and one.text in CODES for one in values)


def _written_out(values: Iterable[tree.Value]) -> dict[tree.Value, None]:
    """The values with each group of territories replaced by its territories."""
    result: dict[tree.Value, None] = {}
    for value in values:
        codes = group(value.text) if isinstance(value, tree.Word) else None
        if codes is None:
            result.setdefault(value)
        else:
            result.update((tree.Word(code, value.span), None) for code in sorted(codes))
    return result
