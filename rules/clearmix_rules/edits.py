"""What two sets of policies say, rule by rule: added, removed, changed, in plain English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clearmix_rules import english, tree
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.windows import Window


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that is said otherwise. `before` or `after` is empty where nothing is said."""

    what: str
    before: str
    after: str

    @property
    def kind(self) -> str:
        """`added`, `removed` or `changed`."""
        if not self.before:
            return "added"
        return "changed" if self.after else "removed"


def edits(old: PolicySet, new: PolicySet) -> tuple[Edit, ...]:
    """Every rule and header line that differs between the latest versions in two sets."""
    before, after = dict(_said(old)), dict(_said(new))
    return tuple(
        Edit(what, before.get(what, ""), after.get(what, ""))
        for what in sorted({*before, *after})
        if before.get(what) != after.get(what)
    )


def _said(policies: PolicySet) -> Iterator[tuple[str, str]]:
    """What is said under each name; later versions of a policy come last and count."""
    latest = {(one.party, one.policy.title): one for one in policies.policies}
    for (party, _), one in latest.items():
        policy = one.policy
        where = f"“{policy.title}” of {party}"
        yield f"{where}, when it holds", Window.of(policy.in_force).words()
        if policy.consent is not None:
            yield f"{where}, without a rule", _consent(policy.consent)
        for rule in policy.rules:
            yield f"{where}, {rule.name}", f"{english.rule(rule)} Reason: {rule.reason}"


def _consent(consent: tree.ConsentDefault) -> str:
    return f"delegated to {consent.to}" if consent.to else consent.answer
