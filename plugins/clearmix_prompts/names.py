"""Artists named as a model: `in the style of X`, `like X`, `in X's voice`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import cast

from clearmix_prompts.grammar import Ask
from clearmix_prompts.lexicon import Lexeme, lexicon, table, word_group
from clearmix_prompts.text import Text, words_of
from clearmix_prompts.titles import Named

_STYLE_SURE = (
    "in the style of|style of|in the manner of|in the vein of|inspired by|in the spirit of"
    "|à la|a la|in the fashion of|reminiscent of|channelling|channeling|as performed by"
    "|imitating|imitate"
    "|as played by|by way of"
)
_STYLE_WEAK = (
    "sounds like|sound like|sounding like|sounds more like|sound more like|feel like|feels "
    "like|more like|something like|kind of like|like"
    "|as if|as though|how|the way|styled after|modelled on|modeled on|based on|influenced by"
    "|with a touch of|more|what would|how would"
)
_VOICE_SURE = "in the voice of|with the voice of|voice of|sung by|as sung by|vocals by|vocals of"
_VOICE_WEAK = (
    "sings like|sing like|sing it like|sings it like|sing this like|singing it like|singing like"
    "|sung like|have|make|let|get|with"
)
_CUES = [
    (tuple(words_of(cue)), what, sure)
    for cues, what, sure in (
        (_STYLE_SURE, "style_of", True),
        (_STYLE_WEAK, "style_of", False),
        (_VOICE_SURE, "voice", True),
        (_VOICE_WEAK, "voice", False),
    )
    for cue in cues.split("|")
]
_SINGS = (["sing"], ["sings"], ["singing"], ["rap"], ["raps"], ["rapping"])

_WOULD = (("what", "would"), ("how", "would"))
_MIGHT = (["might", "have"], ["would", "have"], ["could", "have"], ["might", "do"], ["would", "do"])
"""After a name these lead to what the artist does: `something Prince might have recorded`."""

_DOES = (["do"], ["make"], ["play"], ["sound"], ["perform"], ["record"])
"""In a question these two make a wish: `what would Prince do with this?`."""

_CLAUSES = (*_WOULD, ("as", "if"), ("as", "though"), ("how",), ("the", "way"))
"""Cues after which a clause says what the artist does: `the way Prince would have done it`."""

_CUES.sort(key=lambda row: -len(row[0]))

_ENDS = word_group("name_ends")
_ARTICLES = word_group("no_names")
_INNER = frozenset(["and", "the", "of", "n", "&", "de", "la", "van", "von", "del"])
_LONGEST = 5


def models(text: Text, named: Named) -> tuple[list[Ask], dict[int, Lexeme]]:
    """Whose style or voice is asked for, and masks over the words that say so."""
    asks: list[Ask] = []
    masks: dict[int, Lexeme] = {}
    hidden = set(named.hidden)
    for ask, first, last in [*_by_cue(text, named), *_by_suffix(text, named)]:
        span = set(range(first, last + 1))
        if span & {at for mask in masks.values() for at in range(mask.first, mask.last + 1)}:
            continue
        titles = {at for at, mask in named.masks.items() if mask.cls == "TITLE"}
        if span & titles:
            continue
        asks.append(ask)
        masks[first] = Lexeme("NAME", None, first, last)
        hidden |= span
    return asks, masks


def _by_cue(text: Text, named: Named) -> Iterator[tuple[Ask, int, int]]:
    texts = [token.text for token in text.tokens]
    at = 0
    while at < len(texts):
        for cue, what, sure in _CUES:
            if tuple(texts[at : at + len(cue)]) != cue:
                continue
            if cue == ("like",) and at and texts[at - 1] in ("i'd", "would", "we'd"):
                continue  # `I'd like Imagine slower` names a song, no model
            name = _name(text, named, at + len(cue), sure)
            if name is None or (cue == ("more",) and text.capital(at)):
                continue
            if cue in _WOULD and texts[name[1] + 1 : name[1] + 2] not in _DOES:
                continue
            said, last = name
            if what == "voice" and not sure and cue[-1] != "like":
                if texts[last + 1 : last + 2] not in _SINGS:
                    continue
                last += 1
            if what == "style_of" and texts[last + 1 : last + 3] in (
                ["is", "singing"],
                ["singing", "it"],
                ["sang", "it"],
                ["sings", "it"],
                ["was", "singing"],
                ["were", "singing"],
            ):
                what, last = "voice", last + 2
            elif cue in _CLAUSES and texts[last + 1 : last + 2]:
                last = _clause_end(texts, last)
            first = _with_lead(texts, at)
            yield _ask(what, said, first, last), first, last
            at = last
            break
        at += 1


def _clause_end(texts: list[str], last: int) -> int:
    """The end of `as if X made it`."""
    for at in range(last + 1, min(last + 5, len(texts))):
        if not texts[at][0].isalnum() or texts[at] in ("but", "and", "at", "with", "in"):
            return at - 1
        last = at
    return last


def _by_suffix(text: Text, named: Named) -> Iterator[tuple[Ask, int, int]]:
    """`Daft Punk style`, `a Beatles vibe`, `Adele's voice`: the name stands before the word."""
    texts = [token.text for token in text.tokens]
    for at in range(len(texts)):
        name = _known(text, named, at)
        if (
            name is None
            and _capital(text, at)
            and at > 0
            and texts[at - 1] in ("in", "with", "use")
        ):
            end = at
            while end + 1 < len(texts) and _capital(text, end + 1) and end - at < _LONGEST:
                end += 1
            if texts[end + 1 : end + 2] == ["'s"]:
                name = (text.said(at, end), end)
        if name is None:
            continue
        said, last = name
        after = texts[last + 1 : last + 4]
        if (
            after[:1] == ["'s"]
            and after[1:2]
            and after[1] in ("voice", "vocals", "singing", "vocal")
        ):
            yield _ask("voice", said, at, last + 2), _with_lead(texts, at), last + 2
        elif after[:1] == ["'s"] and after[1:2] == ["style"]:
            yield _ask("style_of", said, at, last + 2), _with_lead(texts, at), last + 2
        elif after[:1] and after[0] in (
            "style",
            "vibe",
            "vibes",
            "esque",
            "ish",
            "type",
            "styled",
            "inspired",
            "sound",
            "feel",
            "flavour",
        ):
            yield _ask("style_of", said, at, last + 1), at, last + 1
        elif after[:2] in _MIGHT:
            end = _clause_end(texts, last)
            yield _ask("style_of", said, at, end), at, end
        elif after[:1] and after[0] in ("voice", "vocals", "singing"):
            yield _ask("voice", said, at, last + 1), at, last + 1


def _with_lead(texts: list[str], at: int) -> int:
    """The first word of a phrase that leads to a name, such as `in` before `the style of`."""
    while at > 0 and texts[at - 1] in ("in", "the", "with", "make", "it", "sound", "use", "using"):
        if texts[at - 1] in ("make", "it", "sound") and texts[at] not in (
            "sound",
            "sounds",
            "like",
        ):
            break
        at -= 1
    return at


def _ask(what: str, said: str, first: int, last: int) -> Ask:
    if what == "voice":
        return Ask("voice", (f"likeness:{slug(said)}", None), first, last)
    return Ask("style_of", said, first, last)


def slug(name: str) -> str:
    """A name as the id of a party.

    >>> slug("Beyoncé Knowles")
    'beyonce-knowles'
    """
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "somebody"


def _capital(text: Text, at: int) -> bool:
    return text.tokens[at].kind == "word" and text.capital(at)


def _known(text: Text, named: Named, at: int) -> tuple[str, int] | None:
    """An artist of the catalogue or of the list of well-known names that begins at a token."""
    if at in named.artists:
        return named.artists[at][0], named.masks[at].last
    texts = [token.text for token in text.tokens[at : at + _LONGEST]]
    if not texts:
        return None
    for words, name in _artists().get(texts[0], ()):
        if tuple(texts[: len(words)]) == words:
            if " ".join(words) in _ordinary() and not _capital(text, at):
                return None
            return name, at + len(words) - 1
    return None


@cache
def _artists() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    rows: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name in cast("list[str]", table("artists")["names"]):
        words = words_of(name.casefold())
        rows.setdefault(words[0], []).append((words, name))
    return {first: tuple(sorted(row, key=lambda one: -len(one[0]))) for first, row in rows.items()}


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(cast("list[str]", table("artists")["ordinary"]))


def _name(text: Text, named: Named, at: int, sure: bool) -> tuple[str, int] | None:
    """The name that begins at a token, as it was written, and its last token."""
    known = _known(text, named, at) if at < len(text.tokens) else None
    if known is not None:
        return known
    if at < len(text.tokens) and text.tokens[at].text == "the":
        inner = _known(text, named, at + 1) if at + 1 < len(text.tokens) else None
        if inner is not None:
            return inner
    last = at - 1
    shouted = text.clean.upper() == text.clean
    if shouted and not sure:
        return None
    while last + 1 < len(text.tokens) and last + 1 - at < _LONGEST:
        token = text.tokens[last + 1]
        if token.kind not in ("word", "number") or token.text == "'s":
            break
        if token.kind == "number" and last < at:
            break
        inner_word = token.text in _INNER and last >= at and last + 2 < len(text.tokens)
        if inner_word and not _capital(text, last + 2):
            break
        if token.text in _ENDS and not (inner_word or (_capital(text, last + 1) and last < at)):
            break
        if (
            not sure
            and not _capital(text, last + 1)
            and not inner_word
            and not (token.text == "the" and last < at)
        ):
            break
        last += 1
    if last < at:
        return None
    words = [token.text for token in text.tokens[at : last + 1]]
    bare = words[1:] if words[0] == "the" else words
    if words[0] in _ARTICLES or not bare or _is_wish(bare):
        return None
    if words[0] == "the" and not _capital(text, at + 1):
        return None
    return text.said(at, last), last


def _is_wish(words: list[str]) -> bool:
    """Whether words that follow a cue are ordinary wishes: `in the style of 80s disco`."""
    book = lexicon()
    if book.knows([book.spelled(word) for word in words]):
        return True
    return book.term_at(words, 0)
