"""What the pages' framework would hand out is behind the sign-in as well."""

from __future__ import annotations

import httpx
import pytest

from clearmix.service.sessions import COOKIE


@pytest.mark.parametrize(
    "path",
    [
        "/app/",
        "/app/rules",
        "/app/verify",
        "/app/feed",
        "/app/desk",
        "/app/config",
        "/app/gradio_api/info",
        "/app/gradio_api/queue/data?session_hash=x",
        "/app/gradio_api/file=/etc/passwd",
        "/app/static/img/logo.svg",
    ],
)
def test_no_route_of_the_pages_answers_the_signed_out(service, path: str) -> None:
    answer = httpx.get(f"{service.url}{path}", headers={"accept": "*/*"})

    assert answer.status_code == 401
    assert answer.json()["title"] == "Not signed in"


def test_a_browser_is_sent_to_the_sign_in_page(service) -> None:
    answer = httpx.get(f"{service.url}/app/", headers={"accept": "text/html"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in"


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
