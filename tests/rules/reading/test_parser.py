"""Parsing: what is read, and what is said about each mistake."""

from __future__ import annotations

import logging

import lark
import pytest

from clearmix_rules import PolicySource, tree
from clearmix_rules.reading.parser import grammar, parse


def test_both_sample_policies_parse_word_for_word(samples):
    for source in samples.values():
        parsed = parse(source)
        assert parsed.diagnostics == []
        assert parsed.policy is not None
    northlight = parse(samples["northlight"]).policy
    assert (northlight.title, northlight.version) == ("Northlight remix terms", 4)
    assert northlight.author == tree.Author("label", "northlight")
    assert [rule.name for rule in northlight.rules] == ["short-remix", "no-voice", "new-release"]
    assert [type(duty) for duty in northlight.rules[0].duties] == [
        tree.Limit,
        tree.LabelReads,
        tree.RoyaltyAtLeast,
    ]
    ask_first = parse(samples["ada-wren"]).policy.rules[1]
    assert isinstance(ask_first.when, tree.All)
    assert isinstance(ask_first.when.parts[1], tree.Either)


def test_places_are_lines_and_columns_of_the_file(samples):
    rule = parse(samples["northlight"]).policy.rules[1]
    assert (rule.name_span.line, rule.name_span.column) == (19, 6)
    assert (rule.when.span.line, rule.when.span.column) == (20, 8)


def test_the_grammar_has_no_conflicts(caplog):
    lark.logger.setLevel(logging.DEBUG)
    lark.logger.addHandler(caplog.handler)
    try:
        options = grammar().options
        lark.Lark(
            grammar().source_grammar, parser="lalr", lexer="contextual", start=options.start,
            debug=True, propagate_positions=True, maybe_placeholders=False,
        )  # fmt: skip
    finally:
        lark.logger.removeHandler(caplog.handler)
        lark.logger.setLevel(logging.CRITICAL)
    assert "conflict" not in caplog.text.lower()


MISTAKES = [
    ("when tier", "wehn tier", 10, 3, "unexpected `wehn`", "did you mean `when`?"),
    ("90 seconds", "90 secnds", 14, 26, "unknown unit `secnds`", "did you mean `seconds`?"),
    ('reason "New', "reason New", 25, 10, "unexpected `New`", "put the text in quotation marks"),
    ("unless artist", "unles artist", 21, 3, "unexpected `unles`", "did you mean `unless`?"),
    ("use is private", "use = private", 12, 12, "unexpected `=`", "write `is`"),
    (
        "length is at most",
        "length <= at most",
        14,
        12,
        "unexpected `<=`",
        "write `is at most`",
    ),
    (
        "IE or nordics",
        "IE and nordics",
        11,
        39,
        "`nordics` is not a condition",
        "between values write `or`; after `and` comes a whole condition",
    ),
    ("rule no-voice", "rul no-voice", 19, 1, "unexpected `rul`", "did you mean `rule`?"),
    ("consent:", "consnt:", 5, 1, "unexpected `consnt`", "did you mean `consent`?"),
    ("policy", "polcy", 2, 1, "unexpected `polcy`", "did you mean `policy`?"),
    (
        "forbid cover",
        "forbid",
        19,
        23,
        "the rule does not say what it forbids",
        "name the use, as in `forbid remix` or `forbid any use`",
    ),
    (
        "2027-02-28",
        "2027-02-30",
        4,
        32,
        "there is no day `2027-02-30`",
        "that month has 28 days",
    ),
    (
        "and territory",
        "or territory",
        11,
        4,
        "unexpected `or`",
        "to choose between conditions write `either ... or else ...`",
    ),
    (
        'come out."',
        "come out.",
        25,
        10,
        "the text that starts here has no closing quotation mark",
        'end the text with " on the same line; write \\" for a mark inside it',
    ),
    ("version 4", "version 0", 2, 41, "`0` is not a version", "count versions 1, 2, 3"),
    (
        "by label northlight\n",
        "",
        1,
        1,
        "the policy has no `by` line",
        "add one: `by label its-id`",
    ),
]


@pytest.mark.parametrize(
    ("right", "wrong", "line", "column", "message", "help"), MISTAKES, ids=lambda v: str(v)[:18]
)
def test_each_mistake_is_one_error_with_its_place_and_remedy(
    samples, right, wrong, line, column, message, help
):
    text = samples["northlight"].text
    assert right in text
    found = parse(PolicySource("northlight.rights", text.replace(right, wrong, 1))).diagnostics
    assert [(one.line, one.column, one.message, one.help) for one in found] == [
        (line, column, message, help)
    ]


def test_every_broken_rule_gives_one_error_and_the_rest_is_still_read(samples):
    text = (
        samples["northlight"]
        .text.replace("when tier", "wehn tier")
        .replace("when voice is", "when voice must be")
    )
    parsed = parse(PolicySource("northlight.rights", text))
    assert [one.line for one in parsed.diagnostics] == [10, 20]
    assert [rule.name for rule in parsed.policy.rules] == ["new-release"]


def test_an_error_is_shown_with_its_line_and_a_caret(samples):
    text = samples["northlight"].text.replace("when tier", "wehn tier")
    (found,) = parse(PolicySource("northlight.rights", text)).diagnostics
    assert found.as_text() == (
        "unexpected `wehn` (northlight.rights, line 10, column 3)\n"
        "      wehn tier is plus, premium or studio\n"
        "      ^^^^\n"
        "  help: did you mean `when`?"
    )
    assert found.as_json()["line"] == 10


def test_a_second_clause_of_one_kind_is_an_error():
    text = (
        'policy "T" version 1\nby label x\n'
        "rule a: forbid remix\n  when tier is free\n  when use is export\n"
    )
    (found,) = parse(PolicySource("t.rights", text)).diagnostics
    assert found.message == "the rule has a second `when`"
    assert (found.line, found.column) == (5, 3)


def test_either_reaches_as_far_as_it_can():
    text = (
        'policy "T" version 1\nby label x\nrule a: forbid remix\n'
        "  when tier is free and either use is export or else use is public and tier is plus\n"
        '  reason "r"\n'
    )
    when = parse(PolicySource("t.rights", text)).policy.rules[0].when
    assert isinstance(when, tree.All)
    either = when.parts[1]
    assert isinstance(either, tree.Either)
    assert isinstance(either.parts[1], tree.All)


def test_a_name_may_begin_with_a_keyword():
    text = (
        'policy "T" version 1\nby label orchestral-anders\nrule when-ever: forbid remix\n'
        '  when styles has isle or anything reason "r"\n'
    )
    parsed = parse(PolicySource("t.rights", text))
    assert parsed.diagnostics == []
    assert parsed.policy.author.party == "orchestral-anders"


def test_a_keyword_is_a_whole_word():
    text = 'policy "T" version 1\nby label x\nrule a: forbidremix reason "r"\n'
    (found,) = parse(PolicySource("t.rights", text)).diagnostics
    assert (found.line, found.column, found.message) == (3, 9, "unexpected `forbidremix`")


def test_an_id_that_begins_with_a_figure_stands_in_quotation_marks():
    text = 'policy "T" version 1\nby artist "50-cent"\nconsent: opt-in\n'
    parsed = parse(PolicySource("t.rights", text))
    assert parsed.diagnostics == []
    assert parsed.policy.author.party == "50-cent"
    (found,) = parse(PolicySource("t.rights", text.replace('"50-cent"', "50-cent"))).diagnostics
    assert (found.line, found.column, found.message) == (2, 11, "unexpected `50-cent`")
    assert found.help.endswith('in quotation marks: `"50-cent"`')


def test_a_space_that_does_not_break_is_a_space():
    text = 'policy "T" version 1\nby label x\nin force from 2026-03-01\n'
    text += 'rule a: permit remix\n  when {} reason "r"\n'
    (plain, typeset) = (
        parse(PolicySource("t.rights", text.format(written)))
        for written in ("length is at most 90 seconds", "length\u00a0is at most 90\u202fseconds")
    )
    assert typeset.diagnostics == []
    assert typeset.policy == plain.policy
    everywhere = text.format("length is at most 90 seconds").replace(" ", "\u00a0")
    assert parse(PolicySource("t.rights", everywhere)).policy == plain.policy


def test_a_file_of_tests_is_no_policy():
    text = 'tests of "t.rights"\n\ntest "a":\n  expect permitted\n'
    (found,) = parse(PolicySource("t.rights-test", text)).diagnostics
    assert (found.line, found.message) == (1, "unexpected `tests`")
    assert found.help == "policy tests stand in a file of their own, for `clearmix-rules test`"
