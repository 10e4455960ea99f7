"""Parts of a recording: keep, remove, solo and replace."""

from __future__ import annotations

import re
from collections.abc import Iterable

from clearmix_prompts.grammar import Ask, Found, Line, Rules
from clearmix_prompts.lexicon import Lexeme
from clearmix_prompts.rules.lists import ADJECTIVES, MACROS, each, gone

rules = Rules(LEAD="(AND|SEP|CORRECT|STOP|REPLACE|MAKE)*", **MACROS)

_DONE_TO_IT = tuple(
    f"<{cls}>" for cls in ("REMOVE", "DROP", "CUT", "NO", "KEEP", "RAISE", "REDUCE", "LESS", "MORE")
)
"""Before a part these say what becomes of it."""

_DONE_ON = re.compile(r"<(?:EFFECT|LOUDER|SOFTER|HEAVIER|VOICESTYLE)>(?:<X>)*<(?:ON|TO|FOR|IN)>$")
"""Before a part that stands alone in what is done to it, not in the mix."""

_GONE = frozenset({"REMOVE", "DROP", "CUT"})

_CONTRASTED = re.compile(r"^(?:<SEP>|<BUT>|<STOP>)+(?:<REMOVE>|<DROP>|<CUT>)(?:<[A-Z]+>)?<PART>")
"""What follows where one part stays because another one goes."""

_TERMS = {"EFFECT": "effect", "MOOD": "mood", "STYLE": "style", "ERA": "era"}
"""Classes of terms that `it` may stand for in `get rid of it`."""

_WHERE = frozenset({"IN", "ON", "AT", "FOR", "TO", "OF", "ORDINAL"})
"""Before a section these tell where, and `it` is something else."""

_KEPT_AS = {
    "TEMPO": "tempo",
    "SPEED": "tempo",
    "BPM": "tempo",
    "PITCH": "pitch",
    "KEYWORD": "key",
    "LENGTH": "length",
    "ENERGYWORD": "energy",
    "VIBE": "feel",
}


def _kept(line: Line, lexemes: list[Lexeme], original: bool) -> Iterable[Ask]:
    for one in lexemes:
        if one.cls == "PART":
            word = line.said(one)
            yield Ask("part", (one.value, "keep", None), one.first, one.last, word=word)
        elif one.cls == "LYRICS":
            yield Ask("lyrics", "keep", one.first, one.last)
        elif one.cls in ("ASPECT", "SECTION"):
            yield Ask("keep", one.value, one.first, one.last)
        elif one.cls in _KEPT_AS:
            what = "original" if original else "keep"
            yield Ask(what, _KEPT_AS[one.cls], one.first, one.last)


@rules("NOT NO A? PART (?=SEP|STOP|BUT|AND|$)")
def _not_disliked(found: Found) -> Iterable[Ask] | None:
    """`I don't hate the piano`: nothing becomes of it."""
    return []


@rules("(ALL (BUT|EXCEPT)|ALLBUT) l:{PARTS} GOES", leave=ADJECTIVES)
def _all_else_goes(found: Found) -> Iterable[Ask] | None:
    """`Everything except the drums can go`."""
    return each(found, "l", "solo")


@rules(
    "(NOT|NO) l:PART (SEP|BUT)+ (?=A? PART GOES)",
    "NEVERMIND A? l:PART (SEP|STOP|BUT)+ (?=.*PART)",
)
def _the_other_goes(found: Found) -> Iterable[Ask] | None:
    """`Not the drums, the bass should go`: nothing becomes of the one."""
    return []


@rules(
    "(NOT|NO) PART (ADD|MAKE)? (OUT|REMOVE|GOES|DROP|CUT) (SEP|STOP|BUT)+ ADD? b:PART "
    "(OUT|REMOVE|GOES)? (?=SEP|STOP|AND|$)"
)
def _this_one_goes(found: Found) -> Iterable[Ask] | None:
    """`It's not the drums I want gone, it's the bass`."""
    return each(found, "b", "remove")


@rules(
    "(NOT|NO) ADD? l:PART (ADD|MAKE)? (OUT|REMOVE|DROP|CUT) (?=SEP|STOP|AND|BUT|$)",
    "NO TO (REMOVE|DROP|CUT) l:{PARTS} OUT?",
)
def _must_not_go(found: Found) -> Iterable[Ask] | None:
    """`I don't want the drums gone`."""
    return each(found, "l", "keep")


@rules("l:PART SEP (KEEP|STAY) (?=SEP|STOP|$)")
def _keep_in_form(found: Found) -> Iterable[Ask] | None:
    """`Vocals: keep`, as in a form."""
    return each(found, "l", "keep")


@rules("(ONLY|ONLYLEFT)? ALL? l:{PARTS} GOES", "l:PART X (SEP|AND|SO|STOP)* GOES")
def _goes(found: Found) -> Iterable[Ask] | None:
    return gone(found, "l")


@rules(
    "(KEEP|TAKE) l:{PARTS} (BUT|AND|SEP)+ {GONE} ALL OUT?",
    "{GONE} (ALL? (BUT|EXCEPT|SAME)|ALLBUT) l:{PARTS}",
    "NO ALL? (BUT|EXCEPT) l:{PARTS}",
    "TAKE? ALL OUT (BUT|EXCEPT) l:{PARTS}",
    leave=ADJECTIVES,
)
def _nothing_but(found: Found) -> Iterable[Ask] | None:
    return each(found, "l", "solo")


@rules(
    "(KEEP|TAKE|SAME|STAY) ALL (BUT|EXCEPT|NO) l:{PARTS}",
    "(KEEP|TAKE)? ALLBUT l:{PARTS} (STAY|KEEP|SAME)?",
    "ALL (SEP|VAGUE|MOOD|X)* (BUT|EXCEPT) l:{PARTS} (STAY|KEEP|SAME)?",
    leave=ADJECTIVES,
)
def _all_but(found: Found) -> Iterable[Ask] | None:
    return each(found, "l", "remove")


@rules(
    "(KEEP|STAY) ALL SAME?",
    "ALL (STAY|KEEP) SAME?",
    "NOT TOUCH ALL SAME?",
    "ALL SAME",
    "NOT TOUCH ALL",
    "TAKE ALL SAME",
    "KEEP SAME? ALL SAME?",
)
def _rest_stays(found: Found) -> Iterable[Ask] | None:
    return [Ask("stays", None)]


@rules(
    "^{LEAD} (NO|NOT) A? a:PART (SEP|BUT|STOP)+ (CORRECT|ADD|MAKE)* A? b:PART (?=STOP|SEP|$)",
    "^{LEAD} A? b:PART SEP? (NO|NOT) A? a:PART (?=STOP|SEP|$)",
    "^{LEAD} A? a:PART (SEP|STOP)* CORRECT A? b:PART (?=STOP|SEP|$)",
    "A? b:PART (BETTER|VAGUE) (THAN|INSTEADOF) A? a:PART",
)
def _not_but(found: Found) -> Iterable[Ask] | None:
    """`Not piano, organ`, `piano, sorry, organ`: the one for the other."""
    old, new = found.one("a").value, found.one("b").value
    if old == new:  # `a cello, not a violin`: a spec tells no strings apart
        return [Ask("stays", None)] if "parts" in found.line.standing else None
    return [Ask("part_swap", (old, new))]


@rules(
    "NOT (ADD|MAKE|PLAY)? A? l:{PARTS} (?!LOUDER|HEAVIER|SOFTER|UP|DOWN)",
    "(AVOID|NO) ADD l:{PARTS}",
    leave=ADJECTIVES,
)
def _not_these(found: Found) -> Iterable[Ask] | None:
    parts = found.all("l", "PART")
    if "ADD" in found.classes:
        return [Ask("avoid", part.value, part.first, part.last) for part in parts]
    return each(found, "l", "not") if "NOT" in found.classes else gone(found, "l")


@rules(
    "(NOT|NO|AVOID) {CHANGE}+ OUT? l:{NAMES} (UP|DOWN|OUT|MUCH|BIT|TOOMUCH|ALL)*",
    "(NOT|NO|AVOID) (TAKE|MAKE|CUT) l:{NAMES} OUT",
    "NOT TOUCH (ON|WITH)? l:{NAMES}",
    "TAKE l:{NAMES} (SAME|ALONE)",
    "(KEEP|SAME) {ADJ} l:{NAMES} (SAME|ONLY|AS ORIGINAL)*",
    "l:{NAMES} (STAY|KEEP) (IN|SAME|ON)*",
    "(WITH|AT|IN)? (ORIGINAL|SAME) l:{NAMES} (?!SOFTER|LOUDER|HEAVIER)",
    leave="STYLE ERA MOOD EFFECT BIG QUIET ENERGETIC CHILL FAST SLOW VOICETYPE X",
)
def _keep(found: Found) -> Iterable[Ask] | None:
    lexemes = found.all("l")
    if _CONTRASTED.match(found.line.classes[found.match.end() :]) and found.classes & _GONE:
        return []  # `don't remove the bass, remove the drums`
    kept = found.classes & {"KEEP"}
    if kept and lexemes[0].cls in ("ENERGYWORD", "TEMPO") and _goes_on(found):
        return None
    if not found.classes & {"KEEP", "SAME", "STAY", "ORIGINAL"} and lexemes[0].cls == "SECTION":
        return None
    if "ONLY" in found.classes:
        return each(found, "l", "solo") or None
    back = "ORIGINAL" in found.classes and not found.classes & {"KEEP", "STAY"}
    return list(_kept(found.line, lexemes, back))


def _goes_on(found: Found) -> bool:
    """Whether a word of direction follows: `keep the energy high` asks for energy."""
    return bool(_direction(found.line.classes[found.match.end() :]))


def _direction(rest: str) -> bool:
    """Whether a line goes on with up, high, low or a number."""
    return rest.startswith(("<UP>", "<HIGH", "<LOW", "<DOWN>", "<AT>", "<AROUND>", "<NUM>"))


@rules(
    "(REPLACE|TOUCH|MAKE|TAKE)? a:{PARTS} (OUT )?(WITH|BY|FOR|TO) b:{ITEM} (INSTEAD|PLAY PART)?",
    "(PLAY|MAKE) a:PART (ON|WITH|BY) b:{ITEM}",
    "(MAKE|TOUCH|REPLACE) a:PART A b:{ITEM}",
    "a:PART (PLAY)? ON b:{ITEM}",
    "a:PART PLAY (BY|WITH) b:{ITEM}",
    "(MAKE|ADD|WITH) b:{ITEM} (PLAY|TAKE|DOUBLE) a:PART",
    "REPLACE (X|PLAY|A|ALL)* a:{PARTS} (X|BIT|PART)? (WITH|BY|FOR|TO) b:{ITEM}",
    "(WITH|ADD|PLAY|MAKE)? b:{ITEM} PLAY? INSTEADOF a:{PARTS}",
    "(NO|REMOVE|DROP) a:{PARTS} {AND} (WITH|ADD)? b:{ITEM} INSTEAD",
    "INSTEADOF a:{PARTS} SEP? (WITH|ADD|PLAY|MAKE)? b:{ITEM}",
    leave=ADJECTIVES,
)
def _replace(found: Found) -> Iterable[Ask] | None:
    new = found.all("b", "PART")[-1]
    plain = found.lexemes[0].cls == "PART" or found.lexemes[0].cls in ("A", "ORIGINAL")
    if "ON" in found.classes and new.value in ("drums", "bass", "harmony", "vocals"):
        return None
    if plain and found.classes & {"WITH", "FOR", "TO"} and "INSTEADOF" not in found.classes:
        return None
    swapped = found.lexemes[0].cls == "REPLACE" or "INSTEADOF" in found.classes
    replaced = [one for one in found.all("a", "PART") if swapped or one.value != new.value]
    arranged = "MAKE" in found.classes and "WITH" in found.classes
    if ("TAKE" in found.classes or arranged) and not found.classes & {"PLAY", "TO"}:
        return None
    return [
        Ask("part", (old.value, "replace", new.value), old.first, new.last) for old in replaced
    ] or None


@rules(
    "(?<!NO)(?<!NOT) l:PART SEP (NONE|NO|OUT) (?=SEP|STOP|AND|BUT|$)",
    "l:PART NONE (?=SEP|STOP|AND|BUT|$)",
)
def _none_of(found: Found) -> Iterable[Ask] | None:
    """`Drums: none`, as in a form."""
    return each(found, "l", "remove")


@rules("A? l:PART BETTER (?=SEP|STOP|AND|BUT|FOR|$)")
def _would_be_better(found: Found) -> Iterable[Ask] | None:
    """`A flute would be better`: than the part that was added last, if one was."""
    return [Ask("elided.part_better", found.one("l").value)]


@rules("GONEIT")
def _it_goes(found: Found) -> Iterable[Ask] | None:
    """`That drumming is too much, lose it`: the part named before, else the last turn's."""
    before = [one for one in found.line.lexemes if one.first < found.lexemes[0].first]
    named = [one for one in before if one.cls in ("PART", *_TERMS)]
    named = named or [
        one
        for at, one in enumerate(before)
        if one.cls == "SECTION" and not (at and before[at - 1].cls in _WHERE)
    ]
    if named:
        word = named[-1]
        if word.cls == "SECTION":
            found.line.use([word])
            if word.value in ("intro", "outro"):
                return [Ask(str(word.value), False)]
            return [Ask("section", (word.value, "remove", None))]
        found.line.use([word, *(one for one in before if one.cls == "TOO")])
        if word.cls in _TERMS:
            return [Ask(f"less.{_TERMS[word.cls]}", word.value, negated=True)]
        return [Ask("part", (named[-1].value, "remove", None))]
    return [Ask("part_gone", None)]


@rules("REPLACE (WITH|BY|FOR) b:{ITEM} INSTEAD?", "b:{ITEM} INSTEAD", leave=ADJECTIVES)
def _replace_it(found: Found) -> Iterable[Ask] | None:
    before = found.line.classes[: found.match.start()]
    if before.endswith(_DONE_TO_IT):
        return None  # `mute the singer instead`
    return [Ask("part_it", found.all("b", "PART")[-1].value)]


@rules(
    "(SOLO|ONLY) (ADD|WITH|KEEP|PLAY)? l:{PARTS} ONLY? (?!(TO|MAKE|ADD)* (LOUDER|HEAVIER"
    "|SOFTER|UP|DOWN|QUIET))",
    "ONLYLEFT (KEEP|WITH|PLAY)? l:{PARTS} (?!LOUDER|HEAVIER|SOFTER|UP|DOWN|BIT|MUCH)",
    "(KEEP|WITH|PLAY|TAKE|ADD)? l:({ITEM} ({AND} {ITEM})*) (ONLY|ALONE)",
    "(ONLY|ONLYLEFT) KEEP l:{PARTS}",
    leave=ADJECTIVES,
)
def _solo(found: Found) -> Iterable[Ask] | None:
    before = found.line.classes[: found.match.start()]
    after = found.line.classes[found.match.end() :]
    if before.endswith(("<REMOVE>", "<DROP>", "<CUT>")) and after.startswith(
        ("<IN>", "<ON>", "<AT>")
    ):
        return None  # `mute the drums only in the bridge`: where, not what
    if _DONE_ON.search(before):
        return None  # `reverb on the vocals only`
    return each(found, "l", "solo")


@rules(
    "{GONE} l:{PARTS} a:AND A? t:(ERA|EFFECT) (?=SEP|STOP|BUT|$)",
    "{GONE} A? t:(ERA|EFFECT) a:AND l:{PARTS} (?=SEP|STOP|BUT|$)",
)
def _remove_with_term(found: Found) -> Iterable[Ask] | None:
    """`Lose the strings and the seventies stuff`, where a decade stands."""
    word = found.one("t")
    what, field = {"ERA": ("era", "era"), "EFFECT": ("effect", "effects")}[word.cls]
    if field not in found.line.standing or found.one("a").value == "wanted":
        return None
    return [*gone(found, "l"), Ask(f"no.{what}", word.value, negated=True)]


@rules("l:PART X+ (SEP|STOP|AND)+ {GONE} (?=SEP|STOP|AND|BUT|$)")
@rules(
    "(NO|AVOID|FORGET|NEVERMIND) (MORE|A)* l:{PARTS}",
    "{GONE} (ALL|OUT|OF|MUCH)* l:{PARTS} OUT? (?!BY|UP|DOWN)",
    "(TAKE|FADE|CUT|REPLACE) l:{PARTS} OUT",
    "l:{PARTS} (OUT|NO (?=SEP|STOP|BUT|$))",
    "l:PART ADD OUT (?=SEP|STOP|AND|BUT|$)",
    "WITH? l:{PARTS} (REMOVE|CUT) (?=SEP|STOP|AND|BUT|FOR|$)",
    "MAKE NO l:{PARTS}",
    leave=ADJECTIVES,
)
def _remove(found: Found) -> Iterable[Ask] | None:
    return gone(found, "l")


@rules(
    "RESTORE BACK? l:{PARTS} BACK? (?!UP|DOWN|LOUDER|HEAVIER|OUT|RAISE|SOFTER)",
    "(ADD|MAKE|TAKE)? l:{PARTS} BACK (?!BIT|MUCH)",
    leave=ADJECTIVES,
)
def _restore(found: Found) -> Iterable[Ask] | None:
    if found.lexemes[0].cls == "RESTORE" or "BACK" in found.classes:
        return each(found, "l", "restore")
    return None
