"""One's own access tokens; the operator makes and revokes anybody's on the command line."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from clearmix.access import Scope
from clearmix.access.tokens import DEFAULT_DAYS, LONGEST_DAYS
from clearmix.errors import AccessError, NoStreamError
from clearmix.service.callers import Listening, Rooms
from clearmix.service.pages import Page, Paged, page

router = APIRouter(tags=["tokens"])


class NewToken(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "my script", "scopes": ["listen"], "days": 30}]},
    )

    name: str = Field("", max_length=100, description="what it is for")
    scopes: list[Scope] = Field([], max_length=10, description="all of the role's if none is named")
    days: int = Field(DEFAULT_DAYS, ge=1, le=LONGEST_DAYS)


class TokenShown(BaseModel):
    """What is known of a token."""

    id: str
    user: str
    name: str
    scopes: list[Scope]
    created_at: str
    expires_at: str
    state: str = Field(examples=["active"])


class TokenMade(TokenShown):
    """A token with its secret, which is shown this once."""

    secret: str


@router.get("/api/tokens", response_model=Page[TokenShown])
def listed(caller: Listening, kernel: Rooms, paging: Paged) -> dict[str, Any]:
    """One's own tokens, newest first, also those that have ended."""
    found = kernel.tokens.listed(caller.user)
    return page(found, paging, id_of=lambda one: one.id, shown=lambda one: one.as_json())


@router.post("/api/tokens", status_code=201, response_model=TokenMade)
def create(
    wanted: NewToken, caller: Listening, kernel: Rooms, response: Response
) -> dict[str, Any]:
    """Makes a token for oneself, signed in: a token makes no further ones."""
    if caller.token is not None:
        raise AccessError(
            "a token makes no tokens",
            help="sign in, or ask the operator for `clearmix tokens create`",
        )
    response.headers["Cache-Control"] = "no-store"
    secret, token = kernel.tokens.create(
        caller.user, name=wanted.name, scopes=wanted.scopes, days=wanted.days
    )
    return {**token.as_json(), "secret": secret}


@router.delete("/api/tokens/{id}", response_model=TokenShown)
def revoke(id: str, caller: Listening, kernel: Rooms) -> dict[str, Any]:
    """Takes one of one's own tokens back, at once."""
    if id not in {one.id for one in kernel.tokens.listed(caller.user)}:
        raise NoStreamError(f"no token `{id}`", help="`/api/tokens` lists yours")
    return kernel.tokens.revoke(id).as_json()
