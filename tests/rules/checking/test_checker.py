"""The type checker: unknown words, wrong units, unguarded optionals, missing reasons."""

from __future__ import annotations

import pytest

from clearmix_rules import PolicyErrors, PolicySet, PolicySource, check

HEAD = 'policy "T" version 1\nby label x\nconsent: opt-in\n'


def found_in(condition: str, head: str = HEAD, effect: str = "forbid"):
    text = head + f'rule a: {effect} remix\n  when {condition}\n  reason "r"\n'
    return check(PolicySource("t.rights", text))


def test_the_sample_policies_have_no_mistakes(samples):
    for source in samples.values():
        assert check(source) == ()


WRONG = [
    ("listner is verified", 8, "unknown attribute `listner`", "did you mean `listener`?"),
    ("teir is plus", 8, "unknown attribute `teir`", "did you mean `tier`?"),
    ("tier is plsu", 16, "unknown tier `plsu`", "did you mean `plus`?"),
    ("use is privat", 15, "unknown use `privat`", "did you mean `private`?"),
    ("territory is UK", 21, "unknown territory `UK`", "did you mean `GB`?"),
    ("territory is gb", 21, "unknown territory `gb`", "did you mean `GB`?"),
    ("length is over 90%", 23, "`length` is not measured in `%`", "write it as `90 seconds`"),
    ("length is over 90", 23, "`length` needs a unit", "write it as `90 seconds`"),
    (
        "renders-this-month is over 3 days",
        35,
        "`renders-this-month` is a plain number and has no unit",
        "write it as `10`",
    ),
    (
        "length is over 0.0001 seconds",
        23,
        "`length` cannot be that precise",
        "use fewer decimals",
    ),
    (
        "style-of is ada-wren",
        8,
        "`style-of` may be missing from a request",
        "write `style-of is given and` before it",
    ),
    ("tier is given", 8, "`tier` is always given", "leave the test out"),
    (
        "styles is house",
        8,
        "`styles` is a set of names: `is` does not fit it",
        "write `has` and its values",
    ),
    (
        "tier is over 3",
        8,
        "`tier` is one of a fixed list: `is over` does not fit it",
        "write `is` and its values",
    ),
    (
        "listener is verifid",
        20,
        "`verifid` is nothing `listener` can be",
        "did you mean `verified`?",
    ),
    ("any artists is minor", 8, "unknown role `artists`", "write `artist`"),
    ("any performr is minor", 8, "unknown role `performr`", "did you mean `performer`?"),
    (
        "voice-consent has private",
        8,
        "`voice-consent` belongs to a party",
        "say whose: `any artist's voice-consent` or `every writer's voice-consent`",
    ),
    (
        "id is x",
        8,
        "several things have the attribute `id`",
        "write `listener's id` or `track's id` or `work's id` or `generator's id`",
    ),
    (
        "today is within 14 days of tier",
        35,
        "`today` cannot be compared with `tier`",
        "compare it with a date",
    ),
    (
        "length is between 9 and 3 seconds",
        8,
        "the first value is above the second",
        "write the smaller value first",
    ),
    (
        "now is before 2026-01-01T09:00",
        22,
        "the time has no zone",
        "write it in UTC, with `Z` at its end",
    ),
    (
        "tier is this use",
        16,
        "`tier` never holds a use",
        "use it with `voice-consent` or `consents`",
    ),
]


@pytest.mark.parametrize(
    ("condition", "column", "message", "help"), WRONG, ids=lambda v: str(v)[:24]
)
def test_a_mistake_in_a_condition_is_one_error_with_place_and_remedy(
    condition, column, message, help
):
    found = found_in(condition)
    assert [(one.line, one.column, one.message, one.help) for one in found] == [
        (5, column, message, help)
    ]


@pytest.mark.parametrize(
    "condition",
    [
        "style-of is given and style-of is ada-wren",
        "either style-of is not given or else style-of is ada-wren",
        "not (style-of is not given) and style-of is ada-wren",
        "follows is given and follows has ada-wren",
        "territory is EU or GB",
        "length is between 30 and 90 seconds",
        "length is 1.5 seconds",
        "today is between 2026-01-01 and 2026-12-31",
        "now is after 2026-01-01T09:00Z",
        "styles has none of house, techno or disco",
        "generator's id is studio",
        'isrc is like "GB*"',
        "label is under northlight",
        "any artist is ada-wren",
        "no writer's consents has this action",
        "uses-master is yes",
        "era is 1980s",
        "not (tier is free or basic)",
    ],
)
def test_a_right_condition_has_no_mistakes(condition):
    assert found_in(condition) == ()


@pytest.mark.parametrize(
    "rule",
    [
        'rule a: forbid remix of tracks by ada-wren or "Sigur Rós"',
        "rule a: forbid remix when any artist is dead",
        'rule a: forbid cover of work "T-034524680-1"',
        'rule a: forbid cover when iswc is "T0345246801"',
        'rule a: permit remix provided approval by "Müller Verlag"',
    ],
)
def test_a_rule_with_a_warning_counts(rule):
    source = PolicySource("t.rights", f'{HEAD}{rule} reason "r"\n')
    assert [one.severity for one in check(source)] == ["warning"]
    (policy,) = PolicySet.load([source]).policies
    assert [one.name for one in policy.policy.rules] == ["a"]


def test_a_rule_with_a_warning_is_guarded_too():
    found = found_in('any artist is "Sigur Rós" and style-of is ada-wren')
    assert [one.code for one in found] == ["name-as-id", "unguarded"]


def test_a_guard_must_come_first():
    (found,) = found_in("style-of is ada-wren and style-of is given")
    assert found.message == "`style-of` may be missing from a request"


def test_a_guard_in_when_also_guards_unless():
    text = HEAD + (
        "rule a: forbid remix\n  when style-of is given\n  unless style-of is ada-wren\n"
        '  reason "r"\n'
    )
    assert check(PolicySource("t.rights", text)) == ()


def test_every_mistake_of_a_file_is_found_in_one_run():
    text = HEAD + (
        'rule a: forbid remixx when teir is free reason "r"\n'
        "rule b: forbid remix when tier is fre\n"
        'rule c: forbid remix wehn tier is free reason "r"\n'
    )
    assert [(one.line, one.message) for one in check(PolicySource("t.rights", text))] == [
        (4, "unknown action `remixx`"),
        (4, "unknown attribute `teir`"),
        (5, "the rule `b` has no reason"),
        (5, "unknown tier `fre`"),
        (6, "unexpected `wehn`"),
    ]


HEADERS = [
    ("by labl x\n", 2, 1, "unknown kind of party `labl`", "did you mean `label`?"),
    ("by label\n", 2, 1, "the `by` line does not say which label", "add its id: `by label its-id`"),
    ("by platform x\n", 2, 1, "the platform has no name of its own", "write `by platform`"),
    ("by label x\nconsent: optin\n", 3, 10, "unknown consent `optin`", "did you mean `opt-in`?"),
    (
        "by label x\nconsent: delegated to x\n",
        3,
        23,
        "`x` delegates to itself",
        "name another party",
    ),
    (
        "by label x\nin force from 2026-02-01 until 2026-01-01\n",
        3,
        32,
        "the policy ends before it begins",
        "write the earlier date first",
    ),
    (
        "by label x\nin force from 2026-02-01 in Europe/Lodnon\n",
        3,
        29,
        "unknown time zone `Europe/Lodnon`",
        "did you mean `Europe/London`?",
    ),
    (
        "by label x\ndefine a as any of SE, b\ndefine b as a, NO\n",
        4,
        8,
        "the definition of `b` leads back to itself: a -> b -> a",
        "write out the values of one of them",
    ),
    (
        "by label x\ndefine GB as any of SE\n",
        3,
        8,
        "`GB` already has a meaning",
        "define another name",
    ),
]


@pytest.mark.parametrize(
    ("header", "line", "column", "message", "help"), HEADERS, ids=lambda v: str(v)[:24]
)
def test_a_mistake_in_the_header_is_found(header, line, column, message, help):
    text = f'policy "T" version 1\n{header}rule a: forbid remix reason "r"\n'
    found = check(PolicySource("t.rights", text))
    assert [(one.line, one.column, one.message, one.help) for one in found] == [
        (line, column, message, help)
    ]


DUTIES = [
    (
        "royalty is at least 15% of revenu to x",
        "unknown royalty base `revenu`",
        "did you mean `revenue`?",
    ),
    ("royalty is at least 15 of revenue to x", "`a royalty` needs a unit", "write it as `15%`"),
    ("royalty is at least 150% of revenue to x", "a royalty is at most 100%", "as a percentage"),
    ('label reads "By {artits}"', "nothing fills `{artits}`", "did you mean `artist`?"),
    ('label reads "By {artist"', "a brace has no partner", "write placeholders as {title}"),
    ("credit performr", "unknown role to credit `performr`", "did you mean `performer`?"),
    ("tier is at most 3", "`tier` is one of a fixed list: `is at most` does not fit it", "write"),
    (
        "renders-this-month is at most 3",
        "`renders-this-month` cannot be a duty",
        "move it to `when`",
    ),
    ("keep records for 99999999 years", "the time is more than 200 years", "leave it out"),
    ("expires after 99999999 years", "the time is more than 200 years", "leave it out"),
    ("approval by x within 99999999999 days", "the time to answer is more than 200 years", "leave"),
    (
        "royalty is at least 60% of revenue to x\n    royalty is at least 50% of net-revenue to y"
        "\n    strength is at most 150%",
        "`strength` is never over 100%",
        "write 100% or less",
    ),
    ("keep records for 5 seconds", "`the time` is not measured in `seconds`", "14 days"),
]


@pytest.mark.parametrize(("duty", "message", "help"), DUTIES, ids=lambda v: str(v)[:24])
def test_a_mistake_in_a_duty_is_found(duty, message, help):
    text = HEAD + f'rule a: permit remix\n  provided\n    {duty}\n  reason "r"\n'
    (found,) = check(PolicySource("t.rights", text))
    assert (found.line, found.message) == (6 + duty.count("\n"), message)
    assert help in found.help


UNMEETABLE = [
    (
        "royalty is at least 60% of revenue to x\n    royalty is at least 50.5% of revenue to y",
        "its shares of revenue add up to 110.5%",
        "at most 100%",
    ),
    (
        "watermark with only a\n    watermark with b",
        "it asks for a watermark beside the only one",
        "leave `only` out",
    ),
    (
        "watermark with only a\n    watermark with only b",
        "it asks for a watermark beside the only one",
        "leave `only` out",
    ),
]


@pytest.mark.parametrize(("duties", "message", "help"), UNMEETABLE)
def test_duties_of_one_rule_that_nobody_can_keep_are_worth_a_warning(duties, message, help):
    text = HEAD + f'rule a: permit remix\n  provided\n    {duties}\n  reason "r"\n'
    (found,) = check(PolicySource("t.rights", text))
    assert (found.severity, found.code) == ("warning", "unmeetable")
    assert found.message == f"the rule `a` can never be kept: {message}"
    assert help in found.help


def test_what_can_be_kept_gets_no_warning():
    text = HEAD + (
        "rule a: permit remix\n  provided\n    royalty is at least 60% of revenue to x\n"
        "    royalty is at least 50% of revenue to x\n    royalty is at least 40% of revenue to y\n"
        "    watermark with only a, b\n    watermark with a\n    keep records for 100 years\n"
        '    strength is at most 100%\n  reason "r"\n'
    )
    assert check(PolicySource("t.rights", text)) == ()


def test_a_name_of_a_rule_that_nobody_reads_is_an_error():
    text = HEAD + f'rule {"a" * 81}: permit remix reason "r"\n'
    (found,) = check(PolicySource("t.rights", text))
    assert found.message.startswith("the name of the rule has 81 letters: `aaaa")
    assert check(PolicySource("t.rights", text.replace("a" * 81, "a" * 80))) == ()


def test_a_second_rule_of_one_name_is_one_error():
    rule = 'rule a: permit remix reason "r"\n'
    (found,) = check(PolicySource("t.rights", HEAD + rule + rule))
    assert (found.severity, found.message) == ("error", "a second rule is called `a`")


@pytest.mark.parametrize("second", [HEAD, HEAD.replace('"T"', '"U"'), 'policy "'])
def test_a_second_policy_in_a_file_is_one_error(second):
    rule = 'rule a: permit remix reason "r"\n'
    (found,) = check(PolicySource("t.rights", HEAD + rule + second + rule))
    assert (found.line, found.column) == (5, 1)
    assert (found.message, found.help) == (
        "a second policy begins here", "give each policy a file of its own"
    )  # fmt: skip


def test_a_forbid_has_no_duties():
    text = HEAD + 'rule a: forbid remix provided length is at most 9 seconds reason "r"\n'
    (found,) = check(PolicySource("t.rights", text))
    assert found.message == "a forbid asks for nothing in return"


def test_permits_without_a_consent_line_are_worth_a_warning():
    text = 'policy "T" version 1\nby label x\nrule a: permit remix reason "r"\n'
    (found,) = check(PolicySource("t.rights", text))
    assert found.severity == "warning"
    assert found.as_text().startswith("warning: the policy has permits but no `consent:` line")
    PolicySet.load([PolicySource("t.rights", text)])


def test_one_name_and_version_with_two_texts_does_not_load():
    first = PolicySource("a.rights", HEAD + 'rule a: forbid remix reason "r"\n')
    second = PolicySource("b.rights", HEAD + 'rule a: forbid cover reason "r"\n')
    with pytest.raises(PolicyErrors) as caught:
        PolicySet.load([first, second])
    (found,) = caught.value.diagnostics
    assert found.message == (
        'there are two policies "T" version 1 with different texts; the other is in a.rights'
    )
    assert (found.file, found.line) == ("b.rights", 1)
    assert "never edited" in found.help
    assert len(PolicySet.load([first, first]).policies) == 1


def test_a_circle_of_delegations_does_not_load():
    said = 'policy "{0}" version 1\nby label {0}\nconsent: delegated to {1}\n'
    sources = [
        PolicySource(f"{one}.rights", said.format(one, to))
        for one, to in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"))
    ]
    with pytest.raises(PolicyErrors) as caught:
        PolicySet.load(sources)
    (found,) = caught.value.diagnostics
    assert found.message == "consent is delegated in a circle: a -> b -> c -> a"
    assert (found.file, found.line, found.column) == ("a.rights", 3, 23)
    assert "the policies have 1 error" in str(caught.value)


def test_no_chain_of_definitions_can_grow_without_end():
    lines = [f"define d{n} as d{n + 1}, d{n + 1}" for n in range(60)] + ["define d60 as SE, NO"]
    text = HEAD + "\n".join(lines) + '\nrule a: forbid remix when territory is d0 reason "r"\n'
    assert check(PolicySource("t.rights", text)) == ()


@pytest.mark.parametrize(
    "condition",
    ["today is between 2026-05-31 and 2026-05-31", "length is between 60 and 60 seconds"],
)
def test_a_range_of_one_value_keeps_both_its_ends(facts, policy, decide, condition):
    said = facts({"now": "2026-05-31T12:00:00Z", "request.length": 60_000})
    permit = policy(f'rule one: permit any use when {condition} reason "Then."')
    assert decide(permit, said).permitted


def test_a_defined_name_stands_for_its_parties_in_a_scope_too(facts, decide):
    text = (
        'policy "P" version 1\nby label northlight\nconsent: opt-in\n'
        "define friends as any of ada-wren or bo-lind\n"
        'rule ours: permit remix of tracks by friends reason "Ours."\n'
    )
    assert decide(text, facts()).permitted
    assert not decide(text, facts({"tracks.0.artists": ["cy-oak"]})).permitted
