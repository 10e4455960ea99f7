"""From a change to its diagnostics in an editor, for files of 30 and of 300 rules.

Run it from the root of the repository: `python tests/benchmarks/rules/editing.py`. The real server
handles real messages in this process: what is measured begins when it gets a `didChange` and ends
when it has written the diagnostics of that version. It includes the pause in which a text must
stand still; it leaves out the pipe between the two processes. The whole check that follows a pause
is printed for comparison.
"""

from __future__ import annotations

import asyncio
import json
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

from clearmix_rules import PolicySource
from clearmix_rules.editing.checks import check
from clearmix_rules.editing.requests import make_server
from clearmix_rules.editing.server import SETTLING_SECONDS

KEYSTROKES = 60
URI = "file:///benchmark.rights"
HEADER = """policy "Northlight remix terms" version 4
by label northlight
in force from 2026-03-01 until 2027-02-28 local time
consent: opt-in
define nordics as any of SE, NO, DK or FI

"""
RULE = """rule short-remix-{n}: permit remix, speed-change or mashup
  of tracks under northlight
  when tier is plus, premium or studio
   and territory is any of GB, IE or nordics
   and use is private or in-app
  provided
    length is at most 90 seconds
    label reads "Fan-made remix of {{title}}. Not by {{artist}}."
    royalty is at least 15% of revenue to northlight
  reason "Northlight lets subscribers make short remixes for their own use."

"""


class Editor:
    """The other end of the wire: keeps the time at which each version was told about."""

    def __init__(self) -> None:
        self.told: dict[int, float] = {}
        self.news = asyncio.Event()

    def write(self, content: bytes) -> None:
        message = json.loads(content.split(b"\r\n\r\n", 1)[1])
        if message.get("method") == "textDocument/publishDiagnostics":
            self.told.setdefault(message["params"]["version"], perf_counter())
            self.news.set()

    def close(self) -> None:
        pass

    async def wait(self, version: int) -> float:
        while version not in self.told:
            self.news.clear()
            await self.news.wait()
        return self.told[version]


async def session(rules: int) -> tuple[list[float], float]:
    """Seconds from each keystroke to its diagnostics, and CPU seconds of one keystroke."""
    server, editor = make_server(), Editor()
    server.protocol.set_writer(editor)

    def send(method: str, params: Any, **more: object) -> None:
        text = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more})
        message = json.loads(text, object_hook=server.protocol.structure_message)
        server.protocol.handle_message(message)

    send("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, id=1)
    text = HEADER + "".join(RULE.format(n=n) for n in range(rules))
    document = {"uri": URI, "languageId": "rights", "version": 1, "text": text}
    send("textDocument/didOpen", {"textDocument": document})
    await editor.wait(1)
    waited: list[float] = []
    spent = process_time()
    at = text.index("plus", len(text) // 2)
    for version in range(2, KEYSTROKES + 2):
        typed = text[:at] + "premium"[: version % 8] + text[at + 4 :]
        started = perf_counter()
        change = {
            "textDocument": {"uri": URI, "version": version},
            "contentChanges": [{"text": typed}],
        }
        send("textDocument/didChange", change)
        waited.append(await editor.wait(version) - started)
    spent = (process_time() - spent) / KEYSTROKES
    server.cancel(URI)
    server.checker.shutdown()
    return waited, spent


def main() -> None:
    """Prints a line for each size of file."""
    print(f"the text stands still for {SETTLING_SECONDS * 1e3:.0f} ms of each time")
    for rules in (30, 300):
        waited, spent = asyncio.run(session(rules))
        text = HEADER + "".join(RULE.format(n=n) for n in range(rules))
        started = process_time()
        check(PolicySource("benchmark.rights", text))
        whole = process_time() - started
        print(
            f"{rules:3} rules, {len(text):7,} characters: median {median(waited) * 1e3:5.1f} ms, "
            f"p95 {quantiles(waited, n=20)[-1] * 1e3:5.1f} ms, CPU {spent * 1e3:5.1f} ms; "
            f"the whole check: CPU {whole * 1e3:6.1f} ms"
        )


if __name__ == "__main__":
    main()
