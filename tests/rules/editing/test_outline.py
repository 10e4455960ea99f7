"""Texts are cut into the pieces that the parser cuts them into, and every text has tokens."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from clearmix_rules import PolicySource
from clearmix_rules.editing.outline import body_end, pieces, token_at, tokens
from clearmix_rules.reading.parser import parse

LINES = st.lists(
    st.sampled_from(
        ['policy "A" version 1', "by label x", "  consent: opt-in", "define a as SE", "# rule b:",
         'rule one: permit remix reason "r"', '  rule two: forbid remix reason "r"', "  rule",
         "in force from 2026-01-01", "  by the way", "rule-of-thumb", "", "  when tier is rule"]
    ),
    max_size=12,
)  # fmt: skip


@given(LINES)
def test_the_rules_that_the_parser_reads_are_pieces(lines: list[str]) -> None:
    text = "\n".join(['policy "A" version 1', "by label x", *lines])
    policy = parse(PolicySource("a.rights", text)).policy
    if policy is None:
        return
    starts = {
        (text.count("\n", 0, one.start) + 1, one.start - text.rfind("\n", 0, one.start))
        for one in pieces(text)
        if one.keyword == "rule"
    }
    assert {(rule.span.line, rule.span.column) for rule in policy.rules} <= starts


@given(LINES)
def test_pieces_follow_one_another_to_the_end(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = pieces(text)
    for one, following in pairwise(found):
        assert one.end == following.start
    assert not found or found[-1].end == len(text)
    for one in found:
        assert one.start < body_end(text, one) <= one.end


@given(st.text(max_size=60))
def test_tokens_are_the_whole_text_but_white_space(text: str) -> None:
    found = tokens(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    covered = {index for one in found for index in range(one.start, one.end)}
    assert all(char.isspace() for index, char in enumerate(text) if index not in covered)


def test_a_keyword_inside_a_comment_or_a_text_starts_no_piece() -> None:
    text = '# by x\npolicy "by label" version 1 # define\n'
    assert [one.keyword for one in pieces(text)] == ["policy"]


def test_a_text_that_is_not_closed_ends_with_its_line() -> None:
    assert [one.kind for one in tokens('reason "half\nwhen')] == ["NAME", "OPEN_STRING", "NAME"]


def test_of_two_tokens_that_touch_the_word_is_meant() -> None:
    touched = token_at("(tier)", 5)
    assert touched is not None
    assert touched.text == "tier"
