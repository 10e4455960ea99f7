"""Who is to play a cover, where a listener names a line-up."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cache

from clearmix.vocabulary import TermKind, terms
from clearmix_prompts.text import Text, words_of


def players_in(text: Text, hidden: AbstractSet[int]) -> tuple[str, int, int] | None:
    """The line-up of the longest name in a text, with its first and its last token.

    `hidden` are tokens that belong to a title or to a claim.
    """
    words = ["" if at in hidden else token.text for at, token in enumerate(text.tokens)]
    found = [
        (len(name), -at, id)
        for at in range(len(words))
        for name, id in _names()
        if tuple(words[at : at + len(name)]) == name
    ]
    if not found:
        return None
    size, at, id = max(found)
    return id, -at, -at + size - 1


@cache
def _names() -> tuple[tuple[tuple[str, ...], str], ...]:
    return tuple(
        (words_of(name), term.id)
        for term in terms(TermKind.LINEUP).values()
        for name in (term.id, term.label, *term.synonyms)
    )
