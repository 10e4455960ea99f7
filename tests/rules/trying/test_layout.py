"""The formatter of policy tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clearmix_rules import PolicyErrors, PolicySource
from clearmix_rules.trying.layout import format_suite
from clearmix_rules.trying.reading import parse_suite

PAGE = (Path(__file__).parents[3] / "docs/rights/testing.md").read_text("utf-8")

UNTIDY = """# about
tests of   "a.rights",
 "b.rights"
given tier is plus # paying
   artist is ada-wren and ada-wren is minor
test "one": when length is 2 minutes and
  use is social
  styles are house
  expect permitted by short and
   long of x with credit artist # her
   length is at most 2 minutes
   because "so"
test "two":   expect forbidden with nothing in return
"""

TIDY = """# about
tests of "a.rights", "b.rights"

given
  tier is plus  # paying
  artist is ada-wren
  and ada-wren is minor

test "one":
  when length is 2 minutes
   and use is social
       styles are house
  expect permitted by short and long of x
    with credit artist  # her
         length is at most 2 minutes
    because "so"

test "two":
  expect forbidden
    with nothing in return
"""


def test_what_is_untidy_becomes_the_one_layout():
    assert format_suite(UNTIDY) == TIDY
    assert format_suite(TIDY) == TIDY


def test_it_says_the_same_as_before():
    before, _ = parse_suite(PolicySource("t.rights-test", UNTIDY))
    after, _ = parse_suite(PolicySource("t.rights-test", TIDY))
    assert before == after != None  # noqa: E711 (chained)


def test_tests_that_cannot_be_read_are_not_laid_out():
    with pytest.raises(PolicyErrors):
        format_suite(UNTIDY.replace("expect", "expct"))


def test_the_layout_of_the_layout_is_itself():
    for text in re.findall(r"^```rights-test\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        once = format_suite(text)
        assert format_suite(once) == once
