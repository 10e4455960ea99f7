"""Words that mean something by what stands beside them, and degrees said after a change.

`Up to 120` is a limit, `bump it up to 120` is not; `slower, though not by a lot` is a bit slower.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from clearmix_prompts.grammar import compile_pattern
from clearmix_prompts.lexicon import FILLER, Lexeme

_CHANGE = (
    "FASTER|SLOWER|FAST|SLOW|LOUDER|HEAVIER|SOFTER|HIGHER|LOWERADJ|UP|DOWN|LONGER|SHORTER"
    "|ENERGETIC|CHILL|RAISE|REDUCE|MORE|LESS|BIG"
)
_CLOSE = "(TEMPO|SPEED|PITCH|KEYWORD|ENERGYWORD|PART|VOLUME|UP|DOWN)?"

_MOVED_UP = compile_pattern(
    "(RAISE|MAKE|TAKE|REPLACE|RESTORE|ADD|SPEED|TEMPO|BPM|PITCH|KEYWORD|SHIFT|ENERGYWORD) "
    "(BIT|MUCH)* it:UPTO",
    {},
)
_LEFT_ALONE = compile_pattern(
    "it:LEAVE (?=((ORIGINAL|A|AND|SEP)* (PART|TEMPO|SPEED|BPM|PITCH|KEYWORD|LENGTH|LYRICS"
    "|ASPECT))+ IN? (SEP|STOP|BUT|$))",
    {},
)
_RIGHT_UP = compile_pattern("it:RIGHT (?=UP|DOWN)", {})
_LITTLE = compile_pattern(
    f"({_CHANGE}) {_CLOSE} it:((SEP|BUT)* NOT (BY|SO|TOO)* (MUCH|TOOMUCH|BIG)"
    "|(SEP|BUT)+ (ONLY|ONLYLEFT|BY)* BIT) (?=SEP|STOP|AND|BUT|$)",
    {},
)
_MEASURED = compile_pattern(
    f"({_CHANGE}) {_CLOSE} it:((SEP|BUT)+ (ONLY|ONLYLEFT|BY|AROUND)+) "
    "(?=SIGN? (NUM|A) (PERCENT|SEMI|WHOLE|STEP|OCTAVE|DB|BPM))",
    {},
)


_READINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    *(
        (compile_pattern(f"{cls} BIT? it:SHOULDBE (?=A? {cls})", {}), "CORRECT")
        for cls in ("EFFECT", "STYLE", "MOOD", "ERA", "PART", "KEY", "LANGUAGE", "SECTION")
    ),
    (compile_pattern("it:SHOULDBE", {}), FILLER),
    (_MOVED_UP, "UP TO"),
    (compile_pattern("it:UPTO", {}), "ATMOST"),
    (_LEFT_ALONE, "KEEP"),
    (compile_pattern("it:LEAVE", {}), "TAKE"),
    (
        compile_pattern("it:TOOISH (?=FAST|SLOW|BIG|QUIET|LONG|SHORTER|HIGH|LOW|ENERGETIC)", {}),
        "TOO",
    ),
    (compile_pattern("it:TOOISH", {}), "BIT"),
    (_RIGHT_UP, "MUCH"),
    (compile_pattern("it:RIGHT", {}), FILLER),
    (
        compile_pattern(
            "TOO (FAST|SLOW|BIG|QUIET|LONG|SHORTER|HIGH|LOW|MOOD|ENERGETIC|CHILL|OVERLOUD|X) "
            "FOR A? it:(MOOD|STYLE|EFFECT|ERA|CHILL|ENERGETIC)",
            {},
        ),
        FILLER,
    ),
    (
        compile_pattern(
            "it:TOOMUCH (?=FAST|SLOW|BIG|QUIET|HIGH|LOW|LONG|SHORTER|ENERGETIC|CHILL)", {}
        ),
        "TOO",
    ),
    (compile_pattern("PART (BIT|MUCH)* it:HIGHER (?=SEP|STOP|AND|BUT|$)", {}), "LOUDER"),
    (
        compile_pattern(
            "it:TRY (?=(STYLE|ERA|MOOD|EFFECT|BIG|NEW|X|ENERGETIC|CHILL|MUCH)* PART)", {}
        ),
        "ADD",
    ),
    (compile_pattern("it:TRY", {}), "A"),
    (_LITTLE, "BIT"),
    (_MEASURED, "BY"),
)
"""Tried in this order; what a later one reads, no earlier one has read."""


_SUBJECTS = frozenset({"PART", "TEMPO", "SPEED", "BPM", "PITCH", "KEYWORD", "ENERGYWORD"})
"""What `it` may stand for in `turn it up`."""

_MOVED = {"TURNUP": ("RAISE", "UP", "ENERGETIC"), "BRINGDOWN": ("REDUCE", "DOWN", "CHILL")}
"""How a thing named before is moved, a tempo or a pitch by an amount, and the whole."""

_BREAKS = ("SEP", "STOP", "BUT")

_PRONOUNS = frozenset({"it", "they", "them", "that", "those", "he", "she", "him", "her"})

_AMOUNT = re.compile(
    r"(?:<(?:BY|AROUND|ONLY|ONLYLEFT|NEW|LIKE|SIGN)>)*(?:<(?:NUM|A|HALF)>)+"
    r"<(?:BPM|SEMI|WHOLE|STEP|OCTAVE|INTERVAL|DB|PERCENT)>|<INTERVAL>|<TO><NUM>"
)

_IS = frozenset({"is", "are", "'s", "was", "were", "it's", "that's", "sounds", "feels"})
"""Words after which something is described."""

_WISHED = frozenset({"want", "wants", "need", "i'd", "let's", "prefer"})

_WAS_THERE = frozenset({"was", "were", "went", "been"})
"""`I was at a wedding` tells where, not what for."""

_DESCRIBED = frozenset({"USECASE", "VOICETYPE", "MOOD", "STYLE", "ERA", "ENERGETIC", "CHILL"})


def in_context(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """The lexemes with those classes that only their neighbours decide."""
    found = _described(_levelled(_moved(list(lexemes))))
    for pattern, says in _READINGS:
        found = _reread(found, pattern, says.split())
    return found


def _moved(found: list[Lexeme]) -> list[Lexeme]:
    """`Bass! Turn it up`: what `it` is was said before; else the whole is meant."""
    out: list[Lexeme] = []
    for at, one in enumerate(found):
        if one.cls not in _MOVED:
            out.append(one)
            continue
        thing, way, whole = _MOVED[one.cls]
        subject = next((two for two in reversed(out) if two.cls in _SUBJECTS), None)
        if subject is None and one.value:
            subject = replace(one, cls="PART")
        rest = "".join(f"<{two.cls}>" for two in found[at + 1 :] if two.cls != FILLER)
        if subject is not None:
            if subject in out and _topic(out, subject):
                out.remove(subject)
            moved = (thing, None), (subject.cls, subject.value)
            out += [Lexeme(cls, value, one.first, one.last) for cls, value in moved]
        else:
            out.append(replace(one, cls=way if _AMOUNT.match(rest) else whole))
    return out


def _topic(found: Sequence[Lexeme], one: Lexeme) -> bool:
    """Whether a thing is only named before a mark: `bass! turn it up`."""
    between = [two for two in found[list(found).index(one) + 1 :] if two.cls != FILLER]
    return all(two.cls in _BREAKS for two in between)


def _levelled(found: list[Lexeme]) -> list[Lexeme]:
    """`The piano is too much, can it be quieter`: the level is that of the part named before."""
    out: list[Lexeme] = []
    for at, one in enumerate(found):
        out.append(one)
        said = {two.value for two in found[max(at - 3, 0) : at] if two.cls == FILLER}
        if one.cls not in ("LOUDER", "SOFTER") or not said & _PRONOUNS:
            continue
        before = [two for two in out[:-1] if two.cls in (*_BREAKS, "PART")]
        parts = [two for two in before if two.cls == "PART"]
        if parts and before[-1].cls != "PART":
            out.append(Lexeme("PART", parts[-1].value, one.first, one.last))
    return out


def _described(found: list[Lexeme]) -> list[Lexeme]:
    """Without what is only told of a song or a style: `it is sad, make it happy`."""
    return [
        replace(one, cls=FILLER) if one.cls in _DESCRIBED and _told(found, at) else one
        for at, one in enumerate(found)
    ]


def _told(found: list[Lexeme], at: int) -> bool:
    """Whether a term says how something is, or names what is complained about."""
    after = found[at + 1 : at + 3]
    if found[at].cls == "STYLE" and len(after) == 2 and after[0].value in _IS:
        return after[1].cls in ("X", "NOT", "TOO")
    if found[at].cls == "VOICETYPE":  # `my boy's drums`
        return [two.value for two in after[:1]] == ["'s"] and [
            two.cls for two in after[1:] if two.value != "vocals"
        ] == ["PART"]
    if found[at].cls == "USECASE":
        said = [two.value or two.cls for two in found[max(at - 3, 0) : at] if two.cls != "A"]
        told = len(said) > 1 and said[-1] in ("AT", "TO") and said[-2] in _WAS_THERE
        one_word = found[at].first == found[at].last
        likened = one_word and said[-1:] == ["LIKE"] and [two.cls for two in after[:1]] == ["X"]
        return told or likened
    before = at - 1
    while before > 0 and found[before].cls in ("BIT", "MUCH", "SO", "A", "TOOISH"):
        before -= 1
    if before < 0 or found[before].value not in _IS:
        return False
    if found[at].cls == "MOOD" and before and found[before - 1].cls in ("PART", "VOICETYPE"):
        return True
    wished = [
        two.first
        for two in found[at + 1 :]
        if two.cls in ("MAKE", "REPLACE", "ADD") or two.value in _WISHED
    ]
    return (
        any(two.cls == found[at].cls and two.first > min(wished) for two in found[at + 1 :])
        if (wished)
        else False
    )


def _reread(found: list[Lexeme], pattern: re.Pattern[str], classes: Sequence[str]) -> list[Lexeme]:
    heard = [one for one in found if one.cls != FILLER]
    line = "".join(f"<{one.cls}>" for one in heard)
    for match in pattern.finditer(line):
        start, end = (line[:place].count("<") for place in match.span("it"))
        said = heard[start:end]
        first, last = said[0].first, said[-1].last
        read = [
            Lexeme(cls, None, first + at, last if at == len(classes) - 1 else first + at)
            for at, cls in enumerate(classes)
        ]
        kept = [one for one in found if one.last < first or one.first > last]
        found = sorted([*kept, *read], key=lambda one: one.first)
    return found
