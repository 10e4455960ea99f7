"""Ids, as a catalogue makes them of names."""

from __future__ import annotations

import re
import unicodedata


def as_id(name: str) -> str:
    """The id that a name has in a catalogue: one word of plain letters, figures and hyphens.

    Empty for a name without any plain letter or figure.

    >>> as_id("Brückner & the Señors"), as_id("Дима")
    ('bruckner-the-senors', '')
    """
    apart = unicodedata.normalize("NFKD", name)
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def no_id(text: str) -> str | None:
    """A remedy for a text that is a name and no id, or None.

    >>> no_id("Sigur Rós"), no_id("sigur-ros")
    ('write its id, as in `sigur-ros`', None)
    """
    if text.isascii() and len(text.split()) == 1:
        return None
    id = as_id(text)
    return f"write its id, as in `{id}`" if id else "write its id, as the catalogue has it"
