"""Ids that nobody in the catalogue has, however a policy names them."""

from __future__ import annotations

import pytest

from clearmix.clearance.strangers import strangers
from clearmix.kernel import Kernel
from clearmix_rules import PolicySource

SHARED = PolicySource("friends.rights", 'define friends as ada or "51-cent"\n')


def told(kernel: Kernel, lines: str, head: str = "by artist ada") -> list[tuple[str, int, int]]:
    text = f'policy "P" version 1\n{head}\nconsent: opt-in\n{lines}\n  reason "Why."\n'
    source = PolicySource("p.rights", text)
    found = strangers(source, kernel.policies.read(source), kernel.catalogue)
    return [(one.message.split("`")[1], one.line, one.column) for one in found]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("rule a: forbid remix when any artist is adda", ("adda", 4, 41)),
        ('rule a: forbid remix when any artist is "51-cent"', ("51-cent", 4, 41)),
        ('rule a: forbid remix when artists has "51-cent"', ("51-cent", 4, 39)),
        ('rule a: forbid remix of tracks by ada or "51-cent"', ("51-cent", 4, 42)),
        ("rule a: forbid remix when label is under dusky", ("dusky", 4, 42)),
        (
            'define us as ada or "51-cent"\nrule a: forbid remix of tracks by us',
            ("51-cent", 4, 21),
        ),
        (
            "define us as ada or adda\nrule a: forbid remix when every artist is us",
            ("adda", 4, 21),
        ),
        ('rule a: permit remix provided approval by "51-cent"', ("51-cent", 4, 43)),
        (
            'rule a: permit remix provided royalty is at least 5% of revenue to "51-cent"',
            ("51-cent", 4, 68),
        ),
        ('rule adda: forbid remix # adda\n  when any artist is "adda"', ("adda", 5, 22)),
    ],
)
def test_a_stranger_is_told_where_a_rule_first_names_it(
    cleared_kernel: Kernel, lines: str, expected: tuple[str, int, int]
) -> None:
    assert told(cleared_kernel, lines) == [expected]


def test_a_stranger_in_the_definitions_of_another_file_is_told_where_the_file_is_used(
    cleared_kernel: Kernel,
) -> None:
    cleared_kernel.policies.add(SHARED)
    head = 'by artist ada\nuse "friends.rights"'
    assert told(cleared_kernel, "rule a: forbid remix when any artist is friends", head) == [
        ("51-cent", 3, 5)
    ]


@pytest.mark.parametrize(
    "lines",
    [
        "rule a: forbid remix of tracks by ada when label is under northlight",
        'define us as "ada" or bo\nrule a: forbid remix when any artist is us',
        'rule a: forbid remix of track "GBXXX2600001" when title is "Nobody"',
        'define them as "51-cent"\nrule a: forbid remix when tier is free',
    ],
)
def test_whoever_is_known_and_whatever_names_no_party_is_not_told(
    cleared_kernel: Kernel, lines: str
) -> None:
    assert told(cleared_kernel, lines) == []


def test_the_platform_is_nobody_in_a_catalogue_and_no_stranger(cleared_kernel: Kernel) -> None:
    text = 'policy "P" version 1\nby platform\nrule a: forbid remix reason "Why."\n'
    source = PolicySource("p.rights", text)
    assert strangers(source, cleared_kernel.policies.read(source), cleared_kernel.catalogue) == ()
