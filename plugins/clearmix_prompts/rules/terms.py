"""Eras, styles, moods, effects and energy: what they are called, and what is not wanted of them."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix_prompts.grammar import Ask, Found, Rules
from clearmix_prompts.rules.tempo import degree

rules = Rules(
    ADV="(A|SO|TOO|MUCH|BIT|LIKE|AS|MORE|IN|ON|WITH|ADD|MAKE|ORIGINAL)*",
    AND="(SEP|AND|OR)",
    HOW="(BIT|MUCH|EVEN|SO|MORE)*",
    LIVE="(ENERGETIC|(MORE|BIT|ADD|RAISE|HIGH) ENERGYWORD (MUCH|UP)*|ENERGYWORD MUCH? (UP|HIGHER"
    "|HIGH|RAISE|BIG)|(RAISE|RESTORE|REPLACE|TAKE|MAKE|KEEP) ENERGYWORD (BIT|MUCH)* (UP|HIGH"
    "|HIGHER)|BIG ENERGYWORD|(ADD|WITH|MAKE) BIT (OF|A)* ENERGYWORD"
    "|UP ENERGYWORD|MUCH OF? ENERGYWORD)",
    CALM="(CHILL|(LESS|REDUCE|LOW) ENERGYWORD|ENERGYWORD (BIT|MUCH)* (DOWN|LOW|REDUCE)|(RAISE"
    "|RESTORE|REPLACE|TAKE|MAKE|KEEP|DROP|CUT) ENERGYWORD (BIT|MUCH)* (DOWN|LOW)|DOWN ENERGYWORD"
    "|DROP ENERGYWORD)",
)

_FIELDS = {"ERA": "era", "STYLE": "style", "MOOD": "mood", "EFFECT": "effect"}

STEPS = {"bit": 0.2, "plain": 0.4, "much": 0.7}
"""How far energy goes by the degree that was said."""


@rules("FORGET (MORE|A|BIT)* w:(ENERGYWORD|ENERGETIC|CHILL) TOUCH?")
def _no_more_energy(found: Found) -> Iterable[Ask] | None:
    return [Ask("unset", "energy")]


@rules("NOT (A|SO|MUCH|LIKE)* d:(ENERGETIC|CHILL) ENOUGH")
def _not_enough(found: Found) -> Iterable[Ask] | None:
    step = STEPS[degree(found)]
    return [Ask("energy", step if found.one("d").cls == "ENERGETIC" else -step)]


@rules("NOT (A|SO|MUCH|LIKE)* t:(STYLE|MOOD|EFFECT) ENOUGH")
def _not_so_much_of(found: Found) -> Iterable[Ask] | None:
    """`it isn't sad enough` asks for more of it."""
    word = found.one("t")
    more = "" if word.cls == "EFFECT" else "+"
    return [Ask(f"{_FIELDS[word.cls]}{more}", word.value)]


@rules(
    "TOO d:ENERGETIC",
    "{HOW} (NOT|LESS|NO|AVOID) (A|SO|TOO|MUCH|AS|LIKE)* d:(ENERGETIC|ENERGYWORD)",
    "TOO MUCH? ENERGYWORD",
    "TOOMUCH ENERGYWORD",
)
def _less_energy(found: Found) -> Iterable[Ask] | None:
    return [Ask("energy", -STEPS[degree(found)])]


@rules(
    "TOO d:CHILL", "(NOT|LESS|NO|AVOID) (A|SO|TOO|MUCH|AS|LIKE)* d:CHILL", "NOTENOUGH ENERGYWORD"
)
def _less_chill(found: Found) -> Iterable[Ask] | None:
    return [Ask("energy", STEPS[degree(found)])]


@rules(
    "n:NUM PERCENT d:(MORE|LESS) (ENERGETIC|ENERGYWORD)",
    "d:(RAISE|REDUCE|MORE|LESS) ENERGYWORD (UP|DOWN)? BY? n:NUM PERCENT",
)
def _energy_by(found: Found) -> Iterable[Ask] | None:
    share = min(found.number("n") / 100, 1.0)
    return [Ask("energy", -share if found.one("d").cls in ("LESS", "REDUCE") else share)]


@rules("{HOW} w:{LIVE} {HOW}")
def _live(found: Found) -> Iterable[Ask] | None:
    sizes = [float(one.value) for one in found.lexemes if one.cls == "ENERGETIC" and one.value]
    size = max(sizes, default=0.4)
    how = degree(found)
    if how == "bit":
        size = 0.2
    elif how == "much":
        size = max(size, 0.7)
    return [Ask("energy", size)]


@rules(
    "{HOW} w:{CALM} {HOW}", "{HOW} w:(SOFTER|QUIET) (?=SEP|STOP|AND|BUT|VERSION|REMIX|COVER|THAN|$)"
)
def _calm(found: Found) -> Iterable[Ask] | None:
    sizes = [float(one.value) for one in found.lexemes if one.cls == "CHILL" and one.value]
    size = min(sizes, default=-0.4)
    how = degree(found)
    if how == "bit":
        size = -0.2
    elif how == "much":
        size = min(size, -0.7)
    level = bool(found.classes & {"SOFTER", "QUIET"})
    return [Ask("energy", size, part="softer" if level else None)]


@rules(
    "(REDUCE|CUT) BIT? t:EFFECT", "(REPLACE|TAKE|RESTORE) t:EFFECT DOWN", "t:EFFECT (DOWN|SOFTER)"
)
def _less_effect(found: Found) -> Iterable[Ask] | None:
    return [Ask("less.effect", found.one("t").value, negated=True)]


@rules("(LESS|TOOMUCH|TOO) (A|MUCH|SO)* t:(STYLE|MOOD|EFFECT|ERA)")
def _less(found: Found) -> Iterable[Ask] | None:
    word = found.one("t")
    return [Ask(f"less.{_FIELDS[word.cls]}", word.value, negated=True)]


@rules(
    *(
        f"(NO|NOT|AVOID|REMOVE|DROP|CUT|FORGET) ALL? {{ADV}} l:({cls} ((SEP A? {cls})* SEP? "
        f"(AND|OR) A? {cls})?) OUT?"
        for cls in _FIELDS
    ),
    *(f"TAKE l:{cls} (X|BACK)? OUT" for cls in _FIELDS),
    *(f"l:{cls} (GOES|NO (?=SEP|STOP|BUT|$))" for cls in _FIELDS),
    *(f"l:{cls} OUT (?=SEP|STOP|AND|BUT|$)" for cls in ("ERA", "STYLE", "EFFECT")),
    "l:EFFECT REMOVE (?=SEP|STOP|AND|BUT|$)",
    *(f"l:{cls} BIT? TOOMUCH (?=SEP|STOP|AND|BUT|$)" for cls in ("EFFECT", "STYLE", "MOOD")),
)
def _without(found: Found) -> Iterable[Ask] | None:
    last = found.lexemes[-1]
    if found.lexemes[0].cls == "STYLE" and last.cls == "OUT" and last.last > last.first:
        return None  # `make a reggae out of it`
    return [
        Ask(f"no.{_FIELDS[one.cls]}", one.value, one.first, one.last, negated=True)
        for one in found.all("l", *_FIELDS)
    ]


@rules(
    *(f"(REPLACE|TOUCH) A? a:{cls} (FOR|WITH|BY|TO) A? b:{cls}" for cls in _FIELDS),
    *(f"OF A? a:{cls} TO A? b:{cls}" for cls in ("ERA", "STYLE", "MOOD")),
)
def _swapped(found: Found) -> Iterable[Ask] | None:
    old, new = found.one("a"), found.one("b")
    swapped = [Ask(_FIELDS[new.cls], new.value)]
    if old.cls == "EFFECT":  # effects add up, whereas a new style takes the place of the old one
        swapped.append(Ask("less.effect", old.value, negated=True))
    return swapped


@rules(*(f"EXCEPT A? l:({cls} ((SEP A? {cls})* SEP? (AND|OR) A? {cls})?)" for cls in _FIELDS))
def _anything_but(found: Found) -> Iterable[Ask] | None:
    return [
        Ask(f"no.{_FIELDS[one.cls]}", one.value, one.first, one.last, negated=True)
        for one in found.all("l", *_FIELDS)
    ]


@rules(
    *(
        f"l:{cls} (SEP? NONE (?=SEP|STOP|AND|BUT|$)|SEP NO (?=STOP|$))"
        for cls in ("ERA", "STYLE", "EFFECT", "MOOD")
    )
)
def _none_of(found: Found) -> Iterable[Ask] | None:
    """`Echo: none`, as in a form."""
    word = found.one("l")
    return [Ask(f"no.{_FIELDS[word.cls]}", word.value, negated=True)]


@rules("f:UNSET")
def _unset(found: Found) -> Iterable[Ask] | None:
    return [Ask("unset", found.one("f").value)]


@rules("{HOW} w:HEAVIER {HOW}")
def _heavier(found: Found) -> Iterable[Ask] | None:
    return [Ask("energy", STEPS[degree(found)])]


@rules(*(f"PREFER A? a:{cls} (ON|TO) A? {cls}" for cls in _FIELDS))
def _preferred(found: Found) -> Iterable[Ask] | None:
    word = found.one("a")
    return [Ask(_FIELDS[word.cls], word.value)]


@rules("(INSTEADOF|THAN) A? t:(STYLE|MOOD|EFFECT|ERA)")
def _instead_of(found: Found) -> Iterable[Ask] | None:
    word = found.one("t")
    return [Ask(f"less.{_FIELDS[word.cls]}", word.value, negated=True)]


@rules("(KEEP|STAY) (SAME|ORIGINAL)? t:(STYLE|MOOD|EFFECT|ERA) VIBE?")
def _stays(found: Found) -> Iterable[Ask] | None:
    word = found.one("t")
    return [Ask(_FIELDS[word.cls], word.value)]


@rules(
    "^(AND|ADD|WITH) (BIT|MUCH|MORE|OF|A)* t:(STYLE|MOOD)",
    "(ADD|BIT|MORE) (OF|A|BIT)* t:(STYLE|MOOD)",
    "t:(STYLE|MOOD) IN? ALSO",
    "t:(STYLE|MOOD) TOO (?=SEP|STOP|$)",
)
def _term_more(found: Found) -> Iterable[Ask] | None:
    word, lead = found.one("t"), found.lexemes[0]
    more = "" if lead.cls == "ADD" and lead.value == "wanted" else "+"  # `I want it sadder`
    return [Ask(f"{_FIELDS[word.cls]}{more}", word.value)]


@rules("^also:AND MAKE (BIT|MUCH|MORE|A)* t:(STYLE|MOOD)")
def _also(found: Found) -> Iterable[Ask] | None:
    """`Also make it dreamy` adds to what stands; `and make it dreamy` leaves that open."""
    word = found.one("t")
    return [Ask(f"{_FIELDS[word.cls]}+", word.value)] if found.one("also").value == "also" else None


@rules(*(f"a:{cls} SEP? OR A? b:{cls}" for cls in ("STYLE", "MOOD")))
def _one_of(found: Found) -> Iterable[Ask] | None:
    said = [str(found.one(group).value) for group in ("a", "b")]
    return [] if said[0] == said[1] else [Ask("choice", " or ".join(said))]


@rules("t:(ERA|STYLE|MOOD|EFFECT)")
def _term(found: Found) -> Iterable[Ask] | None:
    word = found.one("t")
    return [Ask(_FIELDS[word.cls], word.value)]
