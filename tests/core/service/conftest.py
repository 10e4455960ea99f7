"""The market's service with a log-in of each role, called with access tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clearmix.kernel import Kernel
from clearmix.service import create_app
from clearmix.service.sessions import COOKIE
from clearmix.storage.tables.catalogue import LoginRow

LOGINS = {
    "mia": ("listener", None),
    "ben": ("listener", None),
    "ada": ("artist", "ada"),
    "bo": ("artist", "bo"),
    "pol": ("policy-author", None),
    "ops": ("operator", None),
}
"""Who calls in these tests: role and party."""


@pytest.fixture
def app(market: Kernel) -> FastAPI:
    vars(market)["web_apps"] = {}  # the pages have tests of their own
    with market.database.session(write=True) as session:
        for user, (role, party) in LOGINS.items():
            if session.get(LoginRow, user) is None:
                session.add(LoginRow(user=user, password="$", role=role, party=party))
    return create_app(market)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Somebody who is not signed in."""
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture
def token(market: Kernel, app: FastAPI) -> Callable[..., dict[str, str]]:
    """The header with a new token of a log-in."""

    def header(user: str, *scopes: str) -> dict[str, str]:
        secret, _ = market.tokens.create(user, scopes=scopes)
        return {"Authorization": f"Bearer {secret}"}

    return header


@pytest.fixture
def calls(app: FastAPI, token: Callable[..., dict[str, str]]) -> Callable[..., TestClient]:
    """A client that calls with a new token of a log-in."""

    def client(user: str, *scopes: str) -> TestClient:
        return TestClient(app, follow_redirects=False, headers=token(user, *scopes))

    return client


@pytest.fixture
def signed_in(app: FastAPI) -> Callable[[str], TestClient]:
    """A client with a session's cookie of a log-in."""

    def client(user: str) -> TestClient:
        cookies = {COOKIE: app.state.sessions.cookie(user)}
        return TestClient(app, follow_redirects=False, cookies=cookies)

    return client
