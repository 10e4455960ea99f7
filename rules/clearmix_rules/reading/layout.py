"""The one layout of policies: what is written stays, word for word; lines and spaces change.

Each header line and each clause has a line of its own; conditions are broken at `and` and
`or else`, duties stand one a line. Comments stay with what they stand before or behind.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from lark import Lark, TextSlice, Token, Tree

from clearmix_rules.errors import PolicyErrors, RightsError
from clearmix_rules.reading.comments import Comment, comments
from clearmix_rules.reading.parser import STARTS, parse, pieces
from clearmix_rules.reading.pieces import build_grammar
from clearmix_rules.source import PolicySource

WIDTH = 100
HEADER = ("policy", "by", "in force", "consent", "use", "define")
"""The order of header lines."""

_GLUED = frozenset({"COMMA", "COLON", "RPAR", "POSSESSIVE"})
_Branch = Tree[Token] | Token


@dataclass(slots=True)
class Line:
    """One line to be: its words in order, and the comments before and behind it."""

    indent: int
    words: list[Token] = field(default_factory=list)
    above: list[Comment] = field(default_factory=list)
    behind: list[Comment] = field(default_factory=list)
    below: list[Comment] = field(default_factory=list)

    @property
    def width(self) -> int:
        """The column after the last word."""
        return self.indent + len(spaced(self.words))

    def written(self) -> Iterator[str]:
        """The line, broken after commas where it is too long, with its comments."""
        margin = " " * self.indent
        above = self.above if len(self.behind) < 2 else [*self.above, *self.behind]
        for one in sorted(above, key=lambda one: one.start):
            yield margin + one.text
            if one.apart and not self.indent:
                yield ""
        lines = [margin + part for part in _broken(self.words, WIDTH - self.indent - 4)]
        lines[1:] = [f"    {line}" for line in lines[1:]]
        if len(self.behind) == 1:
            lines[-1] += f"  {self.behind[0].text}"
        yield from lines
        for one in self.below:
            yield f"  {one.text}"


@cache
def _grammar() -> Lark:
    return build_grammar(list(STARTS.values()), "grammar.lark", keep_all_tokens=True)


def format_policy(text: str, name: str = "policy.rights") -> str:
    """The text of a policy in the one layout; formatting it again changes nothing.

    Raises:
        RightsError: the policy cannot be read, or a comment would be lost.
    """
    source = PolicySource(name, text.replace("\r\n", "\n"))
    parsed = parse(source)
    if (parsed.policy is None and parsed.shared is None) or parsed.diagnostics:
        raise PolicyErrors(parsed.diagnostics)
    header: list[tuple[int, Line]] = []
    rules: list[list[Line]] = []
    for keyword, start, end in pieces(source, [], set()):
        tree = _grammar().parse(TextSlice(source.text, start, end), start=STARTS[keyword])
        if keyword == "rule":
            rules.append(list(_rule(tree)))
        else:
            header.append((HEADER.index(keyword), Line(0, list(words(tree)))))
    header.sort(key=lambda one: one[0])
    formatted = write([[line for _, line in header], *rules], source.text)
    again = parse(PolicySource(name, formatted))
    same = (again.policy, again.shared) == (parsed.policy, parsed.shared)
    return kept(source, formatted, same)


def kept(source: PolicySource, formatted: str, same: bool) -> str:
    """The new layout, if it says the same as before and has every comment."""
    before, after = ([one.text for one in comments(text)] for text in (source.text, formatted))
    if not same or sorted(before) != sorted(after):
        raise RightsError(
            f"`{source.name}` cannot be laid out without changing what it says",
            help="move its comments to lines of their own and try again",
        )
    return formatted


def write(blocks: list[list[Line]], text: str) -> str:
    """The blocks with the comments of the text they are from, a blank line between two blocks."""
    rest = _attach(blocks, text)
    written = [
        "\n".join(part for line in block for part in line.written()) for block in blocks if block
    ]
    if rest:
        written.append("\n".join(one.text for one in rest))
    return "\n\n".join(written) + "\n"


# ---------------------------------------------------------------- words


def words(branch: _Branch) -> Iterator[Token]:
    """Every word below a branch, in order."""
    waiting: list[_Branch] = [branch]  # no recursion: a long list of conditions is a deep tree
    while waiting:
        one = waiting.pop()
        if isinstance(one, Token):
            yield one
        else:
            waiting += reversed(one.children)


def spaced(said: Iterable[Token]) -> str:
    """Words with the spaces between them."""
    text = ""
    last = ""
    for word in said:
        one = str(word) if word.type == "STRING" else re.sub(r"\s+", " ", word)
        glued = not text or word.type in _GLUED or one == "%" or last == "LPAR"
        text += one if glued else f" {one}"
        last = word.type
    return text


def _broken(said: list[Token], width: int) -> Iterator[str]:
    """Words as lines of at most a width, as far as breaking after commas allows."""
    if len(spaced(said)) <= width:
        yield spaced(said)
        return
    line: list[Token] = []
    part: list[Token] = []
    for index, word in enumerate(said):
        part.append(word)
        if word.type != "COMMA" and index + 1 < len(said):
            continue
        # A header line may be indented: its keyword must not come to begin a line.
        if line and len(spaced([*line, *part])) > width and str(part[0]) not in HEADER:
            yield spaced(line)
            line = part
        else:
            line = line + part
        part = []
    yield spaced(line)


# ---------------------------------------------------------------- rules


def _rule(tree: Tree[Token]) -> Iterator[Line]:
    """The lines of a rule."""
    head = Line(0)
    yield head
    for child in tree.children:
        data = "" if isinstance(child, Token) else str(child.data)
        if data in ("when", "unless"):
            keyword, condition = child.children  # type: ignore[union-attr]
            line = Line(2, [keyword])  # type: ignore[list-item]
            yield from _condition(condition, line, 2 + len(str(keyword)) - 3)  # type: ignore[arg-type]
        elif data == "provided":
            first, *duties = child.children  # type: ignore[union-attr]
            yield Line(2, [first])  # type: ignore[list-item]
            yield from (Line(4, list(words(duty))) for duty in duties)
        elif data in ("scope", "reason"):
            yield Line(2, list(words(child)))
        else:
            head.words += words(child)


def _condition(tree: Tree[Token], line: Line, and_at: int) -> Iterator[Line]:
    """A condition that begins at the end of a line; each `and` begins the next at a column."""
    for word, part in _joined(tree):
        if word is not None:
            yield line
            line = Line(and_at, [word])
        line = yield from _part(part, line)
    yield line


def _joined(tree: Tree[Token]) -> list[tuple[Token | None, _Branch]]:
    """The parts of a condition, each with the `and` before it."""
    found: list[tuple[Token | None, _Branch]] = []
    waiting: list[_Branch] = [tree]
    word: Token | None = None
    while waiting:
        one = waiting.pop()
        if isinstance(one, Token) and one.type == "AND":
            word = one
        elif isinstance(one, Tree) and one.data in ("condition", "joined"):
            waiting += reversed(one.children)
        else:
            found.append((word, one))
            word = None
    return found


def _part(part: _Branch, line: Line) -> Generator[Line, None, Line]:
    """One part of a condition; returns the line on which it ends."""
    said = list(words(part))
    fits = line.width + 1 + len(spaced(said)) <= WIDTH
    if isinstance(part, Tree) and part.data == "either":
        column = 0
        for child in part.children:
            if isinstance(child, Token):
                if child.type == "OR_ELSE":
                    yield line
                    line = Line(column)
                line.words.append(child)
                column = column or line.width - len(child)
            elif line.width + 1 + len(spaced(words(child))) <= WIDTH:
                line.words += words(child)
            else:
                *before, line = _condition(child, line, line.width - 3)
                yield from before
    elif isinstance(part, Tree) and part.data in ("group", "negated") and not fits:
        for child in part.children:
            if isinstance(child, Token):
                line.words.append(child)
            else:
                *before, line = _condition(child, line, line.width)
                yield from before
    else:
        line.words += said
    return line


# ---------------------------------------------------------------- comments


def _attach(blocks: list[list[Line]], text: str) -> list[Comment]:
    """Gives each comment to the line that it stands before or behind; returns those at the end."""
    places = sorted(
        (
            (word.start_pos or 0, line, block)
            for block in blocks
            for line in block
            for word in line.words
        ),
        key=lambda one: one[0],
    )
    rest: list[Comment] = []
    after = 0
    for comment in comments(text):
        while after < len(places) and places[after][0] < comment.start:
            after += 1
        previous = places[after - 1] if after else None
        following = places[after] if after < len(places) else None
        if previous is None and following is not None:
            blocks[0][0].above.append(comment)
        elif comment.trailing and previous is not None:
            previous[1].behind.append(comment)
        elif (
            previous is not None
            and comment.indented
            and (following is None or following[2] is not previous[2])
            and previous[2] is not blocks[0]
        ):
            previous[1].below.append(comment)
        elif following is not None:
            following[1].above.append(comment)
        else:
            rest.append(comment)
    return rest
