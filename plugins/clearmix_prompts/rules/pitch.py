"""Pitch: up and down by intervals, into a key, into major or minor."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix_prompts.grammar import Ask, Found, Rules
from clearmix_prompts.rules.tempo import degree

_SEMITONES = {"SEMI": 1.0, "WHOLE": 2.0, "STEP": 1.0, "OCTAVE": 12.0}

_DOWN = frozenset({"DOWN", "REDUCE", "DROP", "LOWERADJ", "CUT", "LOW"})
_UP = frozenset({"UP", "HIGHER", "RAISE", "HIGH"})

rules = Rules(
    HOW="(BIT|MUCH|EVEN|MORE|SO)*",
    VERB="(SHIFT|PITCH|RAISE|REDUCE|DROP|RESTORE|REPLACE|TAKE|TOUCH|MAKE|KEYWORD|ADD|CUT)",
    WAY="(UP|DOWN|HIGHER|REDUCE|LOWERADJ)",
    UNIT="(SEMI|WHOLE|STEP|OCTAVE|INTERVAL)",
)


@rules("(NUM|A) {UNIT} BIT? (TOOMUCH|TOO (HIGH|LOW|BIG))")
def _that_was_too_far(found: Found) -> Iterable[Ask] | None:
    """`Two semitones was too much`: what stands, not what is asked for."""
    return [] if "pitch" in found.line.standing else None


@rules("(TAKE|REMOVE|CUT|DROP) n:(NUM|A) (OF|A)* u:(SEMI|WHOLE|STEP) OUT")
def _less_of_it(found: Found) -> Iterable[Ask] | None:
    """`Take two of those semitones off again`."""
    if "pitch" not in found.line.standing:
        return None
    return [Ask("pitch.more", -_SEMITONES[found.one("u").cls] * found.number("n"))]


@rules("n:(NUM|A) MORE u:{UNIT}", "MORE n:(NUM|A) u:{UNIT}", "(UP|DOWN)? NEW u:{UNIT}")
def _more(found: Found) -> Iterable[Ask] | None:
    unit = found.one("u")
    size = float(unit.value or 0) if unit.cls == "INTERVAL" else _SEMITONES[unit.cls]
    return [Ask("pitch.more", size * (found.number("n") if "n" in found else 1.0))]


@rules(
    "{VERB}* (PART|ALL)? (IN|OF)? {VERB}* {WAY}? BY? s:SIGN? (BIT|ONLY|ONLYLEFT|AROUND|NEW)* "
    "n:(NUM|A|HALF A?)? MORE? u:{UNIT} (IN? (PITCH|KEYWORD))? MORE? {WAY}? (IN (PITCH|KEYWORD))?",
)
def _interval(found: Found) -> Iterable[Ask] | None:
    moves = found.classes & (_DOWN | _UP | {"SHIFT", "PITCH", "SIGN", "KEYWORD"})
    unit = found.one("u")
    if not moves or (unit.cls == "STEP" and "n" not in found and len(found.lexemes) < 3):
        return None
    if any(one.cls == "PART" and one.value != "vocals" for one in found.lexemes):
        return None
    size = float(unit.value or 0) if unit.cls == "INTERVAL" else _SEMITONES[unit.cls]
    count = found.number("n") if "n" in found else 1.0
    minus = "s" in found and found.one("s").value == "-"
    down = bool(found.classes & _DOWN) or minus
    semitones = size * count
    return [Ask("pitch.semitones", -semitones if down else semitones)]


@rules(
    "w:(UP|DOWN|RAISE|REDUCE) BY? n:(A|NUM) KEYWORD",
    "n:(A|NUM) KEYWORD w:{WAY}",
    "w:(UP|DOWN|RAISE|REDUCE) BY? n:NUM p:PART (?=SEP|STOP|AND|BUT|$)",
)
def _keys(found: Found) -> Iterable[Ask] | None:
    """`Up a key`, `up 3 keys`, as singers say it: each is a semitone."""
    n = found.number("n")
    if "p" in found.match.groupdict() and found.one("p").value != "piano":
        return None
    return [Ask("pitch.semitones", -n if found.one("w").cls in _DOWN else n)] if n <= 12 else None


@rules("CAPO (ON|AT|IN|TO|UP|A)* (n:NUM|o:ORDINAL) SEMI?")
def _capo(found: Found) -> Iterable[Ask] | None:
    """A capo shortens the strings by frets, each a semitone."""
    named = {"first": 1.0, "second": 2.0, "third": 3.0, "fourth": 4.0}
    frets = found.number("n") if "n" in found else named.get(str(found.one("o").value), 0.0)
    return [Ask("pitch.semitones", frets)] if 1 <= frets <= 12 else None


@rules(
    "SHIFT PITCH? w:{WAY}? BY? s:SIGN? n:NUM (?!PERCENT|SECONDS|MINUTES|BPM|TIMES|DB)",
    "PITCH w:{WAY}? (BY|TO)? s:SIGN? n:NUM (?!PERCENT|SECONDS|MINUTES|BPM|TIMES|DB)",
    "(RAISE|REDUCE|DROP) (PITCH|KEYWORD) BY? s:SIGN? n:NUM (?!PERCENT|SECONDS|MINUTES|BPM"
    "|TIMES|DB)",
    "KEYWORD (w:{WAY} BY?|s:SIGN) n:NUM (?!PERCENT|SECONDS|MINUTES|BPM|TIMES|DB)",
)
def _number(found: Found) -> Iterable[Ask] | None:
    minus = "s" in found and found.one("s").value == "-"
    down = minus or bool(found.classes & _DOWN)
    n = found.number("n")
    return [Ask("pitch.semitones", -n if down else n)] if n <= 24 else None


@rules("w:(RAISE|REDUCE|DROP) BY n:NUM (?=SEP|STOP|AND|BUT|FOR|$)")
def _moved_by(found: Found) -> Iterable[Ask] | None:
    """`Lower it by three`, where no tempo stands."""
    n, standing = found.number("n"), found.line.standing
    if n != int(n) or n > 12 or ("tempo" in standing and "pitch" not in standing):
        return None
    return [Ask("pitch.semitones", n if found.one("w").cls == "RAISE" else -n)]


@rules("NOT (SHIFT|(TOUCH|REPLACE|RAISE|REDUCE) (PITCH|KEYWORD)|PITCH (UP|DOWN)?)")
def _untouched(found: Found) -> Iterable[Ask] | None:
    key = "KEYWORD" in found.classes
    return [Ask("keep", "key" if key else "pitch")]


@rules("m:(MINOR|MAJOR) (INSTEADOF|NOT|NO) A? (MINOR|MAJOR)", "OF (MINOR|MAJOR) TO m:(MINOR|MAJOR)")
def _from_to(found: Found) -> Iterable[Ask] | None:
    return [Ask("pitch.mode", "minor" if found.one("m").cls == "MINOR" else "major")]


@rules("MAJOR SEP? (AND|OR) MINOR", "MINOR SEP? (AND|OR) MAJOR")
def _both_modes(found: Found) -> Iterable[Ask] | None:
    """`Major and minor`, which is asked about."""
    return [Ask("pitch.mode", "major"), Ask("pitch.mode", "minor")]


@rules("OF KEY TO k:KEY", "(IN|TO|AT)* k:KEY (INSTEADOF|NOT|NO) (IN|A)* KEY")
def _key_to_key(found: Found) -> Iterable[Ask] | None:
    return [Ask("pitch.key", found.one("k").value)]


@rules("{VERB}* (IN|TO|AT)* KEYWORD? (OF|TO|IN)* k:KEY KEYWORD?")
def _key(found: Found) -> Iterable[Ask] | None:
    return [Ask("pitch.key", found.one("k").value)]


@rules(
    "(NOT|NO) (IN|A)* (MINOR|MAJOR) KEYWORD?",
)
def _not_mode(found: Found) -> Iterable[Ask] | None:
    return [Ask("pitch.mode", "major" if "MINOR" in found.classes else "minor", assumed=True)]


@rules(
    "(KEYWORD|MAKE|TOUCH|REPLACE|SHIFT)? (IN|TO|OF|INSTEADOF)* A? m:(MINOR|MAJOR) (KEYWORD"
    "|VERSION|VIBE|REMIX|COVER)",
    "(KEYWORD|MAKE|TOUCH|REPLACE|SHIFT|MORE|VIBE|LIKE) (IN|TO|OF)* A? m:(MINOR|MAJOR) (?!X"
    "|PART|PITCH)",
    "(IN|TO) A? m:(MINOR|MAJOR) (?!X|PART)",
    "m:(MINOR|MAJOR) (?=SEP|STOP|AND|BUT|INSTEAD|INSTEADOF|$)",
)
def _mode(found: Found) -> Iterable[Ask] | None:
    return [Ask("pitch.mode", "minor" if found.one("m").cls == "MINOR" else "major")]


@rules("NOT (UP|DOWN) NUM {UNIT}?")
def _not_that_far(found: Found) -> Iterable[Ask] | None:
    """`Down two, not up two`: the way that was not meant."""
    return []


@rules("(?<!PART) w:(UP|DOWN) n:NUM (?=SEP|STOP|AND|BUT|INSTEAD|$|_)")
def _bare(found: Found) -> Iterable[Ask] | None:
    """`Up two`, as musicians say it."""
    n = found.number("n")
    standing = found.line.standing
    if n != int(n) or n > 12 or ("tempo" in standing and "pitch" not in standing):
        return None  # `up 5` may be beats where a tempo stands
    return [Ask("pitch.semitones", -n if found.one("w").cls == "DOWN" else n)]


@rules("NOT SO? w:(HIGH|LOW) ENOUGH")
def _not_enough(found: Found) -> Iterable[Ask] | None:
    return [Ask("pitch.step", (1 if found.one("w").cls == "HIGH" else -1, "plain"), assumed=True)]


@rules(
    "{HOW} PITCH BIT? w:(UP|DOWN) {HOW}",
    "{HOW} w:(HIGHER|HIGH|LOWERADJ|LOW|REDUCE) (PITCH|KEYWORD)",
    "{HOW} (PITCH|KEYWORD) {HOW} w:(HIGHER|LOWERADJ|REDUCE|UP|DOWN)",
    "w:(RAISE|REDUCE|DROP) (PITCH|KEYWORD) BY? {HOW}",
    "(RAISE|RESTORE|TAKE|MAKE|TOUCH|REPLACE|SHIFT) (PITCH|KEYWORD) {HOW} w:(HIGHER|UP|DOWN|REDUCE)",
    "(NUM {UNIT}?)? TOO w:(HIGH|LOW)",
    "(NOT|LESS) (SO|TOO|AS)* w:(HIGH|LOW)",
    "SHIFT {HOW} w:(UP|DOWN) {HOW}",
    "{HOW} w:HIGHER (?=SEP|STOP|AND|BUT|THAN|$)",
    "((?<=_ AND)|(?<=_ OR)|(?<=_ SEP AND)|(?<=_ STOP AND)) w:REDUCE "
    "(?=(TOO|ALSO)? (SEP|STOP|AND|BUT|AT|FOR|$))",
    "(MAKE|SING|PLAY|ADD TO) {HOW} w:REDUCE (?=SEP|STOP|AND|BUT|THAN|$)",
    "MUCH w:REDUCE (?=SEP|STOP|AND|BUT|THAN|$)",
    "BIT w:REDUCE (?=SEP|STOP|AND|BUT|THAN|$)",
)
def _step(found: Found) -> Iterable[Ask] | None:
    word = found.one("w").cls
    down = word in _DOWN
    if found.classes & {"TOO", "NOT", "LESS"}:
        down = not down
    told = "complaint" if "TOO" in found.classes else None
    return [Ask("pitch.step", (-1 if down else 1, degree(found)), assumed=True, part=told)]
