"""A degree that is said after the change: `faster, but not by a lot`, `slower, only by 3%`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clearmix_prompts.grammar import compile_pattern
from clearmix_prompts.lexicon import FILLER, Lexeme

_CHANGE = (
    "FASTER|SLOWER|FAST|SLOW|LOUDER|HEAVIER|SOFTER|HIGHER|LOWERADJ|UP|DOWN|LONGER|SHORTER"
    "|ENERGETIC|CHILL|RAISE|REDUCE|MORE|LESS|BIG"
)
_END = "(?=SEP|STOP|AND|BUT|$)"
_CLOSE = "(TEMPO|SPEED|PITCH|KEYWORD|ENERGYWORD|PART|VOLUME|UP|DOWN)?"

_LITTLE = compile_pattern(
    f"({_CHANGE}) {_CLOSE} tail:((SEP|BUT)* NOT (BY|SO|TOO)* (MUCH|TOOMUCH|BIG)"
    f"|(SEP|BUT)+ (ONLY|ONLYLEFT|BY)* BIT) {_END}",
    {},
)
_MEASURED = compile_pattern(
    f"({_CHANGE}) {_CLOSE} tail:((SEP|BUT)+ (ONLY|ONLYLEFT|BY|AROUND)+) "
    "(?=SIGN? (NUM|A) (PERCENT|SEMI|WHOLE|STEP|OCTAVE|DB|BPM))",
    {},
)


def joined_to_change(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """The lexemes with a degree in a clause of its own joined to the change that it is about."""
    found = list(lexemes)
    heard = [at for at, one in enumerate(found) if one.cls != FILLER]
    for pattern, says in ((_LITTLE, "BIT"), (_MEASURED, "BY")):
        line = "".join(f"<{found[at].cls}>" for at in heard)
        for match in pattern.finditer(line):
            first, last = (line[:end].count("<") for end in match.span("tail"))
            for at in heard[first:last]:
                found[at] = replace(found[at], cls=FILLER)
            at = heard[last - 1]
            found[at] = replace(found[at], cls=says)
    return found
