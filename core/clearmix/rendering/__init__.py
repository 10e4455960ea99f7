"""Renders and the jobs that make them: decide, generate, master, mark, encode, verify, publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clearmix.rendering.models import STEPS, Job, Mark, Render

if TYPE_CHECKING:
    from clearmix.rendering.room import Rendering, Submission
    from clearmix.rendering.worker import run_worker

__all__ = ["STEPS", "Job", "Mark", "Render", "Rendering", "Submission", "run_worker"]

_HOMES = {"Rendering": "room", "Submission": "room", "run_worker": "worker"}


def __getattr__(name: str) -> object:
    # Clearance needs the models of this package and this room needs clearance: so the room is
    # loaded when it is asked for.
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
