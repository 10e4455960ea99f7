"""What a remix is for, how far it goes, which seed it has, and what kind it is."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix_prompts.grammar import Ask, Found, Rules

first = Rules()
"""Tried before the rules of tempo: in `strength down to 40` the number is none."""

rules = Rules(CUE="(FOR|IN|ON|AT|TO|WITH|LIKE|AS)")


@first("STRENGTHWORD (OF|TO|AT|AS|IN|UP|DOWN|RAISE|REDUCE|ATMOST|BACK)* n:NUM PERCENT?")
def _strength_at(found: Found) -> Iterable[Ask] | None:
    return _share(found)


@rules(
    "(SAME|ORIGINAL) SEED (AS ORIGINAL?)?",
    "KEEP SAME? SEED",
)
def _same_seed(found: Found) -> Iterable[Ask] | None:
    return [Ask("same_seed", None)]


@rules("SEED (OF|TO|AT|AS)? n:NUM", "n:NUM AS A? SEED")
def _seed(found: Found) -> Iterable[Ask] | None:
    n = found.number("n")
    return [Ask("seed", int(n))] if n == int(n) else None


@rules(
    "n:NUM PERCENT (OF? MUCH TO)? A? (?=STYLE)",
    "(AT|WITH|A|ATMOST|ONLY|ONLYLEFT|AROUND)* n:NUM PERCENT? (STRENGTHWORD|NEW|STRENGTH)",
    "(A|ATMOST|ONLY|ONLYLEFT|AROUND)* n:NUM PERCENT TOUCH ATMOST?",
    "TOUCH (BY|ONLY|ONLYLEFT|ATMOST|AROUND)* n:NUM PERCENT (?=OF|SEP|STOP|AND|BUT|$)",
)
def _strength_number(found: Found) -> Iterable[Ask] | None:
    return _share(found)


def _share(found: Found) -> Iterable[Ask] | None:
    n = found.number("n")
    if "PERCENT" in found.classes or n > 1:
        n /= 100
    return [Ask("strength", n)] if 0 <= n <= 1 else None


@rules(
    "n:NUM PERCENT w:(MORE|LESS) (?=SEP|STOP|THAN|$)",
    "n:NUM PERCENT w:(ATLEAST|ATMOST) (?=SEP|STOP|$)",
    "n:NUM PERCENT (SEP|BUT)* (INSTEADOF|NOT) old:NUM PERCENT?",
    "n:NUM (SEP|BUT)* (INSTEADOF|NOT) old:NUM PERCENT",
    "(MAKE|CORRECT|AT|TO)* n:NUM PERCENT w:INSTEAD? (?=SEP|STOP|$)",
)
def _percent_of_that(found: Found) -> Iterable[Ask] | None:
    """`10 % less`, `20 percent instead`: of what was changed last."""
    share, word = found.number("n") / 100, found.one("w").cls if "w" in found else "INSTEAD"
    less = word in ("LESS", "ATMOST")  # `less than that`
    named = found.match.groupdict().get("old") is not None
    old = found.number("old") / 100 if named else None
    return [Ask("share", (-share if less else share, word == "INSTEAD", old))]


@rules("TOUCH (ONLY|ONLYLEFT) BIT (?=SEP|STOP|AND|BUT|$)")
def _only_a_bit(found: Found) -> Iterable[Ask] | None:
    return [Ask("strength", 0.2, assumed=True)]


@rules("(NOT|NO|INSTEADOF) (A|MAKE)* k:(REMIX|COVER|MASH)")
def _not_made(found: Found) -> Iterable[Ask] | None:
    return [Ask("not_made", found.one("k").cls)]


@rules("s:STRENGTH (?=A? (EFFECT|PART))")
def _adjective(found: Found) -> Iterable[Ask] | None:
    return []


@rules("(NOT|LESS) (SO|TOO|A)* s:STRENGTH", "TOO s:STRENGTH")
def _not_strength(found: Found) -> Iterable[Ask] | None:
    far = float(found.one("s").value or 0) > 0.5
    return [Ask("strength", 0.4 if far else 0.6, assumed=True)]


@rules("s:STRENGTH (AND s2:STRENGTH)?")
def _strength(found: Found) -> Iterable[Ask] | None:
    return [Ask("strength", found.one("s").value)]


@rules("(NOT|NO) {CUE}* A? u:(USE|USECASE|USECASEVERB|KARAOKE)")
def _not_for(found: Found) -> Iterable[Ask] | None:
    if found.one("u").cls in ("KARAOKE",):
        return None
    if found.one("u").cls == "USE" and "use" in found.line.standing:
        others = [one for one in found.line.lexemes if one.cls == "USE" and one != found.one("u")]
        if others:
            return []  # `for insta, not tiktok`
        return [Ask("elided.not_use", found.one("u").value)]
    return [Ask("not_understood", None)]


@rules("{CUE}* A? u:USE (AND u2:USE)?")
def _use(found: Found) -> Iterable[Ask] | None:
    return [Ask("use", found.one("u").value)]


@rules("{CUE}* A? k:KARAOKE (VERSION|USE|USECASE)?")
def _karaoke(found: Found) -> Iterable[Ask] | None:
    return [Ask("use_case", "karaoke")]


@rules(
    "(TO|FOR) A? u:(USECASEVERB|USECASE) (TO|WITH|IN|AT)?",
    "{CUE} A? (ENERGETIC|CHILL|MOOD|LONG|FAST|SLOW)* u:(USECASE|USECASEVERB)",
    "FOR A? (X|ORDINAL|INTERVAL|ENERGETIC|CHILL|MOOD|LONG)+ u:USECASE+",
    "u:(USECASE|USECASEVERB) (VERSION|MIX|REMIX|VIBE|EDIT|LOOP|COVER|PART)",
    "(MAKE|LIKE|REPLACE) A? u:(USECASE)",
    "^A? u:(USECASE|USECASEVERB)+ (?=SEP|STOP|BUT|AND|AT|_|$)",
    "(SO|CORRECT) A? u:USECASE (?=SEP|STOP|$)",
    "^VOICETYPE u:USECASE (?=SEP|STOP|BUT|AND|AT|$)",
    "^A? u:USECASE (?=(MOOD|STYLE|ERA|ENERGETIC|CHILL|FAST|SLOW)+ (SEP|STOP|REMIX|VERSION|MIX|$))",
    "^A? u:USECASE (?=(X|FOR|ON|IN|OF|AT|WITH|TO|A|ORDINAL|NUM)+ (SEP|STOP|$))",
    leave="X MIX REMIX EDIT LOOP COVER ENERGETIC CHILL MOOD LONG FAST SLOW",
)
def _use_case(found: Found) -> Iterable[Ask] | None:
    return [Ask("use_case", found.one("u").value)]


@rules("u:(USECASEVERB|SENDSOFF)")
def _use_case_phrase(found: Found) -> Iterable[Ask] | None:
    word = found.one("u")
    return [Ask("use_case", word.value)] if word.last > word.first else None
