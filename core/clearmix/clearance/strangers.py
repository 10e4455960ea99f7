"""Parties that a policy names and the catalogue does not know."""

from __future__ import annotations

from itertools import pairwise

from clearmix.catalogue import Catalogue
from clearmix_rules import Diagnostic, PolicySource, Severity, tree
from clearmix_rules.editing.outline import Token, tokens
from clearmix_rules.errors import did_you_mean
from clearmix_rules.mentions import named_by, payees
from clearmix_rules.reading.builder import unquote
from clearmix_rules.schema import PLATFORM

_NOT_NAMED = ("policy", "rule", "reason", "reads", "use", "like")
"""What stands behind one of these names no party."""


def strangers(
    source: PolicySource, policy: tree.Policy, catalogue: Catalogue
) -> tuple[Diagnostic, ...]:
    """A warning for each id of a party that nobody in the catalogue has, where it first stands.

    A policy may come before its parties; and a misspelt id binds nothing, without any error.
    """
    named = {*named_by(policy), *payees(policy)} - {PLATFORM}
    unknown = named - {party.id for party in catalogue.parties(named)}
    everybody = [party.id for party in catalogue.parties()] if unknown else []
    found = [_stranger(source, id, _place(source.text, id), everybody) for id in unknown]
    return tuple(sorted(found, key=lambda one: (one.line, one.column, one.message)))


def _place(text: str, id: str) -> Token:
    """Where a text first names a party, bare or in quotation marks.

    A party in the definitions of another file has its place at the line that uses that file.
    """
    used = None
    for before, one in pairwise((Token("", "", 0), *tokens(text))):
        if before.text == "use" and one.kind == "STRING":
            used = used or one
        elif before.text not in _NOT_NAMED and id == (
            unquote(one.text) if one.kind == "STRING" else one.text
        ):
            return one
    return used or Token("", "", 0)


def _stranger(source: PolicySource, id: str, place: Token, everybody: list[str]) -> Diagnostic:
    line = source.text.count("\n", 0, place.start) + 1
    column = place.start - source.text.rfind("\n", 0, place.start)
    otherwise = "`clearmix catalogue show` names the parties of a song; until there is one, this "
    otherwise += "binds nothing"
    return Diagnostic(
        Severity.WARNING,
        "stranger",
        f"nobody in the catalogue has the id `{id}`",
        did_you_mean(id, everybody, otherwise),
        source.name,
        line,
        column,
        max(1, len(place.text)),
        source.line(line),
    )
