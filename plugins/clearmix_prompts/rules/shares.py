"""Shares of the tempo: percent, fractions and times."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix_prompts.grammar import Ask, Found, Rules
from clearmix_prompts.lexicon import Lexeme
from clearmix_prompts.rules.tempo import FALLS, MACROS

rules = Rules(**MACROS)

_NAMED = {
    "QUARTER": 0.25,
    "HALF": 0.5,
    "third": 1 / 3,
    "fourth": 1 / 4,
    "fifth": 1 / 5,
    "tenth": 0.1,
    4: 1 / 3,
    5: 1 / 4,
    7: 1 / 5,
}
"""Shares by class or value: `a third` is an interval of four semitones elsewhere."""


@rules(
    "n:NUM PERCENT {HOW} d:({QUICKER}|{CALMER}|FAST|SLOW) (THAN ORIGINAL)?",
    "d:({QUICKER}|{CALMER}) THAN ORIGINAL (BY|AROUND)* n:NUM PERCENT",
    "d:({QUICKER}|{CALMER}) (BY|AROUND)* n:NUM PERCENT",
    "d:(SPEED|TEMPO|SLOW|FASTER|SLOWER) (UP|DOWN)? (BY|AROUND)* n:NUM PERCENT",
    "d:({MOVE} (TEMPO|SPEED)|(RAISE|REDUCE) (TEMPO|SPEED|BPM)) (BY|AROUND)* n:NUM PERCENT",
    "d:(SIGN) n:NUM PERCENT (ON|IN|OF)? (TEMPO|SPEED|BPM)",
    "ORIGINAL? (TEMPO|SPEED|BPM) (BY|AT|TO|SEP)? d:SIGN n:NUM PERCENT",
    "d:(RAISE|REDUCE|CUT|DROP|TAKE) BY? n:NUM PERCENT OUT? OF? (TEMPO|SPEED)",
)
def _percent(found: Found) -> Iterable[Ask] | None:
    share = found.number("n") / 100
    words = {one.cls for one in found.all("d")}
    signs = [one.value for one in found.all("d", "SIGN")]
    down = bool(words & FALLS) or "-" in signs or "DOWN" in found.classes
    of_original = "original" if "ORIGINAL" in found.classes else None
    return [Ask("tempo.ratio", 1 - share if down else 1 + share, part=of_original)]


@rules(
    "d:({QUICKER}|{CALMER}|(RAISE|REDUCE|DROP|CUT) (SPEED|TEMPO)) BY (LIKE|AROUND)? A? "
    "share:{SHARE}",
    "A? share:(QUARTER|INTERVAL) d:({QUICKER}|{CALMER})",
    "d:(TAKE|CUT|DROP|REDUCE|REMOVE) A? share:{SHARE} OUT OF? (SPEED|TEMPO)",
    "d:ADD A? share:{SHARE} (ON|TO)+ (SPEED|TEMPO)",
    "d:({QUICKER}|{CALMER}) BY LIKE A? share:{SHARE}",
)
def _fraction(found: Found) -> Iterable[Ask] | None:
    """A share of the tempo; `a third` and `a fifth` are intervals anywhere else."""
    share = _share_named(found.one("share"))
    down = bool({one.cls for one in found.all("d")} & {*FALLS, "REMOVE"})
    return [Ask("tempo.ratio", round(1 - share if down else 1 + share, 4))] if share else None


@rules("(AT|TO|PLAY|MAKE)* A? share:{SHARE} (OF|A)+ (ORIGINAL|SAME)? (SPEED|TEMPO)")
def _fraction_of(found: Found) -> Iterable[Ask] | None:
    """`At a third of the speed`."""
    share = _share_named(found.one("share"))
    of_original = "original" if "ORIGINAL" in found.classes else None
    return [Ask("tempo.ratio", round(share, 4), part=of_original)] if share else None


@rules("(FASTER|SLOWER|SPEED UP|SLOW DOWN) GOES")
def _was_a_mistake(found: Found) -> Iterable[Ask] | None:
    return [Ask("original", "tempo")]


@rules("(HALFTHAT|HALF) (OF|A|AS)* (SO|MUCH)* w:ENERGYWORD")
def _half_the_energy(found: Found) -> Iterable[Ask] | None:
    return [Ask("half", "energy")] if "energy" in found.line.standing else None


@rules("^(MAKE|SEP|AND|NO|CORRECT|TO|BY)* DOUBLE (AS? MUCH)? (?=SEP|STOP|BUT|$)")
def _twice_that(found: Found) -> Iterable[Ask] | None:
    """`Double that`, where something stands."""
    standing = found.line.standing & {"tempo", "pitch", "energy", "parts"}
    return [Ask("twice", None)] if standing else None


@rules("HALFTHAT (OF|A)* (FASTER|SLOWER|SPEED UP?|{QUICKER}|{CALMER})?")
def _half_of_that(found: Found) -> Iterable[Ask] | None:
    return [Ask("half", None)]


@rules(
    "n:NUM PERCENT OF? ORIGINAL? (SPEED|TEMPO|FAST)",
    "(SPEED|TEMPO|{QUICKER}|{CALMER}) (AT|TO|OF) n:NUM PERCENT",
    "(AT|TO) n:NUM PERCENT (SPEED|TEMPO|OF ORIGINAL)",
    "(SLOW|FAST) DOWN? (AT|TO) n:NUM PERCENT",
    "n:NUM PERCENT OF? AS FAST",
    "TOO (FAST|SLOW) (SEP|STOP|AND|BUT|MAKE|AT|TO)+ n:NUM PERCENT OF ORIGINAL",
)
def _share(found: Found) -> Iterable[Ask] | None:
    of_original = "original" if "ORIGINAL" in found.classes else None
    return [Ask("tempo.ratio", found.number("n") / 100, part=of_original)]


@rules("w:EFFECT DOWN? d:(TO|AT|BY) (AROUND|LIKE)* n:NUM u:(PERCENT|BPM)")
def _slowed(found: Found) -> Iterable[Ask] | None:
    """`Slowed to 85%`: with a number the word is no effect."""
    word, n = found.one("w"), found.number("n")
    if word.value != "slowed-reverb" or word.first != word.last:
        return None
    by = found.one("d").cls == "BY"
    if found.one("u").cls == "BPM":
        return [Ask("tempo.bpm_step" if by else "tempo.bpm", -n if by else n)]
    share = 1 - n / 100 if by else n / 100
    return [Ask("tempo.ratio", round(share, 4))] if 0 < share < 1 else None


@rules(
    "d:({QUICKER}|{CALMER}|SPEED|TEMPO) way:(TO|AT|BY) n:NUM (OF ORIGINAL? (SPEED|TEMPO)?)? "
    "(?!{OTHER}|BPM|TIMES)",
    "(AT|TO)? n:NUM OF? (ORIGINAL|SAME)? (SPEED|TEMPO|BPM|ORIGINAL)",
)
def _part_of(found: Found) -> Iterable[Ask] | None:
    """`To 3/4 of the tempo`, `slower by a third`: a number below one is a share."""
    n = found.number("n")
    if not 0.1 <= n < 1:
        return None
    if "way" in found and found.one("way").cls == "BY":
        n = 1 - n if {one.cls for one in found.all("d")} & FALLS else 1 + n
    of_original = "original" if "ORIGINAL" in found.classes else None
    return [Ask("tempo.ratio", round(n, 4), part=of_original)]


@rules(
    "n:(NUM|DOUBLE|TRIPLE|HALF|QUARTER|HALVE) TIMES? A? (AS|OF)? d:(FASTER|FAST|SLOWER|SLOW"
    "|SPEED|TEMPO|BPM) (AS ORIGINAL?)?",
    "(SPEED|TEMPO|{QUICKER}|{CALMER}) (UP|DOWN)? (BY|TO|AT|OF)? A? n:NUM d:TIMES",
    "(SPEED|TEMPO|{QUICKER}|{CALMER}) (UP|DOWN)? (BY|TO|AT|OF)? d:TIMES n:NUM",
    "(AT|TO) n:NUM d:TIMES",
    "(SPEED|TEMPO) (UP|DOWN)? n:(DOUBLE|TRIPLE|HALF|HALVE)",
    "{CALMER} TO n:(HALF|HALVE) (?!A)",
    "(CUT|DROP|REDUCE) (SPEED|TEMPO) (IN|BY|TO) n:HALF",
    "n:NUM d:TIMES (?=SEP|STOP|AND|BUT|$)",
)
def _times(found: Found) -> Iterable[Ask] | None:
    shares = {"DOUBLE": 2.0, "TRIPLE": 3.0, "HALF": 0.5, "HALVE": 0.5, "QUARTER": 0.25}
    word = found.one("n")
    times = shares.get(word.cls) or found.number("n")
    slower = "d" in found and found.one("d").cls in ("SLOWER", "SLOW")
    if word.cls == "NUM" and "TIMES" not in found.classes and found.one("d").cls != "SPEED":
        return None
    if not 0.2 <= times <= 5 or (slower and times < 1 and word.cls != "NUM"):
        return [Ask("tempo.ratio", times)] if slower and times >= 0.25 else None
    return [Ask("tempo.ratio", round(1 / times if slower and times > 1 else times, 4))]


def _share_named(word: Lexeme) -> float:
    return _NAMED.get(word.cls) or _NAMED.get(word.value or "", 0.0)
