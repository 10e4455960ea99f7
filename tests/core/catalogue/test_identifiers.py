"""Identifiers: published numbers are taken, a changed digit is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clearmix.catalogue import identifiers
from clearmix.errors import CatalogueError

PUBLISHED = [
    (identifiers.isrc, "US-S1Z-99-00001", "USS1Z9900001"),
    (identifiers.iswc, "T-034.524.680-1", "T-034.524.680-1"),
    (identifiers.iswc, "T0345246801", "T-034.524.680-1"),
    (identifiers.ipi_base, "I-001068130-6", "I-001068130-6"),
    (identifiers.ipi_name, "00014107338", "00014107338"),
    (identifiers.ipi_name, "14107338", "00014107338"),
    (identifiers.isni, "0000 0001 2103 2683", "0000000121032683"),
    (identifiers.isni, "0000 0001 2281 955X", "000000012281955X"),
    (identifiers.grid, "A1-2425G-ABC1234002-M", "A12425GABC1234002M"),
    (identifiers.isrc, "AA6Q72000047", "AA6Q72000047"),  # IFPI, ISRC handbook
    (identifiers.isrc, "FR-Z03-98-00212", "FRZ039800212"),  # ISO 3901:2001
    (identifiers.isrc, "GB-AYE-68-00011", "GBAYE6800011"),
    (identifiers.iswc, "T-000.000.001-0", "T-000.000.001-0"),  # Dancing Queen, the first
    (identifiers.iswc, "T-010.140.236-1", "T-010.140.236-1"),  # Yesterday
    (identifiers.iswc, "T-101.690.320-9", "T-101.690.320-9"),
    (identifiers.ipi_base, "I-000000229-7", "I-000000229-7"),
    (identifiers.ipi_name, "00014107436", "00014107436"),  # names of Pablo Picasso, CISAC
    (identifiers.ipi_name, "00068238360", "00068238360"),
    (identifiers.ipi_name, "00068238458", "00068238458"),
    (identifiers.isni, "0000-0002-1825-0097", "0000000218250097"),  # ORCID's examples
    (identifiers.isni, "0000-0001-5109-3700", "0000000151093700"),
    (identifiers.isni, "0000-0002-1694-233X", "000000021694233X"),
    (identifiers.isni, "0000 0001 2150 090X", "000000012150090X"),
    (identifiers.upc, "0 36000 29145 2", "036000291452"),  # GS1's examples
    (identifiers.upc, "5901234123457", "5901234123457"),
    (identifiers.upc, "9780201379624", "9780201379624"),
    (identifiers.upc, "10614141000415", "10614141000415"),
    (identifiers.grid, "Grid: A1-2425G-ABC1234002-M", "A12425GABC1234002M"),
]


@pytest.mark.parametrize(("check", "text", "canonical"), PUBLISHED)
def test_published_identifiers_are_taken_in_their_canonical_form(
    check: Callable[[str], str], text: str, canonical: str
) -> None:
    assert check(text) == canonical
    assert check(canonical) == canonical


@pytest.mark.parametrize(
    ("check", "text", "expected"),
    [
        (identifiers.iswc, "T-034.524.680-2", "1"),
        (identifiers.ipi_base, "I-001068130-5", "6"),
        (identifiers.ipi_name, "00014107339", "38"),
        (identifiers.isni, "0000 0001 2281 9551", "X"),
        (identifiers.grid, "A1-2425G-ABC1234002-Q", "M"),
    ],
)
def test_a_wrong_check_digit_is_told_with_the_right_one(
    check: Callable[[str], str], text: str, expected: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        check(text)
    assert caught.value.message == f"the check digit of `{text}` is wrong"
    assert caught.value.help == f"it should be {expected}"


@pytest.mark.parametrize(
    "check",
    [
        identifiers.isrc, identifiers.iswc, identifiers.ipi_base, identifiers.ipi_name,
        identifiers.isni, identifiers.grid, identifiers.ipi,
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", ["", "nonsense", "T-1", "1" * 30, "٣" * 11])
def test_what_has_not_the_form_is_refused(check: Callable[[str], str], text: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        check(text)
    assert "is not a" in caught.value.message
    assert caught.value.help


@pytest.mark.parametrize(
    ("check", "text", "code"),
    [
        (identifiers.isrc, "ISRC GB-ABC-26-00001", "GBABC2600001"),
        (identifiers.isrc, "gb\u2011abc\u201126\u201100001", "GBABC2600001"),
        (identifiers.iswc, "ISWC T-034.524.680-1", "T-034.524.680-1"),
        (identifiers.isni, "ISNI 0000 0001 2103 2683", "0000000121032683"),
        (identifiers.isni, "isni: 000000012281955x", "000000012281955X"),
        (identifiers.ipi, "IPI I-001068130-6", "I-001068130-6"),
        (identifiers.ipi, "IPI 00014107338", "00014107338"),
        (identifiers.grid, "GRid:A1-2425G-ABC1234002-M", "A12425GABC1234002M"),
    ],
)
def test_a_code_is_taken_as_the_standards_print_it(
    check: Callable[[str], str], text: str, code: str
) -> None:
    assert check(text) == code


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (identifiers.isrc, "GBABC260000\uff11"),
        (identifiers.iswc, "T-034.524.680-\uff11"),
        (identifiers.ipi, "0001410733\uff18"),
        (identifiers.ipi, "0"),
        (identifiers.upc, "03600029145"),
    ],
)
def test_digits_of_other_scripts_and_empty_numbers_are_no_codes(
    check: Callable[[str], str], text: str
) -> None:
    with pytest.raises(CatalogueError):
        check(text)
