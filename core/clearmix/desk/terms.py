"""The policies that bind a party's tracks now, each rule as a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from clearmix_rules import english
from clearmix_rules.tree import ApprovalBy, Duty, RoyaltyAtLeast, Rule

if TYPE_CHECKING:
    from clearmix.catalogue import Recording
    from clearmix_rules import PolicySet
    from clearmix_rules.tree import ConsentDefault, Scope


@dataclass(frozen=True)
class Said:
    """A rule in words: whether it permits, the sentence, and the reason that listeners read."""

    name: str
    permits: bool
    text: str
    reason: str


@dataclass(frozen=True)
class Terms:
    """A policy in force: who wrote it, when it holds, what is assumed without a rule, its rules."""

    title: str
    version: int
    party: str
    author: str
    window: str
    default: str
    rules: tuple[Said, ...]


def terms_of(
    policies: PolicySet,
    now: datetime,
    concerned: Iterable[str],
    recordings: Iterable[Recording],
    names: Mapping[str, str],
) -> tuple[Terms, ...]:
    """The policies of some parties and of the platform that are in force, the platform's last.

    Rules about other tracks are left out, and policies of which then nothing is left.

    Args:
        policies: all that are known.
        now: the moment.
        concerned: the parties above or behind the recordings.
        recordings: that are asked about.
        names: of every party.
    """
    titles = {
        name.casefold()
        for row in recordings
        for name in (row.id, row.title, row.isrc or "", row.work or "")
    }
    wanted = set(concerned)
    found = []
    for party in (*sorted(wanted), "platform"):
        for one, _ in policies.in_force(party, now, None):
            policy = one.policy
            rules = tuple(
                Said(
                    row.rule.name,
                    row.permits,
                    english.rule(_by_name(row.rule, names)),
                    row.rule.reason,
                )
                for row in one.rules
                if _about(row.rule.scope, wanted, titles)
            )
            if rules or policy.consent is not None:
                found.append(
                    Terms(
                        title=policy.title,
                        version=policy.version,
                        party=one.party,
                        author=names.get(one.party, one.party),
                        window=one.window.words(),
                        default=_default(policy.consent, names),
                        rules=rules,
                    )
                )
    return tuple(found)


def _about(scope: Scope | None, parties: set[str], titles: set[str]) -> bool:
    if scope is None:
        return True
    named = {name.text for name in scope.names}
    if not named.isdisjoint(parties):
        return True
    return any(name.casefold() in titles for name in named)


def _by_name(rule: Rule, names: Mapping[str, str]) -> Rule:
    """A rule to be read only: its parties are called what people call them."""
    scope = rule.scope
    if scope is not None:
        called = (replace(one, text=names.get(one.text, one.text)) for one in scope.names)
        scope = replace(scope, names=tuple(called))
    return replace(rule, scope=scope, duties=tuple(_duty(one, names) for one in rule.duties))


def _duty(duty: Duty, names: Mapping[str, str]) -> Duty:
    if isinstance(duty, ApprovalBy):
        return replace(duty, party=names.get(duty.party, duty.party))
    if isinstance(duty, RoyaltyAtLeast):
        return replace(duty, payee=names.get(duty.payee, duty.payee))
    return duty


def default_in_words(answer: str, names: Mapping[str, str]) -> str:
    """What a party answers where no rule applies, from `opt-in`, `opt-out` or `delegated:...`.

    >>> default_in_words("delegated:north", {"north": "Northlight"})
    'Where no rule applies, Northlight decides.'
    """
    kind, _, to = answer.partition(":")
    if kind == "delegated":
        return f"Where no rule applies, {names.get(to, to)} decides."
    return f"Where no rule applies, the answer is {'no' if kind == 'opt-in' else 'yes'}."


def _default(consent: ConsentDefault | None, names: Mapping[str, str]) -> str:
    if consent is None:
        return ""
    return default_in_words(f"{consent.answer}:{consent.to or ''}".rstrip(":"), names)
