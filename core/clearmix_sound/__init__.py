"""What generators share: analysis, stretch, instruments, effects, mixing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clearmix import hookimpl

if TYPE_CHECKING:
    from clearmix import Analyzer, Settings


@hookimpl
def provide_analyzers(settings: Settings) -> Iterable[Analyzer]:
    """The analyzer that needs no trained model."""
    from clearmix_sound.analysis.analyzer import SoundAnalyzer

    return [SoundAnalyzer()]
