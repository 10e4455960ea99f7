"""Which rules and conditions a run of tests has put to the proof.

Each rule and each of its conditions becomes a rule of the platform's that asks nothing else, in a
policy with the same window; the platform is always asked, and a refusal names every rule that
fired. So what counts as having applied is what the decision itself finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from clearmix_rules import tree
from clearmix_rules.deciding.compiled import CompiledPolicy
from clearmix_rules.deciding.decision import Outcome
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Request
from clearmix_rules.english import condition as in_words
from clearmix_rules.schema import PLATFORM
from clearmix_rules.tree import Condition, Effect, FactTest


@dataclass(slots=True)
class Covered:
    """A rule, or a condition of a rule: where it is and what it has come to so far."""

    policy: tree.Policy
    rule: tree.Rule
    test: FactTest | tree.Not | None
    """A single test, or one that is said with `not`; None for the rule itself."""
    came_true: bool = False
    came_false: bool = False

    @property
    def span(self) -> tree.Span:
        """Its place in the policy's file."""
        return self.rule.name_span if self.test is None else self.test.span

    @property
    def complete(self) -> bool:
        """Whether the rule applied; of a condition, whether it was true once and false once."""
        return self.came_true and (self.test is None or self.came_false)

    @property
    def words(self) -> str:
        """What has not been tried yet."""
        if self.test is None:
            return f"no test makes `{self.rule.name}` apply"
        what = f"`{in_words(self.test)}` of `{self.rule.name}`"
        if self.came_true or self.came_false:
            return f"no test makes {what} {'false' if self.came_true else 'true'}"
        return f"no test asks for {what}"

    def as_json(self) -> dict[str, object]:
        """The same as a JSON object."""
        return {
            "file": self.policy.file,
            "line": self.span.line,
            "rule": self.rule.name,
            "condition": None if self.test is None else in_words(self.test),
            "true": self.came_true,
            "false": self.came_false,
        }


@dataclass(slots=True)
class Coverage:
    """What the tests of some policies have covered."""

    parts: list[Covered]
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    _probes: PolicySet = field(default_factory=lambda: PolicySet(()))

    @classmethod
    def of(cls, policies: Iterable[tree.Policy]) -> Coverage:
        """Nothing covered yet."""
        parts: list[Covered] = []
        probes: list[tree.Policy] = []
        for index, policy in enumerate(policies):
            rules: list[tree.Rule] = []
            for rule in policy.rules:
                parts.append(Covered(policy, rule, None))
                rules.append(_probe(rule, f"{len(parts) - 1}-true", _whole(rule)))
                for test in _tests(rule):
                    parts.append(Covered(policy, rule, test))
                    rules.append(_probe(rule, f"{len(parts) - 1}-true", test))
                    rules.append(_probe(rule, f"{len(parts) - 1}-false", tree.Not(test)))
            author = tree.Author(PLATFORM, "")
            # Versions of one policy stay versions of one policy, so the title tells the party only.
            title = f"{policy.author.party} {policy.title}"
            probes.append(
                replace(
                    policy, title=title, author=author, consent=None, rules=tuple(rules),
                    file=f"{policy.file} {index}",
                )
            )  # fmt: skip
        return cls(parts, {}, PolicySet(CompiledPolicy(one) for one in probes))

    def note(self, request: Request, outcome: Outcome) -> None:
        """Counts a request and its answer in."""
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        decision = self._probes.decide(request)
        for ref in decision.rules if decision.outcome is Outcome.FORBIDDEN else ():
            if ref.party == PLATFORM:
                index, _, came = ref.rule.partition("-")
                setattr(self.parts[int(index)], f"came_{came}", True)

    @classmethod
    def together(cls, several: Iterable[Coverage]) -> Coverage:
        """What several runs have covered between them; a policy that two of them try is one."""
        whole = cls([])
        known: dict[tuple[object, ...], Covered] = {}
        for coverage in several:
            for one in coverage.parts:
                policy, test = one.policy, one.test
                key = (policy.author, policy.title, policy.version, one.rule.name, test, one.span)
                met = known.setdefault(key, replace(one))
                met.came_true |= one.came_true
                met.came_false |= one.came_false
            for outcome, count in coverage.outcomes.items():
                whole.outcomes[outcome] = whole.outcomes.get(outcome, 0) + count
        whole.parts.extend(known.values())
        return whole

    @property
    def missing(self) -> list[Covered]:
        """What no test has covered."""
        return [one for one in self.parts if not one.complete]

    def counts(self) -> dict[str, tuple[int, int]]:
        """How many rules, conditions and outcomes are covered, each of how many."""
        rules = [one for one in self.parts if one.test is None]
        tests = [one for one in self.parts if one.test is not None]
        return {
            "rules": (sum(one.complete for one in rules), len(rules)),
            "conditions": (sum(one.complete for one in tests), len(tests)),
            "outcomes": (len(self.outcomes), len(Outcome)),
        }

    def as_json(self) -> dict[str, object]:
        """The coverage as a JSON object."""
        counts = {name: {"covered": some, "of": all} for name, (some, all) in self.counts().items()}
        return {
            **counts,
            "answers": {one.value: self.outcomes.get(one, 0) for one in Outcome},
            "missing": [one.as_json() for one in self.missing],
        }


def _tests(rule: tree.Rule) -> Iterator[FactTest | tree.Not]:
    for condition in (rule.when, rule.unless):
        yield from _leaves(condition)
    for duty in rule.duties:
        if isinstance(duty, tree.Limit) and isinstance(duty.test, FactTest):
            yield duty.test


def _leaves(condition: Condition | None) -> Iterator[FactTest | tree.Not]:
    """Each test as it is written: `artist is not ada-wren` is one, not the opposite of one."""
    if isinstance(condition, FactTest) or (
        isinstance(condition, tree.Not) and isinstance(condition.part, FactTest)
    ):
        yield condition
    elif isinstance(condition, tree.Not):
        yield from _leaves(condition.part)
    elif isinstance(condition, tree.All | tree.Either):
        for part in condition.parts:
            yield from _leaves(part)


def _whole(rule: tree.Rule) -> Condition | None:
    """All that must hold for a rule to apply, its limits too."""
    parts: list[Condition] = [] if rule.when is None else [rule.when]
    if rule.unless is not None:
        parts.append(tree.Not(rule.unless))
    parts += [duty.test for duty in rule.duties if isinstance(duty, tree.Limit)]
    return tree.All(tuple(parts)) if parts else None


def _probe(rule: tree.Rule, name: str, condition: Condition | None) -> tree.Rule:
    """A forbid for the same actions and tracks that fires where a condition holds.

    A test of something that is not given fires in neither form: it is in error.
    """
    return replace(
        rule, name=name, effect=Effect.FORBID, when=condition, unless=None, duties=(), reason=name
    )
