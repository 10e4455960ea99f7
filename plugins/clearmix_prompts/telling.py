"""What is told and not wished: `it is sad, make it happy`, `I was at a wedding`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from clearmix_prompts.lexicon import FILLER, UNKNOWN, Lexeme

_IS = frozenset({"is", "are", "'s", "was", "were", "it's", "that's", "sounds", "feels"})
"""Words after which something is described."""

_IT = frozenset({"this", "that", "it", "these", "they", "'s", "it's", "that's"})

_FITTED = frozenset({"suit", "suits", "fit", "fits", "match", "matches", "suiting"})
"""Words before whom or what a key or a tempo is to suit."""

_WANTED = frozenset({"want", "wants", "need", "i'd", "let's", "prefer"})

_WAS = frozenset({"was", "were", "went", "been"})
"""`I was at a wedding` tells where, not what for."""

_DATES = frozenset({"LIFE"})
"""Classes after which a year is that of a life: `born in 1943`."""

_IMAGINED = frozenset({"LIKE", "PRETEND"})
"""Classes before which such a year is wished for: `like it came out in 1974`."""

_DESCRIBED = frozenset({"PART", "VOICETYPE", "SECTION", "KEY", "EFFECT", "NUM", "TIME"})
"""What only carries a mood: `D minor is gloomy` wishes for none."""

_DEGREES = ("BIT", "MUCH", "SO", "A", "TOOISH")


def without_tales(found: Sequence[Lexeme]) -> list[Lexeme]:
    """The lexemes, with those that only tell how something is as words that ask for nothing."""
    found = [_complaint(found, at) for at in range(len(found))]
    return [
        replace(one, cls=FILLER) if any(told(found, at) for told in _TOLD.get(one.cls, ())) else one
        for at, one in enumerate(found)
    ]


def _complaint(found: Sequence[Lexeme], at: int) -> Lexeme:
    """`Jazz puts me to sleep`, which `jazz that puts me to sleep` does not complain of."""
    one, before = found[at], found[at - 1].cls if at else ""
    blamed = one.cls == "SENDSOFF" and before in ("STYLE", "ERA", "MOOD", "EFFECT", "PART")
    return replace(one, cls="GOES", value=None) if blamed else one


def _complained_of(found: Sequence[Lexeme], at: int) -> bool:
    """`House is boring`."""
    after = found[at + 1 : at + 3]
    return (
        len(after) == 2
        and after[0].value in _IS
        and after[1].cls in (UNKNOWN, "NOT", "TOO", "VAGUE")
    )


def _sick_of(found: Sequence[Lexeme], at: int) -> bool:
    """`They play house all day and I'm sick of it, give me jazz`."""
    later = [one for one in found[at + 1 :] if one.cls in (found[at].cls, "DISLIKE")]
    if len(later) < 2 or later[0].cls != "DISLIKE" or later[1].cls == "DISLIKE":
        return False
    return found[found.index(later[0]) + 1].value in _IT


def _of_that(found: Sequence[Lexeme], at: int) -> bool:
    """`We've had enough of that so`: what is not liked was named before."""
    after = found[at + 1 : at + 3]
    return len(after) == 2 and after[0].value in _IT and after[1].cls in ("SO", "ADD", "AND")


def _goes_on(found: Sequence[Lexeme], at: int) -> bool:
    """`The drums keep waking her up`."""
    after = found[at + 1 : at + 2]
    return bool(after) and after[0].cls == UNKNOWN and str(after[0].value).endswith("ing")


def _owning(found: Sequence[Lexeme], at: int) -> bool:
    """`My boy's drums`."""
    after = found[at + 1 : at + 3]
    owned = len(after) == 2 and after[0].value == "'s" and after[1].cls == "PART"
    return owned and after[1].value != "vocals"


def _thought_of(found: Sequence[Lexeme], at: int) -> bool:
    """`I thought I'd like the flute`."""
    return any(one.value in ("thought", "think") for one in found[max(at - 2, 0) : at])


def _used_to(found: Sequence[Lexeme], at: int) -> bool:
    """`We used to dance to it`."""
    return any(one.value == "used" for one in found[max(at - 3, 0) : at])


def _once_played(found: Sequence[Lexeme], at: int) -> bool:
    """`My granddad used to play me this on the squeezebox`: heard long ago."""
    clause = list(found[:at])
    while any(one.cls in ("SEP", "STOP", "BUT") for one in clause):
        clause.pop(0)
    said = [one.value or one.cls for one in clause]
    return "used" in said and "PLAY" in said[said.index("used") :]


def _suiting(found: Sequence[Lexeme], at: int) -> bool:
    """`Two semitones down to suit a male voice`: who sings along, not who shall be heard."""
    before = [one.value for one in found[max(at - 2, 0) : at] if one.cls != "A"]
    return bool(before) and before[-1] in _FITTED


def _where_one_was(found: Sequence[Lexeme], at: int) -> bool:
    """`I was at a wedding`."""
    before = [one.value or one.cls for one in found[max(at - 3, 0) : at] if one.cls != "A"]
    return len(before) > 1 and before[-1] in ("AT", "TO") and before[-2] in _WAS


def _likened(found: Sequence[Lexeme], at: int) -> bool:
    """`Like walking round a haunted house`: one word that begins a picture."""
    one, after = found[at], found[at + 1 : at + 2]
    begins = bool(after) and after[0].cls == UNKNOWN and one.first == one.last
    return begins and at > 0 and found[at - 1].cls == "LIKE"


def _subject_end(found: Sequence[Lexeme], at: int) -> int | None:
    """Where the word stands that a description is joined to by `is`, if one is."""
    before = at - 1
    while before > 0 and found[before].cls in _DEGREES:
        before -= 1
    return before - 1 if before >= 0 and found[before].value in _IS else None


def _of_a_part(found: Sequence[Lexeme], at: int) -> bool:
    """`The vocals are dark`."""
    end = _subject_end(found, at)
    return end is not None and end >= 0 and found[end].cls in _DESCRIBED


def _before_another(found: Sequence[Lexeme], at: int) -> bool:
    """`It is sad, make it happy`: how it is, before what it shall be."""
    if _subject_end(found, at) is None:
        return False
    later = list(found[at + 1 :])
    while later and not (later[0].cls in ("MAKE", "REPLACE", "ADD") or later[0].value in _WANTED):
        later.pop(0)
    return any(one.cls == found[at].cls for one in later)


def _stands_at(found: Sequence[Lexeme], at: int) -> bool:
    """`It's at 140 now, make it 132`."""
    before = found[max(at - 3, 0) : at]
    said = len(before) > 1 and before[-1].cls == "AT" and before[-2].value in _IS
    return said and any(one.cls == "NUM" for one in found[at + 1 :])


def _dated(found: Sequence[Lexeme], at: int) -> bool:
    """`I was born in 1943`, but not `as if it came out in 1943`."""
    lead = found[max(at - 4, 0) : max(at - 1, 0)]
    if any(one.cls in _IMAGINED or one.value == "if" for one in lead):
        return False
    return at > 0 and (found[at - 1].cls in _DATES or found[at - 1].value == "since")


def _denied(found: Sequence[Lexeme], at: int) -> bool:
    """`This isn't techno, I want techno`: it lacks what it shall have."""
    before = [one for one in found[max(at - 3, 0) : at] if one.cls != "A"]
    of_it = len(before) > 1 and before[-1].cls == "NOT" and before[-2].value in _IT
    wanted = any(
        (one.cls, one.value) == (found[at].cls, found[at].value) for one in found[at + 1 :]
    )
    return of_it and wanted


_TOLD: Mapping[str, tuple[Callable[[Sequence[Lexeme], int], bool], ...]] = {
    "STYLE": (_complained_of, _sick_of, _before_another, _denied),
    "PART": (_once_played,),
    "ENERGYWORD": (_used_to,),
    "KEEP": (_goes_on,),
    "DISLIKE": (_of_that,),
    "ADD": (_thought_of,),
    "NUM": (_stands_at,),
    "VOICETYPE": (_owning, _suiting),
    "USECASE": (_where_one_was, _likened, _used_to),
    "USECASEVERB": (_used_to,),
    "MOOD": (_of_a_part, _before_another, _denied),
    "ERA": (_before_another, _dated, _denied),
    "ENERGETIC": (_before_another,),
    "CHILL": (_before_another,),
}
"""How words of a class may be told of."""
