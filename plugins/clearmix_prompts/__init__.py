"""The built-in plugin `prompts`: the phrasebook, an interpreter without model or network."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clearmix import hookimpl

if TYPE_CHECKING:
    from clearmix import Interpreter, Settings


@hookimpl
def provide_interpreters(settings: Settings) -> Iterable[Interpreter]:
    """The phrasebook; its lexicon is read when the first prompt comes."""
    from clearmix_prompts.phrasebook import Phrasebook

    return [Phrasebook()]
