"""The text of one policy, and the guards that it passes before anything reads it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from clearmix_rules.diagnostics import Diagnostic, Severity
from clearmix_rules.errors import RightsError

MOST_CHARACTERS = 1_000_000
MOST_RULES = 5_000
DEEPEST = 40
"""How deep brackets may nest. Every walk over the syntax tree is recursive and relies on it."""

# Characters that make a text look other than it reads: Unicode Technical Report 36 and the
# "Trojan Source" attack (CVE-2021-42574), plus marks that cannot be seen at all.
_HIDDEN = frozenset(
    "\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060"
    "\u2066\u2067\u2068\u2069\ufeff\u2028\u2029\u0085"
)

_PLAIN = re.compile(r"[\t\n\r\x20-\x7e\xa0-\u024f“”‘’–—…]*")
"""Text of letters and marks that hide nothing: of such a text only the brackets are counted."""


@dataclass(frozen=True, slots=True)
class PolicySource:
    """The text of one policy; `name` is the file name that messages show."""

    name: str
    text: str
    folder: Path | None = field(default=None, compare=False)
    """Where the files are that it uses; None if it may only use files that are given with it."""

    @classmethod
    def read(cls, path: Path) -> PolicySource:
        """The policy in a file.

        Raises:
            RightsError: the file cannot be read or is not UTF-8.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise RightsError(
                f"cannot read `{path}`: {(error.strerror or 'unknown reason').lower()}",
                help="check the path and the permissions of the file",
            ) from error
        try:
            return cls(path.name, content.decode("utf-8-sig"), path.parent)
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            begin = content.rfind(b"\n", 0, error.start) + 1
            column = len(content[begin : error.start].decode("utf-8-sig", "replace")) + 1
            raise RightsError(
                f"`{path.name}` is not UTF-8 text",
                help="save the file with the encoding UTF-8",
                place=f"{path.name}, line {line}, column {column}",
            ) from error

    def line(self, number: int) -> str:
        """The text of one line, counted from 1."""
        lines = _lines(self.text)
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""


def unreadable(path: Path, error: RightsError) -> Diagnostic:
    """Why a file cannot be read, told as a mistake in it."""
    place = re.search(r"line (\d+), column (\d+)", error.place)
    line, column = (int(place[1]), int(place[2])) if place else (1, 1)
    return Diagnostic(
        Severity.ERROR, "unreadable", error.message, error.help, path.name, line, column
    )


@lru_cache(maxsize=4)
def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n"))


def guard(source: PolicySource) -> Diagnostic | None:
    """The first reason why a text must not even be parsed, or None.

    Too long, brackets nested too deep, or characters that hide what the text says. It takes one
    pass, so that no text can make it slow.
    """
    if len(source.text) > MOST_CHARACTERS:
        return Diagnostic(
            Severity.ERROR,
            "too-long",
            f"the policy has {len(source.text):,} characters; at most {MOST_CHARACTERS:,} are read",
            "split it into several policies",
            source.name,
            1,
            1,
        )
    if (lone := re.search(r"\r(?!\n)", source.text)) is not None:
        line = source.text.count("\n", 0, lone.start()) + 1
        column = lone.start() - source.text.rfind("\n", 0, lone.start())
        help = "save the file anew with the line ends of your system"
        return _at(source, line, column, "line-end", "a line ends as no editor ends it", help)
    if source.text.count("(") > DEEPEST or not _PLAIN.fullmatch(source.text):
        found = _hidden_or_deep(source)
        if found is not None:
            return found
    rules = source.text.count("\nrule ")
    if rules > MOST_RULES:
        return _at(
            source,
            1,
            1,
            "too-many-rules",
            f"the policy has {rules:,} rules; at most {MOST_RULES:,} are read",
            "split it into several policies",
        )
    return None


def _hidden_or_deep(source: PolicySource) -> Diagnostic | None:
    """The first character that hides what a text says, or bracket that nests too deep."""
    line, column, depth = 1, 0, 0
    quoted = comment = False
    for char in source.text:
        column += 1
        if char == "\n":
            line, column, quoted, comment = line + 1, 0, False, False
        elif char in "\r\t":
            continue
        elif char in _HIDDEN or unicodedata.category(char) in ("Cc", "Cs"):
            name = unicodedata.name(char, "control character")
            return _at(
                source,
                line,
                column,
                "hidden-character",
                f"the character U+{ord(char):04X} ({name.lower()}) is not allowed in a policy",
                "delete it; it cannot be seen and may make the text read other than it looks",
            )
        elif comment:
            continue
        elif char == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif char == "#":
            comment = True
        elif char == "(":
            depth += 1
            if depth > DEEPEST:
                return _at(
                    source,
                    line,
                    column,
                    "too-deep",
                    f"brackets nest more than {DEEPEST} deep",
                    "split the rule, or name parts of it with `define`",
                )
        elif char == ")":
            depth = max(0, depth - 1)
    return None


def _at(
    source: PolicySource, line: int, column: int, code: str, message: str, help: str
) -> Diagnostic:
    return Diagnostic(
        Severity.ERROR, code, message, help, source.name, line, column, 1, source.line(line)
    )
