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
        words, failing, track = self.words, self.failing, self.track
        return Reason(
            words if isinstance(words, str) else words(asked, track),
            self.rule,
            failing if isinstance(failing, tuple) else failing(asked, track),
            self.party,
            "" if track < 0 else asked.cases[track].track.id,
        )


# ---------------------------------------------------------------- blanks

_BLANK = re.compile(r"\{(title|artist|writer|label)\}")


def blanks(text: str) -> Words:
    """A rule's own text. What stands in a blank is never read for blanks of its own."""
    pieces = _BLANK.split(text)
    if len(pieces) == 1:
        return text
    fillers = [_FILLERS[name] for name in pieces[1::2]]

    def fill(asked: Asked, track: int) -> str:
        filled = list(pieces)
        filled[1::2] = [filler(asked, track) for filler in fillers]
        return "".join(filled)

    return fill


def title(asked: Asked, track: int) -> str:
    """The title of a track, or its id if it has none."""
    facts = asked.cases[track].track.facts
    return str(facts["track.title"] or facts["track.id"] or "unknown title")


def name(asked: Asked, party: str) -> str:
    """How people call a party."""
    known = asked.request.parties.get(party)
    return known.name if known else party


def _all(key: str, role: str) -> Callable[[Asked, int], str]:
    def names(asked: Asked, track: int) -> str:
        words = [name(asked, one) for one in asked.cases[track].track.parties(key)]
        if len(words) > 1:
            return f"{', '.join(words[:-1])} and {words[-1]}"
        return "".join(words) or f"unknown {role}"

    return names


def _label(asked: Asked, track: int) -> str:
    label = str(asked.cases[track].track.facts["track.label"])
    return (label and name(asked, label)) or "unknown label"


_FILLERS = {
    "title": title, "artist": _all("track.artists", "artist"),
    "writer": _all("work.writers", "writer"), "label": _label,
}  # fmt: skip


def before(words: Words, end: str) -> Words:
    """A text with more behind it."""
    if isinstance(words, str):
        return words + end
    return lambda asked, track: words(asked, track) + end
