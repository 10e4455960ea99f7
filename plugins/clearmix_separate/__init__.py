"""Stems of recordings that come without them: Spleeter's network on onnxruntime, HTDemucs.

Needs `pip install "clearmix[separate]"`; weights are fetched by `clearmix models fetch spleeter`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clearmix import hookimpl

if TYPE_CHECKING:
    from clearmix import Finding, ModelWeights, Separator, Settings


@hookimpl
def provide_separators(settings: Settings) -> Iterable[Separator]:
    """The separators whose libraries and weights are here."""
    from clearmix_separate.readiness import ready_separators

    return ready_separators(settings)


@hookimpl
def provide_models(settings: Settings) -> Iterable[ModelWeights]:
    """The weights that can be fetched."""
    from clearmix_separate.weights import SpleeterWeights

    return [SpleeterWeights(settings)]


@hookimpl
def provide_findings(settings: Settings) -> Iterable[Finding]:
    """What is missing to take mixes apart, and how to get it."""
    from clearmix_separate.readiness import findings

    return findings(settings)
