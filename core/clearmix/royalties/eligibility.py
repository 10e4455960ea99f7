"""Which plays count: a rule of the formula, not of the player."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from clearmix.contracts import ChoosesPlays, RoyaltyFormula
from clearmix.errors import PluginError


@dataclass(frozen=True)
class Eligibility:
    """The rule by which a play counts; a formula with another one has it as `eligibility`.

    Attributes:
        least_seconds: shorter plays do not count; streaming services ask for 30 seconds.
        own_plays: whether a maker's plays of what was made for them count.
        fraud: whether plays that were flagged as fraud count.
        offline: whether plays that were heard offline count, in the month they were heard.
    """

    least_seconds: int = 30
    own_plays: bool = False
    fraud: bool = False
    offline: bool = True

    def as_json(self) -> dict[str, Any]:
        """The rule in JSON's types, as a settlement's hash covers it."""
        return asdict(self)


USUAL = Eligibility()
"""The rule of a formula that has none of its own."""


def eligibility_of(formula: RoyaltyFormula) -> Eligibility:
    """The rule of a formula, or the default; raises PluginError if it is no `Eligibility`."""
    if not isinstance(formula, ChoosesPlays):
        return USUAL
    rule = formula.eligibility
    if not isinstance(rule, Eligibility) or rule.least_seconds < 0:
        raise PluginError(
            f"the `eligibility` of `{formula.id}` is {rule!r}",
            help="make it an `Eligibility`, such as `Eligibility(least_seconds=60)`",
            place=formula.id,
        )
    return rule
