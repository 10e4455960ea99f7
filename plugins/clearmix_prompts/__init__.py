"""The built-in plugin `prompts`: the phrasebook, and interpreters that build on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clearmix import hookimpl

if TYPE_CHECKING:
    from clearmix import Finding, Interpreter, Settings


@hookimpl
def provide_interpreters(settings: Settings) -> Iterable[Interpreter]:
    """The phrasebook and what builds on it; no lexicon is read before the first prompt."""
    from clearmix_prompts.embeddings import Embeddings
    from clearmix_prompts.language_model.interpreter import LanguageModel
    from clearmix_prompts.language_model.options import options
    from clearmix_prompts.language_model.spending import Spending
    from clearmix_prompts.phrasebook import Phrasebook

    phrasebook = Phrasebook()
    folder = settings.home / "spending" / "openai"
    return [
        phrasebook,
        LanguageModel(options, phrasebook, lambda limit: Spending(folder, limit)),
        Embeddings(phrasebook, settings.home / "cache" / "prompts"),
    ]


@hookimpl
def provide_findings(settings: Settings) -> Iterable[Finding]:
    """Whether there is a model to ask, and whether the extra that compares is installed."""
    from clearmix_prompts.readiness import findings

    return findings(settings)
