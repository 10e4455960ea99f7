"""The Model Context Protocol: some routes of the API as tools of an assistant.

A tool is a route: its arguments are what the description of the API says, and calling it asks the
route with the caller's own credentials. So scopes, limits and answers are those of the API, and
nothing can be done here that could not be done there. The transport is Streamable HTTP with plain
answers (specification of 2025-06-18): no session is kept and nothing is pushed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import httpx
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from clearmix.service.callers import Listening

router = APIRouter(include_in_schema=False)

VERSIONS = ("2025-06-18", "2025-03-26")
"""Versions of the protocol that are spoken, the newest first."""

TOOLS: Mapping[str, str] = {
    "who_am_i": "GET /api/me",
    "list_recordings": "GET /api/recordings",
    "show_recording": "GET /api/recordings/{name}",
    "interpret_words": "POST /api/interpretations",
    "decide_remix": "POST /api/decisions",
    "quote_remix": "POST /api/quotes",
    "make_remix": "POST /api/jobs",
    "show_job": "GET /api/jobs/{id}",
    "cancel_job": "DELETE /api/jobs/{id}",
    "list_renders": "GET /api/renders",
    "share_render": "PUT /api/renders/{id}/shared",
    "show_feed": "GET /api/feeds/{lane}",
    "show_consents": "GET /api/parties/{party}/consents",
    "record_consent": "POST /api/parties/{party}/consents",
    "list_approvals": "GET /api/approvals",
    "answer_approval": "POST /api/approvals/{id}/answer",
    "list_policies": "GET /api/policies",
    "check_policy": "POST /api/rules/check",
}
"""Routes by the names of their tools."""

HEADERS = ("authorization", "cookie", "host")
"""What of a call goes on to the route: who calls, and where we are."""

NO_METHOD, WRONG_ARGUMENTS = -32601, -32602
"""Codes of JSON-RPC 2.0, section 5.1."""

_REFERENCE = "#/components/schemas/"


class Message(BaseModel):
    """A request of JSON-RPC 2.0; without an id it is a notification."""

    jsonrpc: Literal["2.0"]
    method: str = Field(max_length=200)
    id: int | str | None = None
    params: dict[str, Any] = {}


@dataclass(frozen=True)
class Tool:
    """A route as a tool: its description, the scope it needs, and where arguments go."""

    name: str
    method: str
    path: str
    scope: str
    described: Mapping[str, Any]
    places: Mapping[str, str]

    def shown(self) -> dict[str, Any]:
        """The tool as it is listed."""
        return {
            "name": self.name,
            "description": self.described["description"],
            "inputSchema": self.described["schema"],
            "annotations": {"readOnlyHint": self.method == "GET"},
        }


@router.post("/mcp")
async def answer(said: Message, request: Request, caller: Listening) -> Response:
    """The answer to one message of an assistant's program."""
    if said.id is None:
        return Response(status_code=202)
    app: FastAPI = request.app
    if said.method == "initialize":
        asked = said.params.get("protocolVersion")
        return _result(said, _introduction(app, asked if asked in VERSIONS else VERSIONS[0]))
    if said.method == "ping":
        return _result(said, {})
    tools = {tool.name: tool for tool in _tools(app) if caller.may(tool.scope)}  # type: ignore[arg-type]
    if said.method == "tools/list":
        return _result(said, {"tools": [tool.shown() for tool in tools.values()]})
    if said.method != "tools/call":
        return _error(said, NO_METHOD, f"no method `{said.method}`")
    tool = tools.get(str(said.params.get("name")))
    arguments = said.params.get("arguments") or {}
    if tool is None or not isinstance(arguments, dict):
        return _error(said, WRONG_ARGUMENTS, "no such tool for this caller; list them first")
    return _result(said, await _called(app, request, tool, arguments))


def _introduction(app: FastAPI, version: str) -> dict[str, Any]:
    return {
        "protocolVersion": version,
        "capabilities": {"tools": {}},
        "serverInfo": {"name": app.title, "version": app.version},
        "instructions": "Remixes of licensed songs. Say a price of `quote_remix` to the listener "
        "before `make_remix`; a refusal is an answer with reasons.",
    }


async def _called(
    app: FastAPI, request: Request, tool: Tool, arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """What the route answers, as the result of a tool."""
    path, query, body = tool.path, {}, {}
    for name, value in arguments.items():
        place = tool.places.get(name, "body")
        if place == "path":
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        elif place == "query":
            query[name] = value
        else:
            body[name] = value
    client = (request.client.host, request.client.port) if request.client else ("", 0)
    inside = httpx.ASGITransport(app, client=client, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=inside, base_url=str(request.base_url)) as asking:
        answered = await asking.request(
            tool.method,
            path,
            params=query,
            json=None if tool.method == "GET" else body,
            headers={name: request.headers[name] for name in HEADERS if name in request.headers},
        )
    said = answered.text or "done"
    result: dict[str, Any] = {
        "content": [{"type": "text", "text": said}],
        "isError": answered.status_code >= 400,
    }
    if answered.text.startswith("{"):
        result["structuredContent"] = json.loads(said)
    return result


def _tools(app: FastAPI) -> Iterator[Tool]:
    """The tools, as the description of the API has their routes."""
    api = app.openapi()
    schemas: Mapping[str, Any] = api.get("components", {}).get("schemas", {})
    for name, route in TOOLS.items():
        method, _, path = route.partition(" ")
        operation = api["paths"][path][method.lower()]
        properties, required, places = {}, [], {}
        for given in operation.get("parameters", ()):
            if given["in"] in ("path", "query"):
                places[given["name"]] = given["in"]
                properties[given["name"]] = given["schema"]
                required += [given["name"]] if given.get("required") else []
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        found = _resolved(body.get("schema", {}), schemas)
        schema = {
            "type": "object",
            "properties": properties | found.get("properties", {}),
            "required": required + found.get("required", []),
        }
        yield Tool(
            name,
            method,
            path,
            scope=operation["security"][0]["token"][0],
            described={
                "description": operation.get("description") or operation["summary"],
                "schema": _resolved(schema, schemas),
            },
            places=places,
        )


def _resolved(schema: Any, schemas: Mapping[str, Any]) -> Any:
    """A schema with what it refers to in its place."""
    if isinstance(schema, list):
        return [_resolved(one, schemas) for one in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return _resolved(schemas[reference.removeprefix(_REFERENCE)], schemas)
    return {name: _resolved(one, schemas) for name, one in schema.items()}


def _result(said: Message, result: Mapping[str, Any]) -> JSONResponse:
    return JSONResponse({"jsonrpc": "2.0", "id": said.id, "result": result})


def _error(said: Message, code: int, message: str) -> JSONResponse:
    return JSONResponse(
        {"jsonrpc": "2.0", "id": said.id, "error": {"code": code, "message": message}}
    )
