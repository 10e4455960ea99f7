"""The studio: the default generator, which works on the recording itself without any model."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix import Generator, Settings, hookimpl


@hookimpl
def provide_generators(settings: Settings) -> Iterable[Generator]:
    """Hands over the studio."""
    from clearmix_studio.generator import Studio

    return [Studio()]
