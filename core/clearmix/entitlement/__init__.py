"""Entitlement: what a listener's plan holds, what a render costs, and charging for it once."""

from __future__ import annotations

from clearmix.entitlement.plans import Plan, Plans
from clearmix.entitlement.room import Charged, Entitlement, Quote

__all__ = ["Charged", "Entitlement", "Plan", "Plans", "Quote"]
