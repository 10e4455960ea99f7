"""Patterns with stars: which of several a text can match at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clearmix_rules.proving.patterns import matches, witnesses

patterns = st.lists(st.text("ab*", max_size=4), min_size=1, max_size=3)
texts = st.text("abc", max_size=5)


@given(patterns, texts, st.lists(texts, max_size=3))
def test_every_text_has_a_witness_that_matches_the_same_patterns(drawn, text, apart):
    found = witnesses(drawn, apart_from=apart)
    for ends, witness in found.items():
        assert tuple(matches(one, witness) for one in drawn) == ends
        assert witness not in apart
    if text not in apart:
        assert tuple(matches(one, text) for one in drawn) in found


def test_a_pattern_without_stars_is_matched_by_itself_alone():
    assert witnesses(["GB"], apart_from=["GB"]) == {(False,): ""}


def test_too_many_states_are_not_looked_at():
    assert witnesses([f"*{chr(97 + n)}{chr(98 + n)}*{chr(99 + n)}*" for n in range(12)]) == {}
