"""The HTTP service: sign-in, streams, plays, a small API, and the pages that plugins bring."""

from __future__ import annotations

from clearmix.service.app import create_app
from clearmix.service.running import serve

__all__ = ["create_app", "serve"]
