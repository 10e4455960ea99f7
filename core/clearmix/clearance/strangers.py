"""Parties that a policy names and the catalogue does not know."""

from __future__ import annotations

from clearmix.catalogue import Catalogue
from clearmix_rules import Diagnostic, PolicySource, Severity
from clearmix_rules.editing.names import Name, Role, names
from clearmix_rules.errors import did_you_mean


def strangers(source: PolicySource, catalogue: Catalogue) -> tuple[Diagnostic, ...]:
    """A warning for each id of a party that nobody in the catalogue has, where it first stands.

    A policy may come before its parties; and a misspelt id binds nothing, without any error.
    """
    named: dict[str, Name] = {}
    for one in names(source.text):
        if one.role is Role.PARTY:
            named.setdefault(one.text, one)
    known = {party.id for party in catalogue.parties(named)}
    unknown = [name for id, name in named.items() if id not in known]
    everybody = [party.id for party in catalogue.parties()] if unknown else []
    return tuple(_stranger(source, name, everybody) for name in unknown)


def _stranger(source: PolicySource, name: Name, everybody: list[str]) -> Diagnostic:
    line = source.text.count("\n", 0, name.start) + 1
    column = name.start - source.text.rfind("\n", 0, name.start)
    otherwise = "`clearmix catalogue show` names the parties of a song; until there is one, this "
    otherwise += "binds nothing"
    return Diagnostic(
        Severity.WARNING,
        "stranger",
        f"nobody in the catalogue has the id `{name.text}`",
        did_you_mean(name.text, everybody, otherwise),
        source.name,
        line,
        column,
        name.end - name.start,
        source.line(line),
    )
