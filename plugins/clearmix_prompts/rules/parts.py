"""Parts of a recording: keep, remove, solo, add, replace, louder and softer."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix_prompts.grammar import Ask, Found, Rules
from clearmix_prompts.lexicon import Lexeme

rules = Rules(
    ADJ="(A|ORIGINAL|SAME|STYLE|ERA|MOOD|EFFECT|BIG|VOICETYPE|QUIET|NEW|ENERGETIC|CHILL|STRENGTH|FAST|SLOW|VAGUE)*",
    ITEM="{ADJ} PART",
    AND="(SEP|AND|OR)+",
    PARTS="{ITEM} ({AND} {ITEM} (?!LOUDER|HEAVIER|SOFTER|UP|DOWN|ONLY|OUT|HIGHER|QUIET|BIG|TOO|BIT|MUCH|REDUCE|RAISE|STAY|INSTEADOF|INSTEAD))*",
    NAMED="(ORIGINAL|SAME)* (PART|TEMPO|SPEED|BPM|PITCH|KEYWORD|LENGTH|LYRICS|ENERGYWORD|ASPECT|VIBE|SECTION)",
    NAMES="{NAMED} ({AND} {NAMED} (?!LOUDER|HEAVIER|SOFTER|UP|DOWN|OUT|HIGHER|FASTER|SLOWER|TOO|BIT|MUCH))*",
    HOW="(BIT|MUCH|EVEN|SO)*",
    GONE="(REMOVE|DROP|CUT)",
    CHANGE="(TOUCH|REPLACE|SHIFT|REMOVE|DROP|CUT|RAISE|REDUCE)",
)

_ADJECTIVES = "STYLE ERA MOOD EFFECT VOICETYPE ENERGETIC CHILL STRENGTH FAST SLOW"
"""Stay free: in `a funky bass` the style is a wish of its own."""

_KEPT_AS = {
    "TEMPO": "tempo", "SPEED": "tempo", "BPM": "tempo", "PITCH": "pitch", "KEYWORD": "key",
    "LENGTH": "length", "ENERGYWORD": "energy", "VIBE": "feel",
}  # fmt: skip

_PITCHED = frozenset(
    "guitar piano strings synth pad brass saxophone flute organ choir bells arpeggio".split()
)


def _each(found: Found, group: str, action: str) -> list[Ask]:
    return [
        Ask("part", (part.value, action, None), part.first, part.last)
        for part in found.all(group, "PART")
    ]


def _kept(lexemes: list[Lexeme], original: bool) -> Iterable[Ask]:
    for one in lexemes:
        if one.cls == "PART":
            yield Ask("part", (one.value, "keep", None), one.first, one.last)
        elif one.cls == "LYRICS":
            yield Ask("lyrics", "keep", one.first, one.last)
        elif one.cls in ("ASPECT", "SECTION"):
            yield Ask("keep", one.value, one.first, one.last)
        elif one.cls in _KEPT_AS:
            what = "original" if original else "keep"
            yield Ask(what, _KEPT_AS[one.cls], one.first, one.last)


@rules(
    "(KEEP|TAKE) l:{PARTS} (BUT|AND|SEP)+ {GONE} ALL OUT?","{GONE} ALL? (BUT|EXCEPT|SAME) l:{PARTS}", "(NO|MUTE) ALL? (BUT|EXCEPT) l:{PARTS}",
       "TAKE ALL OUT (BUT|EXCEPT) l:{PARTS}", leave=_ADJECTIVES)  # fmt: skip
def _nothing_but(found: Found) -> Iterable[Ask] | None:
    return _each(found, "l", "solo")


@rules("(KEEP|TAKE|SAME|STAY) ALL (BUT|EXCEPT|NO) l:{PARTS}", "(KEEP|TAKE)? EXCEPT l:{PARTS} (STAY|KEEP|SAME)?",
       "ALL (BUT|EXCEPT) l:{PARTS} (STAY|KEEP|SAME)?", leave=_ADJECTIVES)  # fmt: skip
def _all_but(found: Found) -> Iterable[Ask] | None:
    return _each(found, "l", "remove")


@rules("(KEEP|STAY) ALL SAME?", "ALL (STAY|KEEP) SAME?", "NOT TOUCH ALL SAME?", "ALL SAME",
       "NOT TOUCH ALL", "TAKE ALL SAME", "KEEP SAME? ALL SAME?")  # fmt: skip
def _rest_stays(found: Found) -> Iterable[Ask] | None:
    return [Ask("stays", None)]


@rules("NOT (ADD|MAKE|PLAY)? A? l:{PARTS} (?!LOUDER|HEAVIER|SOFTER|UP|DOWN)", "(AVOID|NO) ADD l:{PARTS}",
       leave=_ADJECTIVES)  # fmt: skip
def _not_these(found: Found) -> Iterable[Ask] | None:
    parts = found.all("l", "PART")
    if "ADD" in found.classes:
        return [Ask("avoid", part.value, part.first, part.last) for part in parts]
    return _each(found, "l", "remove")


@rules(
    "(NOT|NO|AVOID) {CHANGE}+ OUT? l:{NAMES} (UP|DOWN|OUT|MUCH|BIT|TOOMUCH|ALL)*",
    "(NOT|NO|AVOID) (TAKE|MAKE|CUT) l:{NAMES} (OUT|AWAY)",
    "NOT TOUCH (ON|WITH)? l:{NAMES}",
    "TAKE l:{NAMES} (SAME|ALONE)",
    "(KEEP|SAME) {ADJ} l:{NAMES} (SAME|ONLY|AS ORIGINAL)*",
    "l:{NAMES} (STAY|KEEP) (IN|SAME|ON)*",
    "(WITH|AT|IN)? (ORIGINAL|SAME) l:{NAMES} (?!SOFTER|LOUDER|HEAVIER)",
    leave="STYLE ERA MOOD EFFECT BIG QUIET ENERGETIC CHILL FAST SLOW VOICETYPE",
)
def _keep(found: Found) -> Iterable[Ask] | None:
    lexemes = found.all("l")
    kept = found.classes & {"KEEP"}
    if kept and lexemes[0].cls in ("ENERGYWORD", "TEMPO") and _goes_on(found):
        return None
    if not found.classes & {"KEEP", "SAME", "STAY", "ORIGINAL"} and lexemes[0].cls == "SECTION":
        return None
    if "ONLY" in found.classes:
        return _each(found, "l", "solo") or None
    back = "ORIGINAL" in found.classes and not found.classes & {"KEEP", "STAY"}
    return list(_kept(lexemes, back))


def _goes_on(found: Found) -> bool:
    """Whether a word of direction follows: `keep the energy high` asks for energy."""
    return bool(re_direction(found.line.classes[found.match.end() :]))


def re_direction(rest: str) -> bool:
    """Whether a line goes on with up, high, low or a number."""
    return rest.startswith(("<UP>", "<HIGH", "<LOW", "<DOWN>", "<AT>", "<AROUND>", "<NUM>"))


@rules(
    "(REPLACE|TOUCH|MAKE|TAKE)? a:{PARTS} (OUT )?(WITH|BY|FOR|TO) b:{ITEM} (INSTEAD|PLAY PART)?",
    "(PLAY|MAKE) a:PART (ON|WITH|BY) b:{ITEM}",
    "(MAKE|TOUCH|REPLACE) a:PART A b:{ITEM}",
    "a:PART (PLAY)? ON b:{ITEM}",
    "a:PART PLAY (BY|WITH) b:{ITEM}",
    "(WITH|ADD|PLAY|MAKE)? b:{ITEM} INSTEADOF a:{PARTS}",
    "INSTEADOF a:{PARTS} SEP? (WITH|ADD|PLAY|MAKE)? b:{ITEM}",
    leave=_ADJECTIVES,
)
def _replace(found: Found) -> Iterable[Ask] | None:
    new = found.all("b", "PART")[-1]
    plain = found.lexemes[0].cls == "PART" or found.lexemes[0].cls in ("A", "ORIGINAL")
    if plain and found.classes & {"WITH", "FOR", "TO"} and "INSTEADOF" not in found.classes:
        return None
    replaced = [one for one in found.all("a", "PART") if one.value != new.value]
    if "TAKE" in found.classes or "MAKE" in found.classes and found.classes & {"WITH", "TO"}:
        if "PLAY" not in found.classes and "TO" not in found.classes:
            return None
    return [
        Ask("part", (old.value, "replace", new.value), old.first, new.last) for old in replaced
    ] or None


@rules("(REPLACE|MAKE) (WITH|BY|FOR) b:{ITEM} INSTEAD?", leave=_ADJECTIVES)
def _replace_it(found: Found) -> Iterable[Ask] | None:
    if "REPLACE" not in found.classes:
        return None
    return [Ask("part_it", found.all("b", "PART")[-1].value)]


@rules(
    "(ON|FOR|WITH|A)* SOLO l:{PARTS} (VERSION|COVER|REMIX|EDIT)",
    "(ON|FOR|WITH|BY) A? SOLO l:{PARTS}",
    leave=f"{_ADJECTIVES} COVER REMIX EDIT",
)
def _solo_version(found: Found) -> Iterable[Ask] | None:
    return _line_up(found)


@rules(
    "(SOLO|ONLY) (ADD|WITH|KEEP|PLAY)? l:{PARTS} ONLY?",
    "ONLYLEFT (KEEP|WITH|PLAY)? l:{PARTS} (?!LOUDER|HEAVIER|SOFTER|UP|DOWN|BIT|MUCH)",
    "(KEEP|WITH|PLAY|TAKE|ADD)? l:({ITEM} ({AND} {ITEM})*) (ONLY|ALONE)",
    "(ONLY|ONLYLEFT) KEEP l:{PARTS}",
    leave=_ADJECTIVES,
)
def _solo(found: Found) -> Iterable[Ask] | None:
    return _each(found, "l", "solo")


@rules(
    "l:PART {HOW} TOO (LOW|SLOW)? (LOUD|BIG|LOUDER|HEAVIER|ENERGETIC)",
    "(TOOMUCH|LESS) l:{PARTS}",
    "NOT (SO|TOO|AS|MUCH)* MUCH l:{PARTS}",
    "l:PART (NOT|LESS) (SO|TOO|AS|MUCH)* (BIG|LOUDER|HEAVIER)",
    "(NOT|LESS) (SO|TOO|AS|MUCH)* (BIG|LOUDER|HEAVIER) l:PART",
    leave="",
)
def _too_loud(found: Found) -> Iterable[Ask] | None:
    return _each(found, "l", "softer")


@rules("l:PART {HOW} TOO QUIET", "NOTENOUGH A? l:{PARTS}", "l:PART NOT (SO|TOO)* QUIET")
def _too_quiet(found: Found) -> Iterable[Ask] | None:
    return _each(found, "l", "louder")


@rules(
    "(NO|AVOID) (MORE|A)* l:{PARTS}",
    "{GONE} (ALL|OUT|OF|MUCH)* l:{PARTS} (OUT|DONE)? (?!BY|UP|DOWN)",
    "(TAKE|FADE|CUT|REPLACE) l:{PARTS} OUT",
    "l:PART X+ (SEP|STOP|AND)+ {GONE} (?=SEP|STOP|AND|BUT|$)",
    "l:{PARTS} OUT",
    "(MAKE|GO) (NO|WITHOUT) l:{PARTS}",
    leave=_ADJECTIVES,
)
def _remove(found: Found) -> Iterable[Ask] | None:
    return _each(found, "l", "remove")


@rules(
    "RESTORE BACK? l:{PARTS} BACK? (?!UP|DOWN|LOUDER|HEAVIER|OUT|RAISE|SOFTER)",
    "(ADD|MAKE|TAKE)? l:{PARTS} BACK",
    leave=_ADJECTIVES,
)
def _restore(found: Found) -> Iterable[Ask] | None:
    if found.lexemes[0].cls == "RESTORE" or "BACK" in found.classes:
        return _each(found, "l", "restore")
    return None


@rules(
    "v:(RAISE|REDUCE|CUT|DROP|RESTORE|REPLACE|MAKE|ADD)? l:{PARTS} VOLUME? d:(UP|DOWN|LOUDER|HEAVIER|SOFTER)? BY? s:SIGN? n:NUM DB d2:(UP|DOWN|LOUDER|HEAVIER|SOFTER|QUIET)?",
    "s:SIGN? n:NUM DB d:(MORE|LESS|LOUDER|HEAVIER|SOFTER|UP|DOWN)? (ON|OF|TO|IN|FOR)* l:{PARTS}",
    "v:(ADD|RAISE|REDUCE|CUT) n:NUM DB (ON|OF|TO|IN|FOR)* l:{PARTS}",
)
def _gain(found: Found) -> Iterable[Ask] | None:
    signs = [one.value for one in found.lexemes if one.cls == "SIGN"]
    falls = {"REDUCE", "CUT", "DROP", "DOWN", "SOFTER", "LESS", "QUIET"}
    down = "-" in signs or bool(found.classes & falls)
    gain = found.number("n")
    action = "softer" if down else "louder"
    return [
        Ask("part", (part.value, action, -gain if down else gain), part.first, part.last)
        for part in found.all("l", "PART")
    ]


@rules("(RAISE|REPLACE|RESTORE|TAKE|MAKE|ADD) l:{PARTS} (IN|TO)? w:SOFTER", leave=_ADJECTIVES)
def _to_the_back(found: Found) -> Iterable[Ask] | None:
    return _each(found, "l", "softer")


@rules(
    "(RAISE|UP) VOLUME? (ON|OF|IN)* l:{PARTS} (UP|VOLUME|BIT|MUCH|LOUDER|HEAVIER)*",
    "(REPLACE|RESTORE|TAKE|MAKE|ADD|TOUCH) VOLUME? (ON|OF|IN)* l:{PARTS} VOLUME? {HOW} (UP|LOUDER|HEAVIER|RAISE|HIGHER)",
    "{HOW} (LOUDER|HEAVIER|MORE) (BIG|OF)* (VOLUME OF?)? (ON|FOR|IN)? l:{PARTS}",
    "(MAKE|ADD|WITH|TAKE)? l:{PARTS} VOLUME? (STAY|MAKE|HIGHER|TO|SHOULD)? {HOW} MORE? (LOUDER|HEAVIER|BIG|UP|RAISE) {HOW}",
    "{HOW} MORE? A? BIG l:{PARTS}",
    "UP l:{PARTS}",
    leave="STYLE ERA MOOD EFFECT VOICETYPE",
)
def _louder(found: Found) -> Iterable[Ask] | None:
    return _each(found, "l", "louder")


@rules(
    "(REDUCE|DOWN) VOLUME? (ON|OF|IN)* l:{PARTS} (DOWN|VOLUME|BIT|MUCH|SOFTER)*",
    "(REPLACE|RESTORE|TAKE|MAKE|ADD|TOUCH|CUT|DROP) VOLUME? (ON|OF|IN)* l:{PARTS} VOLUME? {HOW} (DOWN|SOFTER|REDUCE|BACK)",
    "{HOW} SOFTER VOLUME? (ON|FOR|IN|OF)* l:{PARTS}",
    "(MAKE|ADD|WITH|TAKE)? l:{PARTS} VOLUME? {HOW} (SOFTER|QUIET|DOWN|REDUCE) {HOW}",
    leave="STYLE ERA MOOD EFFECT VOICETYPE",
)
def _softer(found: Found) -> Iterable[Ask] | None:
    return _each(found, "l", "softer")


@rules("INSTRUMENTAL (VERSION|REMIX|COVER|ONLY)*", leave="REMIX COVER")
def _instrumental(found: Found) -> Iterable[Ask] | None:
    return [Ask("part", ("vocals", "remove", None))]


@rules("A? ACAPELLA (VERSION|REMIX|COVER|ONLY)*", leave="REMIX COVER")
def _acapella(found: Found) -> Iterable[Ask] | None:
    return [Ask("part", ("vocals", "solo", None))]


@rules(
    "(ON|FOR|WITH) A? (ORIGINAL|SOLO|ONLYLEFT|ONLY)* l:{PARTS} ONLY",
    "(PLAY|COVER|MAKE|VERSION|REMIX) (ON|FOR|BY) A? (SOLO|ONLYLEFT)? l:{PARTS}",
    "l:{PARTS} (SOLO)? (VERSION|COVER|REMIX|EDIT)",
    "A? SOLO l:{PARTS} VERSION?",
    leave=f"{_ADJECTIVES} COVER REMIX EDIT",
)
def _line_up(found: Found) -> Iterable[Ask] | None:
    parts = found.all("l", "PART")
    if any(part.value not in _PITCHED for part in parts):
        return None
    return [*_each(found, "l", "solo"), Ask("arranged", None)]


@rules(
    "(ADD|WITH|PLUS|INSTEAD|MAKE LIKE) (BIT|MUCH|ONLYLEFT|MORE|OF)* l:{PARTS} (ON TO?|IN|TO)?",
    "AND A l:{ITEM}",
    "(PUT|LAY) l:{PARTS} (ON|IN|OVER)",
    leave=_ADJECTIVES,
)
def _add(found: Found) -> Iterable[Ask] | None:
    return _each(found, "l", "add")


@rules("(STYLE|ERA|MOOD|EFFECT)+ PART", leave="STYLE ERA MOOD EFFECT")
def _described(found: Found) -> Iterable[Ask] | None:
    """A part that only carries a style, as in `with 80s drums` said shortly."""
    part = next(one for one in found.lexemes if one.cls == "PART")
    if found.lexemes[0].cls == "EFFECT":
        return []
    return [Ask("part", (part.value, "add", None), assumed=False)]
