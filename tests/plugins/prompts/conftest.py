"""A small catalogue whose titles are traps, and a phrasebook that talks about it."""

from collections.abc import Callable, Sequence

import pytest

from clearmix import Conversation, Interpretation, RemixSpec
from clearmix.catalogue.titles import Titled, TitleIndex
from clearmix_prompts.phrasebook import Phrasebook

CATALOGUE = (
    Titled("greensleeves", "Greensleeves", ("The Hollow Reeds",)),
    Titled("slow-dancing", "Slow Dancing in Reverb", ("Nova Kite",)),
    Titled("house", "House of Glass", ("Nova Kite",)),
    Titled("danny", "Danny Boy", ("Ada Wren",)),
    Titled("faster", "Faster", ("Ada Wren",)),
    Titled("amazing", "Amazing Grace", ("Dawn Chorus",)),
)

CURRENT = "current"
"""The recording that the page has open; its title is in no prompt."""

Interpret = Callable[..., Interpretation]


@pytest.fixture(scope="session")
def titles() -> TitleIndex:
    return TitleIndex(CATALOGUE)


@pytest.fixture(scope="session")
def interpret(titles: TitleIndex) -> Interpret:
    phrasebook = Phrasebook()

    def run(
        words: str, versions: Sequence[RemixSpec] = (), source: str | None = CURRENT
    ) -> Interpretation:
        context = Conversation(versions=tuple(versions), source=source, titles=titles.find)
        return phrasebook.interpret(words, context)

    return run
