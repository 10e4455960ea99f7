"""Logs: one line for each thing that happened, for people or as JSON, with the ids it concerns.

INVARIANT: a line holds ids of requests, jobs and renders, never a secret or a listener. A link or a
token lets whoever reads it listen as somebody else, so paths are logged as their routes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from clearmix.settings import Settings

_BOUND: ContextVar[dict[str, str]] = ContextVar("bound", default={})  # noqa: B039  # never changed


@contextmanager
def bound(**ids: str) -> Iterator[None]:
    """Adds ids to every line that is logged within."""
    token = _BOUND.set({**_BOUND.get(), **ids})
    try:
        yield
    finally:
        _BOUND.reset(token)


def configure(settings: Settings) -> None:
    """Sends what this process logs to standard error, in the form that the settings ask for."""
    handler = logging.StreamHandler()
    handler.setFormatter(AsJson() if settings.logs == "json" else AsText())
    # Of others only warnings: some libraries log whole addresses, and a link is one.
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("clearmix").setLevel(logging.INFO)
    # People are told of answers that went wrong; what collects logs gets all.
    answers = logging.INFO if settings.logs == "json" else logging.WARNING
    logging.getLogger("clearmix.requests").setLevel(answers)


class AsText(logging.Formatter):
    """A line for people: time, level, where from, what, and the ids."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        ids = " ".join(f"{name}={value}" for name, value in _fields(record).items())
        return f"{super().format(record)} [{ids}]" if ids else super().format(record)


class AsJson(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    return {**_BOUND.get(), **getattr(record, "fields", {})}
