"""Scopes: what a caller may do, and which of them each role holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from clearmix.catalogue.models import Role

Scope = Literal["listen", "consent", "earnings", "rules", "operate"]

SCOPES: tuple[Scope, ...] = get_args(Scope)

MEANINGS: Mapping[Scope, str] = {
    "listen": "ask for remixes, hear them and manage one's own; read the catalogue and feeds",
    "consent": "say yes or no for one's own party: consents and approvals",
    "earnings": "read what one's own party earned, and why",
    "rules": "check, test and prove policies, and decide by them",
    "operate": "run the house: catalogue, plays, settlements, plugins; act for any party",
}

SCOPES_OF: Mapping[Role, frozenset[Scope]] = {
    "listener": frozenset({"listen"}),
    "artist": frozenset({"listen", "consent", "earnings"}),
    "policy-author": frozenset({"listen", "rules"}),
    "operator": frozenset(SCOPES),
}
"""A token holds some of its owner's, and never one that the owner's role has lost since."""
