"""Territories: codes, groups, and what people write instead."""

from __future__ import annotations

import pytest

from clearmix_rules import PolicySource, check
from clearmix_rules.checking.checker import check_policy
from clearmix_rules.english import condition
from clearmix_rules.territories import CODES, COMMON_MISTAKES, GROUPS, group, meant

HEAD = 'policy "T" version 1\nby label x\nconsent: opt-in\n'


def territories(said: str, head: str = "") -> set[str]:
    text = f'{HEAD}{head}\nrule a: forbid remix when territory is {said} reason "r"\n'
    policy, findings = check_policy(PolicySource("t.rights", text))
    assert policy is not None, [one.as_text() for one in findings.diagnostics]
    return set(policy.rules[0].when.values)


def test_every_group_holds_territories_of_iso_3166():
    assert len(CODES) == 249
    for codes in GROUPS.values():
        assert codes <= CODES
        assert len(codes) >= 2


def test_groups_lie_within_one_another_as_on_a_map():
    for inner, outer in [
        ("Scandinavia", "Nordic"), ("Nordic", "Europe"), ("EU", "EEA"), ("EEA", "Europe"),
        ("Benelux", "EU"), ("Baltics", "EU"), ("GSA", "Europe"), ("British-Isles", "Europe"),
        ("Balkans", "Europe"), ("Eastern-Europe", "Europe"), ("South-East-Asia", "Asia"),
        ("North-Africa", "Africa"), ("Australasia", "Oceania"), ("Central-America", "Americas"),
        ("South-America", "Latin-America"), ("West-Indies", "Latin-America"),
    ]:  # fmt: skip
        assert GROUPS[inner] < GROUPS[outer], inner
    continents = ["Europe", "Asia", "Africa", "Oceania", "Americas"]
    for one in continents:
        for other in continents:
            assert one == other or GROUPS[one].isdisjoint(GROUPS[other])


def test_the_name_of_a_group_may_have_capitals_or_not():
    assert group("Worldwide") == group("WORLDWIDE") == group("worldwide") == CODES
    assert territories("europe") == territories("Europe") == GROUPS["Europe"]


def test_what_people_write_instead_stands_for_a_code_or_a_group():
    assert all(one in CODES or one in GROUPS for one in COMMON_MISTAKES.values())
    assert [meant(one) for one in ("uk", "Germany", "de", "Atlantis")] == ["GB", "DE", "DE", None]


@pytest.mark.parametrize(
    ("said", "without"),
    [
        ("worldwide except US", {"US"}),
        ("worldwide except US and CA", {"US", "CA"}),
        ("worldwide except US, CA or MX", {"US", "CA", "MX"}),
        ("worldwide except North-America", {"US", "CA", "MX"}),
        ("any of worldwide except home", {"SE", "NO"}),
    ],
)
def test_except_takes_away(said, without):
    assert territories(said, "define home as SE or NO") == CODES - without


def test_except_in_a_definition_takes_away_there_only():
    head = "define open-to as worldwide except US and CA"
    assert territories("open-to", head) == CODES - {"US", "CA"}
    assert territories("US or open-to", head) == CODES - {"CA"}


@pytest.mark.parametrize(
    ("said", "message", "help"),
    [
        ("Europe except US", "`US` is not among the values before `except`", "leave it out"),
        ("worldwide except UK", "`UK` is not among the values before `except`",
         "did you mean `GB`?"),
        ("GB except GB", "`except` leaves nothing", "leave out fewer values"),
        ("Eurpe", "unknown territory `Eurpe`", "did you mean `Europe`?"),
        ("France", "unknown territory `France`", "did you mean `FR`?"),
        ("Nordics", "unknown territory `Nordics`", "did you mean `Nordic`?"),
    ],
)  # fmt: skip
def test_what_names_no_territory_gets_one_error(said, message, help):
    text = f'{HEAD}rule a: forbid remix when territory is {said} reason "r"\n'
    (one,) = check(PolicySource("t.rights", text))
    assert one.message == message
    assert one.help.startswith(help)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("SE, NO or DK", "SE, NO or DK"),
        ("worldwide except US and CA", "worldwide except CA and US"),
        ("EU or GB", "EU or GB"),
        ("Worldwide", "worldwide"),
    ],
)
def test_many_territories_are_told_in_few_words(said, words):
    text = f'{HEAD}rule a: forbid remix when territory is {said} reason "r"\n'
    policy, _ = check_policy(PolicySource("t.rights", text))
    assert condition(policy.rules[0].when) == f"territory is {words}"
