"""The tools of the rights language, run on texts in a folder and a process of their own.

In a process, because a policy that somebody is writing may take any time to prove or to filter by:
it is stopped, and the service goes on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from clearmix.errors import BusyError, ClearanceError

TOOL_SECONDS = 60.0
"""How long a tool may take, from its start."""

AT_ONCE = 2
"""Tools that run at the same time; more are asked to wait."""

_ENVIRONMENT = {
    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    "PYTHONUTF8": "1",
    **{name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ},
}
"""Nothing else of ours, such as the address of the database, goes into that process."""

_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Bench:
    """A folder for the files of one run."""

    folder: Path

    def lay(self, files: Mapping[str, str], name: str) -> Path:
        """A folder of that name with these texts; names are checked by whoever takes them in."""
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8")
        return folder

    def lay_json(self, value: Mapping[str, Any], name: str) -> Path:
        """A file of that name with a JSON object."""
        path = self.folder / name
        path.write_text(json.dumps(value), encoding="utf-8")
        return path

    def run(self, tool: str, *arguments: object) -> dict[str, Any]:
        """What a tool prints with `--json`.

        Raises:
            ClearanceError: the tool says what is wrong with what it was given, or takes too long.
            BusyError: as many as can are running.
        """
        output = self.text(tool, *arguments, "--json")
        said: dict[str, Any] = json.loads(output)
        error = said.get("error")
        if isinstance(error, dict):
            raise ClearanceError(error["message"], help=error["help"], place=error["place"] or "")
        return said

    def text(self, tool: str, *arguments: object) -> str:
        """What a tool prints."""
        if not _turns.acquire(timeout=1.0):
            raise BusyError("others are checking policies", help="try again in a minute")
        try:
            done = subprocess.run(
                [sys.executable, "-m", "clearmix_rules", tool, *map(str, arguments)],
                cwd=self.folder,
                env=_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TOOL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ClearanceError(
                f"`{tool}` took longer than {TOOL_SECONDS:.0f} seconds",
                help="give less at a time, or run `clearmix rules` on a machine of your own",
            ) from None
        finally:
            _turns.release()
        if done.returncode not in (0, 1) or not done.stdout:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise ClearanceError(
                f"`{tool}` failed: {said[-1] if said else 'without a word'}",
                help="check what was sent",
            )
        return done.stdout.decode()


@contextmanager
def bench() -> Iterator[Bench]:
    """A bench whose folder goes with it."""
    with TemporaryDirectory(prefix="clearmix-rules-") as name:
        yield Bench(Path(name))
