"""Names of line-ups and of meters in a text, and what is said of them.

`lexicon/players.toml` holds the ways in which it is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from clearmix.vocabulary import TermKind, terms
from clearmix_prompts.lexicon import lexicon, table
from clearmix_prompts.text import Text, words_of

_LENDS = frozenset({"MOOD", "ERA", "ENERGETIC", "CHILL", "SLOW", "FAST", "BIG"})
"""Classes of words that may describe players: `a gentle string quartet`."""

Names = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
"""Names by their first word, each with the id of what it stands for."""

Group = Literal["plays", "alone", "accompanied", "joins", "beside", "lends", "refused", "counted"]
"""A group of patterns in `players.toml`."""


@dataclass(frozen=True)
class Mention:
    """What a name stands for, with its first and its last token."""

    id: str
    first: int
    last: int


def line_ups_in(text: Text, hidden: AbstractSet[int]) -> list[Mention]:
    """Every line-up that a text names; `hidden` are tokens of a title or of a claim."""
    return _mentions(text, hidden, _lineups())


def meters_in(text: Text, hidden: AbstractSet[int]) -> list[Mention]:
    """Every meter that a text names."""
    named = _mentions(text, hidden, _meters())
    return [one for one in named if not _counts_else(text, one)]


def _counts_else(text: Text, named: Mention) -> bool:
    """Whether a number is one of other things: `done in three and a half minutes`."""
    after = text.tokens[named.last + 1 : named.last + 2]
    bare = named.last - named.first == 1
    return bare and bool(after) and after[0].text in words_for("other_counts")


def is_ensemble(text: Text, named: Mention) -> bool:
    """Whether a name is one of several players: a brass band, but no solo piano."""
    last = text.tokens[named.last].text
    return lexicon().spelled(last) in words_for("ensembles") or last in words_for("ensembles")


def line_of(text: Text, hidden: AbstractSet[int], named: Mention, sign: str) -> str | None:
    """The words of a text in one line with `sign` for a name, or None if it is somebody's own."""
    first = named.first
    while first and first - 1 not in hidden and _describes(text, first - 1):
        first -= 1
    before = text.tokens[first - 1].text if first and first - 1 not in hidden else ""
    if before in words_for("own"):
        return None
    words: list[str] = []
    for at, token in enumerate(text.tokens):
        if first <= at <= named.last:
            words += [sign] if at == first else []
        elif at in hidden:
            words += ["SONG"] if words[-1:] != ["SONG"] else []
        elif token.kind == "stop":
            words.append("?" if "?" in token.text else ".")
        elif token.kind == "symbol":
            words.append(".")
        elif _foreign(text, at):
            words.append(",")  # a word that no table holds ends the phrase before it
        else:
            words.append("a" if token.text in ("an", "some") else token.text)
    return " ".join(words)


def _foreign(text: Text, at: int) -> bool:
    """Whether a word of another language is unknown."""
    token = text.tokens[at]
    unknown = token.kind == "word" and token.text not in lexicon().words
    return bool(text.translated) and at not in text.translated and unknown


def _describes(text: Text, at: int) -> bool:
    """Whether a word is an adjective of the name after it."""
    token = text.tokens[at]
    if token.text in words_for("adjectives") or token.kind == "decade":
        return True
    phrase = lexicon().at([token.text], 0)
    return token.kind == "word" and phrase is not None and phrase.cls in _LENDS


def refused(text: Text, hidden: AbstractSet[int], named: Mention) -> bool:
    """Whether players or a meter are named as what is not wanted: `anything but a waltz`."""
    line = line_of(text, hidden, named, "NAMED")
    return line is not None and says(line, "refused")


def says(line: str, group: Group) -> bool:
    """Whether a line says what a group of patterns stands for."""
    return bool(_patterns(group).search(line))


@cache
def _patterns(group: Group) -> re.Pattern[str]:
    """The patterns of a group as one, with what `{NAME}` stands for in them."""
    rows = table("players")
    patterns = [f"(?:{pattern})" for pattern in rows["heard"][group]]
    whole = "|".join(patterns)
    for name, pattern in rows["groups"].items():
        whole = whole.replace(f"{{{name}}}", pattern)
    return re.compile(whole)


@cache
def words_for(name: str) -> frozenset[str]:
    """One of the lists of words in `players.toml`."""
    return frozenset(str(table("players")[name]).split())


@cache
def joined_as() -> Mapping[str, str]:
    """The part of a recording that players are who join it, by the id of their line-up."""
    return cast("Mapping[str, str]", table("players")["joined_as"])


def _mentions(text: Text, hidden: AbstractSet[int], names: Names) -> list[Mention]:
    """Every name in a text in the order of the words, the longest at each place."""
    said = ["" if at in hidden else token.text for at, token in enumerate(text.tokens)]
    words = [
        lexicon().spelled_in(said, at) if word and token.kind == "word" else word
        for at, (word, token) in enumerate(zip(said, text.tokens, strict=True))
    ]
    found: list[Mention] = []
    at = 0
    while at < len(words):
        fitting = [
            (len(name), id)
            for word in {words[at], said[at]}
            for name, id in names.get(word, ())
            if name in (tuple(words[at : at + len(name)]), tuple(said[at : at + len(name)]))
        ]
        if fitting:
            size, id = max(fitting)
            found.append(Mention(id, at, at + size - 1))
            at += size
        else:
            at += 1
    return found


def longest(found: Iterable[Mention]) -> Mention | None:
    """The longest name, the earlier one of two."""
    return max(found, key=lambda one: (one.last - one.first, -one.first), default=None)


@cache
def _lineups() -> Names:
    return _by_first_word(
        (words_of(name), term.id)
        for term in terms(TermKind.LINEUP).values()
        for name in (term.id, term.label, *term.synonyms)
    )


@cache
def _meters() -> Names:
    rows = cast("Mapping[str, Sequence[str]]", table("players")["meters"])
    return _by_first_word((words_of(name), id) for id, names in rows.items() for name in names)


def _by_first_word(rows: Iterable[tuple[tuple[str, ...], str]]) -> Names:
    groups: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, id in rows:
        groups.setdefault(name[0], []).append((name, id))
    return {word: tuple(group) for word, group in groups.items()}
