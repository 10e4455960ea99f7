"""Rules and policies made ready to be asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from clearmix_rules import tree
from clearmix_rules.canonical import sha256, tree_json
from clearmix_rules.deciding.compiler import Holds, compile_condition, compile_scope, reads_today
from clearmix_rules.deciding.decision import RuleRef
from clearmix_rules.deciding.duties import (
    NO_DUTIES,
    Approval,
    Bounds,
    Duties,
    Royalty,
    merge_all,
)
from clearmix_rules.deciding.windows import Window
from clearmix_rules.tree import Effect, FactTest, Op
from clearmix_rules.units import whole


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its closures."""

    rule: tree.Rule
    ref: RuleRef
    actions: frozenset[str]
    """Empty for `any use`."""
    about: Holds
    when: Holds | None
    unless: Holds | None
    limits: tuple[tuple[FactTest, Holds], ...]
    duties: Duties
    """With the placeholders of its labels still open."""
    reads_today: bool

    def speaks_of(self, action: str) -> bool:
        """Whether the rule is about an action."""
        return not self.actions or action in self.actions


@dataclass(frozen=True)
class CompiledPolicy:
    """A policy with its compiled rules, split by effect."""

    policy: tree.Policy
    window: Window
    permits: tuple[CompiledRule, ...]
    forbids: tuple[CompiledRule, ...]

    @property
    def party(self) -> str:
        """Whose policy it is."""
        return self.policy.author.party or self.policy.author.kind

    @cached_property
    def leaf(self) -> str:
        """The hash of what the policy says: not of its layout, file or order of rules."""
        header = replace(self.policy, rules=(), definitions=())  # the rules hold what they define
        rules = sorted(sha256(tree_json(rule)) for rule in self.policy.rules)
        return sha256({"header": tree_json(header), "rules": rules})


def compile_policy(policy: tree.Policy) -> CompiledPolicy:
    """A checked policy, ready to be asked."""
    # INVARIANT: the order of rules in a file changes nothing, not even the order of reasons.
    named = sorted(policy.rules, key=lambda rule: rule.name)
    rules = [_compile_rule(rule, policy) for rule in named]
    return CompiledPolicy(
        policy,
        Window.of(policy.in_force),
        tuple(one for one in rules if one.rule.effect is Effect.PERMIT),
        tuple(one for one in rules if one.rule.effect is Effect.FORBID),
    )


def _compile_rule(rule: tree.Rule, policy: tree.Policy) -> CompiledRule:
    ref = RuleRef(
        policy.title,
        policy.version,
        rule.name,
        policy.author.party or policy.author.kind,
        rule.effect.value,
    )
    limits = tuple(
        (duty.test, compile_condition(duty.test))
        for duty in rule.duties
        if isinstance(duty, tree.Limit) and isinstance(duty.test, FactTest)
    )
    return CompiledRule(
        rule,
        ref,
        frozenset(word.text for word in rule.actions),
        compile_scope(rule.scope),
        compile_condition(rule.when) if rule.when else None,
        compile_condition(rule.unless) if rule.unless else None,
        limits,
        merge_all(_duties(duty) for duty in rule.duties),
        reads_today(rule.when) or reads_today(rule.unless),
    )


def bounds(test: FactTest) -> Bounds:
    """The values that a limit leaves open; strict bounds on whole numbers become inclusive."""
    name = test.attribute.name
    numbers = [value for value in test.values if isinstance(value, int)]
    first, last = numbers[0], numbers[-1]
    if test.op is Op.AT_MOST:
        return Bounds(name, None, first)
    if test.op is Op.UNDER:
        return Bounds(name, None, first - 1)
    if test.op is Op.AT_LEAST:
        return Bounds(name, first, None)
    if test.op is Op.OVER:
        return Bounds(name, first + 1, None)
    return Bounds(name, first, last)


def _days(number: tree.Number) -> int:
    return whole(number.amount, number.unit, "days", "days")


def _duties(duty: tree.Duty) -> Duties:
    """One duty of a checked rule as a value that merges."""
    if isinstance(duty, tree.Limit) and isinstance(duty.test, FactTest):
        return Duties(limits=(bounds(duty.test),))
    if isinstance(duty, tree.LabelReads):
        return Duties(labels=(duty.text,))
    if isinstance(duty, tree.RoyaltyAtLeast):
        rate = whole(duty.rate.amount, duty.rate.unit, "bps", "royalty")
        return Duties(royalties=(Royalty(duty.payee, rate, duty.base),))
    if isinstance(duty, tree.ApprovalBy):
        return Duties(
            approvals=(Approval(duty.party, _days(duty.within) if duty.within else None),)
        )
    if isinstance(duty, tree.CreditTo):
        return Duties(credits=_sorted(duty.roles))
    if isinstance(duty, tree.WatermarkWith):
        marks = _sorted(duty.watermarks)
        return Duties(watermarks=marks, only_watermarks=(marks,) if duty.only else ())
    if isinstance(duty, tree.MarkWith):
        return Duties(marks=_sorted(duty.marks))
    if isinstance(duty, tree.KeepRecords):
        return Duties(keep_records_days=_days(duty.period))
    if isinstance(duty, tree.Expires):
        if isinstance(duty.when, tree.Day):
            return Duties(expires_on=duty.when.day)
        return Duties(expires_after_days=_days(duty.when))
    return NO_DUTIES


def _sorted(words: tuple[tree.Word, ...]) -> tuple[str, ...]:
    return tuple(sorted({word.text for word in words}))
