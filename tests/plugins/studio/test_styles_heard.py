"""Styles are told by ear alone; `tests/benchmarks/sound/vocabulary.py` prints the figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from vocabulary import FIRST_TWELVE, heard, taken_for, two_songs

from clearmix_studio.palette import styles


def test_styles_of_one_family_are_told_from_the_sound_of_another_song(tmp_path: Path) -> None:
    first, second = two_songs(tmp_path)
    family = ("deep-house", "techno")
    one = {id: heard(first, styles=[id]) for id in family}
    other = {id: heard(second, styles=[id]) for id in family}
    assert taken_for(one, other) == {id: id for id in family}


@pytest.mark.full
@pytest.mark.timeout(900)
def test_every_style_is_told_from_the_sound_of_another_song(tmp_path: Path) -> None:
    first, second = two_songs(tmp_path)
    found = taken_for(
        {id: heard(first, styles=[id]) for id in styles()},
        {id: heard(second, styles=[id]) for id in styles()},
    )
    wrong = {id: name for id, name in found.items() if id != name}
    assert not set(wrong) & set(FIRST_TWELVE)
    assert len(wrong) <= 2, wrong


@pytest.mark.full
def test_what_a_seed_changes_leaves_a_style_itself(tmp_path: Path) -> None:
    first, second = two_songs(tmp_path)
    found = taken_for(
        {id: heard(first, styles=[id], seed=5) for id in FIRST_TWELVE},
        {id: heard(second, styles=[id]) for id in FIRST_TWELVE},
    )
    assert sum(id == name for id, name in found.items()) >= 0.9 * len(found), found
