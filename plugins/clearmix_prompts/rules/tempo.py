"""Tempo in words: faster and slower, the feel, and the tempo as it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from clearmix_prompts.grammar import Ask, Found, Rules

_MEASURES = {
    "PITCH": "pitch",
    "KEYWORD": "pitch",
    "SHIFT": "pitch",
    "ENERGYWORD": "energy",
    "LENGTH": "length",
}
"""What a word measures; the others measure the tempo."""

FALLS = frozenset({"SLOWER", "SLOW", "DOWN", "REDUCE", "LESS", "DROP", "CUT", "TAKE"})
"""Classes that make a tempo less."""

DEGREES = {"BIT": "bit", "MUCH": "much"}
"""Class of a word of degree, and the degree."""

MACROS = {
    "HOW": "(BIT|MUCH|EVEN|MORE|SO)*",
    "OTHER": "(SECONDS|MINUTES|HOURS|PERCENT|SEMI|DB)",
    "MEASURE": "(SPEED|TEMPO|BPM|PITCH|KEYWORD|ENERGYWORD|LENGTH)",
    "SHARE": "(QUARTER|HALF|ORDINAL|INTERVAL)",
    "SPEEDWORD": "(TEMPO|SPEED|BPM)",
    "MOVE": "(RAISE|REPLACE|MAKE|TAKE|TOUCH|RESTORE|ADD|SHIFT|CUT|DROP)",
    "QUICKER": "(FASTER UP?|SPEED (BIT|MUCH)* UP|(RAISE|MORE|HIGHER) (TEMPO|SPEED|BPM) UP?"
    "|(TEMPO|SPEED|BPM) (UP|HIGHER|RAISE)"
    "|(RAISE|REPLACE|MAKE|TAKE|TOUCH|RESTORE|ADD|SHIFT|KEEP) (TEMPO|SPEED|BPM) (UP|HIGHER|FASTER)"
    "|UP (TEMPO|SPEED|BPM))",
    "CALMER": "(SLOWER|SLOW (BIT|MUCH)* DOWN|(REDUCE|LESS|DROP|CUT) (TEMPO|SPEED|BPM) DOWN?|(TEMPO"
    "|SPEED|BPM) (DOWN|REDUCE|SLOWER)"
    "|(RAISE|REPLACE|MAKE|TAKE|TOUCH|RESTORE|ADD|SHIFT|KEEP|DROP) (TEMPO|SPEED|BPM) DOWN"
    "|DOWN (TEMPO|SPEED|BPM))",
}
"""Patterns that the rules of tempo, of shares and of beats share."""

first = Rules(**MACROS)
"""Tried before a share or a number: what goes back to what it was is given none."""

rules = Rules(**MACROS)


@first(
    "FORGET (MORE|A)? w:(SPEED|TEMPO|BPM|PITCH|KEYWORD|SHIFT|FASTER|SLOWER) (TOUCH|SHIFT|BIT|X)? "
    "ONLY?",
    "{MOVE}? ORIGINAL? w:{MEASURE} BACK (TO|AT|IN)* (ORIGINAL|SAME|ASRECORDED)+",
    "{MOVE}? ORIGINAL? w:{MEASURE} BACK (?=SEP|STOP|AND|BUT|$)",
    "RESTORE ORIGINAL w:{MEASURE}",
    "w:{MEASURE} SEP (ORIGINAL|SAME|ASRECORDED) (?=SEP|STOP|$)",
    "{MOVE}? w:{MEASURE} (AT|TO|AS|LIKE|IN)? (ASRECORDED|LIKE ORIGINAL)",
    "BACK (TO|IN|AT|AS)* ORIGINAL? w:{MEASURE} (ASRECORDED|ORIGINAL)?",
    "(IN|AT)? ORIGINAL w:{MEASURE} (BACK|BIG)",
    "AROUND? w:{MEASURE} (SEP|STOP)+ (KEEP|{MOVE})? (BACK|BACK? (AS|LIKE|SAME|IN|AT|TO)* "
    "(ORIGINAL|ASRECORDED)) (?=SEP|STOP|AND|BUT|$)",
    "(NO|NOT) TO? (TOUCH|SHIFT)? w:{MEASURE} AFTER ALL (?=SEP|STOP|AND|BUT|$)",
    "(NO|NOT) (TO|MAKE)* w:(SPEED|SLOW|FASTER|SLOWER) (UP|DOWN)? AFTER ALL (?=SEP|STOP|AND|BUT|$)",
)
def _as_it_was(found: Found) -> Iterable[Ask] | None:
    """`Back to the key it was recorded in`, `normal speed again`."""
    return [Ask("original", _MEASURES.get(found.one("w").cls, "tempo"))]


@rules(
    "(A|WITH|IN|ADD)* d:(HALFTIME|DOUBLETIME) (ON|FOR)? p:PART?",
    "p:PART (IN|TO|MAKE)* d:(HALFTIME|DOUBLETIME)",
)
def _feel(found: Found) -> Iterable[Ask] | None:
    half = found.one("d").cls == "HALFTIME"
    part = str(found.one("p").value) if "p" in found else None
    return [Ask("tempo.feel", "half-time" if half else "double-time", part=part)]


@rules("(KEEP|TAKE|STAY|MAKE) (A|SO|MUCH)* w:(FAST|SLOW) (LIKE|AS)? (?=SEP|STOP|AND|BUT|$)")
def _stays_so(found: Found) -> Iterable[Ask] | None:
    """`Leave it fast`: where a tempo stands, it is that one."""
    lead = found.lexemes[0]
    if lead.cls == "MAKE" and not found.line.said(lead).startswith("keep"):
        return None
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
    "w:NUM BPM? (BIT|MUCH)* TOOMUCH (?=SEP|STOP|AND|BUT|$)",
    "(TEMPO|SPEED|BPM) BIT? TOO w:(HIGH|LOW)",
    "AVOID (TOO|SO|MUCH)* w:(FAST|SLOW)",
)
def _not_so(found: Found) -> Iterable[Ask] | None:
    word = found.one("w").cls
    if word == "NUM" and "tempo" not in found.line.standing:
        return None
    if f"<{word}ER>" in found.line.classes[found.match.end() :]:
        return []  # `not too fast, just a bit faster`: what follows says how much
    told = "complaint" if "TOO" in found.classes else None
    return [replace(_step(found, faster=word in ("SLOW", "LOW")), part=told)]


@rules("{HOW} w:({QUICKER}|{CALMER}) {HOW} THAN ORIGINAL")
def _than_the_original(found: Found) -> Iterable[Ask] | None:
    slower = bool({one.cls for one in found.all("w")} & FALLS)
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
