"""A new name reaches every use and changes nothing of what a policy means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix_rules import PolicySource, RightsError
from clearmix_rules.checking.checker import check_policy
from clearmix_rules.editing.fixes import Edit
from clearmix_rules.editing.names import Role, names
from clearmix_rules.editing.renaming import rename

TEXT = """policy "😀 Northlight" version 1
by label northlight
consent: opt-in
define northern as any of SE, NO or DK
define north as northern or IS
define tiers as plus or premium

rule tiers: permit remix of tracks under northlight
  when territory is north and tier is tiers and tier is none of tiers, free
   and any artist is friends
  reason "northern, tiers and north are only words here." # tiers

rule short: permit remix of track "tiers"
  when territory is northern and genres has tiers or pop
  reason "Yes."
define friends as ada-wren
"""


def applied(text: str, edits: list[Edit]) -> str:
    for one in sorted(edits, key=lambda one: one.start, reverse=True):
        text = text[: one.start] + one.text + text[one.end :]
    return text


def checked(text: str) -> object:
    policy, findings = check_policy(PolicySource("a.rights", text))
    assert policy is not None, findings.diagnostics
    return [(rule.effect, rule.when, rule.scope) for rule in policy.rules]


@pytest.mark.parametrize(
    ("place", "uses"),
    [
        ("northern as", 3),
        ("northern or IS", 3),
        ("north and", 2),
        ("tiers as", 4),
        ("friends\n", 2),
    ],
)
def test_a_definition_is_renamed_wherever_it_is_used(place: str, uses: int) -> None:
    edits = rename(TEXT, TEXT.index(place) + 1, "fresh-name")
    assert len(edits) == uses
    assert checked(applied(TEXT, edits)) == checked(TEXT)


def test_a_rule_is_renamed_and_a_definition_of_that_name_is_not() -> None:
    edits = rename(TEXT, TEXT.index("tiers:"), "paying")
    assert [(one.start, one.text) for one in edits] == [(TEXT.index("tiers:"), "paying")]


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True), st.data())
def test_renaming_keeps_the_meaning_or_refuses(to: str, data: st.DataObject) -> None:
    to = data.draw(st.sampled_from([to, *TEXT.replace(",", " ").split()]))
    own = [one for one in names(TEXT) if one.role in (Role.RULE, Role.DEFINITION)]
    name = data.draw(st.sampled_from(own))
    try:
        edits = rename(TEXT, name.start, to)
    except RightsError as error:
        assert error.help
        return
    renamed = applied(TEXT, edits)
    assert checked(renamed) == checked(TEXT)
    if edits:
        first = min(one.start for one in edits)
        assert applied(renamed, rename(renamed, first, name.text)) == TEXT


@pytest.mark.parametrize(
    ("to", "message", "help"),
    [
        ("EU", "`EU` already has a meaning", "choose another name"),
        ("private", "`private` already has a meaning", "choose another name"),
        ("when", "`when` is a word of the language", "choose another name"),
        ("seconds", "`seconds` is a word of the language", "choose another name"),
        ("north", "`north` is defined already", "choose another name"),
        ("pop", "`pop` is used as a value on line 14", "change what it means"),
        ("two words", "`two words` is not a name", "letters, digits and hyphens"),
        ("", "`` is not a name", "letters, digits and hyphens"),
        ("1st", "`1st` is not a name", "letters, digits and hyphens"),
    ],
)
def test_a_name_that_would_not_do_is_refused(to: str, message: str, help: str) -> None:
    with pytest.raises(RightsError) as raised:
        rename(TEXT, TEXT.index("northern"), to)
    assert raised.value.message == message
    assert help in raised.value.help


def test_a_rule_cannot_take_the_name_of_another() -> None:
    with pytest.raises(RightsError, match="another rule is called `short`"):
        rename(TEXT, TEXT.index("tiers:"), "short")


@pytest.mark.parametrize("place", ["northlight\nconsent", "tier is", "SE", "policy", "reason"])
def test_nothing_else_can_be_renamed(place: str) -> None:
    with pytest.raises(RightsError, match="cannot be renamed"):
        rename(TEXT, TEXT.index(place), "fresh")


def test_nothing_is_renamed_while_a_use_cannot_be_read() -> None:
    text = TEXT + "rule half: permit remix when territory is northern an\n"
    with pytest.raises(RightsError, match="uses `northern` and cannot be read") as raised:
        rename(text, text.index("northern"), "fresh")
    assert raised.value.help == "correct it first"
    assert rename(text, text.index("tiers as"), "fresh")


def test_what_is_there_twice_is_not_renamed() -> None:
    text = TEXT + 'rule short: forbid any use when explicit is yes reason "No."\n'
    with pytest.raises(RightsError, match="`short` is there twice"):
        rename(text, text.index("short"), "fresh")
