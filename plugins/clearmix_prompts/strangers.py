"""Songs that the catalogue does not hold, named in a prompt: hidden, and asked about."""

from __future__ import annotations

import re
from collections.abc import Mapping

from clearmix_prompts.keys import key_at
from clearmix_prompts.lexicon import Lexeme, lexicon, ordinary_words, word_group
from clearmix_prompts.text import Text
from clearmix_prompts.titles import capitals_mean_nothing

_MADE = word_group("stranger_leads")
_MAKING = word_group("stranger_verbs")
_SMALL = word_group("inside_titles")
_SMALL_TALK = word_group("never_titles")
_REMADE = frozenset({"remix", "cover", "mash", "rework", "flip", "remixing", "covering"})
"""After these a song is named, with or without a capital letter."""

_PLAYED = frozenset({"do", "play", "try", "hear"})
"""After these one unknown word with a capital letter is a song."""

_CALLED = frozenset({"called", "named"})
"""After these a song is named, or who was spoken of."""

_IS = frozenset({"is", "was", "are", "were", "'s"})

_PLAYED_TO = frozenset({("play", "me"), ("play", "us"), ("put", "on"), ("stick", "on")})

_MADE_SO = frozenset({"make", "slow", "speed"})

_OF_SONGS = frozenset({"faster", "slower", "quicker", "longer", "shorter", "into", "down", "up"})
"""After a name these say that a song was named, not a part of one."""

_WISHING = frozenset({"i'd", "would", "we'd"})
"""Before `love` these begin a wish: `I'd love Wonderwall as a tango`."""

_POINTING = frozenset({"it", "this", "that", "them"})
"""Words for the song at hand: where they are said no other was named."""

_CALLS = word_group("calls")
"""Words that a turn opens with and that are no names of songs."""

_GREETINGS = frozenset({"dear", "hello", "hi", "hey", "hiya", "thanks", "ok", "yo"})

_HELD = frozenset(
    {("do", "you", "have"), ("have", "you", "got"), ("have", "u", "got"), ("you", "have")}
    | {("do", "u", "have"), ("you", "got"), ("u", "got")}
)
"""Words that ask whether the catalogue holds a song."""

_AFTER_NAMES = frozenset({"but", "as", "in", "by", "with", "at", ",", "-", ".", ";", "instead"})
"""What follows a name at the beginning of a turn."""

_PRAISE = ("y", "ous", "ful", "ing", "ive", "ble", "ed", "id", "less", "ent", "ant", "ic", "ish")
"""Ends of words that judge what was heard: `Gorgeous, a bit slower`."""

_SHORTEST_ALONE = 5
"""Shorter words that nobody knows are calls more often than titles."""

_QUOTED = re.compile(r'"([^"]{1,80})"')


def unknown_titles(text: Text, masks: Mapping[int, Lexeme]) -> dict[int, Lexeme]:
    """Masks over names of songs that the catalogue does not hold.

    In quotes, or in capital letters where a title is expected: `Fast` in `remix Fast Car` asks
    for no tempo.
    """
    hidden = {at for mask in masks.values() for at in range(mask.first, mask.last + 1)}
    found: dict[int, Lexeme] = {}
    for quoted in _QUOTED.finditer(text.clean):
        inside = [
            at
            for at, token in enumerate(text.tokens)
            if token.start >= quoted.start() and token.end <= quoted.end()
        ]
        if inside and not hidden & set(inside) and not _all_known(text, inside[0], inside[-1]):
            found[inside[0]] = Lexeme("UNKNOWNTITLE", None, inside[0], inside[-1])
            hidden |= set(inside)
    found |= _asked_for(text, hidden)
    hidden |= {at for mask in found.values() for at in range(mask.first, mask.last + 1)}
    if capitals_mean_nothing(text):
        return found
    mashed = any(token.text.startswith("mash") for token in text.tokens)
    opening = _opens(text, hidden)
    if opening is not None:
        found[0] = Lexeme("UNKNOWNTITLE", None, 0, opening)
        hidden |= set(range(opening + 1))
    for at in range(1, len(text.tokens)):
        if at in hidden:
            continue
        last = _capital_run(text, at, hidden)
        before = text.tokens[at - 1].text
        wanted = before == "like" and at > 1 and text.tokens[at - 2].text in ("i'd", "would")
        wanted = wanted or (before == "love" and at > 1 and text.tokens[at - 2].text in _WISHING)
        sure = (before in _MADE and not _names_another(text, at)) or wanted
        played = before in _PLAYED or (before == "with" and mashed)
        named = last is not None and last == at and played and _strange(text, at)
        if last is None or not (sure or named or (before in _MAKING and last > at)):
            continue
        single = at == last and (text.tokens[at].text in _SMALL_TALK or key_at(text, at))
        if single or (
            _all_known(text, at, last)
            and not (sure and last > at)
            and (not sure or _starts_with_wish(text, at))
        ):
            continue
        if not sure and _starts_with_wish(text, at):
            continue
        if text.tokens[last + 1 : last + 2] and text.tokens[last + 1].text == "by":
            last = _capital_run(text, last + 2, hidden) or last
        found[at] = Lexeme("UNKNOWNTITLE", None, at, last)
        hidden |= set(range(at, last + 1))
    return found


def _asked_for(text: Text, hidden: set[int]) -> dict[int, Lexeme]:
    """Names that nobody wrote with a capital: `remix bohemian rhapsody`, `do you have wonderwall?`.

    Only words that the lexicon does not know at all, right after what leads to a song.
    """
    words = [token.text for token in text.tokens]
    found: dict[int, Lexeme] = {}
    for at in range(1, len(words)):
        held = tuple(words[max(at - 3, 0) : at]) in _HELD or tuple(words[at - 2 : at]) in _HELD
        played = words[at - 1] == "play" or tuple(words[max(at - 2, 0) : at]) in _PLAYED_TO
        made = words[at - 1] in _MADE_SO and words[at] not in _CALLS
        if not (held or played or made or words[at - 1] in _REMADE):
            continue
        last = at
        while last < len(words) and last not in hidden and _strange(text, last):
            last += 1
        after = words[last : last + 1]
        if (played and after and after[0] not in _AFTER_NAMES) or (made and not _changes(after)):
            continue
        if last > at:
            found[at] = Lexeme("UNKNOWNTITLE", None, at, last - 1)
    return found


def _changes(after: list[str]) -> bool:
    """Whether a word says what becomes of a whole song: `make wonderwall faster`."""
    return bool(after) and after[0] in _OF_SONGS


def _strange(text: Text, at: int) -> bool:
    """Whether a word is neither known, nor a slip of a known one, nor an everyday word."""
    token, book = text.tokens[at], lexicon()
    known = book.spelled(token.text) in book.words or token.text in ordinary_words()
    return token.kind == "word" and at not in text.translated and not known


def _opens(text: Text, hidden: set[int]) -> int | None:
    """The last word of a name that a turn opens with: `Bohemian Rhapsody but disco`."""
    last = _capital_run(text, 0, hidden)
    if last == 0 and _opens_alone(text):
        return 0
    if not last or _all_known(text, 0, last) or _starts_with_wish(text, 0):
        return None
    after = text.tokens[last + 1 : last + 2]
    greets = text.tokens[0].text in _GREETINGS and (not after or after[0].text == ",")
    if greets or text.tokens[0].text in _MAKING | _PLAYED:
        return None
    strange = any(_strange(text, at) for at in range(last + 1))
    return last if strange and (not after or after[0].text in _AFTER_NAMES) else None


def _opens_alone(text: Text) -> bool:
    """Whether one unknown word begins a turn as a title does: `Wonderwall, slowed down`, `but`."""
    words = [token.text for token in text.tokens]
    called = words[0] in _CALLS or words[0].endswith(_PRAISE) or len(words[0]) < _SHORTEST_ALONE
    goes_on = len(words) > 2 and words[1] in (",", "but")
    return goes_on and not called and not _POINTING & {*words} and _strange(text, 0)


def _capital_run(text: Text, at: int, hidden: set[int]) -> int | None:
    """The last word of a run of capitalised words; small words may stand between them."""
    last: int | None = None
    for here in range(at, min(at + 8, len(text.tokens))):
        token = text.tokens[here]
        if here in hidden or token.kind not in ("word", "number"):
            break
        if token.kind == "word" and text.capital(here):
            last = here
        elif last is None or token.text not in _SMALL:
            break
    return last


def _all_known(text: Text, first: int, last: int) -> bool:
    book = lexicon()
    return book.knows([text.tokens[at].text for at in range(first, last + 1)])


def _names_another(text: Text, at: int) -> bool:
    """Whether somebody is called by a name, not a song: `a new kitten called Biscuit`."""
    if text.tokens[at - 1].text not in _CALLED:
        return False
    who = at - 2
    while who > 0 and text.tokens[who].text in _IS:
        who -= 1
    if who < 0:
        return False
    token = text.tokens[who]
    return token.kind == "word" and lexicon().at([token.text], 0) is None


def _starts_with_wish(text: Text, at: int) -> bool:
    return lexicon().term_at([token.text for token in text.tokens[at : at + 4]], 0)
