"""The table of a language: its phrases, and the English that each is said for."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.resources import files

from clearmix_prompts.numerals import Numeral, Numerals

_NUMBER = "{n}"
_GAP = "~"
"""Stands in a phrase for up to three words that may come between its halves."""

_COUNTS = "one two three four five six seven eight nine ten eleven twelve"
_VALUES = {word: float(value) for value, word in enumerate(_COUNTS.split(" "), start=1)}
"""English words of which a table's own are read where a phrase has a number."""

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|[^\W\d_]+")

_OPEN = "*"
"""Ends a stem that takes any ending: `саксофон*`."""

_ACCENT = re.compile(r"[\u0300-\u036f\u0653-\u0655]")
"""Accents, and the hamza over and under an Arabic letter."""

_LEADS = "+"
"""Ends an English word for what is written together with the next one: `و` is `and+`."""

_LONGEST_ENDING = 6

GLUED = frozenset({"ja", "ko", "zh"})
"""Languages that write words together."""

_SPACE = re.compile(r"(?<![!-~]) +| +(?![!-~])")
"""Spaces that a language that writes words together may leave out."""

_FLAT = str.maketrans("ıłøđىةک", "ilodيهك")
"""Letters that are typed as plain ones, but are no accented ones."""


@dataclass(frozen=True)
class Said:
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
class _Counted:
    """A phrase with a number: what is said before it and after it."""

    before: str
    after: str
    english: str


@dataclass(frozen=True)
class _Apart:
    """A phrase in two halves with other words between them."""

    pattern: re.Pattern[str]
    english: str


@dataclass(frozen=True)
class Table:
    """The phrases of a language by their first sign, the longest first; a number has none."""

    phrases: Mapping[str, tuple[_Form, ...]]
    counted: Mapping[str, tuple[_Counted, ...]]
    apart: Mapping[str, tuple[_Apart, ...]]
    prefixes: tuple[tuple[str, str], ...]
    numerals: Numerals
    words: frozenset[str]
    stems: tuple[str, ...]
    glued: bool

    def knows(self, word: str) -> bool:
        """Whether a folded word occurs in a phrase."""
        return word in self.words or word.startswith(self.stems)

    def found(self, text: str) -> Iterator[Said]:
        """Phrases of a folded text, the longest at each place."""
        kept = [at for at in range(len(text)) if not (self.glued and _SPACE.match(text, at))]
        plain = "".join(text[at] for at in kept)
        at = 0
        while at < len(plain):
            said = self._at(plain, at) or self._led(plain, at) if self._ends(plain, at) else []
            for one in said:
                yield replace(one, start=kept[one.start], end=kept[one.end - 1] + 1)
            at = said[-1].end if said else at + 1

    def _at(self, plain: str, at: int) -> list[Said]:
        number = self.numerals.at(plain, at)
        rows = self.counted.get("" if number else plain[at], ())
        counted = next(filter(None, (self._counted(row, plain, at) for row in rows)), None)
        whole = [*self._form(plain, at, number), *self._apart(plain, at)]
        longest = max(whole, key=lambda one: one.end, default=None)
        if longest is not None and (counted is None or longest.end > counted.end):
            return [longest]
        if counted is not None:
            return [counted]
        if number and number.words > (1 if self.glued else 0):
            return [Said(at, number.end, number.digits)]
        return []

    def _form(self, plain: str, at: int, number: Numeral | None) -> Iterator[Said]:
        """The longest phrase in one piece, unless a number is longer."""
        for form in self.phrases.get(plain[at], ()):
            if not plain.startswith(form.phrase, at):
                continue
            end = at + len(form.phrase)
            while form.open and end < len(plain) and _letter(plain[end]):
                end += 1
            if self._ends(plain, end) and end - at - len(form.phrase) <= _LONGEST_ENDING:
                if not (number and number.words and number.end > end):
                    yield Said(at, end, form.english)
                return

    def _apart(self, plain: str, at: int) -> Iterator[Said]:
        for row in self.apart.get(plain[at], ()):
            found = row.pattern.match(plain, at)
            if found and self._ends(plain, found.end()):
                yield Said(at, found.end(), row.english)

    def _counted(self, row: _Counted, plain: str, at: int) -> Said | None:
        if not plain.startswith(row.before, at):
            return None
        start = _past_space(plain, at + len(row.before)) if row.before else at
        number = self.numerals.at(plain, start)
        if number is None:
            return None
        end = _past_space(plain, number.end) if row.after else number.end
        if not plain.startswith(row.after, end) or not self._ends(plain, end + len(row.after)):
            return None
        return Said(at, end + len(row.after), row.english.replace(_NUMBER, number.digits))

    def _led(self, plain: str, at: int) -> list[Said]:
        """A phrase behind a word that is written together with it: `and`, `with`, `the`."""
        for prefix, english in self.prefixes:
            if not plain.startswith(prefix, at):
                continue
            after = at + len(prefix)
            said = self._at(plain, after) or self._led(plain, after)
            if said:
                return [Said(at, after, english), *said]
        return []

    def _ends(self, plain: str, end: int) -> bool:
        return _ends(plain, end, glued=self.glued)


def _ends(plain: str, end: int, *, glued: bool) -> bool:
    """Whether no word goes on across a place."""
    if not 0 < end < len(plain):
        return True
    if glued and not (plain[end - 1].isascii() and plain[end].isascii()):
        return True
    return not (_letter(plain[end - 1]) and _letter(plain[end]))


def _past_space(plain: str, at: int) -> int:
    return at + 1 if plain[at : at + 1] == " " else at


def _letter(sign: str) -> bool:
    return sign.isalpha() or unicodedata.category(sign).startswith("M")


@cache
def table_of(language: str) -> Table:
    """The table of a language, read once."""
    path = files(__package__).joinpath(f"lexicon/languages/{language}.toml")
    glued = language in GLUED
    phrases: dict[str, list[_Form]] = {}
    counted: dict[str, list[_Counted]] = {}
    apart: dict[str, list[_Apart]] = {}
    prefixes: list[tuple[str, str]] = []
    numbers: dict[str, float] = {}
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    for english, forms in rows.items():
        led = english.endswith(_LEADS)
        meaning = "" if english.startswith("-") else english.removesuffix(_LEADS)
        value = float(english) if english[0].isdigit() and english[-1].isdigit() else None
        for one in folded(unicodedata.normalize("NFKC", forms)).split("|"):
            phrase = _SPACE.sub("", one.strip()) if glued else one.strip()
            if _NUMBER in phrase:
                before, after = map(str.strip, phrase.split(_NUMBER))
                counted.setdefault(before[:1], []).append(_Counted(before, after, meaning))
            elif _GAP in phrase.strip(_GAP):
                apart.setdefault(phrase[0], []).append(_Apart(_halves(phrase, glued), meaning))
            elif phrase and led:
                prefixes.append((phrase, meaning))
            elif phrase and value is not None:
                numbers[phrase] = value
            elif phrase:
                if english in _VALUES:
                    numbers[phrase] = _VALUES[english]
                said = _Form(phrase.removesuffix(_OPEN), meaning, phrase.endswith(_OPEN))
                phrases.setdefault(phrase[0], []).append(said)
    ordered = {
        first: tuple(sorted(group, key=lambda row: (-len(row.phrase), row.open)))
        for first, group in phrases.items()
    }
    return Table(
        ordered,
        {
            first: tuple(sorted(group, key=lambda row: -len(row.before + row.after)))
            for first, group in counted.items()
        },
        {first: tuple(group) for first, group in apart.items()},
        tuple(prefixes),
        Numerals(numbers, partial(_ends, glued=glued)),
        frozenset(_WORD.findall(" ".join(map(folded, rows.values())))),
        tuple(form.phrase for group in phrases.values() for form in group if form.open),
        glued,
    )


def _halves(phrase: str, glued: bool) -> re.Pattern[str]:
    """The pattern of a phrase with a gap."""
    first, last = (re.escape(half.strip()) for half in phrase.split(_GAP))
    between = r"\w{0,6}?" if glued else r"(?: \w+){0,3}? "
    return re.compile(f"{first}{between}{last}")


def folded(text: str) -> str:
    """Small letters without accents, sign for sign."""
    return "".join(map(_folded_sign, text))


@cache
def _folded_sign(sign: str) -> str:
    apart = unicodedata.normalize("NFD", sign.lower())
    bare = "".join(one for one in apart if not _ACCENT.match(one))
    plain = unicodedata.normalize("NFC", bare).translate(_FLAT)
    return plain if len(plain) == 1 else sign
