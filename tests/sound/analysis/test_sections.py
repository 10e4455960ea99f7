"""Sections and singing against bands whose form is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from known_music import GROOVES, played, wind

from clearmix.audio import Audio


@pytest.fixture(scope="module")
def song():
    return played(replace(GROOVES["rock"], form="ivvcvcbcc"), rate=22050)


def test_sections_are_cut_on_the_downbeats_where_the_music_changes(song, analysed):
    found = analysed(song.audio)
    cuts = [section.start_seconds for section in found.sections[1:]]
    assert len(cuts) == len(song.boundaries)
    assert np.abs(np.array(cuts) - song.boundaries).max() < 0.1
    assert set(cuts) <= set(found.downbeats)


def test_sections_cover_the_recording_without_gaps(song, analysed):
    found = analysed(song.audio)
    assert found.sections[0].start_seconds == 0
    assert found.sections[-1].end_seconds == song.audio.seconds
    for before, after in zip(found.sections, found.sections[1:], strict=False):
        assert before.end_seconds == after.start_seconds


def test_the_quiet_start_is_an_intro_and_the_loud_part_that_returns_a_chorus(song, analysed):
    names = [section.name for section in analysed(song.audio).sections]
    assert names[0] == "intro"
    assert names.count("chorus") >= 2


def test_a_silent_bar_at_the_end_hides_no_other_change(song, analysed):
    tail = np.zeros((2, 3 * song.audio.rate), np.float32)
    longer = Audio(np.concatenate([song.audio.samples, tail], axis=1), song.audio.rate)
    cuts = [section.start_seconds for section in analysed(longer).sections[1:]]
    for boundary in song.boundaries:
        assert min(abs(cut - boundary) for cut in cuts) < 0.1


def test_singing_is_heard_where_somebody_sings(band, analysed):
    known = band("waltz")
    presence = np.array(analysed(known.audio).vocal_presence)
    eight_bars = 8 * 3 * 60 / 150
    sung = np.arange(len(presence)) >= eight_bars
    with_voice, without = presence[sung], presence[~sung]
    assert with_voice.mean() > without.mean() + 0.2


def test_confidence_in_singing_stays_that_of_an_estimate(band, analysed):
    assert 0 < analysed(band("waltz").audio).vocal_confidence <= 0.6


def test_what_glides_without_a_pause_is_hardly_believed_to_be_a_voice(analysed):
    assert analysed(wind(rate=22050)).vocal_confidence < 0.2
