"""Words that mean something by what stands beside them, and degrees said after a change.

`Up to 120` is a limit, `bump it up to 120` is not; `slower, though not by a lot` is a bit slower.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from clearmix_prompts.antecedents import added, levelled, moved, placed
from clearmix_prompts.grammar import compile_pattern
from clearmix_prompts.lexicon import FILLER, Lexeme
from clearmix_prompts.telling import without_tales

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
    *(
        (compile_pattern(f"it:(DISLIKE A? {cls}) (?=.*{cls})", {}), FILLER)
        for cls in ("STYLE", "ERA", "MOOD")
    ),
    (compile_pattern("it:DISLIKE", {}), "NO"),
    (compile_pattern("(?<!NUM)(?<!A)(?<!HALF) it:MINUTES (?=NUM)", {}), "ATLEAST"),
    (_MOVED_UP, "UP TO"),
    (compile_pattern("it:UPTO", {}), "ATMOST"),
    (compile_pattern("it:GONETHAT (?=BIG? (PART|EFFECT|MOOD|STYLE|ERA|SECTION))", {}), "REMOVE"),
    (compile_pattern("it:GONETHAT", {}), "GONEIT"),
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
            "(FOR|IN|AT|ON|TO) A? it:(MOOD|STYLE|EFFECT|ERA|CHILL|ENERGETIC|USECASE|USECASEVERB)",
            {},
        ),
        FILLER,
    ),
    (compile_pattern("(HIGH|LOW|FAST|SLOW) (FOR|TO|A)* it:KARAOKE", {}), FILLER),
    (compile_pattern("LIKE A? (X|EFFECT|PART)* PLAY? it:TOO (?=FAST|SLOW)", {}), FILLER),
    (compile_pattern("it:UNTIL (?!A? ORDINAL? SECTION)", {}), "TO"),
    (compile_pattern("(EFFECT|LOUDER|SOFTER|UP|DOWN) X? (ON|TO|FOR|IN) it:ACAPELLA", {}), "X"),
    (
        compile_pattern(
            "(ADD|WITH|REMOVE|BY|NO) it:LIKE (?=(A|BIT|NUM|STYLE|ERA|MOOD|BIG|VOICETYPE)* "
            "(PART|EFFECT|NUM|SECONDS|MINUTES|INTERVAL|ORDINAL|QUARTER|HALF))",
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
    (
        compile_pattern(
            "(RAISE|REDUCE|REMOVE|DROP|CUT|SOLO|TAKE) (A|BIT|MUCH)* PART (UP|DOWN|OUT)? "
            "(SEP|BUT)* it:(NOT A? PART) (?=SEP|STOP|AND|BUT|$)",
            {},
        ),
        FILLER,
    ),
    (_LITTLE, "BIT"),
    *(
        (compile_pattern(f"{cls} (SEP|BUT)+ it:(NOT (SO|TOO)* {same})", {}), "BIT")
        for cls, same in (("(SLOW|SLOWER)", "(SLOW|SLOWER)"), ("(FAST|FASTER)", "(FAST|FASTER)"))
    ),
    (_MEASURED, "BY"),
)
"""Tried in this order; what a later one reads, no earlier one has read."""


def in_context(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """The lexemes with those classes that only their neighbours decide."""
    found = without_tales(levelled(moved(added(placed(lexemes)))))
    for pattern, says in _READINGS:
        found = _reread(found, pattern, says.split())
    return found


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
