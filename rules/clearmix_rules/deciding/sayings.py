"""Sentences whose blanks are filled when somebody reads them: names, titles, values that failed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from clearmix_rules.deciding.decision import Reason, RuleRef
from clearmix_rules.deciding.request import Request
from clearmix_rules.deciding.standing import Case

NOWHERE = -1
"""The place of a track, where a sentence is about none."""


class Asked:
    """What functions and sentences read: a request at a moment."""

    __slots__ = ("cases", "now", "request")

    def __init__(self, request: Request, cases: tuple[Case, ...], now: datetime) -> None:
        self.request = request
        self.cases = cases
        self.now = now


Words: TypeAlias = str | Callable[[Asked, int], str]
"""A text, or how to make it for one of the tracks."""
Failing: TypeAlias = tuple[str, ...] | Callable[[Asked, int], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Saying:
    """One reason with its blanks open."""

    words: Words
    rule: RuleRef | None = None
    failing: Failing = ()
    party: str = ""
    track: int = NOWHERE

    def reason(self, asked: Asked) -> Reason:
        """The reason for one request."""
        track = self.track
        about = "" if track < 0 else asked.cases[track].track.id
        return Reason(self.words, self.rule, self.failing, self.party, about, asked, track)


# ---------------------------------------------------------------- blanks

_BLANK = re.compile(r"\{(title|artist|writer|label)\}")


def blanks(text: str) -> Words:
    """A rule's own text. What stands in a blank is never read for blanks of its own."""
    pieces = _BLANK.split(text)
    if len(pieces) == 1:
        return text
    pieces[::2] = [piece.replace("%", "%%") for piece in pieces[::2]]
    pieces[1::2] = [f"%({blank})s" for blank in pieces[1::2]]
    pattern = "".join(pieces)
    return lambda asked, track: pattern % asked.cases[track].blanks


def title(asked: Asked, track: int) -> str:
    """The title of a track, or its id if it has none."""
    return asked.cases[track].blanks["title"]


def name(asked: Asked, party: str) -> str:
    """How people call a party."""
    return asked.request.party_name(party)


def before(words: Words, end: str) -> Words:
    """A text with more behind it."""
    if isinstance(words, str):
        return words + end
    return lambda asked, track: words(asked, track) + end
