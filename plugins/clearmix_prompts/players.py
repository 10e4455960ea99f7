"""Who is to play a cover and how it counts, where a listener names a line-up or a meter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import cast

from clearmix.vocabulary import TermKind, terms
from clearmix_prompts.grammar import Ask
from clearmix_prompts.text import Text, words_of

_METERS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "3/4": ("waltz", "waltzes", "viennese waltz", "slow waltz", "jazz waltz",
            "waltz time", "triple time", "3/4 time", "in 3/4", "a 3/4",
            "3/4 version", "3/4 feel", "in three four", "in three", "in three quarter time"),
    "4/4": ("4/4 time", "in 4/4", "a 4/4", "4/4 version", "in four four", "in common time"),
    "5/4": ("5/4 time", "in 5/4", "a 5/4", "5/4 version", "in five four", "in five"),
    "6/8": ("6/8 time", "in 6/8", "a 6/8", "6/8 version", "6/8 feel", "in six eight", "jig"),
    "12/8": ("12/8 time", "in 12/8", "a 12/8", "12/8 version", "12/8 feel", "in twelve eight"),
})  # fmt: skip
"""Names of the meters that a cover can be put into."""

_ENSEMBLES = frozenset({"quartet", "trio", "band", "orchestra", "ensemble", "choir", "combo"})
"""Last words of the names of several players."""

_ENDS = frozenset(
    {
        "and",
        "but",
        "at",
        "in",
        "with",
        "please",
        "only",
        "instead",
        "around",
        "time",
        "feel",
        "version",
        "pls",
        "plz",
        "thanks",
        "lol",
        "for",
        "so",
        "if",
    }
)
"""Words before which a name is at its end: in `for a brass band concert` it is not."""

_COUNTED = frozenset(
    {"and", "minute", "minutes", "second", "seconds", "semitones", "steps", "hours", "days", "keys"}
)
"""After `in three` these count something else."""

_PLAYED_BY = frozenset({("played", "by"), ("performed", "by"), ("arranged", "for"), ("done", "by")})
"""Words that give a song to other players."""

_LIKENED = frozenset(
    {("as", "if"), ("as", "though"), ("sound", "like"), ("sounds", "like"), ("sounding", "like")}
) | {("like", word) for word in ("it", "it's", "its", "this", "that", "they", "he", "she")}
"""A recording may sound as if others played it: that is a remix."""

Names = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
"""Names by their first word, each with the id of what it stands for."""


@dataclass(frozen=True)
class Mention:
    """What a name stands for, with its first and its last token."""

    id: str
    first: int
    last: int


def players_in(text: Text, hidden: AbstractSet[int]) -> Mention | None:
    """The line-up of the longest name in a text.

    `hidden` are tokens that belong to a title or to a claim.
    """
    return _longest(text, hidden, _lineups())


def scored_for(text: Text, hidden: AbstractSet[int]) -> bool:
    """Whether a band or an orchestra shall play: `Greensleeves for string quartet`.

    Only others than those on the recording can, so that makes a cover.
    """
    named = players_in(text, hidden)
    if named is None or text.tokens[named.last].text not in _ENSEMBLES:
        return False
    before = [token.text for token in text.tokens[: named.first]]
    while before and before[-1] in ("a", "an", "full", "the", "proper"):
        before.pop()
    after = [token.text for token in text.tokens[named.last + 1 : named.last + 2]]
    ends = not after or after[0] in _ENDS or not after[0].isalpha()
    likened = any(pair in _LIKENED for pair in pairwise(before[-8:]))
    played = tuple(before[-2:]) in _PLAYED_BY and not likened
    return (before[-1:] == ["for"] or played) and ends


def counted_anew(text: Text, hidden: AbstractSet[int]) -> bool:
    """Whether a meter is asked for: `as a waltz`, `in 6/8`, which only a cover can be in."""
    named = meter_in(text, hidden)
    if named is None:
        return False
    before = text.tokens[named.first - 1].text if named.first else ""
    after = text.tokens[named.last + 1].text if named.last + 1 < len(text.tokens) else ""
    said = text.tokens[named.first].text in ("in", "a") or named.last > named.first
    return (said or before in ("a", "in", "into", "as")) and (not after.isalpha() or after in _ENDS)


def only_adds(asks: Sequence[Ask], players: Mention) -> bool:
    """Whether what could be players is a part that joins them: `add a choir`."""
    return any(
        ask.what == "part"
        and ask.part != "wanted"
        and cast("tuple[str, str, object]", ask.value)[1] == "add"
        and players.first <= ask.last <= players.last
        for ask in asks
    )


def named_alone(text: Text, classes: AbstractSet[str], players: Mention | None) -> bool:
    """Whether a turn only names a band or an orchestra, as other players: `nah, a brass band`."""
    if players is None or text.tokens[players.last].text not in _ENSEMBLES - {"choir"}:
        return False
    return not classes & {"ADD", "WITH", "AND", "ALSO", "TOO", "MORE", "REMOVE", "NO"}


def not_of_players(
    asks: Sequence[Ask], players: Mention | None, *, alone: bool = False
) -> tuple[Ask, ...]:
    """The asks without the part that only names the players: `a solo piano instead`.

    `alone`: the turn names nothing but them, so that any part among their names is one.
    """
    if players is None:
        return tuple(asks)
    of_names = range(players.first, players.last + 2)
    whats = ("part", "part_it") if alone else ("part_it",)
    meant = [ask for ask in asks if ask.what in whats or ask.part == "wanted"]
    named = [ask for ask in meant if ask.last in of_names or ask.first in of_names]
    return tuple(ask for ask in asks if ask not in named)


def meter_in(text: Text, hidden: AbstractSet[int]) -> Mention | None:
    """The meter of the longest name in a text."""
    named = _longest(text, hidden, _meters())
    after = text.tokens[named.last + 1 : named.last + 2] if named is not None else ()
    counted = [token.text for token in after]  # `done in three and a half minutes`
    return None if counted and counted[0] in _COUNTED else named


def _longest(text: Text, hidden: AbstractSet[int], names: Names) -> Mention | None:
    words = ["" if at in hidden else token.text for at, token in enumerate(text.tokens)]
    found = [
        (len(name), -at, id)
        for at, word in enumerate(words)
        for name, id in names.get(word, ())
        if tuple(words[at : at + len(name)]) == name
    ]
    if not found:
        return None
    size, at, id = max(found)
    return Mention(id, -at, -at + size - 1)


@cache
def _lineups() -> Names:
    return _by_first_word(
        (words_of(name), term.id)
        for term in terms(TermKind.LINEUP).values()
        for name in (term.id, term.label, *term.synonyms)
    )


@cache
def _meters() -> Names:
    return _by_first_word((words_of(name), id) for id, names in _METERS.items() for name in names)


def _by_first_word(rows: Iterable[tuple[tuple[str, ...], str]]) -> Names:
    groups: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, id in rows:
        groups.setdefault(name[0], []).append((name, id))
    return {word: tuple(group) for word, group in groups.items()}
