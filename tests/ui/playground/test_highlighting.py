from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix_library.shelf import suites, templates
from clearmix_ui.playground.highlighting import Units, stretches

RULE = (
    'policy "Terms" version 1\nby label northlight\n\n'
    "rule short: permit remix\n  when use is private # quietly\n  provided\n"
    '    royalty is at least 15% of revenue to northlight\n  reason "Short ones."\n'
)


def coloured(text: str) -> dict[str, str]:
    return {text[one.start : one.end]: one.colour for one in stretches(text)}


def test_each_word_has_the_colour_of_what_it_stands_for() -> None:
    found = coloured(RULE)

    assert found["rule"] == found["permit"] == found["royalty"] == "keyword"
    assert found["short"] == "rule"
    assert found["northlight"] == "party"
    assert found["remix"] == found["private"] == "value"
    assert found["use"] == "fact"
    assert found["15"] == "number"
    assert found['"Short ones."'] == "text"
    assert found["# quietly"] == "comment"


def test_a_half_written_rule_keeps_its_keywords() -> None:
    found = coloured("rule short: permit remix when use is\nrule other: forbid any use")

    assert found["permit"] == found["when"] == "keyword"
    assert found["other"] == "rule"


def test_the_words_of_tests_are_keywords_too() -> None:
    assert coloured('test "one":\n  expect permitted\n')["expect"] == "keyword"


@pytest.mark.parametrize("source", [*templates(), *suites()], ids=lambda one: one.name)
def test_stretches_are_in_order_and_never_overlap(source) -> None:
    found = stretches(source.text)

    assert found
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.text(max_size=80))
def test_any_text_is_coloured_within_itself(text: str) -> None:
    assert all(0 <= one.start < one.end <= len(text) for one in stretches(text))


@given(st.text(max_size=60), st.integers(0, 60))
def test_offsets_are_those_of_a_browser(text: str, offset: int) -> None:
    offset = min(offset, len(text))

    assert Units(text)(offset) == len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2
