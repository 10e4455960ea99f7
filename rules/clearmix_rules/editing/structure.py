"""The parts of a policy, for an outline, for folding and for colours."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from clearmix_rules.editing.outline import Piece, body_end, pieces, tokens


@dataclass(frozen=True, slots=True)
class Part:
    """A rule, a definition or the policy's title: its name, its whole stretch, its name's."""

    kind: str
    name: str
    detail: str
    start: int
    end: int
    name_start: int
    name_end: int


def parts(text: str) -> list[Part]:
    """The title, the definitions and the rules in their order, also of a half-written policy."""
    found = []
    for piece in pieces(text):
        part = _part(text, piece)
        if part is not None:
            found.append(part)
    return found


def _part(text: str, piece: Piece) -> Part | None:
    if piece.keyword not in ("policy", "define", "rule"):
        return None
    end = body_end(text, piece)
    words = [one for one in tokens(text[piece.start : end]) if one.kind != "COMMENT"]
    if len(words) < 2:
        return None
    name = words[1]
    shown = name.text.strip('"') or piece.keyword
    detail = ""
    if piece.keyword == "rule":
        detail = " ".join(one.text for one in words[3:5])
    elif piece.keyword == "policy":
        detail = " ".join(one.text for one in words[2:4])
    start = piece.start + name.start
    return Part(piece.keyword, shown, detail, piece.start, end, start, start + len(name.text))


def folds(text: str) -> list[tuple[int, int, bool]]:
    """The stretches that can be folded away, pieces and runs of comments; True for comments."""
    found = [(piece.start, body_end(text, piece), False) for piece in pieces(text)]
    run: list[int] = []
    comments = [
        one
        for one in tokens(text)
        if one.kind == "COMMENT"
        and not text[text.rfind("\n", 0, one.start) + 1 : one.start].strip()
    ]
    for one, following in pairwise([*comments, None]):
        if one is None:
            break
        run = run or [one.start]
        if following is None or text[one.end : following.start].strip(" \t\r") != "\n":
            found.append((run[0], one.end, True))
            run = []
    return sorted(each for each in found if "\n" in text[each[0] : each[1]])
