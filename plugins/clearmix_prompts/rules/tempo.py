"""Tempo: faster and slower, by how much, at which beats per minute, and the feel."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix_prompts.grammar import Ask, Found, Rules

_MEASURES = {
    "PITCH": "pitch",
    "KEYWORD": "pitch",
    "SHIFT": "pitch",
    "ENERGYWORD": "energy",
    "LENGTH": "length",
}
"""What a word measures; the others measure the tempo."""

_SLOWEST_BPM, _FASTEST_BPM = 40.0, 260.0
"""A bare number outside of this is no tempo."""

_HALF = 0.5

_FALLS = frozenset({"SLOWER", "SLOW", "DOWN", "REDUCE", "LESS", "DROP", "CUT", "TAKE"})

DEGREES = {"BIT": "bit", "MUCH": "much"}
"""Class of a word of degree, and the degree."""

rules = Rules(
    HOW="(BIT|MUCH|EVEN|MORE|SO)*",
    OTHER="(SECONDS|MINUTES|HOURS|PERCENT|SEMI|DB)",
    MEASURE="(SPEED|TEMPO|BPM|PITCH|KEYWORD|ENERGYWORD|LENGTH)",
    SHARE="(QUARTER|HALF|ORDINAL|INTERVAL)",
    SPEEDWORD="(TEMPO|SPEED|BPM)",
    MOVE="(RAISE|REPLACE|MAKE|TAKE|TOUCH|RESTORE|ADD|SHIFT|CUT|DROP)",
    QUICKER="(FASTER UP?|SPEED (BIT|MUCH)* UP|(RAISE|MORE|HIGHER) (TEMPO|SPEED|BPM) UP?"
    "|(TEMPO|SPEED|BPM) (UP|HIGHER|RAISE)"
    "|(RAISE|REPLACE|MAKE|TAKE|TOUCH|RESTORE|ADD|SHIFT|KEEP) (TEMPO|SPEED|BPM) (UP|HIGHER|FASTER)"
    "|UP (TEMPO|SPEED|BPM))",
    CALMER="(SLOWER|SLOW (BIT|MUCH)* DOWN|(REDUCE|LESS|DROP|CUT) (TEMPO|SPEED|BPM) DOWN?|(TEMPO"
    "|SPEED|BPM) (DOWN|REDUCE|SLOWER)"
    "|(RAISE|REPLACE|MAKE|TAKE|TOUCH|RESTORE|ADD|SHIFT|KEEP|DROP) (TEMPO|SPEED|BPM) DOWN"
    "|DOWN (TEMPO|SPEED|BPM))",
)


@rules("STRENGTH BETWEEN low:NUM BPM? (TO|AND) high:NUM (BPM|(?!{OTHER}))")
def _halfway(found: Found) -> Iterable[Ask] | None:
    """`Halfway between 120 and 130`."""
    said = [found.number("low"), found.number("high")]
    half = any(one.cls == "STRENGTH" and one.value == _HALF for one in found.lexemes)
    return [Ask("tempo.bpm", sum(said) / 2)] if half and all(map(_is_bpm, said)) else None


@rules(
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


@rules(
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


@rules(
    "FORGET (MORE|A)? w:(SPEED|TEMPO|BPM|PITCH|KEYWORD|SHIFT) (TOUCH|SHIFT|BIT|X)? ONLY?",
    "{MOVE}? ORIGINAL? w:{MEASURE} BACK (TO|AT|IN)* (ORIGINAL|SAME|ASRECORDED)+",
    "{MOVE}? ORIGINAL? w:{MEASURE} BACK (?=SEP|STOP|AND|BUT|$)",
    "RESTORE ORIGINAL w:{MEASURE}",
    "w:{MEASURE} SEP (ORIGINAL|SAME|ASRECORDED) (?=SEP|STOP|$)",
    "{MOVE}? w:{MEASURE} (AT|TO|AS|LIKE|IN)? (ASRECORDED|LIKE ORIGINAL)",
    "BACK (TO|IN|AT|AS)* ORIGINAL? w:{MEASURE} (ASRECORDED|ORIGINAL)?",
    "(IN|AT)? ORIGINAL w:{MEASURE} (BACK|BIG)",
    "AROUND? w:{MEASURE} (SEP|STOP)+ (KEEP|{MOVE})? (BACK|BACK? (AS|LIKE|SAME|IN|AT|TO)* "
    "(ORIGINAL|ASRECORDED)) (?=SEP|STOP|AND|BUT|$)",
    "NO TO? (TOUCH|SHIFT)? w:{MEASURE} AFTER ALL (?=SEP|STOP|AND|BUT|$)",
)
def _as_it_was(found: Found) -> Iterable[Ask] | None:
    """`Back to the key it was recorded in`, `normal speed again`."""
    return [Ask("original", _MEASURES.get(found.one("w").cls, "tempo"))]


@rules("(AT|TO|AROUND)* a:NUM BPM? SEP? OR b:NUM (BPM|(?=SEP|STOP|AND|BUT|$))")
def _either(found: Found) -> Iterable[Ask] | None:
    """`60 or 90`: which of them is asked back."""
    said = [found.number("a"), found.number("b")]
    return [Ask("choice", " or ".join(f"{n:g}" for n in said))] if all(map(_is_bpm, said)) else None


@rules("n:NUM SEP? (NOT|NO|INSTEADOF) NUM BPM")
def _at_rather(found: Found) -> Iterable[Ask] | None:
    """`118 rather than 124 bpm`."""
    n = found.number("n")
    return [Ask("tempo.bpm", n)] if _is_bpm(n) else None


@rules("(NOT|NO|INSTEADOF) n:NUM BPM")
def _not_at(found: Found) -> Iterable[Ask] | None:
    """`120, not 140 bpm`: the number that was not meant."""
    return []


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
    down = bool(words & _FALLS) or "-" in signs or "DOWN" in found.classes
    of_original = "original" if "ORIGINAL" in found.classes else None
    return [Ask("tempo.ratio", 1 - share if down else 1 + share, part=of_original)]


@rules(
    "d:({QUICKER}|{CALMER}|(RAISE|REDUCE|DROP|CUT) (SPEED|TEMPO)) BY (LIKE|AROUND)? A? "
    "share:{SHARE}",
    "A? share:(QUARTER|INTERVAL) d:({QUICKER}|{CALMER})",
    "d:(TAKE|CUT|DROP|REDUCE|REMOVE) A? share:{SHARE} OUT OF? (SPEED|TEMPO)",
    "d:ADD A? share:{SHARE} (ON|TO)+ (SPEED|TEMPO)",
)
def _fraction(found: Found) -> Iterable[Ask] | None:
    """A share of the tempo; `a third` and `a fifth` are intervals anywhere else."""
    word = found.one("share")
    shares: dict[object, float] = {"QUARTER": 0.25, "HALF": 0.5, "third": 1 / 3, "tenth": 0.1}
    shares |= {4: 1 / 3, 5: 1 / 4, 7: 1 / 5}
    share = shares.get(word.cls) or shares.get(word.value, 0.0)
    down = bool({one.cls for one in found.all("d")} & {*_FALLS, "REMOVE"})
    return [Ask("tempo.ratio", round(1 - share if down else 1 + share, 4))] if share else None


@rules("(FASTER|SLOWER|SPEED UP|SLOW DOWN) GOES")
def _was_a_mistake(found: Found) -> Iterable[Ask] | None:
    return [Ask("original", "tempo")]


@rules("(HALFTHAT|HALF) (OF|A|AS)* (SO|MUCH)* w:ENERGYWORD")
def _half_the_energy(found: Found) -> Iterable[Ask] | None:
    return [Ask("half", "energy")] if "energy" in found.line.standing else None


@rules("HALFTHAT (OF|A)* (FASTER|SLOWER|SPEED UP?|{QUICKER}|{CALMER})?")
def _half_of_that(found: Found) -> Iterable[Ask] | None:
    return [Ask("half", None)]


@rules(
    "n:NUM PERCENT OF? ORIGINAL? (SPEED|TEMPO|FAST)",
    "(SPEED|TEMPO|{QUICKER}|{CALMER}) (AT|TO|OF) n:NUM PERCENT",
    "(AT|TO) n:NUM PERCENT (SPEED|TEMPO|OF ORIGINAL)",
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
        n = 1 - n if {one.cls for one in found.all("d")} & _FALLS else 1 + n
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
    down = bool(words & _FALLS) or "-" in signs
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
    "b:(SEP|STYLE (VERSION|MIX|VIBE)?) n:NUM (?=SEP|STOP|AND|BUT|FOR|WITH|$)",
    leave="STYLE MIX SEP",
)
def _beside(found: Found) -> Iterable[Ask] | None:
    """`Techno, 128`: a number that stands alone right after a style or a comma."""
    n, number, before = found.number("n"), found.one("n"), found.all("b")[-1]
    alone = number.first == before.last + 1 and n == int(n)
    return [Ask("tempo.bpm", n, number.first, number.last)] if alone and 60 <= n <= 200 else None


@rules(
    "^(AND|BUT|SEP|NO|NOT)* n:NUM INSTEAD (SEP|STOP)* $",
    "CORRECT n:NUM (INSTEAD|(NOT|NO) NUM)? (?=SEP|STOP|$)",
    "(FOR|MAKE|AT|TO|WITH)+ n:NUM INSTEAD (?=SEP|STOP|$)",
)
def _instead(found: Found) -> Iterable[Ask] | None:
    """`128 instead`, `make that 122`: a number without a unit takes the place of a tempo."""
    n = found.number("n")
    return [Ask("tempo.bpm", n)] if n == int(n) and 60 <= n <= 200 else None


@rules(
    "(A|WITH|IN|ADD)* d:(HALFTIME|DOUBLETIME) (ON|FOR)? p:PART?",
    "p:PART (IN|TO)? d:(HALFTIME|DOUBLETIME)",
)
def _feel(found: Found) -> Iterable[Ask] | None:
    half = found.one("d").cls == "HALFTIME"
    part = str(found.one("p").value) if "p" in found else None
    return [Ask("tempo.feel", "half-time" if half else "double-time", part=part)]


@rules("(KEEP|TAKE|STAY) (A|SO|MUCH)* w:(FAST|SLOW) (?=SEP|STOP|AND|BUT|$)")
def _stays_so(found: Found) -> Iterable[Ask] | None:
    """`Leave it fast`: where a tempo stands, it is that one."""
    return [Ask("stays", None)] if "tempo" in found.line.standing else None


@rules("STEADY ((SEP|AND|OR)* STEADY)*")
def _steady(found: Found) -> Iterable[Ask] | None:
    """`Don't slow it`: `slow` is a verb here, where `not slow` asks for more."""
    return [Ask("hold", "tempo")]


@rules(
    "NOT MAKE? (TOUCH|SHIFT|REPLACE|RAISE|REDUCE)? ({QUICKER}|{CALMER}|SPEED (UP|DOWN)?)",
    "NO (SPEED UP|SLOW DOWN)",
)
def _untouched(found: Found) -> Iterable[Ask] | None:
    return [Ask("hold", "tempo")]


@rules("NOT (SO|A|MUCH)* w:(FAST|SLOW) ENOUGH")
def _not_enough(found: Found) -> Iterable[Ask] | None:
    return [_step(found, faster=found.one("w").cls == "FAST")]


@rules(
    "(NOT|LESS) (SO|TOO|AS|MUCH)* w:(FAST|SLOW)",
    "BIT? TOO w:(FAST|SLOW) (SEP|STOP|AND)+ (REDUCE|TAKE|BACK|DOWN|OUT)+ BIT",
    "(NUM BPM?)? BIT? TOO w:(FAST|SLOW)",
    "(TEMPO|SPEED|BPM) BIT? TOO w:(HIGH|LOW)",
    "AVOID (TOO|SO|MUCH)* w:(FAST|SLOW)",
)
def _not_so(found: Found) -> Iterable[Ask] | None:
    word = found.one("w").cls
    if f"<{word}ER>" in found.line.classes[found.match.end() :]:
        return []  # `not too fast, just a bit faster`: what follows says how much
    return [_step(found, faster=found.one("w").cls in ("SLOW", "LOW"))]


@rules("{HOW} w:({QUICKER}|{CALMER}) {HOW} THAN ORIGINAL")
def _than_the_original(found: Found) -> Iterable[Ask] | None:
    slower = bool({one.cls for one in found.all("w")} & _FALLS)
    return [Ask("tempo.step", (-1 if slower else 1, degree(found)), assumed=True, part="original")]


@rules("{HOW} w:{QUICKER} BY? {HOW}", "{HOW} w:FAST AS? MUCH", "{HOW} w:FAST (?!SLOW)")
def _quicker(found: Found) -> Iterable[Ask] | None:
    return [_step(found, faster=True)]


@rules("{HOW} w:{CALMER} OUT? (BY|IN)? {HOW}", "{HOW} w:SLOW AS? MUCH", "{HOW} w:SLOW")
def _calmer(found: Found) -> Iterable[Ask] | None:
    return [_step(found, faster=False)]


def _step(found: Found, *, faster: bool) -> Ask:
    return Ask("tempo.step", (1 if faster else -1, degree(found)), assumed=True)


def degree(found: Found) -> str:
    """`bit`, `much` or `plain`: how far a word of degree goes."""
    for cls, name in DEGREES.items():
        if cls in found.classes:
            return name
    return "plain"


def _is_bpm(n: float) -> bool:
    return _SLOWEST_BPM <= n <= _FASTEST_BPM
