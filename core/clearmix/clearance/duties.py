"""Holding a permitted spec to the limits of its duties, and saying what they changed."""

from __future__ import annotations

from clearmix.clearance.actions import length_ms
from clearmix.contracts import Analysis
from clearmix.spec import RemixSpec
from clearmix_rules import Duties


def within_limits(
    spec: RemixSpec, analysis: Analysis, duties: Duties
) -> tuple[RemixSpec, tuple[str, ...]]:
    """The spec no longer than its duties allow, and sentences on what changed."""
    longest_ms = duties.max_length_ms
    if longest_ms is None or length_ms(spec, analysis) <= longest_ms:
        return spec, ()
    structure = spec.structure.model_dump(exclude_none=True) if spec.structure else {}
    held = spec.merged({"structure": {**structure, "seconds": longest_ms / 1000}})
    return held, (f"the rights-holders allow {longest_ms / 1000:g} seconds at most",)
