"""Edited plans: an amendment of a render, within the spec that was permitted for it.

The decision rests on the spec. So an edited plan is rendered only where its generator says that it
does nothing which the spec does not: when it is handed in, and again in the process that renders.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from clearmix.contracts import Amends, Generator, Source
from clearmix.errors import PlanError, RenderError
from clearmix.rendering.reporting import MOST_BYTES
from clearmix.spec import RemixSpec

ASK_ANEW = "leave that as it was, or ask for it in words: then its rights are decided on"


def require_within(
    generator: Generator, plan: Mapping[str, Any], spec: RemixSpec, source: Source
) -> None:
    """Raises PlanError when an edited plan is none, or goes beyond the spec.

    Raises:
        RenderError: the generator renders no edited plans.
    """
    if not isinstance(generator, Amends):
        raise RenderError(
            f"generator `{generator.id}` renders no edited plans",
            help="make the remix with a generator that does, such as `studio`",
        )
    _require_json(plan)
    beyond = generator.beyond(plan, spec, source)
    if beyond:
        raise PlanError("; ".join(beyond), help=ASK_ANEW, place="plan")


def _require_json(plan: Mapping[str, Any]) -> None:
    try:
        size = len(json.dumps(plan, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise PlanError(f"not JSON: {error}", help="give the plan as JSON", place="plan") from None
    if size > MOST_BYTES:
        raise PlanError(
            f"a plan of {size} bytes; {MOST_BYTES} are the most",
            help="give a plan that the generator made, with changes",
            place="plan",
        )
