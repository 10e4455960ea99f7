"""Keys that share their notes, told apart by what the chords do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from clearmix.music import PITCH_CLASSES, split_key
from clearmix_sound.analysis.chords import chord_pitch_classes
from clearmix_sound.analysis.harmony import HARMONY_RATE, Harmony
from clearmix_sound.analysis.key import find_key

BAR_SECONDS = 2.0


def heard(loop: Sequence[str], rounds: int = 6) -> tuple[Harmony, tuple[tuple[float, str], ...]]:
    """Bars of triads over their roots, with a little of every other pitch."""
    bars = [*loop] * rounds
    frames = round(BAR_SECONDS * HARMONY_RATE)
    chroma = np.full((len(bars) * frames, 12), 0.02)
    bass = chroma.copy()
    for bar, name in enumerate(bars):
        stretch = slice(bar * frames, (bar + 1) * frames)
        chroma[stretch, list(chord_pitch_classes(name))] += 1.0
        bass[stretch, chord_pitch_classes(name)[0]] += 1.0
    found = Harmony(chroma, bass, np.zeros((len(chroma), 8)), 0.0)
    return found, tuple((bar * BAR_SECONDS, name) for bar, name in enumerate(bars))


@pytest.mark.parametrize(
    ("loop", "key"),
    [
        (("C major", "G major", "A minor", "F major"), "C major"),
        (("A minor", "G major", "F major", "G major"), "A minor"),
        (("A minor", "D minor", "E major", "A minor"), "A minor"),
        (("D minor", "G major", "C major", "A minor"), "C major"),
        (("F major", "G major", "C major", "C major"), "C major"),
    ],
)
def test_a_loop_is_in_the_key_whose_tonic_it_begins_on_stays_on_and_returns_to(loop, key):
    assert find_key(*heard(loop))[0] == key


@pytest.mark.parametrize("semitones", range(12))
def test_a_loop_moves_its_key_with_it_and_stays_as_sure(semitones):
    loop = ("A minor", "G major", "F major", "G major")

    def moved(name: str) -> str:
        root, mode = split_key(name)
        return f"{PITCH_CLASSES[(root + semitones) % 12]} {mode}"

    key, confidence = find_key(*heard([moved(name) for name in loop]))
    assert key == moved("A minor")
    assert confidence == pytest.approx(find_key(*heard(loop))[1])


WHITE_KEYS = (0, 2, 4, 5, 7, 9, 11)


def key_of(chords: Sequence[tuple[str, int]], sounding: Sequence[int] = WHITE_KEYS) -> str | None:
    """The key of chords that last so many bars, where all pitches sound alike all the time."""
    bars = [name for name, count in chords for _ in range(count)]
    chroma = np.full((round(len(bars) * BAR_SECONDS * HARMONY_RATE), 12), 0.02)
    chroma[:, list(sounding)] += 1.0
    found = Harmony(chroma, chroma, np.zeros((len(chroma), 8)), 0.0)
    changes = [bar for bar in range(len(bars)) if bar == 0 or bars[bar - 1] != bars[bar]]
    return find_key(found, tuple((bar * BAR_SECONDS, bars[bar]) for bar in changes))[0]


def test_of_two_keys_with_the_same_notes_the_one_that_opens_is_at_home():
    assert key_of([("C major", 1), ("A minor", 1)] * 4) == "C major"
    assert key_of([("A minor", 1), ("C major", 1)] * 4) == "A minor"


def test_of_two_keys_with_the_same_notes_the_one_that_stays_is_at_home():
    assert key_of([("E minor", 1), ("C major", 4), ("A minor", 1)]) == "C major"
    assert key_of([("E minor", 1), ("C major", 1), ("A minor", 4)]) == "A minor"


def test_of_two_keys_with_the_same_notes_the_one_arrived_at_is_at_home():
    assert key_of([("D minor", 1), ("G major", 1), ("C major", 1), ("A minor", 1)]) == "C major"
    assert key_of([("D minor", 1), ("C major", 1), ("G major", 1), ("A minor", 1)]) == "A minor"


def test_a_triad_of_only_one_of_two_keys_speaks_for_that_key():
    without_f = [pitch for pitch in WHITE_KEYS if pitch != 5]
    with_f_major = [("E minor", 1), ("F major", 1), ("A minor", 1)]
    assert key_of(with_f_major, without_f) == "A minor"


def test_a_key_that_the_chords_agree_on_is_surer_than_one_of_the_pitches_alone():
    found, chords = heard(("C major", "F major", "G major", "C major"))
    assert find_key(found, chords)[1] > find_key(found)[1]


def test_one_chord_alone_has_its_own_key():
    assert find_key(*heard(("E minor",)))[0] == "E minor"
