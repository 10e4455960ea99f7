"""Observing: logs and traces of what any room does; they say which job, never who for."""

from __future__ import annotations

from clearmix.observing.logs import bound
from clearmix.observing.tracing import span

__all__ = ["bound", "span"]
