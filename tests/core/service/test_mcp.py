"""Tools of an assistant are routes of the API, asked as the caller who asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from clearmix.kernel import Kernel
from clearmix.service.mcp import TOOLS, VERSIONS

from .test_authorisation import MATRIX

Calls = Callable[..., TestClient]


def asked(client: TestClient, method: str, **params: Any) -> dict[str, Any]:
    said = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
    answer = client.post("/mcp", json=said)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["jsonrpc"], answer.json()["id"]) == ("2.0", 7)
    return answer.json()


def called(client: TestClient, tool: str, **arguments: Any) -> dict[str, Any]:
    return asked(client, "tools/call", name=tool, arguments=arguments)["result"]


@pytest.mark.parametrize(
    ("version", "answered"), [(VERSIONS[1], VERSIONS[1]), ("1999-01-01", VERSIONS[0])]
)
def test_the_version_is_agreed_on_and_notifications_are_taken(
    calls: Calls, version: str, answered: str
) -> None:
    client = calls("mia")

    begun = asked(client, "initialize", protocolVersion=version)["result"]
    noted = client.post("/mcp", json={"jsonrpc": "2.0", "method": "notifications/initialized"})

    assert begun["protocolVersion"] == answered
    assert "tools" in begun["capabilities"]
    assert asked(client, "ping")["result"] == {}
    assert (noted.status_code, noted.content) == (202, b"")
    assert client.get("/mcp").status_code == 405


@pytest.mark.parametrize(
    ("user", "scopes"),
    [("mia", ()), ("ada", ()), ("pol", ()), ("ops", ()), ("ops", ("listen",))],
    ids=["listener", "artist", "policy author", "operator", "operator's token to listen"],
)
def test_each_caller_has_the_tools_of_its_scopes(
    calls: Calls, user: str, scopes: tuple[str, ...]
) -> None:
    client = calls(user, *scopes)

    held = set(client.get("/api/me").json()["scopes"])
    listed = asked(client, "tools/list")["result"]["tools"]

    assert [one["name"] for one in listed] == [
        name for name, route in TOOLS.items() if MATRIX[route] in held
    ]
    assert all(one["description"] and "$ref" not in str(one["inputSchema"]) for one in listed)


def test_a_tool_answers_what_its_route_answers(calls: Calls) -> None:
    client, spec = calls("mia"), {"sources": ["open-road"], "tempo": {"bpm": 140}}

    shown = called(client, "show_recording", name="open-road")
    paged = called(client, "list_recordings", limit=1)
    decided = called(client, "decide_remix", spec=spec)

    assert shown["structuredContent"] == client.get("/api/recordings/open-road").json()
    assert len(paged["structuredContent"]["items"]) == 1
    assert decided["structuredContent"]["outcome"] == "permitted"
    assert not decided["isError"]


def test_what_a_route_refuses_is_refused_with_its_words(
    calls: Calls, market: Kernel, publish: Callable[..., str]
) -> None:
    render = publish("mia")

    wrong = called(calls("mia"), "decide_remix", spec={"sources": ["open-road"], "era": "80z"})
    others = called(calls("ben"), "share_render", id=render)
    elsewhere = called(calls("bo"), "record_consent", party="ada", answer="allow", kind="remix")
    led_away = called(calls("mia"), "show_recording", name="../doctor")

    assert wrong["isError"] and "80z" in wrong["content"][0]["text"]
    assert (others["isError"], others["structuredContent"]["status"]) == (True, 404)
    assert (elsewhere["isError"], elsewhere["structuredContent"]["status"]) == (True, 403)
    assert market.consent.history("ada") == ()
    assert led_away["isError"]


def test_a_tool_beyond_the_callers_scopes_is_not_there(calls: Calls) -> None:
    answer = asked(calls("mia"), "tools/call", name="record_consent", arguments={"party": "ada"})
    assert answer["error"]["code"] == -32602
    assert asked(calls("mia"), "resources/list")["error"]["code"] == -32601
