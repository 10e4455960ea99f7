"""Who calls, as routes ask for it: each names the scope that it needs."""

from __future__ import annotations

from typing import Annotated

from fastapi import HTTPException, Path, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer, SecurityScopes

from clearmix.access import Caller
from clearmix.kernel import Kernel
from clearmix.service.admission import CALLER
from clearmix.service.sessions import COOKIE

_token = HTTPBearer(
    scheme_name="token",
    description="A personal access token: `clearmix tokens create USER`, or `POST /api/tokens`.",
    auto_error=False,
)
_session = APIKeyCookie(
    name=COOKIE, scheme_name="session", description="What signing in sets.", auto_error=False
)


async def calling(
    request: Request,
    scopes: SecurityScopes,
    token: Annotated[object, Security(_token)],
    session: Annotated[object, Security(_session)],
) -> Caller:
    """Who calls, if the scopes that the route names are held; admission has found out who it is.

    Raises:
        AccessError: a scope is missing.
    """
    caller: Caller | None = request.scope.get(CALLER)
    if caller is None:
        raise HTTPException(401, "Sign in first.")
    for scope in scopes.scopes:
        caller.require(scope)  # type: ignore[arg-type]  # only scopes are named below
    return caller


Listening = Annotated[Caller, Security(calling, scopes=["listen"])]
Consenting = Annotated[Caller, Security(calling, scopes=["consent"])]
Earning = Annotated[Caller, Security(calling, scopes=["earnings"])]
Judging = Annotated[Caller, Security(calling, scopes=["rules"])]
Operating = Annotated[Caller, Security(calling, scopes=["operate"])]


async def _user(caller: Listening) -> str:
    return caller.user


Listener = Annotated[str, Security(_user)]
"""The id of the listener who calls."""


async def _kernel(request: Request) -> Kernel:
    kernel: Kernel = request.app.state.kernel
    return kernel


Rooms = Annotated[Kernel, Security(_kernel)]
"""The kernel that the service is of."""

PartyId = Annotated[str, Path(description="Id of a party.", examples=["ada-wren"], max_length=200)]


def own_party(kernel: Kernel, caller: Caller, party: str) -> str:
    """The id of a party that the caller may speak for; only the operator may also give a name.

    Raises:
        AccessError: it is another's, whether it is there or not.
        CatalogueError: the operator names nobody.
    """
    if caller.may("operate"):
        return kernel.catalogue.party(party).id
    caller.require_party(party)
    return party
