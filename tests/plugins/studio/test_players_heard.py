"""Every instrument and every use of the vocabulary is heard in what is rendered."""

from __future__ import annotations

import numpy as np
import pytest

from clearmix import Audio, SourceRecording
from clearmix.vocabulary import TermKind, terms
from clearmix_sound.measuring import centroid_hz
from clearmix_studio.palette import players

from .conftest import RATE, Rendered, written_song

A_MINOR_7 = {9, 0, 4, 7}
"""The chord that the song holds throughout, with the seventh that a player may add."""

USES = {
    id: term.meaning["energy"]
    for id, term in terms(TermKind.USE_CASE).items()
    if term.meaning.get("energy")
}


@pytest.fixture(scope="module")
def short_song(tmp_path_factory: pytest.TempPathFactory) -> SourceRecording:
    """16 seconds at 120 bpm over one chord."""
    return written_song(tmp_path_factory.mktemp("short"), seconds=16.0)


@pytest.fixture(scope="module")
def without(short_song: SourceRecording, render: Rendered) -> Audio:
    return render(short_song, seed=1)


def pitch_classes(samples: np.ndarray) -> np.ndarray:
    """How much of a sound, 100 Hz to 2 kHz, lies on each pitch class; they add up to one."""
    power = np.abs(np.fft.rfft(samples * np.hanning(samples.size))) ** 2
    hz = np.fft.rfftfreq(samples.size, 1 / RATE)
    heard = (hz > 100) & (hz < 2000)
    classes = np.round(69 + 12 * np.log2(hz[heard] / 440)).astype(int) % 12
    found = np.bincount(classes, power[heard], 12)
    return found / found.sum()


@pytest.mark.parametrize("id", sorted(set(players()) - {"bass"}))
def test_an_instrument_that_is_added_plays_the_song_s_chord(
    id: str, short_song: SourceRecording, without: Audio, render: Rendered
) -> None:
    made = render(short_song, parts=[{"part": id, "action": "add"}], seed=1)
    added = (made.samples - without.samples[:, : made.frames]).mean(axis=0)
    beside_db = 10 * np.log10(np.mean(added**2) / np.mean(without.samples**2))
    assert beside_db > -30, "it cannot be heard"
    on_the_chord = sum(pitch_classes(added)[pitch] for pitch in A_MINOR_7)
    assert on_the_chord > 0.7, pitch_classes(added).round(2)


@pytest.mark.parametrize("use", sorted(USES))
def test_a_use_makes_it_brighter_or_darker(
    use: str, short_song: SourceRecording, without: Audio, render: Rendered
) -> None:
    made = render(short_song, use_case=use, seed=1)
    ratio = centroid_hz(made) / centroid_hz(without)
    assert (ratio > 1.02) if USES[use] > 0 else (ratio < 0.98), ratio
