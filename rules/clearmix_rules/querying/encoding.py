"""How a catalogue's tables write lists and days, so that every database can test them.

A list of names is one text: `|folk|live|`, and the empty text if it has none. A bar or a percent
sign within a name is written `%7C` or `%25`. A day is a whole number of days since 1970-01-01.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

_FIRST = date(1970, 1, 1)


def entry(name: str) -> str:
    """One name as it stands in a list.

    >>> entry("drum|bass")
    '|drum%7Cbass|'
    """
    return f"|{name.replace('%', '%25').replace('|', '%7C')}|"


def listed(names: Iterable[str]) -> str:
    """Names as one text.

    >>> listed(["folk", "live"])
    '|folk|live|'
    """
    written = "".join(entry(name)[:-1] for name in names)
    return f"{written}|" if written else ""


def day_number(day: date) -> int:
    """Days since 1970-01-01.

    >>> day_number(date(1970, 2, 1))
    31
    """
    return (day - _FIRST).days
