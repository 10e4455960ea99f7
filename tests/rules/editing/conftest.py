"""A very small editor: it starts the server as a process of its own and speaks JSON-RPC to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from typing import Any

import pytest

from clearmix_rules.editing.describing import KnownParty

SECONDS = 20.0
"""How long an answer may take on a busy machine."""

Message = dict[str, Any]


class Editor:
    """One session with a server. `notified` keeps what came unasked and was not waited for."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "clearmix_rules", "lsp", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ,
        )
        self.received: Queue[Message | None] = Queue()
        # A None says that nothing more will come.
        self.notified: list[Message] = []
        self.last_id = 0
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        stdout = self.process.stdout
        assert stdout is not None
        while True:
            length = 0
            while (line := stdout.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                self.received.put(None)
                return
            self.received.put(json.loads(stdout.read(length)))

    def _next(self, seconds: float = SECONDS) -> Message:
        """What comes next; raises Empty if nothing does."""
        message = self.received.get(timeout=seconds)
        if message is None:
            raise Empty
        return message

    def send(self, message: Message) -> None:
        self.send_raw(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def send_raw(self, body: bytes) -> None:
        stdin = self.process.stdin
        assert stdin is not None
        stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        stdin.flush()

    def notify(self, method: str, params: object = None) -> None:
        self.send({"method": method, "params": params})

    def answer(self, method: str, params: object = None) -> Message:
        """The whole response, with its `result` or its `error`."""
        self.last_id += 1
        self.send({"id": self.last_id, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == self.last_id and "method" not in message:
                return message
            self.notified.append(message)

    def ask(self, method: str, params: object = None) -> Any:
        """The result of a request that must not fail."""
        response = self.answer(method, params)
        assert "error" not in response, response
        return response["result"]

    def start(self, folder: str | None = None, *, templates: bool = True) -> Any:
        item = {"completionItem": {"snippetSupport": templates}}
        said = self.ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folder,
                "capabilities": {"textDocument": {"completion": item}},
            },
        )
        self.notify("initialized", {})
        return said

    def open(self, uri: str, text: str, version: int = 1) -> None:
        document = {"uri": uri, "languageId": "rights", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, text: str, version: int) -> None:
        document = {"uri": uri, "version": version}
        changed = {"textDocument": document, "contentChanges": [{"text": text}]}
        self.notify("textDocument/didChange", changed)

    def at(self, method: str, uri: str, line: int, character: int, **more: object) -> Any:
        """The result of a request about a place."""
        place = {"line": line, "character": character}
        return self.ask(method, {"textDocument": {"uri": uri}, "position": place, **more})

    def diagnostics(self, uri: str, version: int) -> list[Message]:
        """The first diagnostics of a version that come, or came while waiting for others."""
        waiting = list(self.notified)
        self.notified.clear()
        while True:
            message = waiting.pop(0) if waiting else self._next()
            if message.get("method") == "textDocument/publishDiagnostics":
                said = message["params"]
                if said["uri"] == uri and said.get("version") == version:
                    self.notified += waiting
                    found: list[Message] = said["diagnostics"]
                    return found
            self.notified.append(message)

    def stop(self) -> int:
        """Ends the session as editors do; returns the exit code."""
        self.ask("shutdown")
        self.notify("exit")
        return self.process.wait(SECONDS)


@contextmanager
def session(*arguments: str) -> Iterator[Editor]:
    """A session whose process does not outlive it."""
    editor = Editor(*arguments)
    try:
        yield editor
    finally:
        editor.process.kill()
        editor.process.wait()
        editor.reader.join()
        for stream in (editor.process.stdin, editor.process.stdout, editor.process.stderr):
            assert stream is not None
            stream.close()


@pytest.fixture
def editor() -> Iterator[Editor]:
    """A session with a server that has not been told anything yet."""
    with session() as editor:
        yield editor


@pytest.fixture(scope="module")
def shared_editor() -> Iterator[Editor]:
    """A session that several tests share, each with policies of its own."""
    with session() as editor:
        editor.start()
        yield editor


@pytest.fixture(scope="session")
def parties() -> dict[str, KnownParty]:
    return {
        "northlight": KnownParty("northlight", "label", "northlight.rights"),
        "ada-wren": KnownParty("ada-wren", "artist", "ada-wren.rights"),
    }


HEADER = """policy "Northlight" version 1
by label northlight
consent: opt-in
define northern as any of SE, NO or DK
define paid as plus or premium

"""


@pytest.fixture(scope="session")
def header() -> str:
    """The five lines of a policy that its rules stand under."""
    return HEADER


URI = "file:///policies/northlight.rights"

PLANTED = """policy "😀𝄞 Northlight" version 1
by label northlight
consent: opt-in
define northern as any of SE, NO or DK

rule short: permit remix
  of tracks under northlight
  when teir is plus
   and use is privat
  provided
    length is at most 90 secnds
  reason "Short ones."

rule other: forbid cover when label is like "😀😀" and territory is northen
  reason "No 😀."
"""


def place(text: str, word: str) -> dict[str, int]:
    """Where a word first stands, as editors say it."""
    before = text[: text.index(word)].rsplit("\n", 1)
    units = len(before[-1].encode("utf-16-le")) // 2
    return {"line": text[: text.index(word)].count("\n"), "character": units}


def around(text: str, word: str) -> dict[str, object]:
    start = place(text, word)
    units = len(word.encode("utf-16-le")) // 2
    return {"start": start, "end": {**start, "character": start["character"] + units}}
