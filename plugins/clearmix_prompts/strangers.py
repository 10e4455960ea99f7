"""Songs that the catalogue does not hold, named in a prompt: hidden, and asked about."""

from __future__ import annotations

import re
from collections.abc import Mapping

from clearmix_prompts.keys import key_at
from clearmix_prompts.lexicon import Lexeme, lexicon, word_group
from clearmix_prompts.text import Text
from clearmix_prompts.titles import capitals_mean_nothing

_MADE = word_group("stranger_leads")
_MAKING = word_group("stranger_verbs")
_SMALL = word_group("inside_titles")
_SMALL_TALK = word_group("never_titles")
_QUOTED = re.compile(r'"([^"]{1,80})"')


def unknown_titles(text: Text, masks: Mapping[int, Lexeme]) -> dict[int, Lexeme]:
    """Masks over names of songs that the catalogue does not hold.

    In quotes, or in capital letters where a title is expected: `Fast` in `remix Fast Car` asks
    for no tempo.
    """
    hidden = {at for mask in masks.values() for at in range(mask.first, mask.last + 1)}
    found: dict[int, Lexeme] = {}
    for quoted in _QUOTED.finditer(text.clean):
        inside = [
            at
            for at, token in enumerate(text.tokens)
            if token.start >= quoted.start() and token.end <= quoted.end()
        ]
        if inside and not hidden & set(inside) and not _all_known(text, inside[0], inside[-1]):
            found[inside[0]] = Lexeme("UNKNOWNTITLE", None, inside[0], inside[-1])
            hidden |= set(inside)
    if capitals_mean_nothing(text):
        return found
    for at in range(1, len(text.tokens)):
        last = _capital_run(text, at, hidden)
        before = text.tokens[at - 1].text
        sure = before in _MADE
        if last is None or not (sure or (before in _MAKING and last > at)):
            continue
        single = at == last and (text.tokens[at].text in _SMALL_TALK or key_at(text, at))
        if single or (
            _all_known(text, at, last)
            and not (sure and last > at)
            and (not sure or _starts_with_wish(text, at))
        ):
            continue
        if not sure and _starts_with_wish(text, at):
            continue
        if text.tokens[last + 1 : last + 2] and text.tokens[last + 1].text == "by":
            last = _capital_run(text, last + 2, hidden) or last
        found[at] = Lexeme("UNKNOWNTITLE", None, at, last)
        hidden |= set(range(at, last + 1))
    return found


def _capital_run(text: Text, at: int, hidden: set[int]) -> int | None:
    """The last word of a run of capitalised words; small words may stand between them."""
    last: int | None = None
    for here in range(at, min(at + 8, len(text.tokens))):
        token = text.tokens[here]
        if here in hidden or token.kind not in ("word", "number"):
            break
        if token.kind == "word" and text.capital(here):
            last = here
        elif last is None or token.text not in _SMALL:
            break
    return last


def _all_known(text: Text, first: int, last: int) -> bool:
    book = lexicon()
    return book.knows([text.tokens[at].text for at in range(first, last + 1)])


def _starts_with_wish(text: Text, at: int) -> bool:
    return lexicon().term_at([token.text for token in text.tokens[at : at + 4]], 0)
