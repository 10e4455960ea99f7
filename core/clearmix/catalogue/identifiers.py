"""ISRC, ISWC and catalogue ids: their form, their check digits, their canonical spelling."""

from __future__ import annotations

import re
import unicodedata

from clearmix.errors import CatalogueError

_ISRC = re.compile(r"^[A-Z]{2}[A-Z0-9]{3}\d{7}$")
_ISWC = re.compile(r"^T(\d{9})(\d)$")


def isrc(text: str) -> str:
    """The ISRC without hyphens (ISO 3901; it has no check digit).

    >>> isrc("gb-abc-26-00001")
    'GBABC2600001'

    Raises:
        CatalogueError: the text does not have an ISRC's form.
    """
    code = text.upper().replace("-", "").replace(" ", "")
    if not _ISRC.match(code):
        raise CatalogueError(
            f"`{text}` is not an ISRC",
            help="an ISRC has two letters, three letters or digits, and seven digits",
        )
    return code


def iswc(text: str) -> str:
    """The ISWC in its printed form.

    The check digit is (10 - (1 + sum of i * d_i) mod 10) mod 10 over the nine digits
    (ISO 15707, annex C).

    >>> iswc("T0345246801")
    'T-034.524.680-1'

    Raises:
        CatalogueError: the text does not have an ISWC's form, or its check digit is wrong.
    """
    code = re.sub(r"[-. ]", "", text.upper())
    found = _ISWC.match(code)
    if not found:
        raise CatalogueError(
            f"`{text}` is not an ISWC", help="an ISWC reads T-123.456.789-C with a check digit C"
        )
    digits, check = found.groups()
    total = 1 + sum(place * int(digit) for place, digit in enumerate(digits, start=1))
    expected = (10 - total % 10) % 10
    if int(check) != expected:
        raise CatalogueError(
            f"the check digit of `{text}` is wrong", help=f"it should be {expected}"
        )
    return f"T-{digits[:3]}.{digits[3:6]}.{digits[6:]}-{check}"


def slug(name: str) -> str:
    """A catalogue id made from a name.

    >>> slug("Beyoncé & the Señors"), slug("夜曲")
    ('beyonce-the-senors', 'x-591c-66f2')
    """
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    words = re.findall(r"[a-z0-9]+", plain)
    if not words:
        words = ["x", *(f"{ord(sign):x}" for sign in name if not sign.isspace())]
    return "-".join(words)[:80].strip("-")
