"""Length and form: seconds and minutes, radio edit, extended, loop, intro and outro."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix_prompts.grammar import Ask, Found, Rules

numbers = Rules(
    LIMIT="(SHORTER THAN|LONGER THAN|ATMOST|ATLEAST|AROUND|FOR|TO|OF|AT|IN|LENGTH|BY|CUT"
    "|LONG|ORDINAL|SECTION)",
    TAIL="(LONG|LENGTH|LOOP|VERSION|EDIT)",
    UNIT="(SECONDS|MINUTES|HOURS)",
)
rules = Rules()

_LONGEST = 1200.0
"""No song lasts more seconds."""

_SECONDS = {"SECONDS": 1.0, "MINUTES": 60.0, "HOURS": 3600.0}


@numbers(
    "d:(LONGER|SHORTER) BY n:(NUM|A|HALF A?) u:{UNIT}",
    "n:(NUM|A|HALF A?) u:{UNIT} MORE? d:(LONGER|SHORTER)",
    "n:(NUM|A|HALF A?) u:{UNIT} d:(MORE|LESS) (?=SEP|STOP|AND|BUT|$)",
    "d:(CUT|REMOVE|DROP|TAKE|ADD|MORE|LESS) OUT? n:(NUM|A|HALF A?) u:{UNIT} (OUT|MORE|OF|TO) "
    "(?!NUM)",
    "d:(ADD|MORE|LESS|REMOVE) (ON|NEW)? n:(NUM|A|HALF A?) u:{UNIT} (?=SEP|STOP|$)",
    "d:(CUT|REMOVE|DROP|LESS|AVOID) OUT? ORDINAL n:(NUM|A|HALF A?) u:{UNIT} (OUT|(?!ONLY))",
)
def _length_step(found: Found) -> Iterable[Ask] | None:
    seconds = found.number("n") * _SECONDS[found.one("u").cls]
    if found.one("d").value == "wanted":
        return None  # `I need fifteen seconds of this`
    less = found.one("d").cls not in ("LONGER", "ADD", "MORE")
    return [Ask("seconds_step", -seconds if less else seconds)]


@numbers(
    "(WITH|ADD|AND)? A? NUM (BARS|EXCEPT) OF? s:SECTION (IN|AND|SEP)*",
    "(WITH|ADD|AND)? A? (NUM|HALF A?) {UNIT} LONG? s:SECTION (IN|AND|SEP)*",
)
def _bars_of(found: Found) -> Iterable[Ask] | None:
    """`A 32 bar intro`, `a 30 second intro`: that there is one; a spec counts no bars.

    `Bar` alone means `except`.
    """
    name = str(found.one("s").value)
    return [Ask(name, True)] if name in ("intro", "outro") else None


@numbers("(NO|AVOID|REMOVE|CUT|DROP) A? (LONG|SLOW|FAST|BIG|QUIET)+ s:SECTION")
def _no_slow_intro(found: Found) -> Iterable[Ask] | None:
    """`No slow intro`: tried before the rules of tempo, of which it asks for nothing."""
    name = str(found.one("s").value)
    return [Ask(name, False)] if name in ("intro", "outro") else None


@numbers("(BIG|MUCH|ALL|X)* (NUM|A|HALF A?) (ALL|BIG|X)* {UNIT} LONG? OF A? ORDINAL? s:SECTION")
def _long_section(found: Found) -> Iterable[Ask] | None:
    """`Four minutes of intro`: how long a section is, not the whole.

    `15 seconds of the chorus` is a clip, which the next rules read.
    """
    return [Ask("not_understood", None)] if found.one("s").value in ("intro", "outro") else None


@numbers(
    "(IN|ATMOST)+ A? n:NUM u:{UNIT} (?!LONG|LENGTH)",
)
def _raced(found: Found) -> Iterable[Ask] | None:
    """`10k in 52 minutes`: longer than any song, so it is not the song that takes so long."""
    too_long = found.number("n") * _SECONDS[found.one("u").cls] > _LONGEST
    return [Ask("not_understood", None)] if too_long else None


@numbers("(TAKE|CUT|REMOVE|DROP) s:(QUARTER|HALF|INTERVAL) OUT (?=SEP|STOP|AND|BUT|FOR|$)")
def _share_of_what(found: Found) -> Iterable[Ask] | None:
    """`Cut a third off`: which of the two is asked back."""
    return [Ask("choice", "shorter or slower")]


@numbers("s:SECTION SEP? (NONE|NO|OUT) (?=SEP|STOP|AND|$)")
def _without_end(found: Found) -> Iterable[Ask] | None:
    """`Intro: no`, as in a form."""
    name = str(found.one("s").value)
    return [Ask(name, False)] if name in ("intro", "outro") else None


@numbers("(NOT|NO|INSTEADOF) A? n:NUM {UNIT}")
def _not_so_long(found: Found) -> Iterable[Ask] | None:
    """`Two minutes, not 90 seconds`: the length that was not meant."""
    return []


@numbers("(NUM|A) {UNIT} BIT? TOO w:(LONG|SHORTER)")
def _that_is_too_long(found: Found) -> Iterable[Ask] | None:
    """`90 seconds is too short`: the length that stands, and the way to go."""
    form = "extended" if found.one("w").cls == "SHORTER" else "radio-edit"
    return [Ask("form", form, assumed=True)]


@numbers(
    "IN A? (NUM|A|HALF A?) HOURS",
    "(BACK|IN)+ A MINUTES (?=SEP|STOP|$)",
    "^IN A? NUM MINUTES (?=X|USECASE|USECASEVERB)",
    "(NUM|A|HALF A?) (MINUTES|HOURS) LEADINGTO (?!A? ORDINAL? SECTION)",
)
def _due(found: Found) -> Iterable[Ask] | None:
    """`In three hours` says when, not how long."""
    return [Ask("not_understood", None)]


@numbers(
    "{LIMIT}* A? n:NUM MINUTES (AND|SEP)? s:NUM SECONDS LONG?",
    "{LIMIT}* n:(NUM|A) MINUTES s:NUM LONG? (?=ONLY|ALONE|SEP|STOP|AND|BUT|FOR|WITH|NO|IN|AT|$)",
    "{LIMIT}* n:(NUM|A) MINUTES AND h:(A? (HALF|QUARTER)) LONG?",
    "{LIMIT}* A? n:(HALF A?|NUM|A) MINUTES LONG?",
    "{LIMIT}* A? n:(NUM|HALF A?) s:SECONDS LONG?",
    "{LIMIT}* A? t:TIME MINUTES? LONG?",
    "(CUT|LENGTH|SHORTER|LONGER) (TO|OF|AT)* t:TENS LONG?",
    "t:TENS LONG",
    "{LIMIT}* A? n:(NUM|A|HALF A?) HOURS LONG?",
)
def _seconds(found: Found) -> Iterable[Ask] | None:
    if "t" in found:
        return [Ask("seconds", float(found.one("t").value or 0))]
    n = found.number("n")
    if "HOURS" in found.classes:
        return [Ask("seconds", n * 3600)]
    if "MINUTES" not in found.classes:
        return [Ask("seconds", n)]
    part = 15.0 if "QUARTER" in found.classes else 30.0
    extra = found.number("s") if "s" in found else part if "h" in found else 0.0
    return [Ask("seconds", n * 60 + extra)]


@rules("(SAME|ORIGINAL) LENGTH", "NOT TOUCH LENGTH")
def _same_length(found: Found) -> Iterable[Ask] | None:
    return [Ask("keep", "length")]


@rules(
    "(NOT|AVOID) (REMOVE|CUT|DROP|TAKE|AVOID|REPEAT|DOUBLE|LONGER) A? "
    "l:(ORDINAL? SECTION ((AND|OR) A? ORDINAL? SECTION)*) (OUT|SHORTER)? (?=SEP|STOP|AND|BUT|$)"
)
def _not_without(found: Found) -> Iterable[Ask] | None:
    """`Don't cut the intro or the outro`."""
    asks, ordinal = [], ""
    for one in found.all("l", "ORDINAL", "SECTION"):
        if one.cls == "SECTION":
            asks.append(Ask("keep", f"{ordinal}{one.value}", one.first, one.last))
        ordinal = f"{one.value} " if one.cls == "ORDINAL" else ""
    return asks


@rules(
    "(NO|AVOID|REMOVE|CUT|DROP|LESS|NOT ADD|WITH NO) A? (ORIGINAL|LONG|SLOW|BIG)* "
    "l:(ORDINAL? SECTION ((SEP|AND|OR)+ A? ORDINAL? SECTION)*) OUT?",
    "TAKE l:(SECTION ((SEP|AND|OR)+ A? SECTION)*) OUT",
    "(NOT|NO) PLAY? A? l:SECTION",
    "WITH A? l:SECTION (CUT|REMOVE|DROP) OUT? (?=SEP|STOP|AND|BUT|$)",
)
def _without(found: Found) -> Iterable[Ask] | None:
    asks, ordinal = [], ""
    for one in found.all("l"):
        if one.cls == "ORDINAL":
            ordinal = f"{one.value} "
        elif one.cls == "SECTION":
            if one.value in ("intro", "outro") and not ordinal:
                asks.append(Ask(str(one.value), False, one.first, one.last))
            elif found.lexemes[0].cls == "LESS":
                return None
            else:
                asks.append(
                    Ask("section", (f"{ordinal}{one.value}", "remove", None), one.first, one.last)
                )
            ordinal = ""
    return asks


@rules(
    "(ADD|WITH|AND|EXTENDED|LONGER) A? (LONGER|LONG|BIG|NEW|SHORTER|FAST|SLOW|MORE|EFFECT"
    "|EXTENDED)* s:SECTION (?!CUT|REMOVE|DROP|OUT|GOES|SOFTER|LOUDER)",
    "A? (LONGER|LONG|EXTENDED|NEW) s:SECTION",
    "(MAKE|KEEP)? s:SECTION BIT? LONGER",
    leave="EFFECT",
)
def _with(found: Found) -> Iterable[Ask] | None:
    name = found.one("s").value
    if name == "guitar solo" and found.classes & {"ADD", "WITH"}:
        return [Ask("part", ("guitar", "add", None))]
    if name not in ("intro", "outro") or ("AND" in found.classes and len(found.lexemes) < 3):
        return None
    return [Ask(str(name), True)]


@rules("(NO|NOT) (TO|MAKE|CUT|ADD)* (SHORTER|LONGER) (AFTER ALL)?")
def _no_longer_shorter(found: Found) -> Iterable[Ask] | None:
    """`No need to cut it short after all`, where a length stands."""
    return [Ask("unset", "structure")] if "structure" in found.line.standing else None


@rules(
    "n:(HALF|DOUBLE|TRIPLE) (AS|OF)* (LONG|LENGTH)",
    "n:(HALF|DOUBLE|TRIPLE|HALVE) LENGTH",
    "(CUT|REDUCE|DROP) LENGTH? (IN|BY) n:HALF (?=SEP|STOP|AND|BUT|$)",
)
def _times_as_long(found: Found) -> Iterable[Ask] | None:
    times = {"DOUBLE": 2.0, "TRIPLE": 3.0}.get(found.one("n").cls, 0.5)
    return [Ask("seconds_times", times, assumed=True)]


@rules(
    "(REPEAT|DOUBLE UP?) o:ORDINAL? s:SECTION (DOUBLE|NUM TIMES?)?",
    "LOOP o:ORDINAL? s:SECTION (DOUBLE|TRIPLE|NUM TIMES)",
    "(MAKE|PLAY) o:ORDINAL? s:SECTION (PLAY|MAKE|COMEIN)? DOUBLE",
    "o:ORDINAL? s:SECTION (PLAY|MAKE|COMEIN)? DOUBLE (?=SEP|STOP|AND|BUT|$)",
)
def _repeat_section(found: Found) -> Iterable[Ask] | None:
    ordinal = f"{found.one('o').value} " if "o" in found else ""
    return [Ask("section", (f"{ordinal}{found.one('s').value}", "repeat", None))]


@rules("(LOOP|PLAY) (ONLY|ONLYLEFT)? o:ORDINAL? s:SECTION", "s:SECTION LOOP")
def _loop_section(found: Found) -> Iterable[Ask] | None:
    if "LOOP" not in found.classes:
        return None
    ordinal = f"{found.one('o').value} " if "o" in found else ""
    return [Ask("section", (f"{ordinal}{found.one('s').value}", "loop", None))]


@rules(
    "(ADD|WITH|AND)? A? BUILD (LEADINGTO|AFTER|IN|ON|AT|FOR|TO|OF)? A? o:ORDINAL? s:SECTION",
    "(ADD|WITH|AND)? A? BUILD",
)
def _build(found: Found) -> Iterable[Ask] | None:
    """A build leads to a chorus, the last one where none is named; after one, it goes out of it."""
    named = found.one("s").value if "s" in found else "chorus"
    ordinal = found.one("o").value if "o" in found else "last" if "s" not in found else ""
    section = f"{ordinal} {named}".strip()
    return [Ask("section", (section, "build and drop", None))]


@rules("NOT f:(LOOP|EXTENDED|RADIOEDIT)", "NO f:(LOOP|EXTENDED)")
def _not_form(found: Found) -> Iterable[Ask] | None:
    name = {"LOOP": "loop", "EXTENDED": "extended"}.get(found.one("f").cls, "radio-edit")
    return [Ask("avoid", name)]


@rules("A? RADIOEDIT EDIT?")
def _radio(found: Found) -> Iterable[Ask] | None:
    return [Ask("form", "radio-edit")]


@rules("A? EXTENDED (MIX|VERSION|LENGTH|CUT|REMIX|EDIT)?", leave="MIX REMIX")
def _extended(found: Found) -> Iterable[Ask] | None:
    return [Ask("form", "extended")]


@rules("A? LOOP (?!SECTION|ORDINAL|PART)")
def _loop(found: Found) -> Iterable[Ask] | None:
    return [Ask("form", "loop")]


@rules("NOT SO? w:(LONG|SHORTER) ENOUGH")
def _not_long_enough(found: Found) -> Iterable[Ask] | None:
    form = "extended" if found.one("w").cls == "LONG" else "radio-edit"
    return [Ask("form", form, assumed=True)]


@rules("(NOT|LESS) (SO|TOO|AS)* w:(LONG|SHORTER)", "TOO w:(LONG|SHORTER)")
def _too_long(found: Found) -> Iterable[Ask] | None:
    form = "extended" if found.one("w").cls == "SHORTER" else "radio-edit"
    return [Ask("form", form, assumed=True)]


@rules("(BIT|MUCH|EVEN|MORE)* w:(LONGER|SHORTER) (LENGTH|VERSION|EDIT)? (BIT|MUCH)*")
def _longer(found: Found) -> Iterable[Ask] | None:
    form = "extended" if found.one("w").cls == "LONGER" else "radio-edit"
    return [Ask("form", form, assumed=True)]
