"""Sessions: signed cookies that say who signed in."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection

from clearmix.access.sign_ins import SESSION_DAYS
from clearmix.delivery.signing import signing_key

COOKIE = "clearmix_session"

SIGN_IN_PATH = "/sign-in"

START_PATH = "/"
"""Where whoever signed in goes who did not come for another page."""


@dataclass(frozen=True)
class Session:
    """Who signed in; `generation` is how often all of their sessions were ended before."""

    user: str
    generation: int
    cookie: str


class Sessions:
    """Signed cookies that say who signed in."""

    def __init__(self, keys: Path) -> None:
        self._keys = keys

    @cached_property
    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(signing_key(self._keys), salt="clearmix.session")

    def cookie(self, user: str, generation: int = 0) -> str:
        """The value of a new session's cookie, which is like no other's."""
        return str(self._serializer.dumps([user, generation, secrets.token_hex(8)]))

    def session(self, request: HTTPConnection) -> Session | None:
        """The session of a request, or None; a cookie that was changed or is too old is none."""
        cookie = request.cookies.get(COOKIE, "")
        try:
            user, generation, _ = self._serializer.loads(cookie, max_age=SESSION_DAYS * 86_400)
            return Session(str(user), int(generation), cookie)
        except (BadSignature, ValueError, TypeError):
            return None

    def user(self, request: HTTPConnection) -> str | None:
        """Who is signed in, or None."""
        session = self.session(request)
        return session.user if session else None


def sign_in_path(wanted: str) -> str:
    """The sign-in page, from where the wanted page of the service is gone on to.

    >>> sign_in_path("/app/?hear=1")
    '/sign-in?next=%2Fapp%2F%3Fhear%3D1'
    """
    return f"{SIGN_IN_PATH}?next={quote(wanted, safe='')}"


def own_path(wanted: str) -> str:
    """A path of this service, or the start for whatever would lead elsewhere.

    >>> own_path("/app/?hear=1"), own_path("//elsewhere"), own_path("https://elsewhere")
    ('/app/?hear=1', '/', '/')
    """
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    return wanted if plain and re.match(r"/(?!/)", wanted) else START_PATH
