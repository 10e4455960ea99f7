from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix.catalogue.titles import Titled, TitleIndex, folded

INDEX = TitleIndex(
    [
        Titled("green", "Greensleeves", ("Ada Wren",)),
        Titled("slow", "Slow Dancing in Reverb", ("The Señors",)),
        Titled("love", "Love", ("Bo",)),
        Titled("love-me", "Love Me Do Again", ("Bo",)),
        Titled("dont", "Don't Stop", ("Cass & Dee",)),
    ]
)


@pytest.mark.parametrize(
    ("words", "expected", "said"),
    [
        ("make greensleeves faster", "green", "greensleeves"),
        ("make GREENSLEVES faster", "green", "GREENSLEVES"),
        ("remix green sleeves", "green", "green sleeves"),
        ("Slow Dancing in Reverb but happier", "slow", "Slow Dancing in Reverb"),
        ("slow dancin in reverb please", "slow", "slow dancin in reverb"),
        ("love me do again as house", "love-me", "love me do again"),
        ("dont stop as techno", "dont", "dont stop"),
        ("something by ada wren", "green", "ada wren"),
        ("something by the senors", "slow", "the senors"),
    ],
)
def test_titles_and_artists_are_found_with_slips_forgiven(
    words: str, expected: str, said: str
) -> None:
    best = INDEX.find(words)[0]
    assert best.recording_id == expected
    assert best.words == said


@pytest.mark.parametrize("words", ["make it faster", "", "I would love", "lover", "80s club mix"])
def test_words_that_name_no_song_find_none_but_an_exact_short_title(words: str) -> None:
    assert [match.recording_id for match in INDEX.find(words)] in ([], ["love"])


@given(st.text(max_size=200))
def test_no_text_is_too_strange_to_look_up(words: str) -> None:
    for match in INDEX.find(words):
        assert match.words in words
        assert 0 < match.score <= 1


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)
