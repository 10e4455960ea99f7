"""Words of other languages, put into the English that the lexicon knows, each where it was said.

A language is a table of phrases: what is said in it for an English phrase of the lexicon. Nothing
is guessed: a word that no table holds stays as it is, and is reported in the listener's own words.
"""

from __future__ import annotations

import re
import string
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from clearmix_prompts.lexicon import lexicon, word_group
from clearmix_prompts.numbers import number_at
from clearmix_prompts.text import Text, Token, read, words_of

_NUMBER = "{n}"
_BEFORE = "<"
"""Marks an English phrase that belongs before what was said: `ドラムなし` is `no drums`."""

_NUMBER_WORDS = frozenset(
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve"]
)
"""English words of which a table's own are read where a phrase has a number."""

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|[^\W\d_]+")

_OPEN = "*"
"""Ends a stem that takes any ending: `саксофон*`."""

_LEADS = "+"
"""Ends an English word for what is written together with the next one: `و` is `and+`."""

_LONGEST_ENDING = 6

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
_GLUED = frozenset({"ja", "ko", "zh"})
"""Languages that write words together."""

_SEAM = re.compile(
    r"(?<=[0-9A-Za-z%])(?=[\u3040-\u9fff\uac00-\ud7a3])|(?<=[\u3040-\u9fff\uac00-\ud7a3])(?=[0-9A-Za-z])"
)
_COMPOUND = re.compile(
    r"(?P<of>\w{3,}?)(?P<made>versione?|versie|versjon|remix|mix|cover|edit|stil|stijl|låten|låt|lied|nummer|track|song)"
)
"""A compound of what something is like and what it is, as Germanic languages write it."""

_MADE = {
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


@dataclass(frozen=True)
class _Said:
    """A phrase in a text: characters `start` to `end` mean `english`."""

    start: int
    end: int
    english: str


@dataclass(frozen=True)
class _Form:
    """A phrase of a language and its English; an `open` one takes any ending."""

    phrase: str
    english: str
    open: bool


@dataclass(frozen=True)
class _Table:
    """The phrases and patterns of a language by their first sign, the longest first."""

    phrases: Mapping[str, tuple[_Form, ...]]
    patterns: Mapping[str, tuple[tuple[re.Pattern[str], str], ...]]
    prefixes: tuple[tuple[str, str], ...]
    numbers: Mapping[str, str]
    words: frozenset[str]
    stems: tuple[str, ...]
    glued: bool

    def knows(self, word: str) -> bool:
        """Whether a folded word occurs in a phrase."""
        return word in self.words or word.startswith(self.stems)

    def found(self, plain: str) -> Iterator[_Said]:
        """Phrases of a folded text, the longest at each place."""
        at = 0
        while at < len(plain):
            inside = bool(at) and _letter(plain[at - 1]) and _letter(plain[at])
            said = [] if inside and not self.glued else self._at(plain, at) or self._led(plain, at)
            yield from said
            at = said[-1].end if said else at + 1

    def _at(self, plain: str, at: int) -> list[_Said]:
        for pattern, english in self.patterns.get(plain[at : at + 1], ()):
            match = pattern.match(plain, at)
            if match and self._ends(plain, match.end()):
                number = self.numbers.get(match.group("n"), match.group("n"))
                return [_Said(at, match.end(), english.replace(_NUMBER, number))]
        for form in self.phrases.get(plain[at : at + 1], ()):
            if not plain.startswith(form.phrase, at):
                continue
            end = at + len(form.phrase)
            while form.open and end < len(plain) and _letter(plain[end]):
                end += 1
            if self._ends(plain, end) and end - at - len(form.phrase) <= _LONGEST_ENDING:
                return [_Said(at, end, form.english)]
        return []

    def _led(self, plain: str, at: int) -> list[_Said]:
        """A phrase behind a word that is written together with it: `and`, `with`, `the`."""
        for prefix, english in self.prefixes:
            if not plain.startswith(prefix, at):
                continue
            after = at + len(prefix)
            said = self._at(plain, after) or self._led(plain, after)
            if said:
                return [_Said(at, after, english), *said]
        return []

    def _ends(self, plain: str, end: int) -> bool:
        return (
            self.glued or end == len(plain) or not (_letter(plain[end - 1]) and _letter(plain[end]))
        )


def _letter(sign: str) -> bool:
    return sign.isalpha() or unicodedata.category(sign).startswith("M")


@cache
def _table(language: str) -> _Table:
    path = files(__package__).joinpath(f"lexicon/languages/{language}.toml")
    phrases: dict[str, list[_Form]] = {}
    patterns: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    prefixes: list[tuple[str, str]] = []
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    words = {
        form: english
        for english in _NUMBER_WORDS & rows.keys()
        for form in map(str.strip, _folded(rows[english]).split("|"))
    }
    named = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    firsts = {*string.digits, *(word[0] for word in words)}
    number = rf"(?P<n>\d+(?:[.,]\d+)?{'|' if named else ''}{named})"
    for english, forms in rows.items():
        led = english.endswith(_LEADS)
        meaning = "" if english.startswith("-") else english.removesuffix(_LEADS)
        for one in _folded(forms).split("|"):
            phrase = one.strip()
            if _NUMBER in phrase:
                before, after = map(re.escape, map(str.strip, phrase.split(_NUMBER)))
                row = (re.compile(rf"{before} ?{number} ?{after}"), meaning)
                for sign in {phrase[0]} if before else firsts:
                    patterns.setdefault(sign, []).append(row)
            elif phrase and led:
                prefixes.append((phrase, meaning))
            elif phrase:
                form = _Form(phrase.removesuffix(_OPEN), meaning, phrase.endswith(_OPEN))
                phrases.setdefault(phrase[0], []).append(form)
    ordered = {
        first: tuple(sorted(rows, key=lambda row: (-len(row.phrase), row.open)))
        for first, rows in phrases.items()
    }
    every = [form for group in phrases.values() for form in group]
    return _Table(
        ordered,
        {
            sign: tuple(sorted(group, key=lambda row: -len(row[0].pattern)))
            for sign, group in patterns.items()
        },
        tuple(prefixes),
        words,
        frozenset(_WORD.findall(" ".join(map(_folded, rows.values())))),
        tuple(form.phrase for form in every if form.open),
        language in _GLUED,
    )


def _folded(text: str) -> str:
    """Small letters without accents, sign for sign."""
    return "".join(map(_folded_sign, text))


@cache
def _folded_sign(sign: str) -> str:
    apart = unicodedata.normalize("NFD", sign.lower())
    bare = "".join(one for one in apart if not "\u0300" <= one <= "\u036f")
    plain = unicodedata.normalize("NFC", bare)
    return plain if len(plain) == 1 else sign


def in_english(text: Text, named: frozenset[int]) -> Text:
    """The text with words of another language in English, or the text itself.

    Tokens in `named` belong to a title or an artist and stay.

    >>> [token.text for token in in_english(read("más lento, sin batería"), frozenset()).tokens]
    ['slower', ',', 'no', 'drums']
    """
    language = next((id for id, signs in _SCRIPTS if signs.search(text.clean)), None)
    if language in _GLUED:
        text = read(_SEAM.sub(" ", text.clean))
        named = frozenset()
    if language is None:
        language = _by_words(text, named)
    if language is None:
        return _apart(text, named)
    table = _table(language)
    found = list(table.found(_masked(text, named)))
    return _apart(_glossed(text, found, glued=table.glued), frozenset())


def _apart(text: Text, named: frozenset[int]) -> Text:
    """The text with compounds of a known word in two: `discoversion`, `reggaeversie`."""
    tokens: list[Token] = []
    for at, token in enumerate(text.tokens):
        found = _COMPOUND.fullmatch(token.text) if at not in named else None
        if found is None or token.text in lexicon().words or found["of"] not in lexicon().words:
            tokens.append(token)
            continue
        middle = token.start + len(found["of"])
        tokens.append(Token(found["of"], "word", token.start, middle))
        made = _MADE.get(found["made"], found["made"])
        tokens.append(Token(made, "word", middle, token.end))
    return text if len(tokens) == len(text.tokens) else replace(text, tokens=tuple(tokens))


def _masked(text: Text, named: frozenset[int]) -> str:
    """The folded text without its names."""
    signs = list(_folded(text.clean))
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
    folded = [_folded(token.text) for token in strange]
    best, most = None, max(plainly_english, (len(strange) - 1) // 2)
    for language in _LATIN:
        table = _table(language)
        if sum(map(table.knows, folded)) <= most:
            continue
        spans = list(table.found(plain))
        hits = sum(any(one.start <= token.start < one.end for one in spans) for token in strange)
        if hits > most:
            best, most = language, hits
    return best


def _glossed(text: Text, said: list[_Said], *, glued: bool) -> Text:
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
