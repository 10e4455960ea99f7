"""Levels: louder and softer parts, with or without decibels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from clearmix_prompts.grammar import Ask, Found, Rules
from clearmix_prompts.rules.lists import ADJECTIVES, MACROS, each, fresh

_NAMED_DB = frozenset({"db", "dbs", "decibel", "decibels"})

first = Rules(
    NEEDS="(ADD|MAKE|TO|A)*",
    MORE="w:(ATLEAST|ATMOST|MORE|LESS|LOUDER|SOFTER|UP|DOWN|RAISE|REDUCE|CUT)",
    **MACROS,
)
"""Tried before the rules of parts: `no loud drums` takes nothing out."""

rules = Rules(**MACROS)


@first("(NO|NOT|AVOID) (A|SO|TOO)* (BIG|LOUDER|HEAVIER|OVERLOUD)+ l:PART")
def _not_loud(found: Found) -> Iterable[Ask] | None:
    return each(found, "l", "softer")


@first(
    "(ADD|RESTORE|WITH)? l:PART (BACK|IN|TOO)* (BUT|SEP)+ (ONLY|ONLYLEFT|SO|MUCH)* "
    "(QUIET|SOFTER|CHILL)"
)
def _but_softly(found: Found) -> Iterable[Ask] | None:
    """`Drums back but soft`, `add strings, but quietly`."""
    came = "add" if found.classes & {"ADD", "WITH"} else "restore"
    if not found.classes & {"ADD", "WITH", "RESTORE", "BACK"}:
        return None
    return [*each(found, "l", came), *each(found, "l", "softer")]


@first(
    "l:{PARTS} X? (LOUDER|HEAVIER) (BUT|{AND})+ (SOFTER|QUIET) (?=SEP|STOP|AND|BUT|$)",
    "l:{PARTS} X? (SOFTER|QUIET) (BUT|{AND})+ (LOUDER|HEAVIER) (?=SEP|STOP|AND|BUT|$)",
    leave="STYLE ERA MOOD EFFECT VOICETYPE X",
)
def _both_ways(found: Found) -> Iterable[Ask] | None:
    """`The drums louder and softer`, which is asked about."""
    return [*each(found, "l", "louder"), *each(found, "l", "softer")]


@first(
    "NOT (ADD|MAKE)? PART (ADD|MAKE)? w:(LOUDER|HEAVIER|SOFTER|QUIET) ((SEP|STOP|BUT)+ l:PART)? "
    "(?=SEP|STOP|AND|BUT|$)"
)
def _the_other_louder(found: Found) -> Iterable[Ask] | None:
    """`It's not the vocals I want louder, it's the guitar`."""
    action = "louder" if found.one("w").cls in ("LOUDER", "HEAVIER") else "softer"
    return each(found, "l", action) if "l" in found else []


@first(
    "NOT A? PART TOO w:(BIG|LOUDER|HEAVIER|OVERLOUD|QUIET|SOFTER) (SEP|STOP|BUT)+ A? l:PART "
    "(?=SEP|STOP|AND|BUT|$)"
)
def _the_other_too_loud(found: Found) -> Iterable[Ask] | None:
    """`It isn't the guitar that's too loud, it's the drums`."""
    soft = found.one("w").cls in ("QUIET", "SOFTER")
    return each(found, "l", "louder" if soft else "softer")


@first(
    "l:PART (ONLY|ONLYLEFT)+ {NEEDS} n:NUM DB {MORE} (THAN? ORIGINAL)?",
    "(ONLY|ONLYLEFT) l:PART {NEEDS} n:NUM DB {MORE} (THAN? ORIGINAL)?",
)
def _only_so_much(found: Found) -> Iterable[Ask] | None:
    """`The guitar only needs 1 dB more`: how much, not that it plays alone."""
    gain = found.number("n")
    down = found.one("w").cls in ("ATMOST", "LESS", "SOFTER", "DOWN", "REDUCE", "CUT")
    action = "softer" if down else "louder"
    return [Ask("part", (found.one("l").value, action, -gain if down else gain))]


@first(
    "(TOOMUCH|TOO MUCH) l:PART (SEP|STOP|AND|BUT)+ (ONLY|ONLYLEFT)* n:NUM DB SUFFICES",
    "l:PART (BIT|MUCH)* (TOOMUCH|TOO (MUCH|BIG)) (SEP|STOP|AND|BUT)+ (ONLY|ONLYLEFT)* n:NUM DB "
    "SUFFICES",
    "(ONLY|ONLYLEFT|MAKE|CORRECT)* n:NUM DB (SUFFICES|INSTEAD|(NOT|INSTEADOF) NUM DB?)",
)
def _so_much_suffices(found: Found) -> Iterable[Ask] | None:
    """`Too much bass, 2 dB is enough`."""
    if "parts" not in found.line.standing:
        return None
    part = found.one("l").value if "l" in found.match.groupdict() and "l" in found else None
    return [Ask("elided.gain", (part, found.number("n")))]


@first(
    "(BIT|MUCH)* (TOOMUCH|TOO (MUCH|BIG)) l:PART (SEP|STOP|BUT|AND)+ (ONLY|ONLYLEFT|MAKE)* n:NUM "
    "DB w:(LESS|SOFTER|DOWN|REDUCE|OUT|ATMOST)",
    "l:PART (BIT|MUCH)* (TOOMUCH|TOO (MUCH|BIG)) (SEP|STOP|BUT|AND)+ (ONLY|ONLYLEFT|MAKE)* n:NUM "
    "DB w:(LESS|SOFTER|DOWN|REDUCE|OUT|ATMOST)",
)
def _so_much_less(found: Found) -> Iterable[Ask] | None:
    """`A bit too much bass, 1 dB less`: from where it stands."""
    return [Ask("elided.gain_step", (found.one("l").value, -found.number("n")))]


@first(
    "(?<!IN)(?<!ON)(?<!AT)(?<!FOR)(?<!TO)(?<!ORDINAL) o:ORDINAL? s:SECTION (MAKE|TO)* {HOW} "
    "w:(LOUDER|SOFTER|QUIET) {HOW} (?=SEP|STOP|AND|BUT|$)",
    "(?<!PART) {HOW} w:(LOUDER|SOFTER|QUIET) o:ORDINAL? s:SECTION (?=SEP|STOP|AND|BUT|$)",
)
def _section_level(found: Found) -> Iterable[Ask] | None:
    """`The chorus louder, the verses quieter`: a level that only a section can have."""
    ordinal = f"{found.one('o').value} " if "o" in found else ""
    level = "louder" if found.one("w").cls == "LOUDER" else "softer"
    return [Ask("section", (f"{ordinal}{found.one('s').value}", level, None))]


@first("(LESS|REDUCE|SOFTER|DOWN) OF? ALL (BUT|EXCEPT) l:{PARTS}")
def _all_but_these_softer(found: Found) -> Iterable[Ask] | None:
    """`Less of everything except the vocals`: these stand out."""
    return each(found, "l", "louder")


@first("(RAISE|REDUCE|MAKE)? l:PART (UP|DOWN|LOUDER|SOFTER)? BY? (SAME VOLUME|AS MUCH)")
def _by_the_same(found: Found) -> Iterable[Ask] | None:
    """`Turn the drums up by the same amount`."""
    if "parts" not in found.line.standing or not found.classes & {"VOLUME", "BY"}:
        return None
    return [Ask("elided.same_gain", found.one("l").value)]


@first(
    "(TOOMUCH|BIT MUCH) (ON|OF|IN|WITH)* l:PART (SEP|STOP|AND|BUT)+ (MAKE|ADD|TAKE|REPLACE)? "
    "BACK (TO|AT|IN)* (ORIGINAL|SAME|ASRECORDED)",
    "l:PART (BIT|MUCH)* (TOOMUCH|TOO (MUCH|BIG|QUIET)) (SEP|STOP|AND|BUT)+ "
    "(MAKE|ADD|TAKE|REPLACE)? BACK (TO|AT|IN)* (ORIGINAL|SAME|ASRECORDED)",
)
def _back_to_normal(found: Found) -> Iterable[Ask] | None:
    """`A bit much on the bass, put it back to normal`."""
    return each(found, "l", "restore") if "parts" in found.line.standing else None


@rules("l:PART (ADD|TO)+ A? BIT? w:(RAISE|REDUCE) (BIT|MUCH)* (?=SEP|STOP|AND|BUT|$)")
def _needs(found: Found) -> Iterable[Ask] | None:
    """`The guitar needs turning up`."""
    return each(found, "l", "louder" if found.one("w").cls == "RAISE" else "softer")


@rules("l:{PARTS} NOT (SO|AS)* w:(BIG|LOUDER|HEAVIER|QUIET|SOFTER) ENOUGH", leave="X")
def _not_enough(found: Found) -> Iterable[Ask] | None:
    soft = found.one("w").cls in ("QUIET", "SOFTER")
    return each(found, "l", "softer" if soft else "louder")


@rules(
    "l:{PARTS} {HOW} TOO? OVERLOUD PART?",
    "l:PART {HOW} TOO (LOW|SLOW)? (BIG|LOUDER|HEAVIER|ENERGETIC)",
    "l:PART (X|VAGUE|MOOD)* (BUT|SEP)+ BIT? TOO (BIG|LOUDER|HEAVIER)",
    "(?<!MAKE)(?<!ADD) l:PART SO (BIG|LOUDER) (?=SEP|STOP|REDUCE|DOWN|$)",
    "(TOOMUCH|LESS) l:{PARTS}",
    "(TOOMUCH|BIT MUCH) (ON|OF|IN)+ l:{PARTS}",
    "l:{PARTS} {HOW} TOOMUCH (?=SEP|STOP|AND|BUT|$)",
    "NOT (SO|TOO|AS|MUCH)* MUCH l:{PARTS}",
    "l:PART (NOT|LESS) (SO|TOO|AS|MUCH)* (BIG|LOUDER|HEAVIER)",
    "(NOT|LESS) (SO|TOO|AS|MUCH)* (BIG|LOUDER|HEAVIER) l:PART",
    leave="X",
)
def _too_loud(found: Found) -> Iterable[Ask] | None:
    return each(found, "l", "softer")


@rules(
    "l:{PARTS} {HOW} TOO? DROWNED",
    "DROWNED l:{PARTS}",
    "l:PART {HOW} TOO QUIET",
    "l:PART (X|VAGUE|MOOD)* (BUT|SEP)+ BIT? TOO QUIET",
    "NOTENOUGH A? l:{PARTS}",
    "l:PART NOT (SO|TOO)* QUIET",
    leave="X",
)
def _too_quiet(found: Found) -> Iterable[Ask] | None:
    return each(found, "l", "louder")


@rules("NOTENOUGH A? LYRICS")
def _words_unheard(found: Found) -> Iterable[Ask] | None:
    return [Ask("part", ("vocals", "louder", None))]


@rules(
    "(ADD|MAKE|TAKE)? l:{PARTS} {HOW} MORE ENERGYWORD",
    "MORE ENERGYWORD (IN|TO|ON|FOR|OF) l:{PARTS}",
    leave="X",
)
def _punch(found: Found) -> Iterable[Ask] | None:
    return each(found, "l", "louder")


@rules(
    "v:(RAISE|REDUCE|CUT|DROP|RESTORE|REPLACE|MAKE|ADD)? l:{PARTS} VOLUME? (MAKE|ADD|TO)* "
    "d:(UP|DOWN|LOUDER|HEAVIER|SOFTER|RAISE|REDUCE)? BY? s:SIGN? (NEW|MORE)? n:NUM MORE? DB "
    "d2:(UP|DOWN|LOUDER|HEAVIER|SOFTER|QUIET)?",
    "(TAKE|REMOVE)? NEW? s:SIGN? n:NUM MORE? DB d:(MORE|LESS|LOUDER|HEAVIER|SOFTER|UP|DOWN|OUT)? "
    "(ON|OF|TO|IN|FOR)* l:{PARTS}",
    "v:(ADD|RAISE|REDUCE|CUT) n:NUM DB (ON|OF|TO|IN|FOR)* l:{PARTS}",
    "ADD? l:{PARTS} A n:NUM DB (RAISE|REDUCE|CUT|DROP) (?=SEP|STOP|AND|BUT|$)",
    "ADD? A n:NUM DB (RAISE|REDUCE|CUT|DROP) (ON|TO|IN|FOR)+ l:{PARTS}",
    leave="X",
)
def _gain(found: Found) -> Iterable[Ask] | None:
    signs = [one.value for one in found.lexemes if one.cls == "SIGN"]
    falls = {"OUT", "REMOVE", "REDUCE", "CUT", "DROP", "DOWN", "SOFTER", "LESS", "QUIET"}
    down = "-" in signs or bool(found.classes & falls)
    gain = found.number("n")
    action = "softer" if down else "louder"
    return [
        replace(ask, value=(*cast("tuple[str, str, None]", ask.value)[:2], -gain if down else gain))
        for ask in each(found, "l", action)
    ]


@rules("(RAISE|REDUCE|TAKE|MAKE)? l:PART w:(UP|DOWN) BY? n:NUM (?=SEP|STOP|AND|BUT|$)")
def _gain_too(found: Found) -> Iterable[Ask] | None:
    """`The bass up four decibels and the vocals down two`: the unit was named before."""
    if not _NAMED_DB & {*found.line.words}:
        return None
    down, gain = found.one("w").cls == "DOWN", found.number("n")
    part, word = found.one("l"), found.line.said(found.one("l"))
    action = "softer" if down else "louder"
    return [Ask("part", (part.value, action, -gain if down else gain), word=word)]


@rules("(RAISE|REPLACE|RESTORE|TAKE|MAKE|ADD) l:{PARTS} (IN|TO)? w:SOFTER", leave=ADJECTIVES)
def _to_the_back(found: Found) -> Iterable[Ask] | None:
    return each(found, "l", "softer")


@rules("(ADD|WITH|^) (MUCH|MORE)+ OF? l:PART (?=SEP|STOP|AND|BUT|IN|$)")
def _much_of(found: Found) -> Iterable[Ask] | None:
    """`Needs loads of bass`: of a part that songs have."""
    return None if fresh(found, "l") else each(found, "l", "louder")


@rules(
    "((?<=SEP)|(?<=STOP)|(?<=BUT)|^) l:({ITEM} (AND {ITEM})+) {HOW} (LOUDER|HEAVIER|UP) {HOW}",
    "(RAISE|UP) VOLUME? (ON|OF|IN)* l:{PARTS} (UP|VOLUME|BIT|MUCH|LOUDER|HEAVIER)*",
    "(REPLACE|RESTORE|TAKE|MAKE|ADD|TOUCH) VOLUME? (ON|OF|IN)* l:{PARTS} VOLUME? {HOW} A? (UP"
    "|LOUDER|HEAVIER|RAISE|HIGHER)",
    "{HOW} (LOUDER|HEAVIER|MORE) (BIG|OF)* (VOLUME OF?)? (ON|FOR|IN)? l:{PARTS}",
    "(MAKE|ADD|WITH|TAKE)? l:{PARTS} VOLUME? (STAY|MAKE|HIGHER|TO|ADD)* {HOW} MORE? (LOUDER"
    "|HEAVIER|BIG|UP|RAISE) {HOW}",
    "{HOW} MORE? A? BIG l:{PARTS}",
    "l:PART+ MORE (?=SEP|STOP|AND|BUT|$)",
    "UP l:{PARTS}",
    leave="STYLE ERA MOOD EFFECT VOICETYPE X",
)
def _louder(found: Found) -> Iterable[Ask] | None:
    return each(found, "l", "louder")


@rules(
    "((?<=SEP)|(?<=STOP)|(?<=BUT)|^) l:({ITEM} (AND {ITEM})+) {HOW} (SOFTER|QUIET|DOWN) {HOW}",
    "(REDUCE|DOWN) VOLUME? (ON|OF|IN)* l:{PARTS} (DOWN|VOLUME|BIT|MUCH|SOFTER)*",
    "(REPLACE|RESTORE|TAKE|MAKE|ADD|TOUCH|CUT|DROP) VOLUME? (ON|OF|IN)* l:{PARTS} VOLUME? "
    "{HOW} (DOWN|SOFTER|REDUCE|BACK) {HOW}",
    "{HOW} SOFTER VOLUME? (ON|FOR|IN|OF)* l:{PARTS}",
    "(?<!WITH)(?<!ADD)(?<!A) QUIET l:PART (?=SEP|STOP|AND|BUT|$)",
    "(MAKE|ADD|WITH|TAKE)? l:{PARTS} VOLUME? (STAY|MAKE|TO|ADD)* {HOW} (SOFTER|QUIET|DOWN"
    "|REDUCE) {HOW}",
    leave="STYLE ERA MOOD EFFECT VOICETYPE X",
)
def _softer(found: Found) -> Iterable[Ask] | None:
    return each(found, "l", "softer")
