"""A small pattern language over classes of words: rules read like the sentences they match.

A pattern is a line of class names with the signs of regular expressions, as in
`FASTER BY? n:NUM PERCENT`. `n:NUM` names what stands there. `{LIST}` stands for a pattern that is
used in several places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from clearmix_prompts.lexicon import Lexeme

DONE = "_"
"""Class of a lexeme that a rule has used."""

_SILENT = frozenset({"FILL", "TITLE", "ARTIST", "TOGETHER"})
"""Classes that no pattern mentions: they may stand anywhere."""

_PIECE = re.compile(r"(?:(?P<group>[a-z]\w*):)?(?:(?P<open>\()(?!\?)|(?P<cls>[A-Z][A-Z0-9]*|_))")
_MACRO = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Ask:
    """One thing asked for: what (`tempo.bpm`, `part`, `style`, ...), the value, and where.

    `first` and `last` are tokens. An assumed value is the interpreter's number for the listener's
    word. `negated` means that it must not be. `part` is what a local change is about, `word` what
    the listener called it; `reach` is the whole phrase that an ask of several parts came from.
    """

    what: str
    value: object
    first: int = -1
    last: int = -1
    assumed: bool = False
    negated: bool = False
    part: str | None = None
    word: str = ""
    reach: tuple[int, int] = (-1, -1)


@dataclass(frozen=True)
class Found:
    """A match: its lexemes, and those of its named groups."""

    line: Line
    match: re.Match[str]

    def __contains__(self, group: str) -> bool:
        return bool(self.match.groupdict().get(group))

    def all(self, group: str, *classes: str) -> list[Lexeme]:
        """The lexemes of a group, of the given classes only if there are any."""
        start, end = self.match.span(group)
        chosen = self.line.between(start, end)
        return [one for one in chosen if not classes or one.cls in classes]

    def one(self, group: str) -> Lexeme:
        """The first lexeme of a group."""
        return self.all(group)[0]

    def number(self, group: str) -> float:
        """The number that a group stands for; `a` is one and `half` a half."""
        found = self.all(group)
        if any(lexeme.cls == "HALF" for lexeme in found):
            return 0.5  # `half an octave`
        return sum(_amount(lexeme) for lexeme in found)

    @property
    def classes(self) -> frozenset[str]:
        """Classes of all matched lexemes."""
        return frozenset(lexeme.cls for lexeme in self.lexemes)

    @property
    def lexemes(self) -> list[Lexeme]:
        """All matched lexemes."""
        return self.line.between(*self.match.span())


def _amount(lexeme: Lexeme) -> float:
    if lexeme.cls == "A":
        return 1.0
    return float(lexeme.value) if isinstance(lexeme.value, float | int) else 0.0


class Line:
    """The lexemes of a text as one line of class names that patterns run over.

    `standing` are the fields of the spec that a follow-up may be about, `words` all tokens.
    """

    def __init__(
        self,
        lexemes: Sequence[Lexeme],
        standing: Iterable[str] = (),
        words: Sequence[str] = (),
    ) -> None:
        self.standing = frozenset(standing)
        self.words = words
        self.lexemes = [one for one in lexemes if one.cls not in _SILENT]

    @cached_property
    def _laid(self) -> tuple[str, list[int]]:
        starts, parts, at = [], [], 0
        for lexeme in self.lexemes:
            starts.append(at)
            parts.append(f"<{lexeme.cls}>")
            at += len(lexeme.cls) + 2
        return "".join(parts), starts

    @property
    def classes(self) -> str:
        """The line that patterns run over."""
        return self._laid[0]

    def between(self, start: int, end: int) -> list[Lexeme]:
        """Lexemes between two positions of `classes`."""
        return [
            lexeme
            for lexeme, at in zip(self.lexemes, self._laid[1], strict=True)
            if start <= at < end
        ]

    def said(self, lexeme: Lexeme) -> str:
        """The words of a lexeme: `harp` and `violin` are both strings."""
        return " ".join(self.words[lexeme.first : lexeme.last + 1])

    def use(self, lexemes: Iterable[Lexeme]) -> None:
        """Takes lexemes out of the play of later rules."""
        used = {id(lexeme) for lexeme in lexemes}
        self.lexemes = [replace(one, cls=DONE) if id(one) in used else one for one in self.lexemes]
        self.__dict__.pop("_laid", None)


Builder = Callable[[Found], Iterable[Ask] | None]


@dataclass(frozen=True)
class Rule:
    """A pattern, what it builds, and the classes in it that stay free for later rules."""

    pattern: re.Pattern[str]
    build: Builder
    leave: frozenset[str]


class Rules:
    """Rules of one subject in the order in which they are tried."""

    def __init__(self, **macros: str) -> None:
        self._macros = macros
        self.rules: list[Rule] = []

    def __call__(self, *patterns: str, leave: str = "") -> Callable[[Builder], Builder]:
        """Registers a function for each of the patterns, in their order."""

        def register(build: Builder) -> Builder:
            for pattern in patterns:
                compiled = compile_pattern(pattern, self._macros)
                self.rules.append(Rule(compiled, build, frozenset(leave.split())))
            return build

        return register

    def apply(self, line: Line) -> list[Ask]:
        """Everything that these rules find; what they use is taken from the line."""
        asks: list[Ask] = []
        for rule in self.rules:
            at = 0
            while match := rule.pattern.search(line.classes, at):
                found = Found(line, match)
                lexemes = found.lexemes
                built = rule.build(found) if lexemes else None
                if built is None:
                    at = match.start() + 1
                    continue
                first, last = lexemes[0].first, max(one.last for one in lexemes)
                asks += [_placed(ask, first, last) for ask in built]
                line.use(one for one in lexemes if one.cls not in rule.leave)
                at = match.start() + 1 if rule.leave else match.start()
                at = line.classes.find("<", at)
                if at < 0:
                    break
        return asks


def _placed(ask: Ask, first: int, last: int) -> Ask:
    own = (ask.first, ask.last) if ask.first >= 0 else (first, last)
    return replace(ask, first=own[0], last=own[1], reach=(first, last))


def compile_pattern(pattern: str, macros: dict[str, str]) -> re.Pattern[str]:
    """A pattern as a regular expression over `Line.classes`.

    >>> compile_pattern("FAST BY? n:NUM", {}).pattern
    '(?:<FAST>)(?:<BY>)?(?P<n><NUM>)'
    """
    while _MACRO.search(pattern):
        pattern = _MACRO.sub(lambda found: f"({macros[found.group(1)]})", pattern)
    return re.compile("".join(_PIECE.sub(_spelled, pattern).split()))


def _spelled(found: re.Match[str]) -> str:
    group = found["group"]
    if found["open"]:
        return f"(?P<{group}>" if group else "(?:"
    return f"(?P<{group}><{found['cls']}>)" if group else f"(?:<{found['cls']}>)"
