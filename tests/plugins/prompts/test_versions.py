"""A field can be taken from an earlier version; the rest stays as it is."""

from typing import Any

import pytest

from clearmix import RemixSpec

VERSIONS = (
    RemixSpec(sources=("current",), styles=("ska",), tempo={"bpm": 150}),
    RemixSpec(sources=("current",), styles=("ska",), tempo={"bpm": 128}, effects=("tape",)),
)


@pytest.mark.parametrize(
    "words",
    [
        "the tempo of version 1",
        "version 1's tempo please",
        "keep this but with the speed from version one",
        "the pace we had in the first one",
    ],
)
def test_a_field_is_taken_from_an_earlier_version(interpret: Any, words: str) -> None:
    found = interpret(words, VERSIONS)
    assert found.changed == ("tempo",)
    assert found.spec.tempo.bpm == 150
    assert found.spec.effects == ("tape",)


def test_a_field_that_an_earlier_version_has_not_goes(interpret: Any) -> None:
    found = interpret("the effects from version 1", VERSIONS)
    assert found.changed == ("effects",)
    assert found.spec.effects == ()


def test_nothing_is_taken_from_a_version_that_there_is_not(interpret: Any) -> None:
    found = interpret("the tempo of version 7", VERSIONS)
    assert found.spec == VERSIONS[-1]
    assert found.question == "There is no version 7; I have versions 1 to 2. Which one do you mean?"
