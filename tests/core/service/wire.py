"""A listener's connection, as light as can be: the service is measured, not its client.

A thousand of them share two cores with the service. httpx takes a millisecond for each request,
which is most of what the service takes to answer it.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """What the service answered."""

    status: int
    content: bytes

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode()

    def json(self) -> Any:
        """The content as JSON."""
        return json.loads(self.content)


class Wire:
    """One connection that is kept open, and opened again when the service has closed it."""

    def __init__(self, url: str, cookie: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        self._headers = f"Host: {parts.netloc}\r\nCookie: {cookie}\r\n"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: object = None) -> Answer:
        """The answer to a request; browsers too ask again on a connection that was closed."""
        sent = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\n{self._headers}"
        if sent or method == "POST":
            head += f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n"
        while True:
            if self._streams is None:
                self._streams = await asyncio.open_connection(self._host, self._port)
            reader, writer = self._streams
            try:
                writer.write(f"{head}\r\n".encode() + sent)
                return await _answer(reader)
            except (asyncio.IncompleteReadError, ConnectionError):
                self.close()

    def close(self) -> None:
        """Closes the connection."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


async def _answer(reader: asyncio.StreamReader) -> Answer:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    content = await reader.readexactly(int(headers["content-length"]))
    return Answer(int(first.split()[1]), content)
