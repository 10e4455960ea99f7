"""Line-ups: instrumental, a cappella, for solo piano, and parts that are added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from clearmix_prompts.grammar import Ask, Found, Rules
from clearmix_prompts.lexicon import word_group
from clearmix_prompts.rules.lists import ADJECTIVES, MACROS, PITCHED, each, fresh

first = Rules(**MACROS)
"""Tried before the rules of parts: in `for solo piano` nothing is taken from a recording."""

_SAID_OF_IT = word_group("said_of_parts")
"""Classes of what may yet be said of a part that a clause only names."""

rules = Rules(TERM="(STYLE|ERA|MOOD|EFFECT)", **MACROS)


@first(
    "(ON|FOR|WITH|A)* SOLO l:{PARTS} (VERSION|COVER|REMIX|EDIT)",
    "(ON|FOR|WITH|BY) A? SOLO l:{PARTS}",
    leave=f"{ADJECTIVES} COVER REMIX EDIT",
)
def _solo_version(found: Found) -> Iterable[Ask] | None:
    return _line_up(found)


@first(
    "((?<=SEP)|(?<=STOP)|(?<=AND)|(?<=ADD)|(?<=WITH)|(?<=A)|^) A? l:PART SOLO (?!OUT|GOES)",
    "A l:PART (?=(SEP|STOP)* (AND|BUT) (NO|REMOVE|DROP|CUT) A? PART)",
)
def _solo_and_gone(found: Found) -> Iterable[Ask] | None:
    """`A bass solo, and take the bass out`: two things of one part, which is asked about."""
    part, classes = found.one("l"), {one.cls for one in found.line.lexemes}
    if "SOLO" in classes and not found.classes & {"SOLO"}:
        return None  # `a guitar and no guitar solo`
    again = [one for one in found.line.lexemes if one.value == part.value and one is not part]
    gone = classes & {"REMOVE", "NO", "OUT", "DROP", "CUT", "GOES"} and not classes & {"KEEP"}
    action = "solo" if "SOLO" in found.classes else "add"
    return each(found, "l", action) if again and gone else None


@first("A? ACAPELLA ({AND} l:{PARTS})", "l:{PARTS} {AND} ACAPELLA (?=SEP|STOP|BUT|$)")
def _vocals_and(found: Found) -> Iterable[Ask] | None:
    return [Ask("part", ("vocals", "solo", None)), *each(found, "l", "solo")]


@rules("(ADD|MAKE|PLAY) a:PART ON b:{ITEM}", leave=ADJECTIVES)
def _over(found: Found) -> Iterable[Ask] | None:
    return [*each(found, "a", "keep"), *each(found, "b", "add")]


@rules("INSTRUMENTAL (VERSION|REMIX|COVER|ONLY)*", leave="REMIX COVER")
def _instrumental(found: Found) -> Iterable[Ask] | None:
    return [Ask("part", ("vocals", "remove", None))]


@rules("A? ACAPELLA (VERSION|REMIX|COVER|ONLY)*", leave="REMIX COVER")
def _acapella(found: Found) -> Iterable[Ask] | None:
    return [Ask("part", ("vocals", "solo", None))]


@rules(
    "(ON|FOR|WITH) A? (ORIGINAL|SOLO|ONLYLEFT|ONLY)* l:{PARTS} ONLY",
    "(PLAY|COVER|MAKE|VERSION|REMIX) OF? (ON|FOR|BY) A? (SOLO|ONLYLEFT)? l:{PARTS}",
    "^(FOR|ON) A? l:{PARTS} (?=SEP|STOP|$)",
    "l:{PARTS} (SOLO)? (VERSION|COVER|REMIX|EDIT)",
    "A? SOLO l:{PARTS} VERSION?",
    leave=f"{ADJECTIVES} COVER REMIX EDIT",
)
def _line_up(found: Found) -> Iterable[Ask] | None:
    parts = found.all("l", "PART")
    if any(part.value not in PITCHED for part in parts):
        return None
    return [*each(found, "l", "solo"), Ask("arranged", None)]


@first(
    "l:{PARTS} COMEIN (?=(ON|AT|IN|FOR|A)* ORDINAL? SECTION)",
    "A l:PART COMEIN ALSO? (?=SEP|STOP|AND|BUT|$)",
    "(ADD|WITH|AND|SEP|^) A l:PART PART? SOFTER (?=SEP|STOP|AND|BUT|$)",
    "(WITH|ADD) A? BIG+ l:{PARTS}",
    leave=ADJECTIVES,
)
def _enters(found: Found) -> Iterable[Ask] | None:
    """Parts that come in where they were not; those that a song has are made louder instead."""
    if "BIG" in found.classes and not {one.value for one in found.all("l", "PART")} <= PITCHED:
        return None
    return each(found, "l", "add")


@rules(
    "MAKE (A|BIT|MORE)* l:{PARTS} (ON|IN) (?=SEP|STOP|AND|BUT|$)",
    "MAKE A l:{PARTS} (?=SEP|STOP|AND|BUT|$)",
    leave=ADJECTIVES,
)
def _have(found: Found) -> Iterable[Ask] | None:
    """`Have a flute on it`, `get a flute`: of a part that songs rarely have."""
    return each(found, "l", "add") if fresh(found, "l") else None


@rules(
    "(ADD|WITH|INSTEAD|MAKE LIKE) (BIT|MUCH|ONLYLEFT|MORE|OF|AND|NUM)* l:{PARTS} (ON TO?|IN|TO)?",
    "^ l:({ITEM} ({AND} {ITEM})*) (ALSO|TOO) (?=SEP|STOP|$)",
    "(AND|SEP|MAKE|^) l:{PARTS} (ALSO|TOO) (?=SEP|STOP|$)",
    "AND A l:{ITEM}",
    "AND BIT OF? l:{ITEM} (?=SEP|STOP|AND|BUT|$)",
    "^AND l:{PARTS} (?=SEP|STOP|$)",
    "(BIT|MUCH|A|MORE|OF)* l:{PARTS} WISH",
    "l:{PARTS} (IN|AND ALL) (?=SEP|STOP|$)",
    leave=ADJECTIVES,
)
def _add(found: Found) -> Iterable[Ask] | None:
    lead, last = found.lexemes[0], found.lexemes[-1].cls
    bare = not found.classes & {"ADD", "WITH", "INSTEAD", "MAKE", "WISH", "A", "BIT"}
    as_before = lead.cls == "AND" and lead.value is None and lead.first == 0
    if bare and (last in ("ALSO", "TOO") or lead.value == "also" or as_before):
        return [
            Ask("elided.part_too", part.value, part.first, part.last)
            for part in found.all("l", "PART")
        ]
    wish = "wanted" if lead.value == "wanted" else None
    return [replace(ask, part=wish) for ask in each(found, "l", "add")]


@rules(
    "^ (SO|SEP|A|MAKE)* {TERM} ({AND} {TERM})* SEP l:(PART ({AND} PART)*) (?=SEP|STOP|$)",
    leave="STYLE ERA MOOD EFFECT SO SEP A MAKE AND",
)
def _listed(found: Found) -> Iterable[Ask] | None:
    """`Ska, trumpet and saxophone, happy`: a list of wishes with parts that songs rarely have."""
    return each(found, "l", "add") if fresh(found, "l") else None


@rules(
    "^(BIT|A|SOLO)* l:PART+ (STOP|SEP)* $",
    "^A? X+ l:PART (STOP|SEP)* $",
    "^A? l:PART X (STOP|SEP)* $",
    "(^|STOP) A? l:(PART (AND A? PART)*) (?=STOP|$)",
    "(^|STOP|SEP|AND|BUT) (AND|BUT|ALSO)* A? l:(PART ((SEP|AND)+ A? PART)*) ADD? "
    "(?=STOP|SEP|AND|BUT|$)",
    "((?<=SEP)|(?<=STOP)|(?<=AND)|(?<=BUT)) A l:PART IN (?=STOP|SEP|AND|BUT|$)",
    leave="X",
)
def _alone(found: Found) -> Iterable[Ask] | None:
    """`🎷 please`, `blues, harmonica, slow`: parts that songs rarely have, and nothing else."""
    if not fresh(found, "l"):
        return None
    whole = found.match.start() == 0 and found.match.end() == len(found.line.classes)
    if not whole and {one.cls for one in found.line.lexemes} & _SAID_OF_IT:
        return None  # `the guitar, it's too loud`
    return each(found, "l", "add")


@rules(
    "(^|SEP|STOP|AND) l:{PARTS} (?=(ONLY|ONLYLEFT)? (IN|ON|AT|FOR)+ A? ORDINAL? SECTION ONLY? "
    "(SEP|STOP|AND|BUT|$))",
    "(ONLY|ONLYLEFT) (ADD|MAKE|PLAY|TAKE|RESTORE|WITH)? l:{PARTS} COMEIN? "
    "(?=(IN|ON|AT|FOR)+ A? ORDINAL? SECTION (SEP|STOP|AND|BUT|$))",
    "(SHIFT|TAKE|MAKE|RESTORE) l:{PARTS} (?=(TO|IN)+ A? ORDINAL? SECTION ONLY? "
    "(SEP|STOP|AND|BUT|$))",
    "(^|STOP) l:{PARTS} (?=(STOP|SEP) ONLY? (IN|ON|AT|FOR|A)* ORDINAL? SECTION ONLY? "
    "(STOP|SEP)* $)",
    leave=f"{ADJECTIVES} SEP STOP AND",
)
def _in_section(found: Found) -> Iterable[Ask] | None:
    """`Strings in the bridge only`: parts and their place, without a verb."""
    return each(found, "l", "add") if fresh(found, "l") else None


@rules("(STYLE|ERA|MOOD|EFFECT)+ PART", leave="STYLE ERA MOOD EFFECT")
def _described(found: Found) -> Iterable[Ask] | None:
    """A part that only carries a style, as in `with 80s drums` said shortly."""
    part = next(one for one in found.lexemes if one.cls == "PART")
    if found.lexemes[0].cls == "EFFECT":
        return []
    return [Ask("part", (part.value, "add", None), assumed=False)]
