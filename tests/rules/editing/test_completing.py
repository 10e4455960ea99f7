"""What is offered is what may stand there, with names of the schema, the policy and its parties."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix_rules import PolicySource, check
from clearmix_rules.editing.completing import complete
from clearmix_rules.editing.describing import KnownParty
from clearmix_rules.reading.parser import parse
from clearmix_rules.schema import ACTIONS, CREDIT_ROLES, ROLES, ROYALTY_BASES, TIERS, USES

Parties = dict[str, KnownParty]


def labels(text: str, parties: Parties) -> list[str]:
    return [one.label for one in complete(text, len(text), parties).suggestions]


CASES = [
    ("rule x: ", {"permit", "forbid"}, {"remix"}),
    ("rule x: permit ", {*ACTIONS, "any use"}, {"private"}),
    ("rule x: forbid remix, ", set(ACTIONS), {"any use"}),
    ("rule x: permit remix ", {"of tracks under", "of tracks by", "of track", "when"}, {"remix"}),
    ("rule x: permit remix of tracks under ", {"northlight", "ada-wren"}, {"remix"}),
    ("rule x: permit remix when ", {"tier", "use", "listener", "generator's id", "artist", "every",
                                    "not", "either"}, {"id", "consents", "plus"}),
    ("rule x: permit remix when tier ", {"is", "has"}, {"plus"}),
    ("rule x: permit remix when tier is ", {*TIERS, "paid", "any of", "not"},
     {"northern", "at most", "given", "private"}),
    ("rule x: permit remix when tier is not ", {*TIERS}, {"any of"}),
    ("rule x: permit remix when tier is plus, ", {*TIERS, "or"}, {"and"}),
    ("rule x: permit remix when use is private and ", {"tier", "any", "listener"}, {"private"}),
    ("rule x: permit remix when territory is any of GB or ", {"SE", "EU", "worldwide", "northern"},
     {"paid", "UK"}),
    ("rule x: permit remix when listener is ", {"verified"}, {"tier", "paid"}),
    ("rule x: permit remix when listener's ", {"tier", "add-ons", "verified"}, {"use", "minor"}),
    ("rule x: permit remix when any ", set(ROLES), {"tier"}),
    ("rule x: permit remix when any artist is ", {"minor", "deceased", "ada-wren"}, {"consents"}),
    ("rule x: permit remix when any artist of the track is ", {"minor", "deceased"}, set()),
    ("rule x: permit remix when artist's ", {"consents", "voice-consent", "minor"}, {"id", "tier"}),
    ("rule x: permit remix when artist's voice-consent has ", {*USES, "this", "all of"}, {"remix"}),
    ("rule x: permit remix when artist's consents has this ", {"use", "action"}, {"remix"}),
    ("rule x: permit remix when length is ", {"at most", "at least", "between", "under"},
     {"before", "paid", "within"}),
    ("rule x: permit remix when length is at most 90 ", {"seconds", "minutes"}, {"days", "%"}),
    ("rule x: permit remix when strength is under 5", {"%", "bps"}, {"seconds"}),
    ("rule x: permit remix when today is ", {"before", "on or after", "within"}, {"at most"}),
    ("rule x: permit remix when today is within 14 ", {"days", "weeks"}, {"seconds"}),
    ("rule x: permit remix when today is within 14 days of ", {"release-date"}, {"now", "tier"}),
    ("rule x: permit remix when style-of is ", {"given", "ada-wren"}, {"at most"}),
    ("rule x: permit remix when label is under ", {"northlight"}, {"paid"}),
    ("rule x: permit remix when uses-master is ", {"yes", "no"}, {"paid"}),
    ("rule x: permit remix provided ", {"length", "royalty", "label reads", "watermark with"},
     {"tier", "renders-this-month"}),
    ("rule x: permit remix provided credit artist ", {"and", "royalty", "reason"}, {"writer"}),
    ("rule x: permit remix provided credit ", set(CREDIT_ROLES), {"northlight"}),
    ("rule x: permit remix provided royalty is at least 15", {"%"}, {"days"}),
    ("rule x: permit remix provided royalty is at least 15% of ", set(ROYALTY_BASES),
     {"northlight"}),
    ("rule x: permit remix provided royalty is at least 15% of revenue to ", {"northlight"}, set()),
    ("rule x: permit remix provided approval by ", {"ada-wren"}, {"label"}),
    ("rule x: permit remix provided approval by ada-wren within 3 ", {"days"}, {"seconds"}),
    ("rule x: permit remix provided keep records for 3 ", {"years"}, {"seconds"}),
    ("rule x: permit remix provided mark with ", {"c2pa"}, set()),
    ("rule x: forbid remix when explicit is yes ", {"and", "unless", "reason"},
     {"when", "provided"}),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "there", "absent"), CASES, ids=[case[0] for case in CASES])
def test_what_may_come_next_is_offered(
    typed: str, there: set[str], absent: set[str], header: str, parties: Parties
) -> None:
    offered = set(labels(header + typed, parties))
    assert there <= offered
    assert not absent & offered


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("", {"policy", "by", "rule ... permit"}),
        ('policy "A" version 1\n', {"by", "consent", "define", "rule ... forbid"}),
        ("by ", {"label", "artist", "platform"}),
        ("by artist ", {"ada-wren"}),
        ("consent: ", {"opt-in", "opt-out", "delegated to"}),
        ("consent: delegated to ", {"northlight"}),
        ("define x as any of ", {"SE", "EU", "plus", "remix"}),
        ("in force ", {"from", "until", "local time"}),
        ("in force from 2026-01-01 in ", {"Europe/London"}),
    ],
)
def test_header_lines_are_completed(typed: str, there: set[str], parties: Parties) -> None:
    assert there <= set(labels(typed, parties))


def test_lines_that_are_there_are_not_offered_again(header: str, parties: Parties) -> None:
    assert not {"policy", "by", "consent"} & set(labels(header, parties))
    assert "define" in labels(header, parties)


def test_the_word_being_typed_is_replaced(header: str, parties: Parties) -> None:
    text = header + "rule x: permit any use when tier is pre"
    found = complete(text, len(text), parties)
    assert text[found.start : found.end] == "pre"
    assert "pre" not in [one.label for one in found.suggestions]


def test_a_unit_may_touch_its_number(header: str, parties: Parties) -> None:
    text = header + "rule x: permit any use when length is at most 90s"
    found = complete(text, len(text), parties)
    assert text[found.start : found.end] == "s"
    assert "seconds" in [one.label for one in found.suggestions]


def test_a_mistake_further_up_does_not_stop_the_help(header: str, parties: Parties) -> None:
    assert "length" in labels(header + "rule x: permt remix when teir iss plus provided ", parties)
    assert "is" in labels(header + "rule x: permit remix when a is b of c and length ", parties)
    typed = "rule x: permt remix when tier iss plus and use is private provided credit artist and "
    assert "writer" in labels(header + typed, parties)


def test_placeholders_are_offered_inside_braces_of_a_text(parties: Parties) -> None:
    text = 'rule x: permit remix provided label reads "By {ar'
    found = complete(text, len(text), parties)
    assert [one.label for one in found.suggestions] == ["title", "artist", "label", "writer"]
    assert text[found.start : found.end] == "ar"
    closed = complete(text + '}"', len(text), parties)
    assert {one.plain for one in closed.suggestions} == {"title", "artist", "label", "writer"}


@pytest.mark.parametrize("text", ["rule x: permit # re", 'rule x: permit remix reason "re'])
def test_comments_and_texts_are_left_alone(text: str, parties: Parties) -> None:
    assert labels(text, parties) == []


def test_a_rule_template_can_be_read_as_it_is(header: str, parties: Parties) -> None:
    templates = [
        one
        for one in complete(header, len(header), parties).suggestions
        if one.label.startswith("rule")
    ]
    assert len(templates) == 2
    for one in templates:
        parsed = parse(PolicySource("a.rights", header + one.plain))
        assert parsed.diagnostics == []


def test_every_template_of_a_duty_can_be_read_as_it_is(header: str, parties: Parties) -> None:
    typed = header + "rule x: permit remix provided "
    found = complete(typed, len(typed), parties).suggestions
    templates = [one.plain for one in found if one.kind == "template"]
    assert 'label reads "Fan-made remix of {title}. Not by {artist}."' in templates
    for template in templates:
        assert check(PolicySource("a.rights", f'{typed}{template}\n  reason "Yes."')) == ()


def test_every_template_of_a_header_line_can_be_read_as_it_is(parties: Parties) -> None:
    templates = [one for one in complete("", 0, parties).suggestions if one.rank == 2]
    order = ["policy", "by", "in force", "consent", "define", "rule ... forbid"]
    lines = [one.plain for label in order for one in templates if one.label == label]
    assert len(lines) == len(order)
    assert check(PolicySource("a.rights", "\n".join(lines))) == ()


def test_names_carry_their_sentence(header: str, parties: Parties) -> None:
    text = header + "rule x: permit any use when "
    found = {one.label: one for one in complete(text, len(text), parties).suggestions}
    assert found["tier"].detail == "the listener's plan"
    assert "`premium`" in found["tier"].documentation
    text = header + "rule x: permit any use when territory is "
    found = {one.label: one for one in complete(text, len(text), parties).suggestions}
    assert "SE, NO or DK" in found["northern"].documentation
    assert "27 territories" in found["EU"].documentation


# ---------------------------------------------------------------- laws

SAMPLE = (
    'rule a: permit remix or cover\n  of tracks under northlight\n  when tier is plus, premium\n'
    "   and either listener is verified or else any artist's consents has this action\n"
    "   and today is within 14 days of release-date\n"
    "  provided\n    length is between 15 and 60 seconds\n    credit artist and label\n"
    '    royalty is at least 15% of revenue to northlight\n    approval by ada-wren within 3 days\n'
    '  reason "Yes."\n'
)  # fmt: skip


@pytest.mark.parametrize("word", range(len(SAMPLE.split())))
def test_the_next_word_of_a_policy_is_among_what_is_offered_before_it(
    word: int, header: str, parties: Parties
) -> None:
    at = 0
    for one in SAMPLE.split()[: word + 1]:
        at = SAMPLE.index(one, at) + len(one)
    one = SAMPLE.split()[word]
    start = at - len(one)
    written = one.rstrip(",").removesuffix("'s")
    if not written[0].isalpha() or written == "a:" or '"' in written:
        return
    offered = labels(header + SAMPLE[:start], parties) if word else ["rule"]
    assert any(written in label.replace("'s", "").split() for label in offered), (written, offered)


FRAGMENTS = (
    "rule x: permit remix", "when", "tier is", "any artist's", "plus,", "or", "(", "90", "14 days",
    "of", "provided", "royalty is at least", '"a {', "\n", "policy", "by", "\nrule", "in force in",
    "consent:", "define n as", "has this", "#", "😀", "either", "within", "delegated to", "'s",
)  # fmt: skip
BROKEN = st.lists(st.sampled_from(FRAGMENTS), max_size=14).map(" ".join)


@settings(deadline=None)
@given(BROKEN | st.text(max_size=50), st.integers(0, 120))
def test_no_text_makes_completion_fail(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    found = complete(text, offset, {})
    assert 0 <= found.start <= found.end == offset
    assert len({one.label for one in found.suggestions}) == len(found.suggestions)
