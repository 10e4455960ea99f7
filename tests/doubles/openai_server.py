"""A server that speaks OpenAI's protocol as far as it is used, and says what a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Says = Callable[[dict[str, Any]], "Reply"]


@dataclass(frozen=True)
class Reply:
    """What the server answers: words of the model, calls of tools, or bytes as they are."""

    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    status: int = 200
    raw: tuple[bytes, ...] = ()
    finish: str = "stop"
    tokens: int | None = 100
    pause: float = 0.0


@dataclass
class Server:
    """Its address, what it was asked, and what it says next."""

    url: str
    says: Says = lambda request: Reply("{}")
    requests: list[dict[str, Any]] = field(default_factory=list)


def _chunks(reply: Reply) -> Iterator[bytes]:
    if reply.raw:
        yield from reply.raw
        return

    def event(choices: list[Any], **more: Any) -> bytes:
        body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        return f"data: {json.dumps({**body, 'choices': choices, **more})}\n\n".encode()

    def delta(value: dict[str, Any]) -> list[Any]:
        return [{"index": 0, "delta": value, "finish_reason": None}]

    for at in range(0, len(reply.text), 40):
        yield event(delta({"content": reply.text[at : at + 40]}))
    for number, (name, arguments) in enumerate(reply.calls):
        head = {"name": name, "arguments": ""}
        yield event(
            delta({"tool_calls": [{"index": number, "id": f"t{number}", "function": head}]})
        )
        for at in range(0, len(arguments), 40):
            piece = {"arguments": arguments[at : at + 40]}
            yield event(delta({"tool_calls": [{"index": number, "function": piece}]}))
    yield event([{"index": 0, "delta": {}, "finish_reason": reply.finish}])
    if reply.tokens is not None:
        usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": reply.tokens}
        yield event([], usage=usage)
    yield b"data: [DONE]\n\n"


@contextmanager
def serving() -> Iterator[Server]:
    """A server on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            stub.requests.append(request)
            reply = stub.says(request)
            self.send_response(reply.status)
            kind = "text/event-stream" if reply.status == 200 else "application/json"
            self.send_header("Content-Type", kind)
            self.end_headers()
            if reply.status != 200:
                self.wfile.write(b'{"error": {"message": "stub", "type": "stub"}}')
                return
            try:
                for chunk in _chunks(reply):
                    self.wfile.write(chunk)
                    self.wfile.flush()
                    time.sleep(reply.pause)
            except OSError:
                pass

        def log_message(self, format: str, *args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    stub = Server(f"http://127.0.0.1:{http.server_port}/v1")
    thread = threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        http.shutdown()
        http.server_close()
