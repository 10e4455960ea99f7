"""An environment of its own, for a plugin whose libraries conflict with others."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

from clearmix.contracts.recordings import Progress


@runtime_checkable
class Environment(Protocol):
    """A virtual environment that is made when the operator says so, and never otherwise."""

    id: str
    version: str
    about: str
    """What is installed, how large it is, and under what licences."""

    @property
    def python(self) -> Path | None:
        """Its interpreter, or None while it is not there or is that of another version."""
        ...

    def set_up(self, progress: Progress) -> Path:
        """Makes it, whole or not at all, and returns its interpreter."""
        ...
