"""Signs that stand where a word is missing, put into English: `make it 🐢`, `no 🥁`, `😢 version`.

Most signs decorate a sentence that says all without them (`slow it down 🔥`): those stay signs.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from clearmix_prompts.lexicon import lexicon, table, word_group
from clearmix_prompts.text import Text, Token, words_of

_WANTS_A_WORD = re.compile(
    r"(?:^|.* )(?:(?:make|turn|get|give|want|need|do|have) (?:it |this |me |us |that |the song )*"
    r"(?:a |some |into |like |to be |sound |feel |very |really |super |so |bit |little |lot )*"
    r"|(?:more|less|no|without|with|add|some|into|for|only|just|kinda|proper|feeling)"
    r" (?:a |the )?)$"
)
"""What was said before a sign that is itself what is wanted."""


@cache
def _signs() -> dict[str, str]:
    return {sign: english for english, row in table("signs").items() for sign in row.split()}


def spelled_out(text: Text, hidden: frozenset[int], *, alone: bool = True) -> Text:
    """The text with English for signs that stand for a word, or the text itself.

    `alone`: signs without any word are a wish too; after a remix they applaud it.

    >>> from clearmix_prompts.text import read
    >>> [token.text for token in spelled_out(read("make it 🐢"), frozenset()).tokens]
    ['make', 'it', 'slower']
    """
    if not any(token.kind == "symbol" for token in text.tokens):
        return text
    wordless = not any(token.kind in ("word", "number") for token in text.tokens)
    places = _places(text)
    tokens: list[Token] = []
    for at, token in enumerate(text.tokens):
        english = _signs().get(token.text) if at not in hidden else None
        if english is None or not ((wordless and alone) or _means(text, at, places)):
            tokens.append(token)
            continue
        words = [replace(token, text=word, kind="word") for word in words_of(english)]
        if english == "no" and at - 1 in places and at + 1 not in places:
            tokens[-1:-1] = words  # what is forbidden stands before it: `🥁❌`
        elif not tokens or tokens[-1].text != words[-1].text:  # `🔥🔥🔥` says it once
            tokens += words
    own = {id(token) for token in text.tokens}
    translated = frozenset(at for at, token in enumerate(tokens) if id(token) not in own)
    return replace(text, tokens=tuple(tokens), translated=translated) if translated else text


def _places(text: Text) -> frozenset[int]:
    """The signs that name a part of the music."""
    book = lexicon()
    return frozenset(
        at
        for at, token in enumerate(text.tokens)
        if token.kind == "symbol" and book.at([token.text], 0) is not None
    )


def _means(text: Text, at: int, places: frozenset[int]) -> bool:
    """Whether a sign among words takes the place of one."""
    if _signs()[text.tokens[at].text] == "no" and {at - 1, at + 1} & places:
        return True
    before, after = at, at + 1
    while before and text.tokens[before - 1].kind == "symbol":
        before -= 1
    while after < len(text.tokens) and text.tokens[after].kind == "symbol":
        after += 1
    following = text.tokens[after].text if after < len(text.tokens) else ""
    said = "".join(f"{token.text} " for token in text.tokens[:before])
    return following in word_group("after_signs") or bool(_WANTS_A_WORD.match(said))
