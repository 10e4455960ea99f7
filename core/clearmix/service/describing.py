"""What the description of the API says of it as a whole."""

from __future__ import annotations

from typing import Any

DESCRIPTION = """The same jobs as on the pages and the command line.

Every request comes with a session's cookie (sign in at `/sign-in`) or with an access token:
`Authorization: Bearer clearmix_...`. Errors are problem details (RFC 9457): `detail` says what is
wrong, `help` the remedy, `place` where in the request it lies. Lists come in pages: give `next` as
`after`. What makes something takes an `Idempotency-Key`."""

TAGS: list[dict[str, Any]] = [
    {"name": "remixes", "description": "Words, decisions, prices, and the jobs that make remixes."},
    {"name": "renders", "description": "Finished remixes: one's own, shared ones, in parts."},
    {"name": "streams", "description": "Hearing: signed links, segments, plays."},
    {"name": "catalogue", "description": "Recordings with their analysis."},
    {"name": "consents", "description": "What parties allow and refuse."},
    {"name": "approvals", "description": "Requests that wait for a party's yes."},
    {"name": "policies", "description": "The policies of the house."},
    {"name": "rules", "description": "The tools of the rights language."},
    {"name": "earnings", "description": "What a party earned, and why."},
    {"name": "royalties", "description": "Plays and settlements."},
    {"name": "tokens", "description": "Personal access tokens."},
    {"name": "verification", "description": "What a file is; for everybody."},
    {"name": "house", "description": "Health, plugins, readiness."},
]
