"""The diagnostics of a text while it changes: the changed rules at once, the whole on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clearmix_rules import tree
from clearmix_rules.checking.checker import check_policy
from clearmix_rules.diagnostics import Diagnostic
from clearmix_rules.editing.outline import Piece, pieces
from clearmix_rules.source import PolicySource

MOST_CHANGED = 4
"""With more new rules at once than this, checking the whole is as quick."""

_WHOLE = frozenset({"too-long", "hidden-character", "too-deep", "too-many-rules", "empty"})
"""Findings after which the checker looks at nothing else of the text."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A text and what is wrong with it."""

    text: str
    diagnostics: tuple[Diagnostic, ...]


def check(source: PolicySource) -> Checked:
    """Everything that is wrong with a text."""
    return Checked(source.text, tuple(check_policy(source)[1].diagnostics))


def recheck(before: Checked, source: PolicySource) -> Checked | None:
    """What is wrong after a change inside a few rules, from what was wrong before; None otherwise.

    Only the changed rules are read, under the header they stand under. What a change in one rule
    makes wrong in another, such as two rules of one name, is found by `check` alone.
    """
    if any(one.code in _WHOLE for one in before.diagnostics):
        return None
    (header, olds), (same_header, news) = _split(before.text), _split(source.text)
    if header != same_header:
        return None
    first = _alike(olds, news)
    last = _alike(olds[first:][::-1], news[first:][::-1])
    changed = news[first : len(news) - last]
    if len(changed) > MOST_CHANGED:
        return None
    begins = _line(header + "".join(olds[:first]))
    old_end = (
        _line(before.text) if not last else _line("".join([header, *olds[: len(olds) - last]]))
    )
    moved = _line(source.text) - _line(before.text)
    kept = [
        replace(one, line=one.line + (moved if one.line >= old_end else 0))
        for one in before.diagnostics
        if one.line < begins or (last and one.line >= old_end)
    ]
    fresh = _alone(source, header, "".join(changed), begins) if changed else []
    found = sorted([*kept, *fresh], key=lambda one: (one.line, one.column, one.code))
    return Checked(source.text, tuple(found))


def _alone(source: PolicySource, header: str, rules: str, line: int) -> list[Diagnostic]:
    """What is wrong inside rules that stand alone under their header, moved to their own line."""
    _, findings = check_policy(replace(source, text=header + rules))
    first = _line(header)
    return [
        replace(one, line=one.line - first + line)
        for one in findings.diagnostics
        if one.line >= first
    ]


def checked_rule(source: PolicySource, piece: Piece) -> tree.Rule | None:
    """The checked rule of a piece, or None if it has a mistake.

    The rest of the policy does not matter, except for the lists that it defines or takes from
    other files.
    """
    text = source.text
    defined = [
        text[one.start : one.end].rstrip()
        for one in pieces(text)
        if one.keyword in ("define", "use")
    ]
    lines = ['policy "" version 1', "by label x", *defined, text[piece.start : piece.end]]
    policy, _ = check_policy(replace(source, text="\n".join(lines)))
    return policy.rules[0] if policy is not None and len(policy.rules) == 1 else None


def _split(text: str) -> tuple[str, list[str]]:
    """The header of a text, and what follows it piece by piece, each with its indentation."""
    written = pieces(text)
    first = next((n for n, one in enumerate(written) if one.keyword == "rule"), len(written))
    starts = [text.rfind("\n", 0, one.start) + 1 for one in written[first:]]
    ends = [*starts[1:], len(text)]
    header = text[: starts[0]] if starts else text
    return header, [text[start:end] for start, end in zip(starts, ends, strict=False)]


def _alike(left: Sequence[str], right: Sequence[str]) -> int:
    """How many of two lists are the same from their beginning on."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _line(text: str) -> int:
    """The line, from 1, on which a text ends."""
    return text.count("\n") + 1
