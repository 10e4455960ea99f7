"""Clauses that claim rights or give orders to the service: set aside, word for word.

A prompt cannot change a fact, a rule, a price or a consent because a spec has no field for them;
setting such clauses aside keeps their words from being read as musical wishes, and shows the
listener that they did nothing.
"""

from __future__ import annotations

import re
from functools import cache

from clearmix_prompts.lexicon import lexicon, table
from clearmix_prompts.text import Text

_CLAUSE = re.compile(
    r"[.;!?\n]+|,|\s-\s|(?<=\bthis):|(?<=\bthat):|(?<=\bit):"
    r"|\b(?:and|but|so|then|because|plus)\b(?!\s+(?:roll|bass|base|blues|western|b\b))"
    r"|(?=\b(?:make (?!it (?:as|look|legal|ok|approved|cleared|official|permitted))|remix\b"
    r"|turn (?!off)"
    r"|speed (?:it|up)|slow (?:it|down)|add (?:some|a|more)|give me (?:a|an|the|it)\b"
    r"|to (?:make|get|have)\b|(?:i'd|i would) like|i want|can you|could you|please\b))",
    re.IGNORECASE,
)

_QUESTION = re.compile(
    r"\s*(?:and |but |so )?(?:is|are|am|do|does|did|who|whose|what|why|how|where|when|which|will"
    r"|was|can (?:i|we)|may (?:i|we)|could i|have|has)\b"
)
"""A question about the rights is a question, not a claim."""

_ASKS = re.compile(
    r"\s*(?:and |but |so )?(?:(?:who|whose|what|why|how much|how many|when|which)\b"
    r"|(?:is|are|am|was|would|will) (?:it|this|that|i|we|they)\b"
    r"(?=.*\b(?:legal|allowed|permitted))"
    r"|(?:do|does|will|would) (?:i|we|they) (?:still |then |really |actually |even )*own\b)"
)
"""Words that begin a question even without its mark."""

_ASKS_LATER = re.compile(r"\b(?:do|does|will|would|is|are|can) (?:it|this|that|i|we|they)\b")
"""The question after a condition: `if I make it slower does it cost more?`."""


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    rows = table("claims")
    claims = "|".join(f"(?:{pattern})" for pattern in rows["patterns"])
    blocks = "|".join(f"(?:{pattern})" for pattern in rows["blocks"])
    return re.compile(claims), re.compile(blocks, re.IGNORECASE | re.DOTALL)


def claimed(text: Text, named: frozenset[int]) -> tuple[tuple[int, int], ...]:
    """Token ranges, both ends included, of clauses that are set aside, in order.

    Tokens in `named` belong to a title or an artist: they are no words of a claim.
    """
    claims, blocks = _patterns()
    if text.translated:
        text = text.spelled_out()
    signs = list(text.clean)
    for at in named:
        token = text.tokens[at]
        signs[token.start : token.end] = "\0" * (token.end - token.start)
    plain = "".join(signs)
    spans = [match.span() for match in blocks.finditer(plain)]
    for start, end in spans:
        plain = plain[:start] + ";" * (end - start) + plain[end:]
    start = 0
    for cut in [*_CLAUSE.finditer(plain), None]:
        end = cut.start() if cut else len(plain)
        clause = plain[start:end].casefold()
        marked = plain[end : end + 1] == "?" and (
            _QUESTION.match(clause) or _ASKS_LATER.search(clause)
        )
        asked = marked or _ASKS.match(clause)
        if clause.strip() and not asked and claims.search(clause):
            wish = _wish_end(text, start, end)
            later = claims.search(clause, wish - start) if wish is not None else None
            spans.append((start + later.start() if later else start, end))
        start = max(cut.end(), start) if cut else end
    return _tokens(text, sorted(spans))


def _wish_end(text: Text, start: int, end: int) -> int | None:
    """Where the first wish between two signs ends: `make it techno` in `make it techno for free`.

    A claim that is made after it is set aside alone.
    """
    inside = [token for token in text.tokens if start <= token.start and token.end <= end]
    words, book = [token.text for token in inside], lexicon()
    return next((token.end for at, token in enumerate(inside) if book.term_at(words, at)), None)


def _tokens(text: Text, spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Character ranges as token ranges; neighbours without a clear word between are joined."""
    ranges: list[tuple[int, int]] = []
    for start, end in spans:
        inside = [
            at for at, token in enumerate(text.tokens) if token.start >= start and token.end <= end
        ]
        if not inside:
            continue
        if ranges and inside[0] <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], max(inside[-1], ranges[-1][1]))
        else:
            ranges.append((inside[0], inside[-1]))
    return tuple(ranges)
