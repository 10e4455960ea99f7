"""What the pages' framework would hand out is behind the sign-in as well, and its owner's alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from clearmix.kernel import Kernel
from clearmix.service.sessions import COOKIE
from clearmix_ui.guarding import CLOSED

API = "/app/gradio_api"


ROUTES = """
import json, sys
from fastapi.routing import iter_route_contexts
from clearmix.kernel import Kernel
from clearmix.service import create_app

app = create_app(Kernel())
(pages,) = [one.original_route for one in iter_route_contexts(app.routes)
            if one.path == "/app" and not one.methods]
print(json.dumps([[method, f"/app{one.path}"] for one in iter_route_contexts(pages.routes)
                  for method in getattr(one, "methods", None) or ()]))
"""


@pytest.fixture(scope="module")
def table(service) -> list[tuple[str, str]]:
    """Every route below the pages, as Gradio has them: method and path.

    Asked of another process, since Gradio leaves event loops behind in its own.
    """
    said = subprocess.run(
        [sys.executable, "-c", ROUTES],
        env=os.environ | service.settings.as_environment(),
        capture_output=True,
        check=True,
    ).stdout
    return sorted((method, path) for method, path in json.loads(said.splitlines()[-1]))


@pytest.fixture(scope="module")
def client(service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url) as client:
        yield client


def test_no_route_of_the_pages_answers_the_signed_out_or_a_token(
    service, client: httpx.Client, table: list[tuple[str, str]]
) -> None:
    kernel = Kernel(service.settings)
    token = {"Authorization": f"Bearer {kernel.tokens.create('mia')[0]}"}
    kernel.database.close()
    assert client.get("/api/me", headers=token).status_code == 200
    assert len(table) > 50
    assert ("POST", f"{API}/queue/join") in table
    for method, path in table:
        for headers in ({}, token):
            answer = client.request(method, path, headers=headers)
            assert answer.status_code == 401, (method, path, headers)


def test_what_the_page_needs_not_is_not_there_even_for_the_signed_in(
    service, table: list[tuple[str, str]]
) -> None:
    closed = [
        (method, path)
        for method, path in table
        if path.removeprefix("/app/").removeprefix("gradio_api/").startswith(CLOSED)
    ]
    assert {f"{API}/upload", f"{API}/proxy={{url_path:path}}"} <= {path for _, path in closed}
    with httpx.Client(base_url=service.url) as client:
        client.post("/sign-in", data={"user": "mia", "password": "mia"})
        for method, path in closed:
            assert client.request(method, path).status_code == 404, (method, path)


def test_a_pages_session_is_its_listeners_own(service) -> None:
    with httpx.Client(base_url=service.url) as mia, httpx.Client(base_url=service.url) as ben:
        for client, user in ((mia, "mia"), (ben, "ben")):
            client.post("/sign-in", data={"user": user, "password": user})
        mine = {"session_hash": "mias-page", "fn_index": 0, "data": []}
        joined = mia.post(f"{API}/queue/join", json=mine)
        assert joined.status_code != 404
        assert ben.post(f"{API}/queue/join", json=mine).status_code == 404
        assert ben.post(f"{API}/cancel", json=mine).status_code == 404
        for path in ("queue/data?session_hash=mias-page", "heartbeat/mias-page",
                     "stream/mias-page/1/1/playlist.m3u8"):  # fmt: skip
            assert ben.get(f"{API}/{path}").status_code == 404, path


def test_a_browser_is_sent_to_the_sign_in_page(service) -> None:
    answer = httpx.get(f"{service.url}/app/", headers={"accept": "text/html"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fapp%2F"


def test_a_signed_in_listener_reads_no_file_of_the_service(service) -> None:
    database = service.settings.home / "clearmix.db"

    with httpx.Client(base_url=service.url) as client:
        client.post("/sign-in", data={"user": "mia", "password": "mia"})
        assert COOKIE in client.cookies
        for path in (database, service.settings.keys / "signing.key", "/etc/passwd"):
            answer = client.get(f"/app/gradio_api/file={path}")
            assert answer.status_code in (403, 404), path


def test_a_handler_called_by_hand_answers_as_whoever_is_signed_in(service) -> None:
    with httpx.Client(base_url=service.url) as client:
        client.post("/sign-in", data={"user": "ben", "password": "ben"})
        config = client.get("/app/config").json()
        page = client.get("/app/")

    assert config["username"] == "ben"
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
