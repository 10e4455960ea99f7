"""What is taken from an earlier version: `the tempo of version 1`, `version 2's effects`."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import cache

from clearmix import Conversation
from clearmix_prompts.control import line_of, numbered, version_in
from clearmix_prompts.grammar import Ask
from clearmix_prompts.lexicon import Lexeme, table
from clearmix_prompts.text import Text
from clearmix_prompts.wording import no_version

_NAMED = numbered(
    "(?:(?:version|v|take|number|remix) (?P<n>NUMBER)"
    "|(?P<o>ORDINAL) (?:version|one|take|remix|try))"
)


@cache
def _fields() -> dict[str, str]:
    rows = table("talk")["fields"]
    return {name: field for field, names in rows.items() for name in names}


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    field = f"(?P<field>{'|'.join(sorted(_fields(), key=len, reverse=True))})"
    lead = r"(?:(?:take|use|keep|with|give me|get|(?:put|bring) back|the|same|only|just) )*"
    link = r"(?:(?:that )?(?:(?:we|you|i) had|was) |back )?(?:of|from|(?:as |like )?in|on|to)"
    return (
        re.compile(rf"\b{lead}{field} {link} (?:the )?{_NAMED}"),
        re.compile(rf"\b{lead}(?:the )?{_NAMED} '?s {field}\b"),
        re.compile(rf"\b{lead}{field} (?:that |which )?(?:the )?{_NAMED} (?:had|has|used|was)\b"),
    )


@cache
def _earlier() -> re.Pattern[str]:
    """A field as it was before its last change, at first, or as it is: `keep the new tempo`."""
    field = f"(?P<field>{'|'.join(sorted(_fields(), key=len, reverse=True))})"
    lead = (
        r"(?:(?:take|use|keep|with|give me|get|have|want|(?:put|bring) back|back to|go back to) )*"
    )
    ends = r"(?: (?:back|again|please|was better|was nicer|was fine|i preferred))*"
    return re.compile(
        rf"\b{lead}(?:the|that|our|my) (?P<when>old|previous|earlier|former|first) {field}\b{ends}"
        rf"|\bkeep (?:the|that|this) (?P<now>new|current) {field.replace('field', 'kept')}\b"
        rf"|\b(?:put|set|bring|take|turn|change|move|get) (?:the|its|that) "
        rf"{field.replace('field', 'back')} back (?:to )?(?:how|what|where|the way|as) "
        rf"(?:it|that|they) (?P<was>was|were)\b(?: before| at first| originally)*"
    )


def _at_times(when: str | None, field: str, context: Conversation) -> list[object]:
    """The value that a field had earlier, or the one that stands, if there is one."""
    values = [version.as_json().get(field) for version in context.versions]
    others = [value for value in values[:-1] if value != values[-1]]
    if when is None:
        return values[-1:]
    return others[:1] if when == "first" else others[-1:]


def taken(
    text: Text, hidden: AbstractSet[int], context: Conversation
) -> tuple[list[Ask], dict[int, Lexeme]]:
    """A field's value in an earlier version, and masks over the words that name both."""
    line, starts = line_of(text, frozenset(hidden))
    asks: list[Ask] = []
    masks: dict[int, Lexeme] = {}
    for found in _earlier().finditer(line):
        field = _fields()[found["field"] or found["kept"] or found["back"]]
        meant = _at_times(found["when"] or found["was"], field, context)
        if found["was"] and not meant:
            meant = [None]  # as it was recorded
        if not meant or (field == "styles" and found["when"] == "old"):
            continue
        said = [at for place, at in starts.items() if found.start() <= place < found.end()]
        asks.append(Ask("given", (field, meant[0]), said[0], said[-1]))
        masks[said[0]] = Lexeme("NAME", None, said[0], said[-1])
    for pattern in _patterns():
        for found in pattern.finditer(line):
            number = version_in(found) or 0
            field = _fields()[found["field"]]
            said = [at for place, at in starts.items() if found.start() <= place < found.end()]
            if 1 <= number <= len(context.versions):
                value = context.versions[number - 1].as_json().get(field)
                asks.append(Ask("given", (field, value), said[0], said[-1]))
            else:
                question = no_version(number, len(context.versions))
                asks.append(Ask("asked_back", question, said[0], said[-1]))
            masks[said[0]] = Lexeme("NAME", None, said[0], said[-1])
    return asks, masks
