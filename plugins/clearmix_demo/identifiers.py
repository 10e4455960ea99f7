"""Identifiers of the invented catalogue: well formed, with right check digits, and not issued.

ISRCs use the country code ZZ, which ISO 3166 leaves to users; ISWCs, IPI and ISNI numbers start
with nines that no agency has reached.
"""

from __future__ import annotations


def isrc(number: int, year: int) -> str:
    """An ISRC (ISO 3901): country, registrant, year of reference, designation.

    >>> isrc(7, 2026)
    'ZZCMX2600007'
    """
    return f"ZZCMX{year % 100:02d}{number:05d}"


def iswc(number: int) -> str:
    """An ISWC with its check digit (ISO 15707, annex C).

    >>> iswc(1)
    'T-999.000.001-6'
    """
    digits = f"999{number:06d}"
    total = 1 + sum(place * int(digit) for place, digit in enumerate(digits, start=1))
    return f"T-{digits[:3]}.{digits[3:6]}.{digits[6:]}-{(10 - total % 10) % 10}"


def ipi_name(number: int) -> str:
    """An IPI name number: nine digits and two check digits (modulus 101).

    >>> ipi_name(1)
    '99900000158'
    """
    digits = f"999{number:06d}"
    total = sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 101
    return f"{digits}{(101 - total) % 100 if total else 0:02d}"


def isni(number: int) -> str:
    """An ISNI: fifteen digits and a check character (ISO 7064, modulus 11-2).

    >>> isni(1)
    '0000000999000014'
    """
    digits = f"0000000999{number:05d}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2 % 11
    check = (12 - total) % 11
    return f"{digits}{'X' if check == 10 else check}"
