"""Covers: the score of a recording, a line-up that plays it, and not a sample of the master."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clearmix import hookimpl

if TYPE_CHECKING:
    from clearmix import Generator, Settings, Transcriber


@hookimpl
def provide_generators(settings: Settings) -> Iterable[Generator]:
    """The generator of covers."""
    from clearmix_covers.generator import Covers

    return [Covers()]


@hookimpl
def provide_transcribers(settings: Settings) -> Iterable[Transcriber]:
    """The transcriber that needs no trained model."""
    from clearmix_covers.transcribing.transcriber import CoversTranscriber

    return [CoversTranscriber()]
