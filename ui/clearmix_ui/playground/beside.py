"""The policies in force around a text: the version that it would follow, and all others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from clearmix_rules import PolicyErrors, PolicySet, PolicySource, tree
from clearmix_rules.deciding.compiled import CompiledPolicy
from clearmix_rules.deciding.delegation import delegation_cycles


@dataclass(frozen=True)
class Beside:
    """A checked policy and those that would hold with it; `older` is the version before it."""

    policy: tree.Policy
    older: CompiledPolicy | None
    others: tuple[CompiledPolicy, ...]

    @classmethod
    def of(
        cls, policy: tree.Policy, source: PolicySource, in_force: PolicySet, *, seen: bool
    ) -> Beside:
        """The policy beside those in force.

        Args:
            policy: what the text says.
            source: the text.
            in_force: the policies of now.
            seen: whether the terms of the policy's author may be read; otherwise what they have
                in force is left out, so that nobody learns it by writing in their name.

        Raises:
            PolicyErrors: it delegates its consent in a circle.
        """
        theirs = [one for one in in_force.policies if one.party == policy.author.party]
        same = [one for one in theirs if seen and one.policy.title == policy.title]
        left_out = same if seen else theirs
        others = tuple(one for one in in_force.policies if one not in left_out)
        trees = [policy, *(one.policy for one in others)]
        circles = delegation_cycles(trees, {id(one): source for one in trees})
        if circles:
            raise PolicyErrors(circles)
        older = max(same, key=lambda one: one.policy.version, default=None)
        return cls(policy, older, others)

    @cached_property
    def compiled(self) -> CompiledPolicy:
        """The policy, ready to decide."""
        return CompiledPolicy(self.policy)

    def before(self) -> PolicySet:
        """The policies as they are, of this one the latest version alone."""
        return PolicySet([*self.others, *([self.older] if self.older else [])])

    def after(self) -> PolicySet:
        """The policies with this one in the place of its older version."""
        return PolicySet([*self.others, self.compiled])
