"""Plays and terms in; ledger and statements out.

The way of a settlement: plays -> eligible plays -> a formula's claims and pools -> the shared
integer reduction -> items in micro-units -> sources, sides and payees -> lines -> ledger. Names
are loaded when first used, so that importing this package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clearmix.royalties.context import Context
    from clearmix.royalties.eligibility import Eligibility
    from clearmix.royalties.events import Play, PlaysImported, Refused
    from clearmix.royalties.explanations import Explanation
    from clearmix.royalties.models import (
        Earning,
        Replay,
        Settlement,
        Statement,
        StatementLine,
    )
    from clearmix.royalties.paying import Payout
    from clearmix.royalties.period import Period
    from clearmix.royalties.rates import LoggedRender, Rates
    from clearmix.royalties.room import Royalties

_HOMES = {
    "Context": "context",
    "Earning": "models",
    "Eligibility": "eligibility",
    "Explanation": "explanations",
    "LoggedRender": "rates",
    "Payout": "paying",
    "Period": "period",
    "Play": "events",
    "PlaysImported": "events",
    "Rates": "rates",
    "Refused": "events",
    "Replay": "models",
    "Royalties": "room",
    "Settlement": "models",
    "Statement": "models",
    "StatementLine": "models",
}

__all__ = [
    "Context",
    "Earning",
    "Eligibility",
    "Explanation",
    "LoggedRender",
    "Payout",
    "Period",
    "Play",
    "PlaysImported",
    "Rates",
    "Refused",
    "Replay",
    "Royalties",
    "Settlement",
    "Statement",
    "StatementLine",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module `clearmix.royalties` has no attribute `{name}`")
    return getattr(import_module(f"clearmix.royalties.{_HOMES[name]}"), name)
