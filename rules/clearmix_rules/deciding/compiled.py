"""Rules and policies made ready to be asked, each part when it is first needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from clearmix_rules import tree
from clearmix_rules.canonical import sha256, tree_json
from clearmix_rules.deciding import generated
from clearmix_rules.deciding.decision import RuleRef
from clearmix_rules.deciding.duties import (
    NO_DUTIES,
    Approval,
    Bounds,
    Duties,
    Royalty,
    merge_all,
)
from clearmix_rules.deciding.expressions import reads_today
from clearmix_rules.deciding.generated import MOST_RULES, Atoms, Fired
from clearmix_rules.deciding.sayings import Words, blanks
from clearmix_rules.deciding.windows import Window
from clearmix_rules.tree import Effect, FactTest, Op
from clearmix_rules.units import whole


@dataclass(frozen=True, eq=False)
class CompiledRule:
    """A rule with what its policy adds to it."""

    rule: tree.Rule
    ref: RuleRef

    @cached_property
    def actions(self) -> frozenset[str]:
        """What it is about; empty for `any use`."""
        return frozenset(word.text for word in self.rule.actions)

    @cached_property
    def limits(self) -> tuple[FactTest, ...]:
        """The bounds that it sets and that the request must keep as well."""
        return tuple(
            duty.test
            for duty in self.rule.duties
            if isinstance(duty, tree.Limit) and isinstance(duty.test, FactTest)
        )

    @cached_property
    def duties(self) -> Duties:
        """All that it asks for, with the placeholders of its labels still open."""
        return merge_all(_duties(duty) for duty in self.rule.duties)

    @cached_property
    def words(self) -> Words:
        """Its sentence for the listener."""
        return blanks(self.rule.reason)

    @cached_property
    def labels(self) -> tuple[Words, ...]:
        """The labels that it asks for."""
        return tuple(map(blanks, self.duties.labels))

    def speaks_of(self, action: str) -> bool:
        """Whether the rule is about an action."""
        return not self.actions or action in self.actions

    @property
    def reads_today(self) -> bool:
        """Whether it depends on the calendar day."""
        return reads_today(self.rule.when) or reads_today(self.rule.unless)

    @property
    def permits(self) -> bool:
        """Whether it is a permit."""
        return self.rule.effect is Effect.PERMIT


@dataclass(frozen=True, eq=False)
class Group:
    """Rules of one policy about the same tracks: one generated function asks them all."""

    policy: CompiledPolicy
    scope: tree.Scope | None
    rules: tuple[CompiledRule, ...]

    @cached_property
    def fired(self) -> Fired:
        """Which of the rules fire; generated when it is first asked for."""
        return generated.fired([one.rule for one in self.rules])

    @cached_property
    def permits(self) -> tuple[CompiledRule, ...]:
        """The permits among them."""
        return tuple(one for one in self.rules if one.permits)

    @cached_property
    def atoms(self) -> Atoms:
        """How each single test of the permits comes out."""
        return generated.atoms([one.rule for one in self.permits])

    @cached_property
    def reads_today(self) -> bool:
        """Whether any of the rules depends on the calendar day."""
        return any(one.reads_today for one in self.rules)

    @cached_property
    def permits_read_today(self) -> bool:
        """Whether any of the permits does."""
        return any(one.reads_today for one in self.permits)

    @cached_property
    def _permit_bits(self) -> int:
        return sum(
            generated.applies(place) | generated.but(place)
            for place, one in enumerate(self.rules)
            if one.permits
        )

    def on_either_day(self, first: int, second: int) -> int:
        """What fires where nobody knows which of two days it is.

        A permit must apply on both; of a forbid the first answer counts that is one.
        """
        either = (1 << 2 * len(self.rules)) // 3  # the first bit of each rule
        answered = (first | first >> 1) & either
        forbids = first | second & ~(answered | answered << 1)
        return forbids & ~self._permit_bits | first & second & self._permit_bits

    def relevant(self, actions: tuple[str, ...], permits: bool) -> int:
        """The bits of the rules that are about these actions, of permits only if wanted."""
        return sum(
            generated.applies(place)
            for place, one in enumerate(self.rules)
            if (permits or not one.permits)
            and (not one.actions or not one.actions.isdisjoint(actions))
        )


class CompiledPolicy:
    """A checked policy, ready to be asked; whatever decisions need of it is made on first use."""

    def __init__(self, policy: tree.Policy) -> None:
        self.policy = policy
        self.party = policy.author.party or policy.author.kind
        """Whose policy it is."""
        self.window = Window.of(policy.in_force)

    @cached_property
    def rules(self) -> tuple[CompiledRule, ...]:
        """The rules by name: their order in a file changes nothing, not even that of reasons."""
        return tuple(
            CompiledRule(
                rule,
                RuleRef(
                    self.policy.title,
                    self.policy.version,
                    rule.name,
                    self.party,
                    rule.effect.value,
                ),
            )
            for rule in sorted(self.policy.rules, key=lambda rule: rule.name)
        )

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The rules by the tracks that they are about."""
        by_scope: dict[tree.Scope | None, list[CompiledRule]] = {}
        for one in self.rules:
            by_scope.setdefault(one.rule.scope, []).append(one)
        return tuple(
            Group(self, scope, tuple(rules[start : start + MOST_RULES]))
            for scope, rules in by_scope.items()
            for start in range(0, len(rules), MOST_RULES)
        )

    @property
    def loosens(self) -> bool:
        """Whether anything in it could permit what is refused without it."""
        consent = self.policy.consent
        return any(rule.effect is Effect.PERMIT for rule in self.policy.rules) or (
            consent is not None and consent.answer != "opt-out"
        )

    @cached_property
    def leaf(self) -> str:
        """The hash of what the policy says: not of its layout, file or order of rules."""
        header = replace(self.policy, rules=(), definitions=())  # the rules hold what they define
        rules = sorted(sha256(tree_json(rule)) for rule in self.policy.rules)
        return sha256({"header": tree_json(header), "rules": rules})


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
