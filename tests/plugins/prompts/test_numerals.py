"""Spelled numbers: the words of one number are joined, those of two are not."""

import pytest

from clearmix_prompts.tables import table_of


@pytest.mark.parametrize(
    ("language", "said", "digits"),
    [
        ("es", "ciento veinte", "120"),
        ("de", "hundertfunfundzwanzig", "125"),
        ("fr", "quatre-vingt-dix", "90"),
        ("tr", "yuz yirmi", "120"),
        ("zh", "一百二十", "120"),
        ("ru", "полтора", "1.5"),
        ("es", "128", "128"),
    ],
)
def test_the_words_of_a_number_are_joined(language: str, said: str, digits: str) -> None:
    found = table_of(language).numerals.at(said, 0)
    assert found is not None
    assert (found.digits, found.end) == (digits, len(said))


@pytest.mark.parametrize(
    ("language", "said", "digits"), [("es", "dos tres", "2"), ("de", "zwei drei", "2")]
)
def test_two_numbers_stay_two(language: str, said: str, digits: str) -> None:
    found = table_of(language).numerals.at(said, 0)
    assert found is not None
    assert found.digits == digits


def test_a_word_that_only_begins_like_a_number_is_none() -> None:
    assert table_of("de").numerals.at("achtziger", 0) is None
