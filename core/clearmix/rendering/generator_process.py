"""The child process in which a generator runs; `docs/plugins/generator-process.md` is its protocol.

Standard output carries the protocol only: whatever a generator prints goes to standard error. When
standard input ends, the parent has died, and the child goes with it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from pydantic import TypeAdapter

from clearmix.audio import Audio
from clearmix.contracts import (
    Amends,
    Explains,
    Generator,
    Progress,
    Source,
    Warms,
    WritesSessions,
)
from clearmix.errors import AudioError, ClearmixError
from clearmix.kernel import Kernel
from clearmix.rendering.amending import require_within
from clearmix.rendering.workfolder import read_samples
from clearmix.settings import Settings
from clearmix.spec import RemixSpec

PROTOCOL = 1
"""Version of the messages."""

Send = Callable[[dict[str, Any]], None]
Plan = Mapping[str, Any] | None


def main() -> None:
    """Reads one request, does it, and says what happens."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as messages:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        send = _sender(messages)
        if sys.argv[1:2] == ["--warm"]:
            _warm(sys.argv[2])
        line = sys.stdin.readline()
        if not line:  # the parent went before it had a request
            return
        request = json.loads(line)
        _log_to(request.get("log"))
        threading.Thread(target=_die_with_the_parent, daemon=True).start()
        try:
            _JOBS[request.get("job", "render")](request, send)
        except Exception as error:  # noqa: BLE001  # a generator may raise anything
            send(_in_words(error, request["generator"]))
            with suppress(OSError):  # the log may be on the disk that is full
                traceback.print_exc()


def _warm(id: str) -> None:
    """Loads what a render will need; a generator that cannot is reported when it is asked for."""
    with suppress(Exception):
        generator = Kernel(Settings.from_environment()).generator(id)
        if isinstance(generator, Warms):
            generator.warm()


def _log_to(path: str | None) -> None:
    """Sends what is printed to a job's log: a process in waiting had none when it started."""
    if path is not None:
        with suppress(OSError), open(path, "ab") as log:  # noqa: PTH123  # a path from the protocol
            for descriptor in (sys.stdout.fileno(), sys.stderr.fileno()):
                os.dup2(log.fileno(), descriptor)


def _render(request: dict[str, Any], send: Send) -> None:
    kernel = Kernel(Settings.from_environment())
    generator = kernel.generator(request["generator"])
    spec = RemixSpec.from_json(request["spec"])
    source = TypeAdapter(Source).validate_python(request["source"])
    plan = request.get("plan")
    if plan is not None:
        require_within(generator, plan, spec, source)
    send({"type": "started", "protocol": PROTOCOL, "version": generator.version})
    own = os.getpid()
    with Path(request["samples"]).open("wb", buffering=0) as samples:
        for block in _blocks(generator, plan, spec, source, _progress(send)):
            if os.getpid() != own:  # it has forked, and its copy came out of it too
                os._exit(1)
            if not isinstance(block, Audio):
                raise TypeError(f"yielded `{type(block).__name__}` where it must yield `Audio`")
            _write(samples, memoryview(block.samples.T.astype("<f4", order="C").tobytes()))
            send(
                {
                    "type": "block",
                    "frames": block.frames,
                    "channels": block.channels,
                    "rate": block.rate,
                }
            )
    if isinstance(generator, Explains):
        send(_report(generator, plan, spec, source, Path(request["samples"])))
    send({"type": "done"})


def _blocks(
    generator: Generator, plan: Plan, spec: RemixSpec, source: Source, progress: Progress
) -> Iterable[Audio]:
    if plan is not None and isinstance(generator, Amends):
        return generator.render_plan(plan, source, progress)
    return generator.render(spec, source, progress)


def _session(request: dict[str, Any], send: Send) -> None:
    kernel = Kernel(Settings.from_environment())
    generator = kernel.generator(request["generator"])
    if not isinstance(generator, WritesSessions):
        raise TypeError("it writes no sessions")
    source = TypeAdapter(Source).validate_python(request["source"])
    folder = Path(request["folder"])
    send({"type": "started", "protocol": PROTOCOL, "version": generator.version})
    generator.session(request["plan"], source, folder, _progress(send))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    send({"type": "files", "files": [path.relative_to(folder).as_posix() for path in files]})
    send({"type": "done"})


_JOBS: dict[str, Callable[[dict[str, Any], Send], None]] = {
    "render": _render,
    "session": _session,
}


def _progress(send: Send) -> Progress:
    def progress(fraction: float, message: str) -> None:
        send({"type": "progress", "fraction": float(fraction), "message": str(message)})

    return progress


def _report(
    generator: Explains, plan: Plan, spec: RemixSpec, source: Source, samples: Path
) -> dict[str, Any]:
    """What the generator says of its render; one that fails at it loses the report only."""
    try:
        made = read_samples(samples)
        if plan is not None and isinstance(generator, Amends):
            said = asdict(generator.report_plan(plan, source, made))
        else:
            said = asdict(generator.report(spec, source, made))
        json.dumps(said)
    except Exception:  # noqa: BLE001  # a generator may raise anything
        traceback.print_exc()
        return {"type": "report"}
    return {"type": "report", **said}


def _write(target: Any, rows: memoryview) -> None:
    while rows:  # an unbuffered file may take less than it is given
        rows = rows[target.write(rows) :]


def _sender(messages: TextIO) -> Send:
    lock, own = threading.Lock(), os.getpid()

    def send(message: dict[str, Any]) -> None:
        if os.getpid() != own:
            os._exit(1)
        with lock:
            messages.write(json.dumps(message) + "\n")
            messages.flush()

    return send


def _in_words(error: Exception, generator: str) -> dict[str, Any]:
    said = f"generator `{generator}` "
    message, help = f"{said}failed: {type(error).__name__}: {error}", ""
    if isinstance(
        error, AudioError
    ):  # of the values that it made, which do not know whose they are
        message, help = f"{said}failed: {error.message}", error.help
    elif isinstance(error, ClearmixError):
        message, help = error.message, error.help
    elif isinstance(error, MemoryError):
        message = f"{said}ran out of memory"
    elif isinstance(error, OSError):
        return {"type": "error", "message": str(error), "help": "", "errno": error.errno}
    return {"type": "error", "message": message, "help": help}


def _die_with_the_parent() -> None:
    sys.stdin.read()
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main()
