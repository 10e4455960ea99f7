"""ISRC, ISWC, IPI, ISNI, UPC, GRid and catalogue ids: form, check digits, canonical spelling."""

from __future__ import annotations

import re

from stdnum import ean as stdnum_ean
from stdnum import grid as stdnum_grid
from stdnum import isni as stdnum_isni
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.iso7064 import mod_11_2, mod_37_36

from clearmix.errors import CatalogueError

_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")
_ISWC = re.compile(r"T([0-9]{9})([0-9])")
_IPI_BASE = re.compile(r"I([0-9]{9})([0-9])")
_IPI_NAME = re.compile(r"([0-9]{9})([0-9]{2})")

# The standards print a code after its name, such as `ISRC GB-ABC-26-00001`; and hyphens come as
# typesetters have them.
_LABEL = re.compile(r"^\s*(ISRC|ISWC|IPI|CAE|ISNI|UPC|EAN)\b[:\s]*", re.IGNORECASE)
_SEPARATORS = re.compile(r"[-.\s\u2010-\u2015\u2212]")


def isrc(text: str) -> str:
    """The ISRC without hyphens (ISO 3901; it has no check digit).

    >>> isrc("gb-abc-26-00001")
    'GBABC2600001'

    Raises:
        CatalogueError: the text does not have an ISRC's form.
    """
    code = _bare(text)
    if not _ISRC.fullmatch(code):
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
    found = _ISWC.fullmatch(_bare(text))
    if not found:
        raise CatalogueError(
            f"`{text}` is not an ISWC", help="an ISWC reads T-123.456.789-C with a check digit C"
        )
    digits, check = found.groups()
    _require_check(text, check, str(_weighted(digits, 1)))
    return f"T-{digits[:3]}.{digits[3:6]}.{digits[6:]}-{check}"


def ipi_base(text: str) -> str:
    """The IPI base number in its printed form.

    The check digit is (10 - (2 + sum of i * d_i) mod 10) mod 10 over the nine digits (CISAC).

    >>> ipi_base("I0010681306")
    'I-001068130-6'

    Raises:
        CatalogueError: the text does not have the form, or its check digit is wrong.
    """
    found = _IPI_BASE.fullmatch(_bare(text))
    if not found:
        raise CatalogueError(
            f"`{text}` is not an IPI base number", help="it reads I-123456789-C, C being a check"
        )
    digits, check = found.groups()
    _require_check(text, check, str(_weighted(digits, 2)))
    return f"I-{digits}-{check}"


def ipi_name(text: str) -> str:
    """The IPI name number (formerly CAE) with its eleven digits.

    With s the sum of d_i * (10 - i) mod 101, i from 0, the check is 00 if s is 0, else
    (101 - s) mod 100 (CISAC).

    >>> ipi_name("14107338"), ipi_name("00014.10.73.38")
    ('00014107338', '00014107338')

    Raises:
        CatalogueError: the text does not have the form, or its check digits are wrong.
    """
    bare = _bare(text)
    found = _IPI_NAME.fullmatch(bare.zfill(11))
    if not found or not bare.strip("0"):
        raise CatalogueError(
            f"`{text}` is not an IPI name number", help="it has eleven digits, the last two a check"
        )
    digits, check = found.groups()
    total = sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 101
    _require_check(text, check, f"{(101 - total) % 100 if total else 0:02d}")
    return digits + check


def ipi(text: str) -> str:
    """An IPI base or name number in its canonical form.

    Raises:
        CatalogueError: it is neither.
    """
    return ipi_base(text) if _bare(text).startswith("I") else ipi_name(text)


def isni(text: str) -> str:
    """The ISNI with its sixteen characters (ISO 27729; check character by ISO 7064, 11-2).

    >>> isni("0000 0001 2281 955X")
    '000000012281955X'

    Raises:
        CatalogueError: the text does not have the form, or its check character is wrong.
    """
    try:
        return str(stdnum_isni.validate(bare := _bare(text)))
    except InvalidChecksum:
        _require_check(text, bare[-1:], mod_11_2.calc_check_digit(bare[:-1]))
        raise
    except ValidationError:
        raise CatalogueError(
            f"`{text}` is not an ISNI", help="it has fifteen digits and a check digit or X"
        ) from None


def upc(text: str) -> str:
    """The UPC or EAN of a release without spaces (GTIN of 12, 13 or 14 digits, check modulo 10).

    >>> upc("0 36000 29145 2"), upc("4006381333931")
    ('036000291452', '4006381333931')

    Raises:
        CatalogueError: it has another length, or its check digit is wrong.
    """
    bare = _bare(text)
    if not re.fullmatch(r"[0-9]{12,14}", bare):
        raise CatalogueError(
            f"`{text}` is not a UPC or EAN", help="it has 12, 13 or 14 digits, the last a check"
        )
    _require_check(text, bare[-1], stdnum_ean.calc_check_digit(bare[:-1]))
    return bare


def grid(text: str) -> str:
    """The GRid without separators (check character by ISO 7064, 37-36).

    >>> grid("A1-2425G-ABC1234002-M")
    'A12425GABC1234002M'

    Raises:
        CatalogueError: the text does not have the form, or its check character is wrong.
    """
    bare = stdnum_grid.compact(text)
    if not re.fullmatch(r"A1[A-Z0-9]{16}", bare):
        raise CatalogueError(
            f"`{text}` is not a GRid",
            help="it has A1, five characters of the issuer, ten of the release and a check",
        )
    _require_check(text, bare[-1], mod_37_36.calc_check_digit(bare[:-1]))
    return bare


def _bare(text: str) -> str:
    """A code as it is compared: without its label and separators, in capitals.

    >>> _bare("ISRC gb-abc-26-00001"), _bare("T-034.524.680‑1")
    ('GBABC2600001', 'T0345246801')
    """
    return _SEPARATORS.sub("", _LABEL.sub("", text)).upper()


def _weighted(digits: str, start: int) -> int:
    """(10 - (start + sum of i * d_i) mod 10) mod 10: the check of ISWC and IPI base numbers."""
    total = start + sum(place * int(digit) for place, digit in enumerate(digits, start=1))
    return (10 - total % 10) % 10


def _require_check(text: str, found: str, expected: str) -> None:
    if found != expected:
        raise CatalogueError(
            f"the check digit of `{text}` is wrong", help=f"it should be {expected}"
        )
