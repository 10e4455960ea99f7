"""What `it` is: `bass! Turn it up`, `the piano is too loud, can it be softer`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from clearmix_prompts.lexicon import FILLER, Lexeme

_SUBJECTS = frozenset({"PART", "TEMPO", "SPEED", "BPM", "PITCH", "KEYWORD", "ENERGYWORD"})
"""What `it` may stand for in `turn it up`."""

_MOVED = {"TURNUP": ("RAISE", "UP", "ENERGETIC"), "BRINGDOWN": ("REDUCE", "DOWN", "CHILL")}
"""How a thing named before is moved, a tempo or a pitch by an amount, and the whole."""

_BREAKS = ("SEP", "STOP", "BUT")

_PRONOUNS = frozenset({"it", "they", "them", "that", "those", "he", "she", "him", "her"})

_SEVERAL = frozenset({"they", "them", "those"})
"""Pronouns that never stand for the song: the parts that the last turn spoke of."""

_AMOUNT = re.compile(
    r"(?:<SEP>)?(?:<(?:BY|AROUND|ONLY|ONLYLEFT|NEW|LIKE|SIGN)>)*(?:<(?:NUM|A|HALF)>)+"
    r"<(?:BPM|SEMI|WHOLE|STEP|OCTAVE|INTERVAL|DB|PERCENT)>|<INTERVAL>|<TO><NUM>|<TO><KEY>"
)

_OF_ALL = re.compile(
    r"(?:<(?:BY|AROUND|TO|ONLY|ONLYLEFT)>)*(?:<KEY>|<INTERVAL>"
    r"|(?:<NUM>|<A>|<HALF>)+<(?:BPM|SEMI|WHOLE|STEP|OCTAVE|INTERVAL)>)"
)
"""Keys and intervals by which a song is moved, not one part of it."""


def placed(found: Sequence[Lexeme]) -> list[Lexeme]:
    """`That bit` as the section that was named before, which then only tells where it is."""
    named = [one for one in found if one.cls == "SECTION"]
    there = [one for one in found if one.cls == "THATBIT"]
    if not named or not there or named[-1].first > there[0].first:
        return [replace(one, cls=FILLER) if one in there else one for one in found]
    place = named[-1]
    return [
        replace(one, cls="SECTION", value=place.value)
        if one is there[0]
        else replace(one, cls=FILLER)
        if one is place or one in there
        else one
        for one in found
    ]


def moved(found: Sequence[Lexeme]) -> list[Lexeme]:
    """`Turn it up` as the raising of what was named before, of an amount, or of the whole."""
    out: list[Lexeme] = []
    for at, one in enumerate(found):
        if one.cls not in _MOVED:
            out.append(one)
            continue
        thing, way, whole = _MOVED[one.cls]
        subject = next((two for two in reversed(out) if two.cls in _SUBJECTS), None)
        rest = "".join(f"<{two.cls}>" for two in found[at + 1 :] if two.cls != FILLER)
        if subject is not None and subject.cls == "PART" and _OF_ALL.match(rest):
            subject = None  # `too high for the choir, bring it down to D`
        if subject is None and one.value == "vocals":
            subject = replace(one, cls="PART")  # `turn her up`
        if subject is None and one.value == "them":
            out.append(replace(one, cls="THEMUP" if way == "UP" else "THEMDOWN", value=None))
            continue
        if subject is None:
            out.append(replace(one, cls=way if _AMOUNT.match(rest) else whole))
            continue
        if subject in out and _only_named(out, subject):
            out.remove(subject)
        out += [
            replace(one, cls=thing, value=None),
            replace(subject, first=one.first, last=one.last),
        ]
    return out


def added(found: Sequence[Lexeme]) -> list[Lexeme]:
    """`What would a cello sound like, can you add one`: one of what the clause before names."""
    out = list(found)
    for at, one in enumerate(found):
        if one.cls != "ADD" or [two.value for two in found[at + 1 : at + 2]] != ["one"]:
            continue
        before = [two for two in found[:at] if two.cls in (*_BREAKS, "PART")]
        parts = [two for two in before if two.cls == "PART"]
        ends = not found[at + 2 :] or found[at + 2].cls in (*_BREAKS, "AND", "IN", FILLER)
        if len(parts) == 1 and before[-1] is not parts[0] and ends:
            out[at + 1] = replace(parts[0], first=one.first, last=one.last)
            out[found.index(parts[0])] = replace(parts[0], cls=FILLER)
    return out


def _only_named(found: Sequence[Lexeme], one: Lexeme) -> bool:
    """Whether nothing but a mark follows a thing: `bass!`."""
    after = [two for two in found[found.index(one) + 1 :] if two.cls != FILLER]
    return all(two.cls in _BREAKS for two in after)


def levelled(found: Sequence[Lexeme]) -> list[Lexeme]:
    """The level of `it` as that of the part which the clause before names."""
    out: list[Lexeme] = []
    for at, one in enumerate(found):
        out.append(one)
        said = {two.value for two in found[max(at - 3, 0) : at] if two.cls == FILLER}
        if one.cls not in ("LOUDER", "SOFTER") or not said & _PRONOUNS:
            continue
        before = [two for two in out if two.cls in (*_BREAKS, "PART")]
        parts = [two for two in before if two.cls == "PART"]
        if said & _SEVERAL and not any(two.cls == "PART" for two in found):
            out[-1] = replace(one, cls="THEMUP" if one.cls == "LOUDER" else "THEMDOWN")
        if parts and before[-1].cls != "PART":
            out.append(replace(parts[-1], first=one.first, last=one.last))
    return out
