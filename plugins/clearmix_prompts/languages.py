"""Words of other languages, put into the English that the lexicon knows, each where it was said.

A language is a table of phrases: what is said in it for an English phrase of the lexicon. Nothing
is guessed: a word that no table holds stays as it is, and is reported in the listener's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from clearmix_prompts.lexicon import lexicon, word_group
from clearmix_prompts.numbers import number_at
from clearmix_prompts.tables import GLUED, Said, Table, folded, table_of
from clearmix_prompts.text import Text, Token, read, words_of

_BEFORE = "<"
"""Marks an English phrase that belongs before what was said: `ドラムなし` is `no drums`."""

_CLOSING = ("<no", "<remove", "<keep", "<add", "<louder", "<softer")
"""English that ends a wish where it is said last; what follows is another wish."""

_COMPOUNDING = frozenset({"de", "nl", "sv"})
"""Languages that write what a song is like and `song` as one word."""

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
)
"""Scripts that tell a language; Han with kana is Japanese."""

_LATIN = ("es", "fr", "de", "pt", "it", "nl", "pl", "tr", "sv", "id", "hi")
_SEAM = re.compile(
    r"(?<=[0-9A-Za-z%])(?=[\u3040-\u9fff\uac00-\ud7a3])|(?<=[\u3040-\u9fff\uac00-\ud7a3])(?=[0-9A-Za-z])"
)
_COMPOUND = re.compile(
    r"(?P<of>\w{3,}?)(?P<made>versione?n?|versie|versjon|fassung|remix|mix|cover|edit|stil|stijl"
    r"|style|sound|musik|muziek|låten|låt|grejen|grej|lied|liedje|nummer|nummertje|track|song)"
)
"""A compound of what something is like and what it is, as Germanic languages write it."""

_MADE = {
    "fassung": "version",
    "versionen": "version",
    "musik": "music",
    "muziek": "music",
    "liedje": "song",
    "nummertje": "song",
    "grej": "song",
    "grejen": "song",
    "versie": "version",
    "versione": "version",
    "versjon": "version",
    "stil": "style",
    "stijl": "style",
    "låt": "song",
    "låten": "song",
    "lied": "song",
    "nummer": "song",
}
"""What a compound ends in, in English."""

_ENDING = re.compile(r"[\u3040-\u309f\uac00-\ud7a3]{1,2}")
"""A rest of a glued word that is an ending or a particle."""


def in_english(text: Text, named: frozenset[int]) -> Text:
    """The text with words of another language in English, or the text itself.

    Tokens in `named` belong to a title or an artist and stay.

    >>> [token.text for token in in_english(read("más lento, sin batería"), frozenset()).tokens]
    ['slower', ',', 'no', 'drums']
    """
    language = next((id for id, signs in _SCRIPTS if signs.search(text.clean)), None)
    if language in GLUED:
        text = read(_SEAM.sub(" ", text.clean))
        named = frozenset()
    if language is None:
        language = _by_words(text, named)
    if language is None:
        return _apart(text, named, None)
    table = table_of(language)
    found = list(table.found(_masked(text, named)))
    glossed = _glossed(text, found, glued=table.glued)
    return _apart(glossed, frozenset(), table if language in _COMPOUNDING else None)


def _apart(text: Text, named: frozenset[int], table: Table | None) -> Text:
    """The text with compounds of a known word in two: `discoversion`, `reggaeversie`."""
    tokens: list[Token] = []
    for at, token in enumerate(text.tokens):
        halves = _compound(token.text, table) if at not in named else None
        if halves is None or token.text in lexicon().words:
            tokens.append(token)
            continue
        kind, made = halves
        middle = token.end - len(made)
        tokens += [Token(word, _kind(word), token.start, middle) for word in words_of(kind)]
        tokens.append(Token(_MADE.get(made, made), "word", middle, token.end))
    return text if len(tokens) == len(text.tokens) else replace(text, tokens=tuple(tokens))


def _compound(word: str, table: Table | None) -> tuple[str, str] | None:
    """What a compound says that something is like, in English, and its last word as it was."""
    found = _COMPOUND.fullmatch(word)
    kind = _first_half(found["of"], table) if found else None
    return (kind, found["made"]) if found and kind is not None else None


def _first_half(word: str, table: Table | None) -> str | None:
    """What a compound says that a song is like, in English."""
    plain = folded(word)
    said = list(table.found(plain)) if table else []
    if said and (said[0].start, said[0].end) == (0, len(plain)) and said[0].english:
        return said[0].english
    return word if word in lexicon().words else None


def _masked(text: Text, named: frozenset[int]) -> str:
    """The folded text without its names."""
    signs = list(folded(text.clean))
    for at in named:
        token = text.tokens[at]
        signs[token.start : token.end] = "\0" * (token.end - token.start)
    return "".join(signs)


def _by_words(text: Text, named: frozenset[int]) -> str | None:
    """The language of most words that English does not know, if it knows at least half of them."""
    words = [
        token for at, token in enumerate(text.tokens) if token.kind == "word" and at not in named
    ]
    english = lexicon().words
    strange = [
        token
        for token in words
        if len(token.text) > 1 and token.text not in english and number_at([token], 0) is None
    ]
    if not strange:
        return None
    plain = _masked(text, named)
    plainly_english = sum(token.text in word_group("english") for token in words)
    plains = [folded(token.text) for token in strange]
    best, most, widest = None, max(plainly_english, (len(strange) - 1) // 2), 0
    for language in _LATIN:
        table = table_of(language)
        compounds = _COMPOUND.fullmatch if language in _COMPOUNDING else None
        known = sum(table.knows(one) or bool(compounds and compounds(one)) for one in plains)
        if known < most or (known == most and best is None):
            continue
        spans = list(table.found(plain))
        hits = sum(
            any(one.start <= token.start < one.end for one in spans)
            or (compounds is not None and _compound(token.text, table) is not None)
            for token in strange
        )
        if hits < most or (hits == most and best is None):
            continue
        wide = sum(any(one.start <= token.start < one.end for one in spans) for token in words)
        if hits > most or wide > widest:  # of two that know as many, the one that knows `um`
            best, most, widest = language, hits, wide
    return best


def _glossed(text: Text, said: list[Said], *, glued: bool) -> Text:
    """The tokens of a text, with English ones where phrases were found."""
    groups: list[list[Token]] = []
    taken = 0
    for at, one in enumerate(said):
        start = said[at - 1].end if at else 0
        groups += _between(text, start, one.start, glued=glued)
        english = [
            Token(word, _kind(word), one.start, one.end)
            for word in words_of(one.english.removeprefix(_BEFORE))
        ]
        if one.english.startswith(_BEFORE):
            groups.insert(_place_before(groups, taken), english)
            if one.english.startswith(_CLOSING):
                groups.append([Token(",", "comma", one.end, one.end)])
            taken = len(groups)
        elif english:
            groups.append(english)
    groups += _between(text, said[-1].end if said else 0, len(text.clean), glued=glued)
    tokens = tuple(token for group in groups for token in group)
    own = {id(token) for token in text.tokens}
    translated = frozenset(at for at, token in enumerate(tokens) if id(token) not in own)
    return replace(text, tokens=tokens, translated=translated)


def _kind(word: str) -> str:
    """The kind of an English word of a table: `80s` is a decade, `2` a number."""
    return read(word).tokens[0].kind


def _between(text: Text, start: int, end: int, *, glued: bool) -> Iterator[list[Token]]:
    """The tokens between two phrases; of a word that is cut its rest, if that is a word."""
    for token in text.tokens:
        first, last = max(token.start, start), min(token.end, end)
        if first >= last:
            continue
        if (first, last) == (token.start, token.end):
            yield [token]
        elif not (glued and _ENDING.fullmatch(text.clean[first:last])):
            yield [Token(text.clean[first:last], token.kind, first, last)]


def _place_before(groups: list[list[Token]], taken: int) -> int:
    """Where a phrase goes that was said after what it is about: before all that `and` joins to it.

    The first `taken` groups have such a phrase already. Only things of one sort are joined
    so: in `slower and reverb` the reverb alone is added.
    """
    at = max(len(groups) - 1, 0)
    while (
        at - 2 >= taken
        and [token.text for token in groups[at - 1]] == ["and"]
        and _sort(groups[at]) == _sort(groups[at - 2])
    ):
        at -= 2
    return at


def _sort(group: list[Token]) -> str | None:
    phrase = lexicon().at([token.text for token in group], 0)
    return phrase.cls if phrase is not None else None
