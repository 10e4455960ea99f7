"""A hover says what a word means and what the rule around it says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix_rules import PolicySource
from clearmix_rules.editing.describing import KnownParty
from clearmix_rules.editing.hovering import hover

Parties = dict[str, KnownParty]

RULE = """rule short: permit remix
  of tracks under northlight
  when tier is paid
   and territory is northern or EU
   and listener is verified
   and today is after release-date
  provided
    length is at most 90 seconds
  reason "Yes."
"""
ENGLISH = "Permits remixes of tracks under northlight, if the listener's tier is plus or premium"


def source(text: str) -> PolicySource:
    return PolicySource("a.rights", text)


def said(text: str, word: str, parties: Parties) -> str:
    offset = text.index(word)
    found = hover(source(text), offset, parties)
    assert found is not None
    assert found.start <= offset <= found.end
    return found.markdown


@pytest.mark.parametrize(
    "word", ["rule", "short", "permit", "when", "seconds", "at most", "reason", "Yes"]
)
def test_a_rule_says_itself_in_english_anywhere_inside_it(
    word: str, header: str, parties: Parties
) -> None:
    assert ENGLISH in said(header + RULE, word, parties)


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("tier is", "**listener's tier**: the listener's plan"),
        ("length", "a number of `seconds`, `minutes`"),
        ("verified", "whether the listener has proved who they are"),
        ("release-date", "the day the recording came out"),
        ("paid\n", "define paid as plus or premium"),
        ("northern or", "define northern as any of SE, NO or DK"),
        ("EU", "27 territories"),
        ("northlight\n  when", "label **northlight**: its policy is in northlight.rights"),
    ],
)
def test_a_word_says_what_it_means(word: str, meaning: str, header: str, parties: Parties) -> None:
    markdown = said(header + RULE, word, parties)
    assert meaning in markdown
    assert ENGLISH in markdown


def test_an_attribute_that_may_be_missing_says_so(header: str, parties: Parties) -> None:
    rule = 'rule s: forbid remix when style-of is given reason "No."'
    assert "May be missing" in said(header + rule, "style-of", parties)


def test_a_value_says_whose_it_is(header: str, parties: Parties) -> None:
    text = header + 'rule s: forbid remix when use is advert reason "No."'
    assert "`advert`: use, what the result is used for" in said(text, "advert", parties)


def test_mistakes_elsewhere_do_not_matter(header: str, parties: Parties) -> None:
    text = header.replace("by label", "by labl") + "rule broken: permt\n\n" + RULE
    assert ENGLISH in said(text, "short", parties)


def test_a_rule_with_a_mistake_still_explains_its_words(header: str, parties: Parties) -> None:
    text = header + "rule s: permit remix when tier iss northern and territory is EU"
    assert "the listener's plan" in said(text, "tier", parties)
    assert "define northern" in said(text, "northern and", parties)
    assert "27 territories" in said(text, "EU", parties)


def test_comments_and_empty_places_say_nothing(header: str, parties: Parties) -> None:
    assert hover(source(header + "# tier"), len(header) + 3, parties) is None
    assert hover(source(""), 0, parties) is None
    assert hover(source("a\n\n\nb"), 2, parties) is None


@settings(deadline=None)
@given(st.data())
def test_no_text_makes_a_hover_fail(data: st.DataObject) -> None:
    words = data.draw(st.lists(st.sampled_from([*RULE.split(), '"', "\n", "#", "rule x:", "😀"])))
    text = " ".join(words) + data.draw(st.text(max_size=8))
    offset = data.draw(st.integers(0, len(text)))
    found = hover(source(text), offset, {})
    assert found is None or found.start <= offset <= found.end
