"""Lists of parts, as the rules of parts, levels and line-ups share them."""

from __future__ import annotations

from clearmix_prompts.grammar import Ask, Found
from clearmix_prompts.lexicon import word_group

MACROS = {
    "ADJ": "(A|ORIGINAL|SAME|STYLE|ERA|MOOD|EFFECT|BIG|VOICETYPE|QUIET|NEW|ENERGETIC|CHILL"
    "|STRENGTH|FAST|SLOW|VAGUE|MUCH|X)*",
    "ITEM": "{ADJ} PART",
    "AND": "(SEP|AND|OR)+",
    "PARTS": "{ITEM} ({AND} {ITEM} (?!LOUDER|HEAVIER|SOFTER|UP|DOWN|ONLY|OUT|HIGHER|QUIET|BIG"
    "|TOO|BIT|MUCH|REDUCE|RAISE|STAY|INSTEADOF|INSTEAD))*",
    "NAMED": "(ORIGINAL|SAME)* (PART|TEMPO|SPEED|BPM|PITCH|KEYWORD|LENGTH|LYRICS|ENERGYWORD"
    "|ASPECT|VIBE|SECTION)",
    "NAMES": "{NAMED} ({AND} {NAMED} (?!LOUDER|HEAVIER|SOFTER|UP|DOWN|OUT|HIGHER|FASTER|SLOWER"
    "|TOO|BIT|MUCH))*",
    "HOW": "(BIT|MUCH|EVEN|SO)*",
    "GONE": "(REMOVE|DROP|CUT)",
    "CHANGE": "(TOUCH|REPLACE|SHIFT|REMOVE|DROP|CUT|RAISE|REDUCE)",
}
"""Patterns that stand for a part with its adjectives, and for a list of such."""

PITCHED = frozenset(
    [
        "guitar",
        "piano",
        "strings",
        "synth",
        "pad",
        "brass",
        "saxophone",
        "flute",
        "organ",
        "choir",
        "bells",
        "arpeggio",
    ]
)
"""Parts that can play a piece alone."""

_FRESH = PITCHED | {"claps"}
"""Parts that songs rarely have: named by themselves they are to be added."""

ADJECTIVES = "STYLE ERA MOOD EFFECT VOICETYPE ENERGETIC CHILL STRENGTH FAST SLOW X"
"""Stay free: in `a funky bass` the style is a wish of its own, an unknown word is reported."""


def fresh(found: Found, group: str) -> bool:
    """Whether all parts of a group are such as songs rarely have, by kind or by name."""
    return all(
        part.value in _FRESH or found.line.said(part).replace(" ", "-") in word_group("fresh")
        for part in found.all(group, "PART")
    )


def each(found: Found, group: str, action: str) -> list[Ask]:
    """One ask for each part of a group."""
    return [
        Ask("part", (part.value, action, None), part.first, part.last, word=found.line.said(part))
        for part in found.all(group, "PART")
    ]


def gone(found: Found, group: str) -> list[Ask]:
    """Parts that go, and after a `plus` those that come: `no drums plus strings`."""
    asks, action = [], "remove"
    for one in found.all(group):
        if one.cls == "AND" and one.value == "wanted":
            action = "add"
        elif one.cls == "PART":
            word = found.line.said(one)
            asks.append(Ask("part", (one.value, action, None), one.first, one.last, word=word))
    return asks
