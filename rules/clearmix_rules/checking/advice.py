"""What is allowed but hardly meant: rules out of reach, said twice, or without effect."""

from __future__ import annotations

from fractions import Fraction

from clearmix_rules import tree
from clearmix_rules.checking.findings import Findings
from clearmix_rules.checking.reach import MOST_CHOICES, Known, possible, window
from clearmix_rules.schema import PLATFORM
from clearmix_rules.tree import Condition, Effect, FactTest, Rule
from clearmix_rules.units import whole

_WHOLE_BPS = 10_000


def advise(policy: tree.Policy, rules: list[Rule], findings: Findings) -> None:
    """Notes warnings about checked rules of a policy."""
    known = window(policy)
    for rule in rules:
        _beyond(rule, findings)
    reachable = [rule for rule in rules if _is_reachable(rule, known, findings)]
    _twice(reachable, findings)
    if policy.author.kind == PLATFORM:
        _platform(reachable, findings)
    forbids = [rule for rule in reachable if rule.effect is Effect.FORBID]
    for rule in reachable:
        _unmeetable(rule, findings)
        if rule.effect is Effect.PERMIT:
            _shadowed(rule, forbids, findings)


def _asks(rule: Rule) -> list[tuple[Condition, bool]]:
    """All that must hold, and must not, for a rule to apply."""
    asked: list[tuple[Condition, bool]] = []
    if rule.when is not None:
        asked.append((rule.when, True))
    if rule.unless is not None:
        asked.append((rule.unless, False))
    asked += [(duty.test, True) for duty in rule.duties if isinstance(duty, tree.Limit)]
    return asked


def _is_reachable(rule: Rule, known: Known, findings: Findings) -> bool:
    asked = _asks(rule)
    if not possible(asked, Known({})):
        findings.warning(
            rule.name_span,
            "unreachable",
            f"the rule `{rule.name}` can never apply: its conditions exclude one another",
            "correct the conditions, or leave the rule out",
        )
        return False
    if not possible(asked, known):
        findings.warning(
            rule.name_span,
            "unreachable",
            f"the rule `{rule.name}` can never apply while the policy is in force",
            "correct its dates, or the `in force` line",
        )
        return False
    for either in _choices(rule.when):
        for part in either.parts:
            if not possible([*asked, (part, True)], known):
                findings.warning(
                    part.span,
                    "unreachable",
                    f"this choice of `{rule.name}` can never hold beside the other conditions",
                    "correct it, or leave it out",
                )
    return True


def _unmeetable(rule: Rule, findings: Findings) -> None:
    """Duties of one rule that nobody can keep: whatever it permits is refused."""
    shares: dict[str, dict[str, Fraction]] = {}
    for duty in rule.duties:
        if not isinstance(duty, tree.RoyaltyAtLeast):
            continue
        payees = shares.setdefault(duty.base, {})
        share = Fraction(whole(duty.rate.amount, duty.rate.unit, "bps", "royalty"), 100)
        payees[duty.payee] = max(share, payees.get(duty.payee, share))
        owed = sum(payees.values())
        if owed > 100:
            findings.warning(
                duty.span,
                "unmeetable",
                f"the rule `{rule.name}` can never be kept: its shares of {duty.base} add up to "
                f"{float(owed):g}%",
                "lower them, so that they are at most 100% together",
            )
            return
    marks = [duty for duty in rule.duties if isinstance(duty, tree.WatermarkWith)]
    named = {word.text for duty in marks for word in duty.watermarks}
    for duty in marks:
        if duty.only and named - {word.text for word in duty.watermarks}:
            findings.warning(
                duty.span,
                "unmeetable",
                f"the rule `{rule.name}` can never be kept: it asks for a watermark beside the only"
                " one",
                "leave `only` out, or the other watermark",
            )
            return


def _beyond(rule: Rule, findings: Findings) -> None:
    """Tests of a share of the whole against more than the whole."""
    waiting: list[Condition] = [condition for condition, _ in _asks(rule)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tree.Not):
            waiting.append(one.part)
        elif isinstance(one, tree.All | tree.Either):
            waiting += one.parts
        elif isinstance(one, FactTest) and _is_beyond(one):
            message = "`strength` is never over 100%"
            findings.warning(one.span, "beyond", message, "write 100% or less")


def _is_beyond(test: FactTest) -> bool:
    return test.attribute.key == "request.strength" and any(
        type(value) is int and value > _WHOLE_BPS for value in test.values
    )


def _choices(condition: Condition | None) -> list[tree.Either]:
    """The choices that stand at the top of a condition."""
    parts = condition.parts if isinstance(condition, tree.All) else (condition,)
    found = [part for part in parts if isinstance(part, tree.Either)]
    return [either for either in found if len(either.parts) * len(found) <= MOST_CHOICES]


def _twice(rules: list[Rule], findings: Findings) -> None:
    """Rules that say the same, and reasons that do not tell rules apart."""
    said: dict[object, Rule] = {}
    reasons: dict[tuple[Effect, str], Rule] = {}
    for rule in rules:
        actions = frozenset(word.text for word in rule.actions)
        meaning = (rule.effect, actions, rule.scope, rule.when, rule.unless, rule.duties)
        other = said.setdefault(meaning, rule)
        if other is not rule:
            findings.warning(
                rule.name_span,
                "duplicate",
                f"the rule `{rule.name}` says the same as `{other.name}`",
                "leave one of the two out",
            )
            continue
        other = reasons.setdefault((rule.effect, rule.reason.strip().casefold()), rule)
        if other is not rule:
            findings.warning(
                rule.name_span,
                "same-reason",
                f"the rule `{rule.name}` gives the same reason as `{other.name}`",
                "say in each what is special about it, so that listeners can tell them apart",
            )


def _platform(rules: list[Rule], findings: Findings) -> None:
    for rule in rules:
        if rule.effect is Effect.PERMIT and not rule.duties:
            findings.warning(
                rule.name_span,
                "platform-permit",
                f"the permit `{rule.name}` has no effect: the platform's permits only add duties",
                "add `provided` and a duty, or leave the rule out; rights-holders permit",
            )


def _shadowed(permit: Rule, forbids: list[Rule], findings: Findings) -> None:
    """A permit that the party's own forbid always overrides."""
    for forbid in forbids:
        if forbid.unless is None and _covers(forbid, permit):
            findings.warning(
                permit.name_span,
                "shadowed",
                f"the permit `{permit.name}` has no effect: `{forbid.name}` forbids all of it",
                f"narrow `{forbid.name}`, or leave the permit out; a forbid beats every permit",
            )
            return


def _covers(forbid: Rule, permit: Rule) -> bool:
    """Whether a forbid applies wherever a permit does."""
    actions = {word.text for word in forbid.actions}
    if actions and (not permit.actions or not {w.text for w in permit.actions} <= actions):
        return False
    if forbid.scope is not None:
        same = permit.scope is not None and permit.scope.relation is forbid.scope.relation
        if not same or not _names(permit.scope) <= _names(forbid.scope):
            return False
    return forbid.when is None or not possible([*_asks(permit), (forbid.when, False)], Known({}))


def _names(scope: tree.Scope | None) -> set[str]:
    return {name.text for name in scope.names} if scope is not None else set()
