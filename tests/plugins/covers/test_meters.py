"""A cover in another meter: bars keep their length, the order of the notes, and who plays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix import RemixSpec, Source
from clearmix_covers.arranging import arranged
from clearmix_covers.material import material_of
from clearmix_covers.meters import METERS, in_meter

from .conftest import score, source_of

Cover = Callable[..., RemixSpec]

FROM = st.sampled_from([(2, 2), (3, 2), (4, 2), (5, 2), (2, 3), (4, 3)])


@given(FROM, st.sampled_from(sorted(METERS)))
def test_bars_keep_their_length_and_notes_their_order(old: tuple[int, int], name: str) -> None:
    beats, division = old
    before = material_of(replace(score(beats_per_bar=beats), beat_division=division))
    after = in_meter(before, name)
    new = METERS[name]
    assert (after.beats_per_bar, after.triplets) == (new.beats, new.triplets)
    assert new.beats / after.tempo_bpm == pytest.approx(beats / before.tempo_bpm)
    assert after.beats / new.beats == pytest.approx(before.beats / beats)
    assert all(one.beat < two.beat for one, two in pairwise(after.tune))
    assert all(note.beats > 0 for note in after.tune)
    downbeats = [
        (was.beat / beats, now.beat / new.beats)
        for was, now in zip(before.tune, after.tune, strict=True)
        if was.beat % beats == 0
    ]
    assert downbeats
    assert all(was == pytest.approx(now) for was, now in downbeats)


def test_even_eighths_become_long_and_short_in_six_eight() -> None:
    after = in_meter(material_of(score()), "6/8")
    places = {round((note.beat % 1) * 6) for note in after.tune}
    assert places <= {0, 4, 5}


def test_a_tempo_that_was_asked_for_is_that_of_the_new_beat(source: Source, cover: Cover) -> None:
    plan = arranged(cover(lineup="big-band", meter="5/4", tempo={"bpm": 120}), source)
    assert (plan.tempo_bpm, plan.beats_per_bar) == (120, 5)


@pytest.mark.parametrize("meter", sorted(METERS))
def test_every_line_up_plays_in_every_meter(meter: str, source: Source, cover: Cover) -> None:
    for lineup in ("string-quartet", "rock-band", "jazz-trio", "gamelan"):
        plan = arranged(cover(lineup=lineup, meter=meter), source)
        assert plan.lineup == lineup
        assert plan.beats_per_bar == METERS[meter].beats
        assert len(plan.players) >= 2


def test_three_four_alone_is_played_by_the_waltz_band(source: Source, cover: Cover) -> None:
    assert arranged(cover(meter="3/4"), source).lineup == "cafe-waltz"
    assert arranged(cover(meter="3/4", styles=["jazz"]), source).lineup == "jazz-trio"
    assert arranged(cover(lineup="cafe-waltz", meter="4/4"), source).beats_per_bar == 4


def test_a_meter_that_cannot_be_changed_stays_and_is_told(cover: Cover) -> None:
    plan = arranged(cover(meter="3/4"), source_of(score(beats_per_bar=7)))
    assert plan.beats_per_bar == 7
    assert "a song that counts 7 beats to the bar cannot be put into 3/4" in plan.notes
