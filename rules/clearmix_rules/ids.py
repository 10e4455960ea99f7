"""Ids, as a catalogue makes them of names."""

from __future__ import annotations

import re
import unicodedata

LONGEST_ID = 80

ID = rf"[a-z0-9][a-z0-9-]{{0,{LONGEST_ID - 1}}}"
"""What an id in a catalogue looks like, as a pattern."""

_LABEL = re.compile(r"^\s*(?:ISRC|ISWC)\b[:\s]*", re.IGNORECASE)
_SEPARATORS = re.compile(r"[-.\s\u2010-\u2015\u2212]")


def as_id(name: str) -> str:
    """The id that a catalogue gives to a name: one word of plain letters, figures and hyphens.

    A name without any plain letter or figure is spelled in the codes of its characters.

    >>> as_id("Brückner & the Señors"), as_id("夜曲")
    ('bruckner-the-senors', 'x-591c-66f2')
    """
    apart = unicodedata.normalize("NFKD", name)
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()
    words = re.findall(r"[a-z0-9]+", plain)
    if not words:
        words = ["x", *(f"{ord(sign):x}" for sign in name if not sign.isspace())]
    return "-".join(words)[:LONGEST_ID].strip("-")


def as_written(name: str) -> str:
    """The id that a catalogue gives to a name, as a policy writes it.

    >>> as_written("Ada Wren"), as_written("50 Cent")
    ('ada-wren', '"50-cent"')
    """
    id = as_id(name)
    return id if id[:1].isalpha() else f'"{id}"'


def no_id(text: str) -> str | None:
    """A remedy for a text that is a name and no id, or None.

    >>> no_id("Sigur Rós"), no_id("sigur-ros")
    ('write its id, as in `sigur-ros`', None)
    """
    if text.isascii() and len(text.split()) == 1:
        return None
    return f"write its id, as in `{as_written(text)}`"


def no_code(text: str) -> str | None:
    """A remedy for a text that names no recording and no work as a catalogue does, or None.

    >>> no_code("T 034 524 680 1"), no_code("GB-XXX-26-00001")
    ('write it as in `T-034.524.680-1`', 'write it as in `GBXXX2600001`')
    >>> no_code("Open Road"), no_code("T-034.524.680-1")
    ('write its id, as in `open-road`', None)
    """
    bare = _SEPARATORS.sub("", _LABEL.sub("", text)).upper()
    if re.fullmatch(r"T[0-9]{10}", bare):
        code = f"T-{bare[1:4]}.{bare[4:7]}.{bare[7:10]}-{bare[10]}"
    elif re.fullmatch(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", bare):
        code = bare
    else:
        return no_id(text)
    return None if text == code else f"write it as in `{code}`"
