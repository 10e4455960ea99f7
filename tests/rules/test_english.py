"""Rules and conditions in plain English."""

from __future__ import annotations

import pytest

from clearmix_rules import PolicySource, english
from clearmix_rules.checking.checker import check_policy

HEAD = 'policy "T" version 1\nby label x\nconsent: opt-in\n'


def read(rule: str):
    policy, findings = check_policy(PolicySource("t.rights", HEAD + rule))
    assert findings.diagnostics == []
    return policy.rules[0]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("tier is plus or premium", "the listener's tier is plus or premium"),
        ("tier is not free", "the listener's tier is not free"),
        ("not length is over 90 seconds", "length is at most 90 seconds"),
        ("listener is not verified", "the listener is not verified"),
        ("territory is EU", "territory is EU"),
        ("styles has all of house, disco", "styles has house and disco"),
        ("styles has none of house, disco", "styles has none of house or disco"),
        ("today is within 14 days of release-date", "today is within 14 days of the release-date"),
        ("any artist is minor", "any artist is minor"),
        ("not no artist is minor", "any artist is minor"),
        (
            "every artist's consents has this action",
            "every artist's consents has all of this request's actions",
        ),
        (
            "either tier is free or else use is export and track is explicit",
            "either the listener's tier is free or else use is export and the track is explicit",
        ),
        (
            "not (tier is free and use is export)",
            "either the listener's tier is not free or else use is not export",
        ),
        ("length is between 1 and 2 seconds", "length is between 1 second and 2 seconds"),
        ('isrc is like "GB*"', 'isrc is like "GB*"'),
        ("label is under northlight", "label is under northlight"),
        ("uses-master is no", "the generator's uses-master is no"),
    ],
)
def test_a_condition_reads_as_a_sentence(condition, words):
    rule = read(f'rule a: forbid remix when {condition} reason "r"\n')
    assert english.condition(rule.when) == words


def test_a_rule_reads_as_a_sentence():
    rule = read(
        "rule a: permit remix, mashup or speed-change of tracks under x\n"
        "  when use is private unless track is explicit\n"
        "  provided length is at most 4 minutes royalty is at least 12.5% of revenue to x\n"
        '    approval by x within 2 weeks credit artist keep records for 5 years reason "r"\n'
    )
    assert english.rule(rule) == (
        "Permits remixes, mashups or speed changes of tracks under x, if use is private, "
        "unless the track is explicit. In return: length is at most 4 minutes; 12.5% of revenue "
        "goes to x; x approves it within 2 weeks; credit is given to the artist; records are kept "
        "for 5 years."
    )


def test_a_long_list_is_cut_short_with_its_count():
    assert english.listed("ABCDEFGHIJ") == "A, B, C, D, E, F, G, H or 2 more"


def test_a_choice_within_a_condition_stands_in_brackets():
    both = "(either tier is plus or else use is public) and listener is verified"
    rule = read(f'rule a: forbid remix when {both} reason "r"\n')
    assert english.condition(rule.when) == (
        "(either the listener's tier is plus or else use is public) and the listener is verified"
    )
