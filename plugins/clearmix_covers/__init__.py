"""Covers: the score of a recording, a line-up that plays it, and not a sample of the master."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from clearmix import hookimpl

if TYPE_CHECKING:
    from clearmix import Finding, Generator, Settings, Transcriber


@hookimpl
def provide_generators(settings: Settings) -> Iterable[Generator]:
    """The generator of covers."""
    from clearmix_covers.generator import Covers

    if not settings.soundfont:
        return [Covers()]
    from clearmix_sound.soundfonts import read_bank

    return [Covers(read_bank(Path(settings.soundfont)))]


@hookimpl
def provide_findings(settings: Settings) -> Iterable[Finding]:
    """Whose instruments play, and what a bank says of its licence."""
    from clearmix_covers.readiness import findings

    return findings(settings)


@hookimpl
def provide_transcribers(settings: Settings) -> Iterable[Transcriber]:
    """The transcriber that needs no trained model."""
    from clearmix_covers.transcribing.transcriber import CoversTranscriber

    return [CoversTranscriber()]
