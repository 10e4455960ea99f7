"""Titles and artists in a prompt: found first, and hidden before any other word is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from clearmix import Conversation, TitleMatch
from clearmix_prompts.lexicon import Lexeme, lexicon, word_group
from clearmix_prompts.text import Text, words_of

SURE = 0.75
"""Lowest score of a match that is taken; catalogue look-ups give 1 for a title to the letter."""

_TO_THE_LETTER = 0.95
"""Score of a name that was written exactly; look-ups take a little off for short names."""

_TITLE_LEADS = word_group("title_leads")
"""Words after which a name is expected: here a title may be an ordinary word."""

_SONG_LEADS = frozenset(
    ["remix", "cover", "of", "mash", "called", "titled", "named", "mashup", "rework", "flip"]
)


_DONE = (["as"], ["covered"], ["remixed"], ["reimagined"], ["reworked"])

_DONE_AS = frozenset(
    (verb, "as") for verb in ("done", "redone", "played", "sung", "performed", "rewritten")
) | {("turned", "into"), ("made", "into"), ("gone", "all"), ("given", "a"), ("given", "the")}
"""What is said of a song, not of a change."""

_OPPOSITES = {
    "FASTER": frozenset({"SLOWER", "SLOW"}),
    "SLOWER": frozenset({"FASTER", "FAST"}),
    "LOUDER": frozenset({"SOFTER"}),
    "SOFTER": frozenset({"LOUDER"}),
    "LONGER": frozenset({"SHORTER"}),
    "SHORTER": frozenset({"LONGER"}),
}
"""Classes of comparatives and what denies them."""


_DENIED_WITHIN = 5
"""Tokens before a title in which it can be denied."""

_DENIES = re.compile(
    r"\b(?:(?:not|instead of|in place of|rather than)"
    r"(?: (?!(?:as|so|than|just|only|like|bad|in|on|with|by|too|much|of|for|but|and)\b)\w+){0,3}"
    r"|no(?: (?:the|that|song|track|tune))*"
    r"|(?:don't|do not|didn't|did not|never)(?: (?:use|play|want|take|mean|meant|remix|pick|do))?"
    r"(?: (?:the|a|that|this|song|track|tune|one))*)$"
)
"""What is said of a song that is not meant; `not as good as` only compares it."""


@dataclass(frozen=True)
class Named:
    """What a prompt names: songs it means, masks over their words, and what needs asking.

    `artists` holds, by first token, an artist as the catalogue writes the name and the artist's
    recordings. `denied` are songs that are named as what is not meant.
    """

    sources: tuple[str, ...] = ()
    masks: dict[int, Lexeme] = field(default_factory=dict)
    artists: dict[int, tuple[str, tuple[TitleMatch, ...]]] = field(default_factory=dict)
    question: str | None = None
    denied: frozenset[str] = frozenset()

    @property
    def hidden(self) -> frozenset[int]:
        """Every token that belongs to a name."""
        return frozenset(
            at for mask in self.masks.values() for at in range(mask.first, mask.last + 1)
        )


@dataclass(frozen=True)
class _Spot:
    first: int
    last: int
    is_title: bool
    matches: tuple[TitleMatch, ...]


def named(text: Text, context: Conversation) -> Named:
    """Names of the catalogue in a prompt; a title that is an ordinary word must be meant as one."""
    if not text.tokens:
        return Named()
    spots = _spots(text, context.titles(text.clean))
    taken: list[_Spot] = []
    begun = context.spec is not None
    going = begun or context.source is not None
    for spot in sorted(spots, key=_rank):
        free = all(spot.last < other.first or spot.first > other.last for other in taken)
        if free and _meant(text, spot, going, begun):
            taken.append(spot)
    credits = _credits(text, taken)
    taken = sorted([*taken, *credits], key=lambda spot: spot.first)
    masks = {
        spot.first: Lexeme("TITLE" if spot.is_title else "ARTIST", None, spot.first, spot.last)
        for spot in taken
    }
    artists = {
        spot.first: (_artist(text, spot), spot.matches) for spot in taken if not spot.is_title
    }
    sources, question = _sources(taken, context)
    denied = {
        match.recording_id
        for before, spot in zip([None, *taken], taken, strict=False)
        if spot.is_title and _denied(text, before.last + 1 if before else 0, spot.first)
        for match in spot.matches
    }
    return Named(sources, masks, artists, question, frozenset(denied))


def _denied(text: Text, first: int, title: int) -> bool:
    """Whether a title comes after a `not` that is about it: `not the song Danny Boy`.

    `first` is the first token after the name before it.
    """
    words: list[str] = []
    for token in reversed(text.tokens[max(first, title - _DENIED_WITHIN) : title]):
        if token.kind in ("comma", "stop", "symbol"):
            break
        words.insert(0, token.text)
    return bool(_DENIES.search(" ".join(words)))


def _credits(text: Text, taken: list[_Spot]) -> list[_Spot]:
    """Where artists of a named song are named too: a look-up may report the title only."""
    texts = [token.text for token in text.tokens]
    found: dict[tuple[int, int], list[TitleMatch]] = {}
    for match in [match for spot in taken if spot.is_title for match in spot.matches]:
        for artist in match.artists:
            name = list(words_of(artist.casefold()))
            for at in range(len(texts) - len(name) + 1):
                last = at + len(name) - 1
                free = all(last < spot.first or at > spot.last for spot in taken)
                if name and free and texts[at : last + 1] == name:
                    found.setdefault((at, last), []).append(match)
    longest = sorted(found, key=lambda place: (place[0] - place[1], place))
    spots: list[_Spot] = []
    for first, last in longest:
        if all(last < spot.first or first > spot.last for spot in spots):
            spots.append(_Spot(first, last, False, tuple(found[first, last])))
    return spots


def _spots(text: Text, matches: tuple[TitleMatch, ...]) -> list[_Spot]:
    """Where each name stands, with every recording it may mean."""
    found: dict[tuple[int, int, bool], list[TitleMatch]] = {}
    for match in matches:
        if match.score < SURE:
            continue
        is_title = _alike(match.words, (match.title,)) >= _alike(match.words, match.artists)
        start = text.clean.find(match.words)
        while start >= 0 and match.words:
            end = start + len(match.words)
            inside = [
                at
                for at, token in enumerate(text.tokens)
                if token.start >= start and token.end <= end
            ]
            if inside and text.tokens[inside[0]].start == start:
                found.setdefault((inside[0], inside[-1], is_title), []).append(match)
            start = text.clean.find(match.words, end)
    return [_Spot(*place, tuple(rows)) for place, rows in found.items()]


def _alike(words: str, names: tuple[str, ...]) -> float:
    from rapidfuzz import fuzz

    return max((fuzz.ratio(words.casefold(), name.casefold()) for name in names), default=0.0)


def _rank(spot: _Spot) -> tuple[float, int, int]:
    """Best first: the surer match, then the longer, then the earlier."""
    best = max(match.score for match in spot.matches)
    return (-round(best + (0 if spot.is_title else 0.14), 1), spot.first - spot.last, spot.first)


def _meant(text: Text, spot: _Spot, going: bool, begun: bool) -> bool:
    """Whether a name that could also be a wish (`House`, `Faster`) is meant as a name.

    `going`: there is a song to work on; `begun`: there is a version of it already.
    """
    words = [text.tokens[at].text for at in range(spot.first, spot.last + 1)]
    book = lexicon()
    said = [book.spelled(word) for word in words]
    if not book.knows(said):
        return _spelled_like_a_name(text, spot)
    if spot.first == 0 and spot.last == len(text.tokens) - 1:
        return len(words) > 1 or not going
    if len(words) > 2 and max(match.score for match in spot.matches) > _TO_THE_LETTER:
        return True
    clean, start, end = text.clean, text.tokens[spot.first].start, text.tokens[spot.last].end
    if clean[start - 1 : start] == '"' or clean[end : end + 1] == '"':
        return True
    before = text.tokens[spot.first - 1].text if spot.first else ""
    after = text.tokens[spot.last + 1].text if spot.last + 1 < len(text.tokens) else ""
    if after == "by" and spot.is_title and not _number_follows(text, spot.last + 1):
        return True
    if before in _SONG_LEADS:
        return True
    if spot.is_title and (_begins(text, spot) or _begins_abroad(text, spot)):
        return True
    if spot.is_title and not begun and _is_what_changes(text, spot, said):
        return True
    capital = all(
        text.capital(at)
        for at in range(spot.first, spot.last + 1)
        if len(text.tokens[at].text) > 3 or at == spot.first
    )
    if capital and text.tokens[spot.first].start > 0 and not capitals_mean_nothing(text):
        return True
    exact = max(match.score for match in spot.matches) > _TO_THE_LETTER
    return len(words) > 2 and (before in _TITLE_LEADS or (not before and exact))


def _begins(text: Text, spot: _Spot) -> bool:
    """Whether words begin a turn as a title does: `Without Drums, about 15% slower`.

    In a sentence that begins with `Without drums` only its first word has a capital letter.
    """
    after = text.tokens[spot.last + 1 : spot.last + 2]
    exact = max(match.score for match in spot.matches) > _TO_THE_LETTER
    capitals = all(text.capital(at) for at in range(spot.first, spot.last + 1))
    ends = bool(after) and (
        after[0].kind in ("comma", "stop", "sign")
        or after[0].text in ("but", "please", "pls", "plz")
    )
    return (
        spot.first == 0 and spot.last > 0 and exact and capitals and ends
    ) and not capitals_mean_nothing(text)


def _begins_abroad(text: Text, spot: _Spot) -> bool:
    """Whether English words begin a turn that goes on in a language which does not borrow them.

    `Faster però in versione jazz`; `House` is said in Italian, too.
    """
    exact = max(match.score for match in spot.matches) > _TO_THE_LETTER
    own = range(spot.first, spot.last + 1)
    strange = bool(text.translated) and not text.translated & {*own}
    return spot.first == 0 and exact and strange and text.capital(0)


def _is_what_changes(text: Text, spot: _Spot, said: list[str]) -> bool:
    """Whether an ordinary word is what the words after it are done to.

    `Faster, done as reggae`, and `Faster but slower` or `make faster slower`, where it would deny
    itself as a wish.
    """
    rest = [token.text for token in text.tokens[spot.last + 1 :] if token.kind != "comma"]
    book = lexicon()
    own = book.at(said, 0)
    opposite = _OPPOSITES.get(own.cls) if own is not None else None
    against = opposite | {own.cls} if opposite is not None and own is not None else frozenset()
    if spot.first > 0:
        led = text.tokens[spot.first - 1].text in _TITLE_LEADS
        after = book.at(rest, 0) if led and rest else None
        return after is not None and after.cls in against
    if not rest or not text.capital(0) or capitals_mean_nothing(text):
        return False
    joined = rest[0] in ("but", "only")
    words = rest[1:] if joined else rest
    if tuple(words[:2]) in _DONE_AS or words[:1] in _DONE:
        return True
    found = {phrase.cls for at in range(len(words)) if (phrase := book.at(words, at))}
    return joined and bool(against & found)


def _number_follows(text: Text, at: int) -> bool:
    return (
        at + 1 < len(text.tokens)
        and text.tokens[at + 1].kind in ("number", "word")
        and (text.tokens[at + 1].kind == "number" or text.tokens[at + 1].text in ("a", "about"))
    )


def _spelled_like_a_name(text: Text, spot: _Spot) -> bool:
    """Whether the words resemble a name enough to hide: a fuzzy match of common words is not."""
    words = " ".join(text.tokens[at].text for at in range(spot.first, spot.last + 1))
    names = tuple(match.title for match in spot.matches)
    names += tuple(artist for match in spot.matches for artist in match.artists)
    return _alike(words, names) >= 78.0


def _artist(text: Text, spot: _Spot) -> str:
    """The artist's name as the catalogue writes it."""
    from rapidfuzz import fuzz

    said = text.said(spot.first, spot.last).casefold()
    names = [artist for match in spot.matches for artist in match.artists]
    return max(names, key=lambda name: (fuzz.ratio(said, name.casefold()), name))


def _sources(taken: list[_Spot], context: Conversation) -> tuple[tuple[str, ...], str | None]:
    """Recording ids of the named songs, or what to ask when a name means several."""
    spoken = {match.recording_id for spot in taken if not spot.is_title for match in spot.matches}
    found: list[str] = []
    for spot in taken:
        if not spot.is_title:
            continue
        matches = {match.recording_id: match for match in spot.matches}
        if len(matches) > 1 and spoken & matches.keys():
            matches = {id: match for id, match in matches.items() if id in spoken}
        best = max(match.score for match in matches.values())
        matches = {id: one for id, one in matches.items() if one.score >= best - 0.02}
        if len(matches) > 1 and context.source in matches:
            matches = {id: one for id, one in matches.items() if id == context.source}
        if len(matches) > 1:
            return tuple(found), _which(tuple(matches.values()))
        found.extend(id for id in matches if id not in found)
    return tuple(found), None


def _which(matches: tuple[TitleMatch, ...]) -> str:
    named = sorted({f"“{match.title}” by {' and '.join(match.artists)}" for match in matches})
    return f"Which one do you mean: {', or '.join(named[:4])}?"


def capitals_mean_nothing(text: Text) -> bool:
    """Whether a text is shouted, or written In Capitals Like This."""
    words = [at for at, token in enumerate(text.tokens) if token.kind == "word"]
    capital = [at for at in words if text.capital(at)]
    return text.clean.upper() == text.clean or (len(words) > 4 and len(capital) >= 0.8 * len(words))
