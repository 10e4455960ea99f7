"""Covers: the score of a recording, a line-up that plays it, and not a sample of the master."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix import Generator, Settings, hookimpl


@hookimpl
def provide_generators(settings: Settings) -> Iterable[Generator]:
    """Hands over the generator of covers."""
    from clearmix_covers.generator import Covers

    return [Covers()]
