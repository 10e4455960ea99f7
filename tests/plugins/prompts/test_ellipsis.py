"""What a follow-up leaves unsaid is read from what stands, and from nothing else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix import RemixSpec
from clearmix.vocabulary import TermKind, terms
from clearmix_prompts.ellipsis import resolved
from clearmix_prompts.grammar import Ask

ERAS = tuple(terms(TermKind.ERA))


@pytest.mark.parametrize(
    "words", ["Italian instead", "a decade later", "minus five", "the other direction", "a man"]
)
def test_what_is_left_unsaid_means_nothing_where_nothing_stands(interpret: Any, words: str) -> None:
    found = interpret(words, [RemixSpec(sources=("current",), strength=0.4)])
    assert found.spec is None or not found.changed
    assert found.not_understood or found.question


@given(at=st.integers(0, len(ERAS) - 1), decades=st.integers(-12, 12))
def test_so_many_decades_on_and_back_is_where_it_was(at: int, decades: int) -> None:
    (there,) = resolved([Ask("elided.decades", decades)], [RemixSpec(era=ERAS[at])])
    if there.what == "not_understood":
        assert not 0 <= at + decades < len(ERAS)
    else:
        (back,) = resolved([Ask("elided.decades", -decades)], [RemixSpec(era=str(there.value))])
        assert back == Ask("era", ERAS[at])


@given(semitones=st.floats(-24, 24).filter(bool))
def test_the_other_way_twice_is_where_it_was(semitones: float) -> None:
    spec = RemixSpec(pitch={"semitones": semitones})
    (there,) = resolved([Ask("elided.opposite", None)], [spec])
    turned = RemixSpec(pitch={"semitones": there.value})
    assert resolved([Ask("elided.opposite", None)], [turned])[0].value == semitones


def test_the_other_way_is_unclear_where_two_things_were_moved() -> None:
    spec = RemixSpec(pitch={"semitones": 2}, tempo={"ratio": 1.1})
    assert resolved([Ask("elided.opposite", None)], [spec])[0].what == "not_understood"


def test_a_part_too_follows_the_last_change_and_not_an_older_one() -> None:
    older = RemixSpec(parts=({"part": "drums", "action": "remove"},))
    newer = older.merged({"styles": ["jazz"]})
    ask = Ask("elided.part_too", "bass")
    assert resolved([ask], [older])[0].value == ("bass", "remove", None)
    assert resolved([ask], [older, newer])[0].value == ("bass", "add", None)
