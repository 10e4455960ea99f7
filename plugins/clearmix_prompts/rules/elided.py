"""What a follow-up leaves unsaid: `Italian instead`, `minus five`, `a decade earlier`.

Each asks for an `elided` thing: `ellipsis.py` says what it means beside the spec that stands.
"""

from __future__ import annotations

from collections.abc import Iterable

from clearmix_prompts.grammar import Ask, Found, Rules
from clearmix_prompts.rules.tempo import degree

first = Rules()
"""Tried before all others: what was not meant is no wish."""

rules = Rules(
    LEAD="(CORRECT|MAKE|NO|NOT|SEP|AND|BUT|ONLY|ONLYLEFT|BY|AT|TO|IN|LESS|MORE|STOP|_)*",
    END="(BETTER (THAN (LANGUAGE|VOICETYPE))?)? "
    "(?=SEP|STOP|AND|BUT|NOT|NO|INSTEAD|INSTEADOF|CORRECT|_|$)",
)

_ONE_OF = ("KEY", "LANGUAGE", "VOICETYPE", "(RADIOEDIT|EXTENDED|LOOP)")
"""Words for things of which a remix has one: what is meant takes the place of what is not."""

_ALIKE = (frozenset({"RADIOEDIT", "EXTENDED", "LOOP"}), frozenset({"NUM", "TIME"}))
"""Classes that may take each other's place."""

_WAYS = {"UP": 1, "HIGHER": 1, "DOWN": -1, "REDUCE": -1}


@first(
    *(
        f"(NOT|NO|INSTEADOF) (IN|A|TO|ON|AS|BY|MAKE|ADD|TAKE)* w:{cls} (PART|SING)?"
        for cls in _ONE_OF
    ),
    *(f"w:{cls} (PART|SING)? (SEP|STOP|BUT)* CORRECT (IN|A|TO)* (?={cls})" for cls in _ONE_OF),
    "(?<!PERCENT)(NOT|NO|INSTEADOF) (AT|TO|UP|DOWN|SIGN)? w:(NUM|TIME) "
    "(?=SEP|STOP|AND|BUT|_|$|CORRECT|(UP|DOWN|SIGN)? NUM)",
)
def _not_meant(found: Found) -> Iterable[Ask] | None:
    """`Not G major, D major`: nothing is to be done about the one if the other is said too."""
    word = found.one("w")
    alike = next((group for group in _ALIKE if word.cls in group), {word.cls})
    said = [one for one in found.line.lexemes if one.cls in alike and one is not word]
    if said and word.cls == "VOICETYPE":
        found.line.use(said[-1:])
        return [Ask("voice", ("synthetic", said[-1].value))]
    return [] if said else None


@first("RELATIVE m:(MINOR|MAJOR)? KEYWORD? (?=SEP|STOP|AND|BUT|_|$)")
def _related_key(found: Found) -> Iterable[Ask] | None:
    """The key with the same notes: `the relative minor`."""
    said = found.one("m").cls if "m" in found else ""
    return [Ask("elided.related", said)] if said or "pitch" in found.line.standing else None


@first("l:(PART|STYLE|MOOD|EFFECT|ERA) ALLOWED")
def _allowed(found: Found) -> Iterable[Ask] | None:
    """`Drums are fine after all`: no longer to be avoided."""
    return [Ask("elided.allowed", found.one("l").value)] if "avoid" in found.line.standing else None


@first("BACK (TO|IN)* l:LANGUAGE (?=SEP|STOP|AND|BUT|$)")
def _back_to_language(found: Found) -> Iterable[Ask] | None:
    """`Back to English`, where words were translated."""
    if "lyrics" not in found.line.standing:
        return None
    return [Ask("elided.back_to_language", found.one("l").value)]


@first("(NO|NOT) IN? l:LANGUAGE (?=SEP|STOP|$)")
def _not_language(found: Found) -> Iterable[Ask] | None:
    if "lyrics" not in found.line.standing:
        return None
    return [Ask("elided.not_language", found.one("l").value)]


@first(
    "(KEEP|WITH|STAY)? l:EFFECT STAY? (AND|SEP|BUT|STOP)* (REMOVE|DROP|NO|FORGET|CUT) OTHERFX",
    "(ONLY|ONLYLEFT) (KEEP|LEAVE)? l:EFFECT (?=SEP|STOP|BUT|$)",
    "l:EFFECT ONLY (?=SEP|STOP|BUT|$)",
)
def _this_effect_alone(found: Found) -> Iterable[Ask] | None:
    """`Keep the reverb, lose the other effect`."""
    if "effects" not in found.line.standing:
        return None
    return [Ask("given", ("effects", [found.one("l").value]))]


@first("(KEEP|MAKE|ADD|BUT|SEP|TO|A)* (BIT|MUCH|EVEN)* w:(THEMUP|THEMDOWN) (BIT|MUCH)*")
def _they_louder(found: Found) -> Iterable[Ask] | None:
    """`Turn them down`, `keep them but quieter`: the parts that the last turn spoke of."""
    return [Ask("elided.they", "louder" if found.one("w").cls == "THEMUP" else "softer")]


@first("(NOT|INSTEADOF) (IN|ON|AT|FOR|A)* (o:ORDINAL)? s:SECTION")
def _not_that_section(found: Found) -> Iterable[Ask] | None:
    """`Repeat the verse, not the chorus`."""
    named = found.one("s")
    others = [one for one in found.line.lexemes if one.cls == "SECTION" and one is not named]
    ordinal = f"{found.one('o').value} " if "o" in found else ""
    return [Ask("elided.not_there", f"{ordinal}{named.value}")] if others else None


@rules("{LEAD} l:LANGUAGE {END}")
def _language(found: Found) -> Iterable[Ask] | None:
    word = found.one("l")
    if "lyrics" not in found.line.standing:
        return None
    return [Ask("elided.language", word.value, word.first, word.last)]


@rules("{LEAD} PART? A? t:VOICETYPE PART? {END}")
def _voice(found: Found) -> Iterable[Ask] | None:
    word = found.one("t")
    sung = [one.value for one in found.lexemes if one.cls == "PART"]
    if "voice" not in found.line.standing or set(sung) - {"vocals"}:
        return None
    return [Ask("elided.voice", word.value)]


@rules(
    "((?<=SEP)|(?<=STOP)|(?<=MAKE)) s:SIGN n:NUM (INSTEADOF SIGN? NUM|INSTEADOF SIGN _)? {END}",
    "^{LEAD} (w:(UP|DOWN)|s:SIGN)? n:NUM w2:(UP|DOWN|HIGHER|REDUCE)? {END}",
)
def _number(found: Found) -> Iterable[Ask] | None:
    """A number without a unit; 1 or -1 beside it if a way was said."""
    if not found.line.standing & {"pitch", "tempo", "structure"}:
        return None
    said = [found.one(group).cls for group in ("w", "w2") if group in found]
    way = _WAYS[said[0]] if said else 0
    if "s" in found:
        way = -1 if found.one("s").value == "-" else 1
    return [Ask("elided.number", (found.number("n"), way))]


@rules("^{LEAD} n:NUM MORE w:(UP|DOWN|HIGHER|REDUCE)", "^{LEAD} w:(UP|DOWN) n:NUM MORE")
def _so_many_more(found: Found) -> Iterable[Ask] | None:
    """`One more down`, from where it stands."""
    if not found.line.standing & {"pitch", "tempo"}:
        return None
    return [Ask("elided.so_many_more", (found.number("n"), _WAYS[found.one("w").cls]))]


@rules(
    "^{LEAD} (HALF AS MUCH w:(UP|DOWN) (SEP|STOP|CORRECT)+)? n:(NUM|A) u:(SEMI|WHOLE|OCTAVE) {END}"
)
def _interval(found: Found) -> Iterable[Ask] | None:
    """`Two semitones rather than four`: the way stands."""
    if "pitch" not in found.line.standing:
        return None
    size = {"SEMI": 1.0, "WHOLE": 2.0, "OCTAVE": 12.0}[found.one("u").cls]
    return [Ask("elided.number", (size * found.number("n"), 0))]


@rules("n:NUM (?=(X|VAGUE|WISH|ALLOWED)* (SEP|STOP|BUT|AND|$))")
def _near_number(found: Found) -> Iterable[Ask] | None:
    """`The band is great, but 90 suits us better`: a tempo near the one that stands."""
    if not found.line.standing & {"tempo", "pitch"}:
        return None
    percent = any(one.cls == "PERCENT" for one in found.line.lexemes)
    return [Ask("elided.near_number", (found.number("n"), percent))]


@rules(
    "(NOT|NO) (UP|DOWN) (SEP|BUT|STOP)* w:(UP|DOWN)",
    "w:(UP|DOWN) (SEP|BUT)* (NOT|INSTEADOF) (UP|DOWN)",
    "(CORRECT|INSTEAD) w:(UP|DOWN) (?=SEP|STOP|$)",
)
def _other_way(found: Found) -> Iterable[Ask] | None:
    if not found.line.standing & {"pitch", "tempo"}:
        return None
    return [Ask("elided.way", _WAYS[found.one("w").cls])]


@rules("^(AND|BUT|SEP|NO|BIT|MUCH|EVEN)* BACK? w:(UP|DOWN) (BIT|MUCH) (?=SEP|STOP|$)")
def _nudge(found: Found) -> Iterable[Ask] | None:
    """`Back up a bit`, of whatever was moved."""
    if not found.line.standing & {"pitch", "tempo"}:
        return None
    return [Ask("elided.nudge", (_WAYS[found.one("w").cls], degree(found)))]


@first("FORGET (A|X)* d:(HALFTIME|DOUBLETIME) (BIT|X|VIBE)?")
def _feel_gone(found: Found) -> Iterable[Ask] | None:
    """`Forget the double time bit`, wherever it stands."""
    if not found.line.standing & {"sections", "tempo"}:
        return None
    return [Ask("elided.feel_gone", found.one("d").cls)]


@rules("OTHERWAY")
def _opposite(found: Found) -> Iterable[Ask] | None:
    """`The other direction`."""
    moved = found.line.standing & {"pitch", "tempo", "energy"}
    return [Ask("elided.opposite", None)] if moved else None


@rules(
    "n:(NUM|A)? u:(DECADE|YEARS) w:(EARLIER|LATER|LEADINGTO|AFTER|BACK|UP|DOWN)",
    "w:(LEADINGTO|AFTER|NEXT) u:(DECADE|YEARS)",
    "BIT? w:(EARLIER|LATER) (?=SEP|STOP|$)",
)
def _decades(found: Found) -> Iterable[Ask] | None:
    """So many decades back or on."""
    if "era" not in found.line.standing:
        return None
    count = found.number("n") if "n" in found else 1.0
    if "u" in found and found.one("u").cls == "YEARS":
        count /= 10
    back = found.one("w").cls in ("EARLIER", "LEADINGTO", "BACK", "DOWN")
    return [Ask("elided.decades", -count if back else count)] if count == int(count) else None
