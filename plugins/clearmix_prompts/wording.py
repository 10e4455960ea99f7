"""What is asked back, and what is left over of a turn when everything else is understood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from clearmix_prompts.lexicon import Lexeme, word_group
from clearmix_prompts.text import Text
from clearmix_prompts.titles import capitals_mean_nothing

_CONTENT = word_group("content")
"""Classes that mean something; when a rule has made nothing of one it is reported."""

MUSICAL = (_CONTENT - {"X", "NUM", "TIME", "VAGUE", "PERCENT", "LANGUAGE"}) | {
    "SECTION",
    "TEMPO",
    "SPEED",
    "PITCH",
    "KEYWORD",
    "ENERGYWORD",
    "BPM",
    "MINUTES",
    "SECONDS",
    "BIG",
    "TOOMUCH",
    "NOTENOUGH",
    "FREE",
}
"""Classes that show that a turn is about music, even when nothing was made of it."""

_JOINS = word_group("joins")

_LONG_NAME = 6
"""Letters from which a capitalised first word may be a name."""

_SAME_WISH = ("same", "that", "likewise")

_MOVED = re.compile(
    r"\b(?:try|do|run|use|apply|put) (?:it|this|that)(?: one| remix)? (?:on|to|with|for)\b"
)
"""The wishes are moved on to another song: `now try it on Amazing Grace`."""

_AGAIN = re.compile(
    r"[.!;,] (?:ok |so |and |now |please )*(?:do )?(?:exactly )?the same(?: thing)?"
    r" (?:for|to|with|on)\b"
)
"""The same, after what was said of the first: `lovely. now the same for Amazing Grace`."""


def leftovers(left: Sequence[Lexeme]) -> list[tuple[int, int]]:
    """Token ranges of what nothing was made of; neighbours become one phrase."""
    ranges: list[tuple[int, int]] = []
    glue: list[Lexeme] = []
    open_range = False
    for one in left:
        if one.cls in _CONTENT:
            if (
                open_range
                and all(lexeme.cls in _JOINS for lexeme in glue)
                and _near(ranges[-1], one, glue)
            ):
                ranges[-1] = (ranges[-1][0], one.last)
            else:
                first = one.first
                if (
                    glue
                    and glue[-1].cls in ("NO", "NOT", "LESS", "MORE", "TOO")
                    and glue[-1].last == first - 1
                ):
                    first = glue[-1].first
                ranges.append((first, one.last))
            open_range, glue = True, []
        elif one.cls in _JOINS or one.cls == "TOO":
            glue.append(one)
        else:
            open_range, glue = False, []
    return ranges


def _near(before: tuple[int, int], one: Lexeme, glue: Sequence[Lexeme]) -> bool:
    return one.first - before[1] - 1 <= len(glue) + 2


def no_version(number: int, count: int) -> str:
    """The answer to a version that there is not."""
    if count == 0:
        return "There is no version yet. What shall I do?"
    held = "only version 1" if count == 1 else f"versions 1 to {count}"
    return f"There is no version {number}; I have {held}. Which one do you mean?"


def unclear(left: Sequence[str], classes: AbstractSet[str]) -> str:
    """What to ask when a wish is there but nothing of it can be rendered."""
    if "LOUDER" in classes and "PART" not in classes:
        return "Every remix is brought to the same loudness. Which part shall be louder?"
    said = f" I made nothing of “{left[0]}”." if left and len(left[0]) < 60 else ""
    return (
        f"What should change?{said} Tell me for example a tempo, a style, an era, a mood, "
        "or a part to add or to leave out."
    )


def says_same(text: Text, hidden: AbstractSet[int]) -> bool:
    """Whether a turn wants the same done to another song: `do the same to Danny Boy`."""
    words = [token.text for at, token in enumerate(text.tokens) if at not in hidden]
    moved = _MOVED.search(" ".join(words[:8]))
    again = _AGAIN.search(" ".join(words))
    return any(word in _SAME_WISH for word in words[:6]) or (moved or again) is not None


def unknown_title(text: Text, left: Sequence[Lexeme], *, sourceless: bool) -> str | None:
    """The question about a song that the catalogue does not hold, if one seems to be named.

    Where there is no song to work on at all, an unknown word with a capital letter is enough.
    """
    unknown = [one for one in left if one.cls == "UNKNOWNTITLE"]
    if not unknown and sourceless and not capitals_mean_nothing(text):
        unknown = [one for one in left if one.cls == "X" and _like_a_name(text, one)][:1]
    if not unknown:
        return None
    said = text.said(unknown[0].first, unknown[-1].last).strip('"')
    return f"I cannot find “{said}” in the catalogue. Which song do you mean?"


def _like_a_name(text: Text, one: Lexeme) -> bool:
    """Whether an unknown word was written like a name; the first word of a turn must be long."""
    long = text.tokens[one.last].end - text.tokens[one.first].start >= _LONG_NAME
    return text.capital(one.first) and (one.first > 0 or long)
