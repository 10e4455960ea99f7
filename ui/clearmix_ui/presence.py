"""The address that an open page asks whether the service is there, and who is signed in by now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import Request

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import HTTPConnection


def add_presence(app: FastAPI, path: str, user: Callable[[HTTPConnection], str | None]) -> None:
    """Adds the address under the path of the pages; as all there, it is for the signed-in."""

    @app.get(f"{path}/who", include_in_schema=False)
    def who(request: Request) -> dict[str, str | None]:
        return {"user": user(request)}
