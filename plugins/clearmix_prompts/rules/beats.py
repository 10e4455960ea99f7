"""Beats per minute: a tempo, a range, a limit, and steps from where it stands."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix_prompts.grammar import Ask, Found, Rules
from clearmix_prompts.rules.tempo import FALLS, MACROS

first = Rules(**MACROS)
"""Tried before all other rules of tempo: ranges and limits have two words more than a number."""

rules = Rules(**MACROS)

_SLOWEST_BPM, _FASTEST_BPM = 40.0, 260.0
"""A bare number outside of this is no tempo."""

_HALF = 0.5


@first("STRENGTH BETWEEN low:NUM BPM? (TO|AND) high:NUM (BPM|(?!{OTHER}))")
def _halfway(found: Found) -> Iterable[Ask] | None:
    """`Halfway between 120 and 130`."""
    said = [found.number("low"), found.number("high")]
    half = any(one.cls == "STRENGTH" and one.value == _HALF for one in found.lexemes)
    return [Ask("tempo.bpm", sum(said) / 2)] if half and all(map(_is_bpm, said)) else None


@first(
    "(BETWEEN|OF) low:NUM BPM? (UP? TO|AND) high:NUM BPM",
    "low:NUM BPM? UP? TO high:NUM BPM",
    "low:NUM AND high:NUM BPM",
    "OF low:NUM BPM? (UP? TO|ATMOST) high:NUM (BPM|(?!{OTHER}))",
    "(IN|AROUND|AT)? low:TENS BPM",
    "(BPM|TEMPO) (IN|TO|AT|AROUND)+ low:ERA (?!STYLE|VERSION|VIBE)",
    "(IN|AROUND|AT) low:TENS (?=SEP|STOP|AND|BUT|FOR|$)",
    "BETWEEN low:NUM (TO|AND) high:NUM (?!SECONDS|MINUTES|PERCENT|SEMI|DB)",
    "ATLEAST low:NUM BPM? (AND|BUT|SEP)* ATMOST high:NUM (BPM|(?!{OTHER}))",
    "ATMOST high:NUM BPM? (AND|BUT|SEP)* ATLEAST low:NUM (BPM|(?!{OTHER}))",
    "AT low:NUM TO high:NUM (?!SECONDS|MINUTES|PERCENT|SEMI|DB)",
    "BPM (OF|BETWEEN)? low:NUM (TO|AND) high:NUM",
    "TEMPO (OF|BETWEEN)? low:NUM (TO|AND) high:NUM",
    "low:NUM TO high:NUM (?=SEP|STOP|AND|BUT|$)",
)
def _between(found: Found) -> Iterable[Ask] | None:
    first = found.one("low")
    low = float(str(first.value)[2:4]) if first.cls == "ERA" else found.number("low")
    high = low + 9 if first.cls in ("TENS", "ERA") else found.number("high")
    if not _is_bpm(low) or not _is_bpm(high):
        return None
    return [Ask("tempo.range", (min(low, high), max(low, high)))]


@first(
    "(NOT|NO|AVOID) MAKE? (ATLEAST|ATMOST|ON) n:NUM (BPM|(?=SEP|STOP|AND|BUT|$))",
    "bound:(ATLEAST|ATMOST) n:NUM BPM",
    "bound:(ATLEAST|ATMOST) n:NUM (?=SEP|STOP|AND|BUT|OR|$)",
    "TEMPO bound:(ATLEAST|ATMOST) n:NUM",
    "n:NUM BPM bound:(ATLEAST|ATMOST)",
    "ON n:NUM BPM",
    "(NOT|NO|AVOID) w:(FASTER|SLOWER) THAN n:NUM (BPM|(?!{OTHER}))",
    "w:(FASTER|SLOWER) THAN n:NUM (BPM|(?!{OTHER}))",
)
def _bound(found: Found) -> Iterable[Ask] | None:
    n = found.number("n")
    if not _is_bpm(n):
        return None
    above = bool(found.classes & {"ATLEAST", "ON", "FASTER"})
    lowest = above != bool(found.classes & {"NOT", "NO", "AVOID"})
    return [Ask("tempo.range", (n, None) if lowest else (None, n))]


@first("(AT|TO|AROUND)* a:NUM BPM? SEP? OR b:NUM (BPM|(?=SEP|STOP|AND|BUT|$))")
def _either(found: Found) -> Iterable[Ask] | None:
    """`60 or 90`: which of them is asked back."""
    said = [found.number("a"), found.number("b")]
    return [Ask("choice", " or ".join(f"{n:g}" for n in said))] if all(map(_is_bpm, said)) else None


@first("n:NUM SEP? (NOT|NO|INSTEADOF) NUM BPM", "n:NUM BPM? BETTER (THAN NUM BPM?)?")
def _at_rather(found: Found) -> Iterable[Ask] | None:
    """`118 rather than 124 bpm`."""
    n = found.number("n")
    return [Ask("tempo.bpm", n)] if _is_bpm(n) else None


@first("(NOT|NO|INSTEADOF) n:NUM BPM")
def _not_at(found: Found) -> Iterable[Ask] | None:
    """`120, not 140 bpm`: the number that was not meant."""
    return []


@rules("d:({QUICKER}|{CALMER}) BY (ONLY|ONLYLEFT)? n:NUM (?=SEP|STOP|AND|BUT|$)")
def _by_number(found: Found) -> Iterable[Ask] | None:
    """`Slower by 10`, without a unit."""
    slower = bool({one.cls for one in found.all("d")} & FALLS)
    n = found.number("n")
    return [Ask("elided.by_number", (n, -1 if slower else 1))] if 1 <= n <= 60 else None


@rules(
    "n:NUM BPM d:({QUICKER}|{CALMER}|UP|DOWN|HIGHER|FAST|SLOW|MORE|LESS)",
    "d:({QUICKER}|{CALMER}|UP|DOWN|RAISE|REDUCE) BY n:NUM BPM",
    "d:SIGN n:NUM BPM",
    "d:(MORE|LESS|ADD) n:NUM BPM",
    "d:(DROP|REDUCE|CUT|LESS|RAISE|UP|DOWN|TAKE) BY? n:NUM BPM OUT?",
    "n:NUM d:(MORE|LESS) BPM",
)
def _bpm_step(found: Found) -> Iterable[Ask] | None:
    words = {one.cls for one in found.all("d")}
    signs = [one.value for one in found.all("d", "SIGN")]
    down = bool(words & FALLS) or "-" in signs
    n = found.number("n")
    if words <= {"DROP", "CUT", "TAKE", "RAISE", "REDUCE", "ADD"} and _is_bpm(n):
        return None
    return [Ask("tempo.bpm_step", -n if down else n)]


@rules(
    "(?<!NUM) (BPM|TEMPO|SPEED) (SEP|OF|TO|AT|BY|AROUND|AS|UP|DOWN)* n:NUM BPM? "
    "(?!PERCENT|SECONDS|MINUTES|TIMES|DB|SEMI|STEP)",
    "({QUICKER}|{CALMER}|FAST|SLOW|SPEED|MAKE) ALL? (UP|DOWN)? (TO|AT) AROUND? n:NUM BPM? "
    "(?!PERCENT|SECONDS|MINUTES|TIMES|DB|SEMI|STEP)",
    "ENERGETIC TO AROUND? n:NUM BPM",
    "(RAISE|REDUCE|DROP|TAKE|MAKE|REPLACE|RESTORE|ADD|SHIFT|UP|DOWN|BACK|ENERGETIC|CHILL) "
    "(BIT|UP|DOWN|BACK)* TO "
    "AROUND? n:NUM (?=SEP|STOP|AND|BUT|ONLYLEFT|INSTEAD|$)",
    "MAKE (ONLY|ONLYLEFT)? n:NUM (?=SEP|STOP|AND|BUT|INSTEAD|$)",
    "(AT|TO|AROUND|BY)* n:NUM BPM",
    "(AT|AT AROUND) n:NUM (?!PERCENT|SECONDS|MINUTES|HOURS|TIMES|DB|SEMI|WHOLE|STEP|OCTAVE"
    "|TIME|TO|PART)",
    "AROUND n:NUM (?=SEP|STOP|AND|BUT|$)",
    "(AT|MAKE|AROUND)* n:NUM FLAT? (?=FOR (A|X|ORDINAL)* (USECASE|USECASEVERB))",
    "n:NUM (FLAT|SHARP) (BPM|(?=SEP|STOP|AND|BUT|FOR|WITH|$))",
    "n:NUM AROUND (BPM|(?=SEP|STOP|AND|BUT|FOR|WITH|$))",
    "(USECASE|USECASEVERB) (AROUND|BY|AT|TO)* n:NUM (?=SEP|STOP|AND|BUT|$)",
)
def _bpm(found: Found) -> Iterable[Ask] | None:
    n = found.number("n")
    if "BPM" not in found.classes and not _is_bpm(n):
        return None
    asks = [Ask("tempo.bpm", n)]
    if found.classes & {"USECASE", "USECASEVERB"}:
        asks.append(Ask("use_case", found.lexemes[0].value))
    return asks


@rules(
    "b:(SEP|STOP|AND|STYLE (VERSION|MIX|VIBE)?) n:NUM (?=SEP|STOP|AND|BUT|FOR|WITH|NO|ADD|KEEP|$)",
    "b:(SEP|STOP) n:NUM ONLY (?=SEP|STOP|$)",
    "b:((SEP|STOP) (ONLY|ONLYLEFT)) n:NUM (?=SEP|STOP|$)",
    leave="STYLE MIX SEP STOP AND",
)
def _beside(found: Found) -> Iterable[Ask] | None:
    """`Techno, 128`: a number that stands alone right after a style or a comma."""
    n, number, before = found.number("n"), found.one("n"), found.all("b")[-1]
    alone = number.first == before.last + 1 and n == int(n)
    return [Ask("tempo.bpm", n, number.first, number.last)] if alone and 60 <= n <= 200 else None


@rules(
    "^(AND|BUT|SEP|NO|NOT)* n:NUM INSTEAD (SEP|STOP)* $",
    "CORRECT n:NUM (INSTEAD|(NOT|NO) NUM)? (?=SEP|STOP|_|$)",
    "(FOR|MAKE|AT|TO|WITH)+ n:NUM INSTEAD (?=SEP|STOP|$)",
)
def _instead(found: Found) -> Iterable[Ask] | None:
    """`128 instead`, `make that 122`: a number without a unit takes the place of a tempo."""
    n = found.number("n")
    return [Ask("tempo.bpm", n)] if n == int(n) and 60 <= n <= 200 else None


def _is_bpm(n: float) -> bool:
    return _SLOWEST_BPM <= n <= _FASTEST_BPM
