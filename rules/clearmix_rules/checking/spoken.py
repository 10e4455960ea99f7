"""What people call facts and values, and what the language calls them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from clearmix_rules import tree
from clearmix_rules.errors import did_you_mean
from clearmix_rules.schema import AGE_BANDS
from clearmix_rules.tree import Op, Test

_SYNONYMS = {
    "country": "territory", "region": "territory", "location": "territory", "plan": "tier",
    "subscription": "tier", "subscriber": "tier", "duration": "length", "purpose": "use",
    "usage": "use", "age": "age-band", "tempo": "tempo-change", "speed": "tempo-change",
    "pitch": "pitch-change", "key": "pitch-change", "date": "today", "day": "today", "time": "now",
    "genre": "genres", "style": "styles", "parts": "parts-used", "stems": "parts-used",
    "user": "listener", "customer": "listener", "subscribers": "tier", "song": "track",
    "recording": "track", "composition": "work", "model": "generator", "singer": "artist",
    "vocalist": "performer", "musician": "performer", "composer": "writer", "songwriter": "writer",
    "author": "writer", "lyricist": "writer", "released": "release-date",
    "renders": "renders-this-month", "remixes-this-month": "renders-this-month",
    "bpm": "tempo-change", "mood": "styles", "parties": "artists",
}  # fmt: skip
"""Other words for subjects, facts and roles."""

_NOT_READ = {
    **dict.fromkeys(("context", "content", "topic", "subject", "message", "theme", "image"),
     "rules read what a remix is used for (`use`), not what it says or is shown with; "
     "`approval by` lets somebody look first"),
    **dict.fromkeys(("share", "shares", "split", "ownership", "percentage"),
     "rules do not read how a work or a recording is shared; `every publisher is ...` says that "
     "nobody else has a part"),
    **dict.fromkeys(("plays", "streams", "listens", "views", "downloads"),
     "rules do not read how often something is played; `renders-this-month` is how many remixes "
     "the listener has made"),
    **dict.fromkeys(("price", "budget", "revenue", "fee", "turnover"),
     "rules do not read amounts of money; a share is owed by `royalty` after `provided`"),
}  # fmt: skip
"""What contracts speak of and no fact holds: what a policy can say instead."""

_VALUES = {
    "use": {
        "personal": "private", "home": "private", "advertising": "advert", "ad": "advert",
        "political": "campaign", "politics": "campaign", "election": "campaign",
        **dict.fromkeys(("commercial", "non-commercial", "sync", "synchronisation", "film"), ""),
    },
    "voice": {"cloned": "imitated", "clone": "imitated", "ai": "synthetic"},
    "lyrics": {"unchanged": "kept", "original": "kept", "changed": "replaced"},
    "vocals": {"unchanged": "kept", "original": "kept", "none": "removed"},
}  # fmt: skip
"""Values that contracts name: the word for it here, or nothing where several may be meant."""

_AGES = {"minor": "child or teen", "underage": "child or teen", "kid": "child", "child": "child",
         "young": "teen", "teen": "teen", "teenager": "teen", "adult": "adult"}  # fmt: skip
"""What is said of a listener's age, and the values of `age-band`."""

_COMING_OF_AGE = {
    (Op.UNDER, Fraction(18)): "child or teen", (Op.AT_MOST, Fraction(17)): "child or teen",
    (Op.AT_LEAST, Fraction(18)): "adult", (Op.OVER, Fraction(18)): "adult",
    (Op.OVER, Fraction(17)): "adult",
}  # fmt: skip
"""What is said of a listener's age in years, where it can only be of age or not."""

_FLAGS = {
    **dict.fromkeys(("dead", "died", "late", "alive", "living"), "deceased"),
    **dict.fromkeys(("underage", "child", "teen", "adult", "grown-up"), "minor"),
}
"""What is said of people, where a word could only be an id, and the fact that says it."""

_LANGUAGES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "spanish": "es",
    "italian": "it", "portuguese": "pt", "dutch": "nl", "swedish": "sv", "norwegian": "no",
    "danish": "da", "finnish": "fi", "polish": "pl", "japanese": "ja", "korean": "ko",
    "chinese": "zh", "arabic": "ar", "hindi": "hi", "russian": "ru", "instrumental": "zxx",
}  # fmt: skip
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")


def meant(word: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy that offers the language's own word for another, or the nearest known one."""
    known = list(known)
    own = _SYNONYMS.get(word.lower())
    return f"did you mean `{own}`?" if own in known else did_you_mean(word, known, otherwise)


def not_read(name: str) -> str:
    """What a policy can say instead of something that no fact holds; empty for any other word."""
    return _NOT_READ.get(name.lower(), "")


def value_meant(fact: str, name: str, known: Iterable[str]) -> str:
    """A remedy for a word that is no value of a fact.

    >>> value_meant("use", "personal", ["private", "social"])
    'did you mean `private`?'
    """
    known = list(known)
    own = _VALUES.get(fact, {}).get(name.lower())
    if own:
        return f"did you mean `{own}`?"
    listed = f"write one of: {', '.join(known)}"
    return did_you_mean(name, known, listed) if own is None else listed


def not_a_language(name: str) -> str | None:
    """A remedy for a word that is no code of a language, or None if it has the form of one.

    >>> not_a_language("German"), not_a_language("de-CH")
    ('did you mean `de`?', None)
    """
    if _LANGUAGE.fullmatch(name):
        return None
    code = _LANGUAGES.get(name.lower())
    return f"did you mean `{code}`?" if code else "write an ISO 639 code such as `en`"


def age_meant(test: Test, is_not: bool) -> str | None:
    """A remedy for a test of a bare `listener` that speaks of the age, or None.

    Words and the eighteenth birthday have their values of `age-band`; of other years the house
    alone knows where one band ends.
    """
    first = test.values[0] if test.values else None
    if isinstance(first, tree.Word) and len(test.values) == 1:
        band = _AGES.get(first.text.lower())
        return band and f"write `age-band is {'not ' if is_not else ''}{band}`"
    if isinstance(first, tree.Number) and first.unit in (None, "year", "years"):
        band = _COMING_OF_AGE.get((test.op, first.amount))
        choice = f"write which are meant: `age-band is` and {', '.join(AGE_BANDS[:-1])} or "
        return f"write `age-band is {band}`" if band else choice + AGE_BANDS[-1]
    return None


def flag_meant(test: Test) -> str | None:
    """The yes-or-no fact that a test of a bare role speaks of, as in `dead` or `under 18`."""
    value = test.values[0] if len(test.values) == 1 else None
    if isinstance(value, tree.Number):
        return "minor"
    return _FLAGS.get(value.text.lower()) if isinstance(value, tree.Word) else None


def comparison_meant(values: tuple[tree.Value, ...]) -> str | None:
    """The comparison that `90 seconds or less` speaks of, as a remedy, or None."""
    word = values[-1].text if values and isinstance(values[-1], tree.Word) else ""
    if word in ("less", "fewer", "shorter", "lower"):
        return f"write `is at most` before the number, and leave `{word}` out"
    if word in ("more", "longer", "higher"):
        return f"write `is at least` before the number, and leave `{word}` out"
    return None


def agreed(test: Test) -> bool:
    """Whether a test of a bare role speaks of consent, as in `has agreed`."""
    words = [one.text for one in test.values if isinstance(one, tree.Word)]
    return bool(words) and words[0] in ("agreed", "consented", "approved", "permitted")
