"""The API by area: each module is a router that asks the kernel."""

from __future__ import annotations

from fastapi import APIRouter

from clearmix.service.areas import (
    approvals,
    asking,
    catalogue,
    consents,
    house,
    payees,
    policies,
    renders,
    royalties,
    rules,
    scores,
    tokens,
)

ROUTERS: tuple[APIRouter, ...] = (
    asking.router,
    renders.router,
    catalogue.router,
    scores.router,
    consents.router,
    approvals.router,
    policies.router,
    rules.router,
    payees.router,
    royalties.router,
    tokens.router,
    house.router,
)
"""In the order of the description."""
