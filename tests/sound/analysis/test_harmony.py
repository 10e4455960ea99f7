"""Keys and chords against music whose harmony is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from known_music import GROOVES, played

from clearmix.audio import Audio
from clearmix.music import PITCH_CLASSES, split_key
from clearmix_sound.analysis.chords import chord_pitch_classes
from clearmix_sound.instruments import Note, play_notes


def agreement(known, found) -> float:
    moments = np.arange(known.beats[0], known.beats[-1], 0.05)

    def at(chords):
        starts = np.array([start for start, _ in chords])
        places = np.searchsorted(starts, moments, side="right") - 1
        return np.array([name for _, name in chords])[np.maximum(places, 0)]

    return float(np.mean(at(known.chords) == at(found.chords)))


@pytest.mark.parametrize("name", ["rock", "swing", "bossa", "waltz", "disco", "strummed guitar"])
def test_chords_agree_in_nine_tenths_of_the_time(band, analysed, name):
    known = band(name)
    found = analysed(known.audio)
    assert agreement(known, found) >= 0.9
    assert found.key == known.key


@pytest.mark.parametrize("semitones", [-5, -1, 3, 6])
def test_the_key_moves_by_exactly_the_transposition(analysed, semitones):
    tonic = (9 + semitones) % 12
    groove = replace(GROOVES["one drop"], key=f"{PITCH_CLASSES[tonic]} major", form="v")
    found = analysed(played(groove, rate=22050).audio)
    assert found.key is not None
    assert split_key(found.key) == (tonic, "major")


def test_a_band_tuned_a_quarter_tone_up_is_heard_in_its_own_tuning(band, analysed):
    known = band("bossa")
    sharp = Audio(known.audio.samples, round(22050 * 2 ** (0.4 / 12))).resampled(22050)
    found = analysed(sharp)
    assert found.key == known.key
    assert found.key_confidence > 0.5


@pytest.mark.parametrize("instrument", ["piano", "strings", "organ", "nylon-guitar", "brass"])
@pytest.mark.parametrize("chord", ["C major", "A minor"])
def test_a_triad_is_not_taken_for_the_one_a_fifth_higher(analysed, instrument, chord):
    notes = [
        Note(start, 1.9, 48 + step, 0.8)
        for start in np.arange(0.0, 12.0, 2.0)
        for step in chord_pitch_classes(chord)
    ]
    sound = play_notes(instrument, notes, seconds=12.0, rate=22050, seed=1)
    found = analysed(Audio(sound, 22050)).chords
    root, mode = split_key(chord)
    assert chord in {name for _, name in found}
    assert f"{PITCH_CLASSES[(root + 7) % 12]} {mode}" not in {name for _, name in found}
