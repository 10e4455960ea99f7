"""What of a stream can be sent at once, by the shortest way; everything else goes the long one.

A thousand listeners ask for hundreds of segments a second. Most of them are allowed and lie ready:
they are answered in one turn of one thread, before the request goes through admission and routes.
What is refused, held back or has to be made first is left to the route, which says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from clearmix.delivery import Sent
from clearmix.errors import ClearmixError
from clearmix.service.admission import caller_of
from clearmix.service.sessions import Sessions
from clearmix.service.streams import NOT_KEPT

if TYPE_CHECKING:
    from clearmix.kernel import Kernel

_PATH = re.compile(
    r"/stream/(?P<expires>[^/]+)/(?P<signed>[^/]+)/(?P<listening>[^/]+)/(?P<file>[^/]+\.[^/]+)"
)
"""The path of a file beside a link's playlist."""


class AtOnce:
    """Answers those requests for files of streams that nothing stands in the way of.

    `route` is the one that answers the others; both are counted under its path.
    """

    def __init__(self, app: ASGIApp, kernel: Kernel, sessions: Sessions, route: BaseRoute) -> None:
        self._app = app
        self._kernel = kernel
        self._sessions = sessions
        self._route = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] == "http" and scope["method"] == "GET":
            asked = _PATH.fullmatch(scope["path"])
            sent = await run_in_threadpool(self._sent, scope, asked) if asked else None
            if sent is not None:
                scope["route"] = self._route
                answer = Response(sent.content, media_type=sent.media_type, headers=NOT_KEPT)
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _sent(self, scope: Scope, asked: re.Match[str]) -> Sent | None:
        """The file, if whoever asks may have it now and it lies ready.

        INVARIANT: every check of the long way is made here as well, by the same functions.
        """
        try:
            with self._kernel.database.snapshot():
                caller = caller_of(HTTPConnection(scope), self._kernel, self._sessions)
                if caller is None:
                    return None
                caller.require("listen")
                found = self._kernel.delivery.open(
                    **asked.groupdict(), listener_id=caller.user, patient=False
                )
        except ClearmixError:
            return None
        return found if isinstance(found, Sent) else None
