"""Virtual environments of plugins: made by pinned steps of pip, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from clearmix.contracts import Progress
from clearmix.errors import PluginError
from clearmix.settings import Settings

MARKER = "clearmix.json"
"""The file that says an environment is whole, and by which steps it was made."""


class PinnedEnvironment:
    """An environment under `settings.home / "environments"`, made by steps of `pip install`.

    Args:
        settings: say where it lies.
        id: its name, usually the plugin's.
        steps: for each call of pip the arguments after `install`; every package with its version.
        about: what is installed, how large it is, and under what licences.
    """

    def __init__(
        self, settings: Settings, id: str, steps: Sequence[Sequence[str]], about: str
    ) -> None:
        self.id = id
        self.about = about
        self._steps = tuple(tuple(step) for step in steps)
        self.version = hashlib.sha256(json.dumps(self._steps).encode()).hexdigest()[:12]
        self._folder = settings.home / "environments" / id

    @property
    def python(self) -> Path | None:
        """Its interpreter, or None while it is not there or was made by other steps."""
        python = self._folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        return python if self._made_by() == self.version and python.exists() else None

    def set_up(self, progress: Progress) -> Path:
        """Makes it anew unless it is there; raises PluginError with what pip said."""
        if self.python:
            return self.python
        progress(0.0, "making a virtual environment")
        shutil.rmtree(self._folder, ignore_errors=True)
        self._run([sys.executable, "-m", "venv", str(self._folder)])
        python = next(iter(self._folder.glob("[bS]*/python*")))
        for number, step in enumerate(self._steps):
            progress((number + 0.2) / (len(self._steps) + 0.2), f"installing {step[-1]}, ...")
            self._run([str(python), "-m", "pip", "install", "--quiet", *step])
        (self._folder / MARKER).write_text(json.dumps({"version": self.version}), encoding="utf-8")
        progress(1.0, "ready")
        if self.python is None:
            raise PluginError(
                f"the environment of `{self.id}` has no interpreter",
                help="tell the author of the plugin",
                place=str(self._folder),
            )
        return self.python

    def _made_by(self) -> str | None:
        try:
            return str(json.loads((self._folder / MARKER).read_text(encoding="utf-8"))["version"])
        except (OSError, ValueError, KeyError):
            return None

    def _run(self, command: Sequence[str]) -> None:
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            said = (ran.stderr.strip() or ran.stdout.strip()).splitlines()[-3:]
            shutil.rmtree(self._folder, ignore_errors=True)
            raise PluginError(
                f"the environment of `{self.id}` could not be made: {' '.join(said)[:500]}",
                help="check network and free disk space, then run it again; nothing is left",
                place=f"clearmix plugins setup {self.id}",
            )
