"""Role by endpoint by owner: every route of the service, and nothing that is not written here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from clearmix import RemixSpec
from clearmix.access import SCOPES_OF
from clearmix.catalogue.models import Role
from clearmix.kernel import Kernel
from clearmix.rendering.models import Job

PUBLIC = "public"

MATRIX: dict[str, str] = {
    "GET /": PUBLIC,
    "GET /assets/{name}": PUBLIC,
    "GET /favicon.ico": PUBLIC,
    "GET /healthz": PUBLIC,
    "GET /metrics": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /openapi.json": PUBLIC,
    "GET /sign-in": PUBLIC,
    "POST /sign-in": PUBLIC,
    "POST /sign-out": PUBLIC,
    "GET /verify": PUBLIC,
    "POST /verify": PUBLIC,
    "GET /verify/{render_id}": PUBLIC,
    "GET /api/spec/schema": PUBLIC,
    "GET /api/me": "listen",
    "GET /api/tokens": "listen",
    "POST /api/tokens": "listen",
    "DELETE /api/tokens/{id}": "listen",
    "POST /api/interpretations": "listen",
    "POST /api/decisions": "listen",
    "POST /api/quotes": "listen",
    "GET /api/jobs": "listen",
    "POST /api/jobs": "listen",
    "GET /api/jobs/{id}": "listen",
    "DELETE /api/jobs/{id}": "listen",
    "GET /api/renders": "listen",
    "GET /api/renders/{id}": "listen",
    "PUT /api/renders/{id}/shared": "listen",
    "DELETE /api/renders/{id}/shared": "listen",
    "GET /api/renders/{id}/audio.m4a": "listen",
    "GET /api/renders/{id}/plan": "listen",
    "POST /api/renders/{id}/amendments": "listen",
    "POST /api/renders/{id}/session": "listen",
    "GET /api/feeds/{lane}": "listen",
    "POST /api/streams/{item}": "listen",
    "POST /api/previews/{job}": "listen",
    "GET /stream/{expires}/{signed}/{listening}/events": "listen",
    "GET /stream/{expires}/{signed}/{listening}/{file}": "listen",
    "POST /plays": "listen",
    "POST /mcp": "listen",
    "GET /api/recordings": "listen",
    "GET /api/recordings/{name}": "listen",
    "GET /api/recordings/{name}/score": "listen",
    "GET /api/parties/{party}/consents": "consent",
    "POST /api/parties/{party}/consents": "consent",
    "GET /api/parties/{party}/consents/history": "consent",
    "GET /api/approvals": "consent",
    "POST /api/approvals/{id}/answer": "consent",
    "GET /api/parties/{party}/statement": "earnings",
    "GET /api/parties/{party}/what-if": "earnings",
    "GET /api/parties/{party}/amplify": "earnings",
    "GET /api/royalties/lines/{line}": "earnings",
    "GET /api/royalties/formulas": "earnings",
    "GET /api/policies": "rules",
    "GET /api/policies/{title}": "rules",
    "POST /api/rules/check": "rules",
    "POST /api/rules/fmt": "rules",
    "POST /api/rules/test": "rules",
    "POST /api/rules/decide": "rules",
    "POST /api/rules/filter": "rules",
    "POST /api/rules/diff": "rules",
    "POST /api/rules/prove": "rules",
    "POST /api/policies": "operate",
    "POST /api/recordings": "operate",
    "PUT /api/recordings/{name}/score": "operate",
    "DELETE /api/recordings/{name}/score": "operate",
    "POST /api/catalogue/imports": "operate",
    "POST /api/plays/imports": "operate",
    "POST /api/royalties/settlements": "operate",
    "POST /api/royalties/verifications": "operate",
    "POST /api/royalties/comparisons": "operate",
    "GET /api/royalties/amplify": "operate",
    "GET /api/plugins": "operate",
    "GET /api/doctor": "operate",
}
"""The scope that each route needs. A route that is new belongs here, with a thought."""

USERS: dict[str, Role] = {
    "mia": "listener", "ada": "artist", "pol": "policy-author", "ops": "operator",
}  # fmt: skip
"""Somebody of each role."""


def route_table(app: FastAPI) -> set[str]:
    return {
        f"{method} {route.path}"
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
        if method != "HEAD"
    }


def test_every_route_stands_in_the_matrix(app: FastAPI) -> None:
    assert route_table(app) == MATRIX.keys()


def test_the_description_names_the_scope_that_the_matrix_names(app: FastAPI) -> None:
    described = {
        f"{method.upper()} {path}": operation.get("security")
        for path, operations in app.openapi()["paths"].items()
        for method, operation in operations.items()
    }
    assert described
    for route, security in described.items():
        scope = MATRIX[route]
        ways = [] if scope == PUBLIC else [{"token": [scope]}, {"session": [scope]}]
        assert (security or []) == ways, route


@pytest.fixture
def answers(app: FastAPI) -> Iterator[Callable[[str, Any], int]]:
    """The status of a route, asked with nothing in its body and ids of nothing."""
    with TestClient(app, follow_redirects=False) as client:

        def answer(route: str, headers: dict[str, str]) -> int:
            method, _, path = route.partition(" ")
            path = path.replace("{lane}", "originals").replace("{party}", "ada")
            path = path.replace("{", "").replace("}", "")
            client.cookies.clear()
            return client.request(method, path, headers=headers).status_code

        yield answer


def test_nobody_gets_in_without_saying_who_it_is(answers: Callable[[str, Any], int]) -> None:
    for route, scope in MATRIX.items():
        for headers in ({}, {"Authorization": "Bearer clearmix_000000000000_" + "x" * 43}):
            if scope == PUBLIC:
                assert answers(route, headers) != 401 or route == "POST /sign-in", route
            else:
                assert answers(route, headers) == 401, route


@pytest.mark.parametrize("by", ["token", "session"])
@pytest.mark.parametrize("user", USERS)
def test_each_role_reaches_what_its_scopes_hold_and_nothing_else(
    app: FastAPI,
    answers: Callable[[str, Any], int],
    token: Callable[..., dict[str, str]],
    user: str,
    by: str,
) -> None:
    headers = token(user)
    if by == "session":
        headers = {"Cookie": f"clearmix_session={app.state.sessions.cookie(user)}"}
    held = SCOPES_OF[USERS[user]]
    for route, scope in MATRIX.items():
        if scope == PUBLIC or route == "POST /api/tokens":  # which only a session may
            continue
        status = answers(route, headers)
        if scope in held:
            assert status not in (401, 403) or route.startswith("GET /stream/"), (route, status)
        else:
            assert status == 403, (route, status)


def test_a_token_reaches_no_further_than_the_scopes_it_was_given(
    answers: Callable[[str, Any], int], token: Callable[..., dict[str, str]]
) -> None:
    headers = token("ops", "earnings")
    for route, scope in MATRIX.items():
        if scope not in (PUBLIC, "earnings"):
            assert answers(route, headers) == 403, route


# --- owners -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Owned:
    """What belongs to somebody: its owner is answered, another of its role is not."""

    route: str
    owner: tuple[str, ...]
    other: tuple[str, ...]
    refused: int
    body: Any = None


LISTENERS = (("mia",), ("ben", "ada", "pol", "ops"))
ARTISTS = (("ada", "ops"), ("bo",))

OWNED = (
    Owned("GET /api/renders/RENDER", *LISTENERS, 404),
    Owned("GET /api/renders/RENDER/audio.m4a", *LISTENERS, 404),
    Owned("PUT /api/renders/RENDER/shared", *LISTENERS, 404),
    Owned("DELETE /api/renders/RENDER/shared", *LISTENERS, 404),
    Owned("POST /api/streams/RENDER", *LISTENERS, 404),
    Owned("GET /api/jobs/JOB", *LISTENERS, 404),
    Owned("DELETE /api/jobs/JOB", *LISTENERS, 404),
    Owned("DELETE /api/tokens/TOKEN", *LISTENERS, 404),
    Owned("GET /api/parties/ada/consents", *ARTISTS, 403),
    Owned("GET /api/parties/ada/consents/history", *ARTISTS, 403),
    Owned(
        "POST /api/parties/ada/consents", *ARTISTS, 403, {"answer": "allow", "kind": "remix"}
    ),
    Owned("GET /api/parties/ada/statement", *ARTISTS, 403),
    Owned("GET /api/parties/ada/statement?format=pdf", *ARTISTS, 403),
    Owned(
        "POST /api/decisions", ("mia", "ops"), ("ben", "ada", "pol"), 403,
        {"spec": {"sources": ["open-road"]}, "listener": "mia"},
    ),
    Owned(
        "POST /api/quotes", ("mia", "ops"), ("ben", "ada", "pol"), 403,
        {"spec": {"sources": ["open-road"]}, "listener": "mia"},
    ),
    Owned(
        "POST /api/rules/decide", ("ops",), ("pol",), 403,
        {"spec": {"sources": ["open-road"]}, "listener": "mia"},
    ),
)  # fmt: skip

ONLY_ABSENT = {
    "GET /api/renders/{id}/plan": "as GET /api/renders/{id}; test_producing has a generator",
    "POST /api/renders/{id}/amendments": "likewise",
    "POST /api/renders/{id}/session": "likewise",
    "POST /api/previews/{job}": "test_consent_in_time has a render on its way",
    "POST /api/approvals/{id}/answer": "test_approvals_over_http",
    "GET /api/royalties/lines/{line}": "test_lines_over_http",
    "GET /api/parties/{party}/what-if": "below, refused before anything is counted",
    "GET /api/parties/{party}/amplify": "below, refused before anything is counted",
}
"""Routes with an owner in their path that are tried elsewhere, and where."""


@pytest.mark.parametrize("owned", OWNED, ids=lambda owned: owned.route)
def test_what_belongs_to_somebody_is_for_its_owner(
    market: Kernel,
    calls: Callable[..., TestClient],
    publish: Callable[..., str],
    queue: Callable[..., Job],
    owned: Owned,
) -> None:
    render = publish("mia")
    spec = RemixSpec(sources=("open-road",))
    job = queue(market, spec, "mia", "idle", 1)
    _, token = market.tokens.create("mia")
    ids = {"RENDER": render, "JOB": job.id, "TOKEN": token.id}
    method, _, path = owned.route.partition(" ")
    for word, id in ids.items():
        path = path.replace(word, id)

    for user in owned.other:
        refused = calls(user).request(method, path, json=owned.body)
        assert refused.status_code == owned.refused, (user, refused.text)
        assert refused.headers["content-type"] == "application/problem+json"
    for user in owned.owner:
        answer = calls(user).request(method, path, json=owned.body)
        assert answer.status_code not in (401, 403, 404, 422), (user, answer.text)


@pytest.mark.parametrize("what", ["what-if", "amplify", "statement", "consents"])
def test_another_party_is_refused_whether_it_is_there_or_not(
    calls: Callable[..., TestClient], what: str
) -> None:
    there, absent = (calls("bo").get(f"/api/parties/{id}/{what}") for id in ("ada", "nobody"))
    assert there.status_code == absent.status_code == 403
    assert there.json()["title"] == absent.json()["title"]
    assert "Yours is `bo`" in there.json()["help"]


def test_every_route_that_names_something_of_somebodys_is_tried_with_another(
    app: FastAPI,
) -> None:
    tried = {one.route.partition("?")[0] for one in OWNED}
    named = {"RENDER": "{id}", "JOB": "{id}", "TOKEN": "{id}"}
    for word, name in named.items():
        tried = {route.replace(word, name) for route in tried}
    tried = {route.replace("/streams/{id}", "/streams/{item}") for route in tried}
    tried = {route.replace("/parties/ada", "/parties/{party}") for route in tried}
    for route in route_table(app):
        if route.startswith(("GET /verify", "GET /assets", "GET /stream/")):
            continue  # for everybody, or signed
        if any(name in route for name in ("{id}", "{item}", "{job}", "{party}", "{line}")):
            assert route in tried or route in ONLY_ABSENT, route


def test_shares_are_shown_to_who_holds_one(calls: Callable[..., TestClient]) -> None:
    for user, shown in (("mia", False), ("bo", False), ("ada", True), ("ops", True)):
        said = calls(user).get("/api/recordings/open-road").json()
        assert ("shares" in said, "shares" in said["work"]) == (shown, shown), user
