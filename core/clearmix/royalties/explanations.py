"""Where a line comes from: the sentences, the plays, and what each of them claimed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from clearmix.royalties.models import StatementLine


@dataclass(frozen=True)
class Claim:
    """What one play, or one render, claimed of a group; `worth` counts parts of a micro-unit."""

    event: str
    group: str
    weight: int
    worth: int


@dataclass(frozen=True)
class Claims:
    """All claims behind a line; a worth is in micro-units divided by `scale`, rounded down."""

    scale: int
    claims: tuple[Claim, ...]

    @property
    def worth(self) -> int:
        """All of them together: what the item was allotted, before it was rounded."""
        return sum(claim.worth for claim in self.claims)

    def by_pool(self) -> Claims:
        """The claims with no more of their groups than the pool: a group may be one listener."""
        return replace(
            self,
            claims=tuple(
                replace(claim, group=claim.group.partition(":")[0]) for claim in self.claims
            ),
        )

    def micro(self, worth: int) -> str:
        """A worth in micro-units, exact, in digits.

        >>> Claims(1_000_000, ()).micro(1_500_000), Claims(1, ()).micro(7)
        ('1.5', '7')
        """
        digits = len(str(self.scale)) - 1
        whole, rest = divmod(worth, self.scale)
        return f"{whole}.{rest:0{digits}d}".rstrip("0").rstrip(".") if rest else str(whole)

    def as_json(self) -> dict[str, Any]:
        """The claims in JSON's types."""
        return {
            "worth_micro": self.micro(self.worth),
            "claims": [
                {
                    "event": claim.event,
                    "group": claim.group,
                    "weight": claim.weight,
                    "worth_micro": self.micro(claim.worth),
                }
                for claim in self.claims
            ],
        }


@dataclass(frozen=True)
class Explanation:
    """Where a line comes from: `steps` are sentences.

    `rules` are those of the decision under which the item was made, each with its version.
    `plays` are the first event ids of the `plays_in_all` that count for the item; `claims`, if
    they were asked for, what the formula of `settlement` made of them.
    """

    line: StatementLine
    formula: str
    formula_version: str
    decision_hash: str
    steps: tuple[str, ...]
    plays: tuple[str, ...]
    rules: tuple[str, ...] = ()
    plays_in_all: int = 0
    settlement: str = ""
    claims: Claims | None = None

    def as_json(self) -> dict[str, Any]:
        """The explanation in JSON's types."""
        return {
            "line": self.line.as_json(),
            "formula": self.formula,
            "formula_version": self.formula_version,
            "decision_hash": self.decision_hash,
            "steps": list(self.steps),
            "plays": list(self.plays),
            "plays_in_all": self.plays_in_all,
            "rules": list(self.rules),
            **({"claimed": self.claims.as_json()} if self.claims else {}),
        }
