"""A process with an interpreter of its own, for plugins whose libraries conflict with others.

`docs/plugins/own-interpreter.md` is its protocol: lines of JSON on standard input and output, sound
in files. The process stays in the group and session of whoever starts it, so that a render's limits
of time and memory hold for it too.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from clearmix.contracts import Progress
from clearmix.errors import PluginError

LAST_WORDS = 400
"""Characters of standard error that an error quotes."""


class Sidecar:
    """A script under another interpreter, asked as often as needed: a context manager.

    Args:
        python: the interpreter.
        script: the script; it must not import clearmix, which is not there.
        folder: its working directory.
        environment: variables besides those of this process.
    """

    def __init__(
        self, python: Path, script: Path, folder: Path, environment: Mapping[str, str]
    ) -> None:
        self._command = [str(python), str(script)]
        self._folder = folder
        self._environment = {**os.environ, "PYTHONPATH": "", **environment}
        self._process: subprocess.Popen[str] | None = None
        self._log: IO[str] | None = None

    def __enter__(self) -> Self:
        """Starts the process; raises PluginError when there is no such interpreter."""
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        try:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            self._log.close()
            raise PluginError(
                f"cannot start `{self._command[0]}`: {error.strerror}",
                help="make its environment again with `clearmix plugins setup`",
                place=str(self._folder),
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends the process, at once."""
        if self._process is not None:
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    pipe.close()
            self._process.wait()
        if self._log is not None:
            self._log.close()

    def ask(self, request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
        """What the script answers to one request, without its `type`.

        Raises:
            PluginError: it reports an error, says something else than the protocol, or has died.
        """
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise PluginError("the process was not started", help="use it in a `with` block")
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            raise self._died() from None
        for line in process.stdout:
            message = self._parsed(line)
            if message["type"] == "progress":
                fraction = min(max(float(message.get("fraction", 0.0)), 0.0), 1.0)
                progress(fraction, str(message.get("message", ""))[:200])
            elif message["type"] == "error":
                raise PluginError(
                    str(message.get("message", "it failed"))[:500],
                    help=str(message.get("help", "")),
                    place=self._command[1],
                )
            else:
                return {name: value for name, value in message.items() if name != "type"}
        raise self._died()

    def _parsed(self, line: str) -> dict[str, Any]:
        try:
            message = json.loads(line)
            if message["type"] in ("progress", "done", "error"):
                return dict(message)
        except (ValueError, TypeError, KeyError):
            pass
        raise PluginError(
            f"`{Path(self._command[1]).name}` wrote into its channel: {line[:80]!r}",
            help="let it print to standard error only; tell its author",
            place=self._command[1],
        )

    def _died(self) -> PluginError:
        code = self._process.wait() if self._process else 0
        said = ""
        if self._log is not None:
            self._log.seek(0)
            said = self._log.read()[-LAST_WORDS:].strip()
        return PluginError(
            f"`{Path(self._command[1]).name}` ended with code {code} before it answered"
            + (f"; its last words: {said}" if said else ""),
            help="tell its author; `clearmix doctor` says whether its environment is whole",
            place=self._command[1],
        )
