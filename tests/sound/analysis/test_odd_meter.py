"""Bands that count in fives and sevens faster than anybody taps, and those that must stay even."""

from __future__ import annotations

from dataclasses import replace

import mir_eval
import numpy as np
import pytest
from known_music import GROOVES, Groove, Known, played

RATE = 22050
SEVEN = Groove(
    320, {"kick": (0, 4), "snare": (2, 5), "hat": tuple(range(7))}, (), (0,),
    beats_per_bar=7, form="vc",
)  # fmt: skip
FIVE = Groove(
    300, {"kick": (0,), "snare": (3,), "hat": tuple(range(5))}, (0, 3), (0,),
    beats_per_bar=5, form="vcv",
)  # fmt: skip


def band_of(groove: Groove) -> Known:
    return played(groove, rate=RATE)


def f_measure(truth: tuple[float, ...], found: tuple[float, ...]) -> float:
    inside = [at for at in found if truth[0] - 0.1 < at < truth[-1] + 0.1]
    return mir_eval.beat.f_measure(np.array(truth), np.array(inside), f_measure_threshold=0.02)


@pytest.mark.parametrize(
    ("groove", "size", "word"),
    [
        (SEVEN, 7, "sevens"),
        (replace(SEVEN, drums={"kick": (0,), "snare": (4,), "hat": tuple(range(7))}), 7, "sevens"),
        (FIVE, 5, "fives"),
    ],
    ids=["seven", "seven, one kick", "five"],
)
def test_a_quick_odd_bar_is_read_by_its_pulse(analysed, groove, size, word):
    known = band_of(groove)
    found = analysed(known.audio)
    assert found.tempo_bpm == pytest.approx(groove.tempo_bpm, rel=0.002)
    assert found.beats_per_bar == size
    assert f_measure(known.beats, found.beats) > 0.95
    assert f_measure(known.downbeats, found.downbeats) > 0.9
    assert f"this band counts in {word}" in found.notes
    assert f"this band counts in {word}" in found.beat_notes


@pytest.mark.parametrize("name", ["bossa", "boom bap", "half-time", "drum and bass"])
def test_syncopation_over_an_even_beat_is_no_odd_bar(analysed, name):
    found = analysed(played(replace(GROOVES[name], form="vc"), rate=RATE).audio)
    assert found.beats_per_bar == 4
    assert not any("counts in" in note for note in found.notes)
