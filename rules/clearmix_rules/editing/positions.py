r"""Places in a text: offsets, the parser's lines and columns, an editor's lines and characters.

Offsets count code points. The parser's lines end at `\n`; its lines and columns count from 1, in
code points. An editor's lines also end at `\r`, count from 0, and its characters are UTF-16 code
units, of which a character beyond U+FFFF has two (Language Server Protocol 3.17, Position).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place as editors name it."""

    line: int
    character: int


class Positions:
    """Converts between offsets of one text and the two ways to name them."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _lines(self) -> tuple[list[int], list[int]]:
        """Where each line of an editor starts, and where it ends without its line end."""
        starts, ends = [0], []
        for match in _LINE_END.finditer(self.text):
            ends.append(match.start())
            starts.append(match.end())
        return starts, [*ends, len(self.text)]

    @cached_property
    def _parsed_lines(self) -> list[int]:
        """Where each line of the parser starts."""
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def offset(self, position: Position) -> int:
        r"""The offset of an editor's place; one outside the text is moved to the nearest inside.

        >>> Positions("a\n😀b").offset(Position(1, 2))
        3
        """
        starts, ends = self._lines
        if position.line >= len(starts):
            return len(self.text)
        start, end = starts[max(0, position.line)], ends[max(0, position.line)]
        units = 0 if position.line < 0 else position.character
        line = self.text[start:end]
        if line.isascii():
            return start + max(0, min(units, len(line)))
        for index, char in enumerate(line):
            if units <= 0:
                return start + index
            units -= 2 if ord(char) > 0xFFFF else 1
        return end

    def position(self, offset: int) -> Position:
        r"""An offset as an editor names it; within a line end, the end of the line.

        >>> Positions("a\n😀b").position(3)
        Position(line=1, character=2)
        """
        starts, ends = self._lines
        line = bisect_right(starts, max(0, offset)) - 1
        before = self.text[starts[line] : min(max(0, offset), ends[line])]
        if before.isascii():
            return Position(line, len(before))
        return Position(line, len(before) + sum(char > "\uffff" for char in before))

    def offset_of(self, line: int, column: int) -> int:
        """The offset of a line and column of the parser, at most the end of that line."""
        starts = self._parsed_lines
        if line > len(starts):
            return len(self.text)
        end = starts[line] - 1 if line < len(starts) else len(self.text)
        return min(starts[max(1, line) - 1] + max(1, column) - 1, end)

    def line_of(self, offset: int) -> int:
        """The parser's line, from 1, of an offset."""
        return bisect_right(self._parsed_lines, offset)
