"""The voice and the words that are sung."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix_prompts.grammar import Ask, Found, Rules

rules = Rules(
    TALE="(VERSION|COVER|REMIX|EDIT)",
    CHANGE="(TOUCH|REPLACE|NEW|MAKE|ADD)",
)


@rules("(NOT|NO) (TOUCH|REPLACE|NEW|TRANSLATE|REMOVE) (SAME|ORIGINAL)? LYRICS")
def _lyrics_untouched(found: Found) -> Iterable[Ask] | None:
    return [Ask("lyrics", "keep")]


@rules("A? t:VOICETYPE v:PART (?=(IN|TO) LANGUAGE)")
def _singing_in(found: Found) -> Iterable[Ask] | None:
    """`Robot singing in French`: the voice, beside the language."""
    sung = found.one("v").value == "vocals"
    return [Ask("voice", ("synthetic", found.one("t").value))] if sung else None


@rules(
    "TRANSLATE LYRICS? (TO|IN)? l:LANGUAGE",
    "(SING|PLAY|LYRICS|MAKE|PART|TOUCH|REPLACE)? (LYRICS|PART)? (IN|TO) l:LANGUAGE (LYRICS|PART)?",
    "l:LANGUAGE (LYRICS|VERSION|COVER|REMIX|TRANSLATE|LANGUAGE)",
    "l:LANGUAGE p:PART",
    leave="COVER REMIX",
)
def _translate(found: Found) -> Iterable[Ask] | None:
    parts = [one.value for one in found.lexemes if one.cls == "PART"]
    if parts and set(parts) != {"vocals"}:
        return None
    return [Ask("lyrics", f"translate:{found.one('l').value}")]


@rules("LYRICS (MAKE|STAY)? A? l:LANGUAGE (?=SEP|STOP|AND|BUT|INSTEAD|$)")
def _lyrics_in(found: Found) -> Iterable[Ask] | None:
    return [Ask("lyrics", f"translate:{found.one('l').value}")]


@rules("(KEEP|SAME|ORIGINAL|STAY) (SAME|ORIGINAL)? LYRICS SAME?", "LYRICS (STAY|KEEP) SAME?")
def _lyrics_keep(found: Found) -> Iterable[Ask] | None:
    return [Ask("lyrics", "keep")]


@rules("(NO|REMOVE|DROP|CUT|LESS) LYRICS", "TAKE LYRICS OUT")
def _no_lyrics(found: Found) -> Iterable[Ask] | None:
    return [Ask("part", ("vocals", "remove", None))]


@rules("{CHANGE}+ LYRICS (TO|WITH|NEW)*", "LYRICS NEW")
def _lyrics_new(found: Found) -> Iterable[Ask] | None:
    if not found.classes & {"TOUCH", "REPLACE", "NEW"}:
        return None
    return [Ask("lyrics", "replace")]


@rules("STAYON")
def _sings_on(found: Found) -> Iterable[Ask] | None:
    """`Keep him singing`: whoever was asked for."""
    return [Ask("stays", None)]


@rules("(NO|REMOVE|DROP|CUT) A? VOICETYPE (SING|PART)")
def _singer_gone(found: Found) -> Iterable[Ask] | None:
    """`lose the man singing`: whoever sings, it is the vocals that go."""
    sung = [one for one in found.lexemes if one.cls == "PART" and one.value != "vocals"]
    others = [one for one in found.line.lexemes if one.cls == "VOICETYPE"]
    if len(others) > 1 and not sung:
        return []  # `lose the man, put a woman on it`
    return None if sung else [Ask("part", ("vocals", "remove", None))]


@rules(
    "(REPLACE|TOUCH|MAKE)? p:PART? (WITH|TO|BY|FOR)? A? t:VOICETYPE VOICETYPE? v:PART",
    "(ADD|WITH|BY)? (A|NUM)? t:VOICETYPE X v:PART+",
    "(SING|PLAY) BY A? t:VOICETYPE VOICETYPE? v:PART?",
    "(MAKE|TOUCH|REPLACE) p:PART VIBE? (TO|BY|LIKE)? A? t:VOICETYPE",
    "(WITH|FOR|LIKE|MAKE|ADD) A? t:VOICETYPE (TO|WITH|ON)? SING",
    "ADD A t:VOICETYPE (ON|IN)? (?=SEP|STOP|AND|BUT|$)",
    "(WITH|BY) A? t:VOICETYPE (?=SEP|STOP|BUT|$|AND(?!A VOICETYPE))",
    "A t:VOICETYPE (TO|WITH)? SING",
    "A? t:VOICETYPE {TALE}",
    "(MAKE|LIKE|WITH) A? t:VOICETYPE (MAKE|ADD|TAKE) v:PART",
    "(MAKE|LIKE|WITH|ADD) A? t:VOICETYPE ON v:PART",
    "A? t:VOICETYPE INSTEAD",
    "v:PART OF t:VOICETYPE SING?",
    leave="COVER REMIX",
)
def _voice_type(found: Found) -> Iterable[Ask] | None:
    if "v" in found.match.groupdict() and "v" in found and found.one("v").value == "choir":
        return [Ask("voice", ("synthetic", f"{found.one('t').value} choir"))]
    for group in ("p", "v"):
        if (
            group in found.match.groupdict()
            and group in found
            and found.one(group).value != "vocals"
        ):
            return None
    beside = found.classes <= {"WITH", "BY", "A", "VOICETYPE"}
    if beside and str(found.one("t").value).startswith("child"):
        return None  # `I dance to it with the kids`
    return [Ask("voice", ("synthetic", found.one("t").value))]


@rules("INSTEADOF A? VOICETYPE (PART|SING)?")
def _instead_of(found: Found) -> Iterable[Ask] | None:
    """Whoever else sings, this one does not."""
    return []


@rules("SING BY A? c:PART", "c:PART SING")
def _sung_by(found: Found) -> Iterable[Ask] | None:
    return [Ask("voice", ("synthetic", "choir"))] if found.one("c").value == "choir" else None


@rules("(NO|NOT|LESS|AVOID|REMOVE) A? s:(VOICESTYLE|SYNTHVOICE)")
def _not_style(found: Found) -> Iterable[Ask] | None:
    word = found.one("s")
    return [Ask("avoid", word.value if word.cls == "VOICESTYLE" else "synthetic voice")]


@rules("(PART|SING)? (WITH|IN|LIKE)? A? s:VOICESTYLE v:(PART|VERSION)?", "v:PART s:VOICESTYLE")
def _voice_style(found: Found) -> Iterable[Ask] | None:
    parts = [one.value for one in found.lexemes if one.cls == "PART"]
    if parts and set(parts) != {"vocals"}:
        return None
    return [Ask("voice_style", found.one("s").value)]


@rules("(WITH|BY|REPLACE|TOUCH|ADD|MAKE)? (PART (WITH|TO|BY))? A? SYNTHVOICE")
def _synthetic(found: Found) -> Iterable[Ask] | None:
    return [Ask("voice", ("synthetic", None))]
