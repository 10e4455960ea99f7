"""Who is to play and how it counts: the line-up or the meter that a listener names.

Only others than those on the recording can play or count otherwise, so that either makes a cover.
`lexicon/players.toml` holds the ways in which it is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, cast

from clearmix import RemixSpec
from clearmix.vocabulary import TermKind, terms
from clearmix_prompts.grammar import Ask
from clearmix_prompts.lexicon import lexicon, table
from clearmix_prompts.text import Text, words_of

_LENDS = frozenset({"MOOD", "ERA", "ENERGETIC", "CHILL", "SLOW", "FAST", "BIG"})
"""Classes of words that may describe players: `a gentle string quartet`."""

_STYLED = frozenset({"style", "style+"})

Names = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
"""Names by their first word, each with the id of what it stands for."""

Group = Literal["plays", "alone", "accompanied", "joins", "lends"]


@dataclass(frozen=True)
class Mention:
    """What a name stands for, with its first and its last token."""

    id: str
    first: int
    last: int


@dataclass(frozen=True)
class Cast:
    """Who plays a cover and how it counts, and what else is asked for.

    `covers` says that the players or the meter make a cover of what was none.
    """

    covers: bool
    players: Mention | None
    meter: Mention | None
    asks: tuple[Ask, ...]


def cast_of(
    text: Text,
    hidden: AbstractSet[int],
    asks: Sequence[Ask],
    classes: AbstractSet[str],
    base: RemixSpec | None,
) -> Cast:
    """Who is to play, and how, after a turn on `base`.

    `hidden` are tokens that belong to a title or to a claim.
    """
    meter = meter_in(text, hidden)
    remixed, first = "REMIX" in classes, base is None
    played = None if remixed else _who_plays(text, hidden, asks, first=first)
    counted = not remixed and _counted_anew(text, hidden, meter, first=first)
    standing = base is not None and base.kind == "cover"
    covers = not standing and (played is not None or counted)
    if not (covers or standing or "COVER" in classes):
        return Cast(False, None, None, _joining(text, hidden, asks))
    named = played or players_in(text, hidden)
    alone = played is not None or (standing and named_alone(text, classes, named))
    if named is not None and standing and not alone and only_adds(asks, named):
        named = None
    if meter is not None:
        counts = range(meter.first, meter.last + 1)
        asks = [one for one in asks if one.what != "not_understood" or one.first not in counts]
    return Cast(covers, named, meter, not_of_players(asks, named, alone=alone))


def players_in(text: Text, hidden: AbstractSet[int]) -> Mention | None:
    """The line-up of the longest name in a text, the earlier one of two."""
    return _longest(_mentions(text, hidden, _lineups()))


def meter_in(text: Text, hidden: AbstractSet[int]) -> Mention | None:
    """The meter of the longest name in a text."""
    named = _longest(_mentions(text, hidden, _meters()))
    after = text.tokens[named.last + 1 : named.last + 2] if named is not None else ()
    counted = [token.text for token in after]  # `done in three and a half minutes`
    bare = named is not None and named.last - named.first == 1
    return None if bare and counted and counted[0] in _words("other_counts") else named


def _who_plays(
    text: Text, hidden: AbstractSet[int], asks: Sequence[Ask], *, first: bool
) -> Mention | None:
    """The ensemble that is to play, or none where it joins the recording or lends its sound.

    `first`: nothing stands yet, so that an ensemble that is only named may be all that is wanted.
    """
    for named in _mentions(text, hidden, _lineups()):
        if not _is_ensemble(text, named):
            continue
        line = _line(text, hidden, named, "ENSEMBLE")
        if line is None or _says(line, "joins") or _says(line, "lends"):
            continue
        if _says(line, "plays") or (first and _only_named(text, line, named, asks)):
            return named
    return None


def _joining(text: Text, hidden: AbstractSet[int], asks: Sequence[Ask]) -> tuple[Ask, ...]:
    """The asks with a part for players who join: `with a string quartet behind it`."""
    parts = _joined_as()
    joined = [
        named
        for named in _mentions(text, hidden, _lineups())
        if named.id in parts and _joins(_line(text, hidden, named, "ENSEMBLE") or "")
    ]
    for named in joined:
        asks = [
            replace(ask, what="part", value=(parts[named.id], "add", None))
            if ask.what in _STYLED and named.first <= ask.last <= named.last
            else ask
            for ask in asks
        ]
    return tuple(asks)


def _only_named(text: Text, line: str, named: Mention, asks: Sequence[Ask]) -> bool:
    """Whether an ensemble stands alone beside a song: `Danny Boy, string quartet`.

    Beside a style or another part it is what that sounds like: `house, brass band`.
    """
    accompanies = _accompanies(text, named)
    for ask in asks:
        if named.first <= ask.last <= named.last:
            continue
        if ask.what in _STYLED or (ask.what == "part" and _adds(ask)):
            return False
    if accompanies:
        return "SONG" in line and _says(line, "alone")
    return _says(line, "alone") or _says(line, "accompanied")


def _counted_anew(
    text: Text, hidden: AbstractSet[int], named: Mention | None, *, first: bool
) -> bool:
    """Whether a meter is asked for: `as a waltz`, `in 6/8`, which only a cover can be in."""
    if named is None:
        return False
    before = text.tokens[named.first - 1].text if named.first else ""
    after = text.tokens[named.last + 1].text if named.last + 1 < len(text.tokens) else ""
    said = text.tokens[named.first].text in ("in", "a") or named.last > named.first
    placed = (said and after != "of") or before in ("a", "in", "into", "as")
    if placed and (not after.isalpha() or after in _words("meter_ends")):
        return True
    line = _line(text, hidden, named, "METER") if first else None
    return line is not None and bool(_patterns("counted", "alone").search(line))


def only_adds(asks: Sequence[Ask], players: Mention) -> bool:
    """Whether what could be players is a part that joins them: `add a choir`."""
    return any(
        ask.what == "part"
        and ask.part != "wanted"
        and _adds(ask)
        and players.first <= ask.last <= players.last
        for ask in asks
    )


def _adds(ask: Ask) -> bool:
    return cast("tuple[str, str, object]", ask.value)[1] == "add"


def named_alone(text: Text, classes: AbstractSet[str], players: Mention | None) -> bool:
    """Whether a turn only names a band or an orchestra, as other players: `nah, a brass band`."""
    if players is None or not _is_ensemble(text, players) or players.id == "choir":
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


def _is_ensemble(text: Text, named: Mention) -> bool:
    last = text.tokens[named.last].text
    return lexicon().spelled(last) in _words("ensembles") or last in _words("ensembles")


def _accompanies(text: Text, named: Mention) -> bool:
    return text.tokens[named.last].text in _words("accompany")


def _line(text: Text, hidden: AbstractSet[int], named: Mention, sign: str) -> str | None:
    """The words of a text in one line with `sign` for a name, or None if it is somebody's own."""
    first = named.first
    while first and first - 1 not in hidden and _describes(text, first - 1):
        first -= 1
    before = text.tokens[first - 1].text if first and first - 1 not in hidden else ""
    if before in _words("own"):
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
    if token.text in _words("adjectives") or token.kind == "decade":
        return True
    phrase = lexicon().at([token.text], 0)
    return token.kind == "word" and phrase is not None and phrase.cls in _LENDS


def _joins(line: str) -> bool:
    """Whether players join: after `with` they do where they were not read to play alone."""
    return _says(line, "joins") or re.search(r"\bwith (?:a )?ENSEMBLE", line) is not None


def _says(line: str, group: Group) -> bool:
    return bool(_patterns("heard", group).search(line))


@cache
def _patterns(section: str, group: str) -> re.Pattern[str]:
    """The patterns of a group as one, with what `{NAME}` stands for in them."""
    rows = table("players")
    patterns = [f"(?:{pattern})" for pattern in rows[section][group]]
    whole = "|".join(patterns)
    for name, pattern in rows["groups"].items():
        whole = whole.replace(f"{{{name}}}", pattern)
    return re.compile(whole)


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(str(table("players")[name]).split())


@cache
def _joined_as() -> Mapping[str, str]:
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


def _longest(found: Iterable[Mention]) -> Mention | None:
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
