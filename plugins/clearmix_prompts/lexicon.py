"""The phrases that are known, as data, and how a text becomes a line of classified lexemes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from clearmix.vocabulary import TermKind, terms
from clearmix_prompts.keys import key_at
from clearmix_prompts.numbers import number_at
from clearmix_prompts.text import Text, Token, words_of
from clearmix_prompts.typing_slips import intended, one_slip_from

Value = str | float | None

_TERM_CLASSES = (
    (TermKind.ERA, "ERA"),
    (TermKind.STYLE, "STYLE"),
    (TermKind.EFFECT, "EFFECT"),
    (TermKind.PART, "PART"),
    (TermKind.MOOD, "MOOD"),
    (TermKind.USE_CASE, "USECASE"),
)
"""Kinds of the vocabulary by lexeme class; of two terms with one name the earlier wins."""

_SIGNS = {"minus": "-", "plus": "+"}

_MOST_TENS = 200.0
"""In `the 120s` are tempos up to this one: faster music is counted at half the pace."""

_MADE_SO = re.compile(r"(?P<style>\w{3,}?)i?(?:fy|fied|fying|ise|ize|ised|ized)")
"""A verb made of a style: `trapify`, `jazzified`."""

_STRETCHED = re.compile(r"(\w)\1{2,}")
"""A letter drawn out, as nobody writes it otherwise."""

FILLER = "FILL"
UNKNOWN = "X"


@dataclass(frozen=True)
class Lexeme:
    """A phrase of the text: tokens `first` to `last`, its class, and the value it stands for."""

    cls: str
    value: Value
    first: int
    last: int


@dataclass(frozen=True)
class _Phrase:
    words: tuple[str, ...]
    cls: str
    value: Value


class Lexicon:
    """All phrases by their first word, longest first, and every single word that occurs in one."""

    def __init__(self, phrases: Iterable[_Phrase]) -> None:
        self._by_first: dict[str, list[_Phrase]] = {}
        known: dict[tuple[str, ...], _Phrase] = {}
        for phrase in phrases:
            if phrase.words:
                known.setdefault(phrase.words, phrase)
        for phrase in known.values():
            self._by_first.setdefault(phrase.words[0], []).append(phrase)
        for group in self._by_first.values():
            group.sort(key=lambda phrase: -len(phrase.words))
        self.words = frozenset(word for words in known for word in words)
        self._adjectives = frozenset(
            words[0]
            for words, phrase in known.items()
            if len(words) == 1 and phrase.cls in ("MOOD", "ENERGETIC", "CHILL")
        )
        self._before: dict[str, list[str]] = {}
        self._after: dict[str, list[str]] = {}
        for words, phrase in known.items():
            if phrase.cls in word_group("wishes"):
                for one, two in pairwise(words):
                    self._before.setdefault(two, []).append(one)
                    self._after.setdefault(one, []).append(two)
        self._spelled = tuple(
            sorted(
                phrase.words[0]
                for phrase in known.values()
                if len(phrase.words) == 1
                and len(phrase.words[0]) > 3
                and phrase.cls in word_group("wishes") | word_group("respelled")
            )
        )

    def at(self, texts: Sequence[str], at: int) -> _Phrase | None:
        """The longest phrase that begins at a word."""
        for phrase in self._by_first.get(texts[at], ()):
            if tuple(texts[at : at + len(phrase.words)]) == phrase.words:
                return phrase
        return None

    def spelled(self, word: str) -> str:
        """The word itself, or the known word that a typing slip of it meant."""
        if word in self.words:
            return word
        if word in ordinary_words():
            return word
        if _STRETCHED.search(word):  # `waaay`, `sooo`
            shorter = (_STRETCHED.sub(r"\1" * most, word) for most in (1, 2))
            return next((one for one in shorter if one in self.words), word)
        if word.endswith("s") and word[:-1] in self.words:
            return word[:-1]
        if (made := _MADE_SO.fullmatch(word)) and made["style"] in self.words:
            return made["style"]
        return self._compared(word) or intended(word, self._spelled) or word

    def _compared(self, word: str) -> str | None:
        """The adjective that a comparative is made of: `cuter`, `cheesiest`."""
        end = next((end for end in ("er", "est") if word.endswith(end) and len(word) > 4), None)
        if end is None:
            return None
        stem = word[: -len(end)]
        forms = (f"{stem}e", stem, f"{stem[:-1]}y" if stem[-1] == "i" else stem[:-1])
        return next((form for form in forms if form in self._adjectives), None)

    def spelled_in(self, words: Sequence[str], at: int) -> str:
        """What a word among others was meant to be: `bosa` before `nova` is `bossa`."""
        word = self.spelled(words[at])
        if word in self.words or word in ordinary_words():
            return word
        beside = self._before.get(words[at + 1], []) if at + 1 < len(words) else []
        beside = beside + (self._after.get(words[at - 1], []) if at else [])
        return one_slip_from(word, beside) or word

    def knows(self, words: Sequence[str]) -> bool:
        """Whether a text consists of known phrases that ask for something."""
        at = 0
        while at < len(words):
            phrase = self.at(words, at)
            if phrase is None:
                return False
            at += len(phrase.words)
        return True

    def term_at(self, words: Sequence[str], at: int) -> bool:
        """Whether a phrase that carries a wish, not glue, begins at a word."""
        phrase = self.at(words, at)
        return phrase is not None and phrase.cls in word_group("wishes")


@cache
def word_group(name: str) -> frozenset[str]:
    """One of the groups of classes or words in `groups.toml`."""
    return frozenset(str(table("groups")[name]).split())


@cache
def ordinary_words() -> frozenset[str]:
    """Common words that lie close to a known one and mean themselves."""
    path = files(__package__).joinpath("lexicon/ordinary.txt")
    return frozenset(path.read_text(encoding="utf-8").split())


@cache
def lexicon() -> Lexicon:
    """The built-in phrases: words of structure first, then the vocabulary, then fillers."""
    return Lexicon(_phrases())


def _phrases() -> Iterable[_Phrase]:
    for cls, names in table("words").items():
        for name in names:
            yield _Phrase(words_of(name), cls, None)
    for cls, rows in table("values").items():
        for name, value in rows.items():
            yield _Phrase(words_of(name), cls, value)
    yield from _unset()
    for kind, cls in _TERM_CLASSES:
        for term in terms(kind).values():
            for name in (term.id, term.label, *term.synonyms):
                yield _Phrase(words_of(name), cls, term.id)
    for word in table("fillers")["words"].split():
        yield _Phrase((word,), FILLER, word)


def _unset() -> Iterable[_Phrase]:
    """What is said where nothing is asked of a field any more."""
    rows = table("unset")
    for phrase, field in rows["alone"].items():
        yield _Phrase(words_of(phrase), "UNSET", field)
    for field, names in rows["fields"].items():
        for phrase in rows["phrases"]:
            for name in names:
                yield _Phrase(words_of(phrase.format(name)), "UNSET", field)


def table(name: str) -> Mapping[str, Any]:
    """One of the data files beside this module, read anew."""
    text = files(__package__).joinpath(f"lexicon/{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def lexemes(text: Text, masks: Mapping[int, Lexeme]) -> list[Lexeme]:
    """The text as classified phrases; `masks` holds, by first token, what is already named."""
    book = lexicon()
    said = [token.text for token in text.tokens]
    texts = [
        word if token.kind != "word" else book.spelled_in(said, at)
        for at, (word, token) in enumerate(zip(said, text.tokens, strict=True))
    ]
    hidden = [False] * len(texts)
    for mask in masks.values():
        for at in range(mask.first, mask.last + 1):
            hidden[at] = True
    visible = ["\0" if gone else word for gone, word in zip(hidden, texts, strict=True)]
    found: list[Lexeme] = []
    at = 0
    while at < len(texts):
        if at in masks:
            found.append(masks[at])
            at = masks[at].last + 1
            continue
        if hidden[at]:
            at += 1
            continue
        lexeme = _at(book, text, visible, at, found[-1] if found else None)
        found.append(lexeme)
        at = lexeme.last + 1
    return found


def _at(
    book: Lexicon, text: Text, visible: Sequence[str], at: int, before: Lexeme | None
) -> Lexeme:
    token = text.tokens[at]
    following = visible[at + 1] if at + 1 < len(visible) else ""
    short = len(token.text) == 3 and (following in word_group("clips") or token.text[1] != "0")
    if token.kind == "decade" and short:  # `30s clip`, `15s`
        return Lexeme("TIME", float(token.text[:2]), at, at)
    if token.kind == "decade" and len(token.text) == 4 and token.text.endswith("0s"):
        tens = float(token.text[:3])
        if tens < _MOST_TENS:
            return Lexeme("TENS", tens, at, at)
    if token.text in _SIGNS and following and number_at(text.tokens, at + 1) is not None:
        return Lexeme("SIGN", _SIGNS[token.text], at, at)
    key = key_at(text, at)
    if key is not None:
        return Lexeme("KEY", key[0], at, at + key[1] - 1)
    phrase = book.at(visible, at)
    counted = before.cls if before is not None else ""
    if (counted == "NUM" and token.text in ("second", "s", "m")) or (
        counted == "A" and token.text == "second"
    ):
        return Lexeme("MINUTES" if token.text == "m" else "SECONDS", None, at, at)
    number = number_at(text.tokens, at)
    if number is not None and at and text.tokens[at - 1].text in word_group("numbered"):
        return Lexeme(UNKNOWN, None, at, at + number[1] - 1)
    if phrase is not None and number is not None and len(phrase.words) < number[1]:
        phrase = None
    if token.text == "one" and (counted in ("BY", "SIGN") or (at == 0 and _moves(visible))):
        phrase = None  # `raise the key by one`, `one up`, `one more down`
    if phrase is not None and token.text == "one" and len(phrase.words) == 1:
        after = book.at(visible, at + 1) if at + 1 < len(visible) else None
        if after is not None and after.cls == "MORE":
            after = book.at(visible, at + 2) if at + 2 < len(visible) else None
        phrase = None if after is not None and after.cls in word_group("units") else phrase
    if phrase is not None and phrase.cls == "LIKE" and _counts(text, at + len(phrase.words)):
        return Lexeme("AROUND", None, at, at + len(phrase.words) - 1)
    if phrase is not None and (len(phrase.words) > 1 or token.kind != "number"):
        return Lexeme(phrase.cls, phrase.value, at, at + len(phrase.words) - 1)
    if number is not None:
        return Lexeme(*_number(number[0], token), at, at + number[1] - 1)
    return Lexeme(*_mark(token), at, at)


def _moves(visible: Sequence[str]) -> bool:
    """Whether a text that begins with `one` goes on with where to."""
    after = visible[2:3] if visible[1:2] == ["more"] else visible[1:2]
    return bool(word_group("moves") & {*after})


def _counts(text: Text, at: int) -> bool:
    """Whether an amount begins at a token: in `like 15%` no model is meant, as in `like 1965`."""
    number = number_at(text.tokens, at) if at < len(text.tokens) else None
    return number is not None and number[0] < 1000


def _number(value: float, token: Token) -> tuple[str, Value]:
    if (token.kind == "number" or token.text in ("nineteen", "twenty")) and (
        value == int(value) and 1920 <= value <= 2029
    ):
        return "ERA", f"{int(value) // 10 * 10}s"
    return "NUM", value


def _mark(token: Token) -> tuple[str, Value]:
    match token.kind:
        case "time":
            minutes, seconds = token.text.split(":")
            return "TIME", float(minutes) * 60 + float(seconds)
        case "comma":
            return "SEP", None
        case "stop":
            return "STOP", None
        case "sign" if token.text in "+-":
            return "SIGN", token.text
        case "symbol":
            return FILLER, None
    return UNKNOWN, token.text
