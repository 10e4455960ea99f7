"""Ids of names: what a catalogue makes, and what is said of a text that is none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix_rules.ids import ID, as_id, no_code, no_id


@given(st.text(min_size=1, max_size=100))
def test_every_name_gives_a_usable_id(name: str) -> None:
    made = as_id(name)
    assert re.fullmatch(ID, made)
    assert as_id(made) == made
    assert no_id(made) is None


def test_a_name_in_another_script_is_offered_the_id_that_the_catalogue_gives_it() -> None:
    assert no_id("Дима") == "write its id, as in `x-414-438-43c-430`"


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("T 034 524 680 1", "write it as in `T-034.524.680-1`"),
        ("ISWC T-034524680-1", "write it as in `T-034.524.680-1`"),
        ("T-034.524.680-1", None),
        ("gb-xxx-26-00001", "write it as in `GBXXX2600001`"),
        ("GBXXX2600001", None),
        ("open-road", None),
        ("Open Road", "write its id, as in `open-road`"),
    ],
)
def test_a_code_is_offered_as_the_catalogue_writes_it(text: str, help: str | None) -> None:
    assert no_code(text) == help
