"""Decides a request: asks the functions of its plan and looks the verdict up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from clearmix_rules.deciding.decision import Decision
from clearmix_rules.deciding.hearing import judge
from clearmix_rules.deciding.sayings import Asked
from clearmix_rules.deciding.standing import standing
from clearmix_rules.errors import RequestError

if TYPE_CHECKING:
    from clearmix_rules.deciding.policies import PolicySet
    from clearmix_rules.deciding.request import Request

_MOST_VERDICTS = 1_024
"""How many verdicts a plan keeps before it starts anew."""


def decide(policies: PolicySet, request: Request, valid_at: datetime | None) -> Decision:
    """The decision. Raises RequestError if `valid_at` or the request's own time has no zone."""
    stands = standing(request)
    now = request.now
    if valid_at is not None:
        if valid_at.tzinfo is None:
            raise RequestError("the time to decide for has no zone", help="give it in UTC")
        now = valid_at.astimezone(UTC)
    asked = Asked(request, stands.cases, now)
    plan = policies.plan(request, stands, now)
    masks = plan.masks(asked)
    verdict = plan.verdicts.get(masks)
    if verdict is None:
        verdict = judge(plan, masks)
        if len(plan.verdicts) >= _MOST_VERDICTS:
            plan.verdicts.clear()
        plan.verdicts[masks] = verdict
    return Decision(verdict, asked, policies.inputs)
