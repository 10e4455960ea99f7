"""Finding titles and artists inside a listener's words, typing mistakes forgiven."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from clearmix.contracts import TitleMatch

CLOSE = 84.0
"""Lowest rapidfuzz ratio (0..100) of a long title to the words that may name it."""

SHORT = 5
"""Titles of fewer letters than this are matched to the letter: a slip makes another word."""

ALIKE = 66.0
"""Lowest rapidfuzz token ratio of a name to one that it may have been meant for, or be like."""

_BY_ARTIST = 0.85
"""Factor on the score of a recording that was found by its artist only."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True)
class Titled:
    """What the index knows of one recording."""

    recording_id: str
    title: str
    artists: tuple[str, ...]


class TitleIndex:
    """Titles and artists of a catalogue, ready to be looked up.

    >>> index = TitleIndex([Titled("r1", "Greensleeves", ("Ada Wren",))])
    >>> [match.words for match in index.find("make Greensleves faster")]
    ['Greensleves']
    """

    def __init__(self, rows: Sequence[Titled]) -> None:
        self._rows = rows
        self._names: dict[str, list[tuple[Titled, bool]]] = {}
        for row in rows:
            self._names.setdefault(folded(row.title), []).append((row, True))
            for artist in row.artists:
                self._names.setdefault(folded(artist), []).append((row, False))
        self._names.pop("", None)
        self._by_length: dict[int, list[str]] = {}
        for name in self._names:
            self._by_length.setdefault(len(name.split()), []).append(name)

    def find(self, words: str) -> tuple[TitleMatch, ...]:
        """Matches by score, best first; one for each recording, title before artist."""
        from rapidfuzz import fuzz, process

        spans = [found.span() for found in _WORD.finditer(words)]
        best: dict[str, TitleMatch] = {}
        for length, names in self._by_length.items():
            for count in {length, length + 1, max(1, length - 1)}:
                for at in range(len(spans) - count + 1):
                    said = words[spans[at][0] : spans[at + count - 1][1]]
                    for name, score, _ in process.extract(
                        folded(said), names, scorer=fuzz.ratio, score_cutoff=CLOSE, limit=5
                    ):
                        if len(name) < SHORT and score < 100:
                            continue
                        self._keep(best, name, said, score / 100)
        return tuple(sorted(best.values(), key=lambda match: (-match.score, match.recording_id)))

    def near(self, name: str) -> tuple[str, ...]:
        """Recordings of which a name that is none of theirs may have been a slip, nearest first.

        >>> TitleIndex([Titled("r1", "Greensleeves", ("Ada Wren",))]).near("Green Slaves")
        ('r1',)
        """
        from rapidfuzz import fuzz, process

        alike = process.extract(
            folded(name), list(self._names), scorer=fuzz.token_ratio, score_cutoff=ALIKE, limit=5
        )
        rows = (row for known, _, _ in alike for row, _ in self._names[known])
        return tuple(dict.fromkeys(row.recording_id for row in rows))

    def _keep(self, best: dict[str, TitleMatch], name: str, said: str, score: float) -> None:
        for row, is_title in self._names[name]:
            # Of equal scores the longer name wins: `Love Me Do` before a song called `Love`.
            worth = score * (1 if is_title else _BY_ARTIST) - 1 / (100 + len(name))
            known = best.get(row.recording_id)
            if known is None or worth > known.score:
                best[row.recording_id] = TitleMatch(
                    row.recording_id, row.title, row.artists, worth, said
                )


def folded(name: str) -> str:
    """A name without accents, case or punctuation, for comparing.

    >>> folded("Don’t Stop, Señor!")
    'dont stop senor'
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(re.sub(r"['’]", "", word) for word in _WORD.findall(plain))
