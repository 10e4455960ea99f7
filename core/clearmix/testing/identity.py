"""What every object that a hook hands over must have."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable

import pytest

HEAVY = ("torch", "tensorflow", "onnxruntime", "transformers", "librosa", "gradio")
"""Libraries that must not be loaded before there is work to do."""

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def require_identity(thing: object) -> None:
    """Fails unless there are a lower-case `id` and a `version` that is not empty."""
    id, version = getattr(thing, "id", None), getattr(thing, "version", None)
    assert isinstance(id, str), f"give {type(thing).__name__} an attribute `id` of type str"
    assert _ID.fullmatch(id), (
        f"`{id}` is no id: write lower-case words with hyphens, such as `night-drive`; "
        "it is written on renders and statements and must never change"
    )
    assert isinstance(version, str), f"give `{id}` an attribute `version` of type str"
    assert version.strip(), (
        f"`{id}` has an empty version: raise it whenever the same input would give another result"
    )


def require_light_import(module: str, heavy: Iterable[str] = HEAVY) -> None:
    """Fails when importing a plugin's module loads a heavy library."""
    code = (
        f"import sys, {module}; print(*[name for name in {tuple(heavy)!r} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if ran.returncode:
        pytest.fail(f"`import {module}` fails:\n{ran.stderr}")
    assert not ran.stdout.split(), (
        f"`import {module}` loads {', '.join(ran.stdout.split())}: every command would pay for it; "
        "import it inside the method that needs it"
    )
