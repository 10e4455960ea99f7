"""Sounds whose pitches and beats are known."""

from __future__ import annotations

import numpy as np

from clearmix.audio import Audio
from clearmix.contracts import Analysis
from clearmix.testing import Song
from clearmix_covers.transcribing.grid import Grid, grid_of
from clearmix_sound.analysis.onsets import analysis_mono, onsets

RATE = 22050


def tone(pitch: float, seconds: float = 1.0, partials: int = 8) -> Audio:
    now = np.arange(round(seconds * RATE)) / RATE
    hz = 440 * 2 ** ((pitch - 69) / 12)
    order = np.arange(1, partials + 1)
    order = order[order * hz < RATE / 2]
    wave = sum(np.sin(2 * np.pi * n * hz * now) / n for n in order)
    return Audio(np.asarray(0.3 * wave, np.float32)[None], RATE)


def clicks(places: tuple[float, ...], beats: int = 24, beat: float = 0.5) -> tuple[Analysis, Audio]:
    """A click at each place of each beat, and beats that are known."""
    song = Song(tempo_bpm=60 / beat, bars=beats // 4)
    out = np.zeros(round((beats + 2) * beat * RATE), np.float32)
    for start in song.beats:
        for place in places:
            at = round((start + place * beat) * RATE)
            out[at : at + 200] += np.random.default_rng(1).normal(0, 0.3, 200).astype(np.float32)
    return song.analysis(), Audio(out[None], RATE)


def in_halves() -> Grid:
    """A grid at 120 bpm whose first beat is at a quarter of a second."""
    analysis, sound = clicks((0.0, 0.5))
    return grid_of(analysis, onsets(analysis_mono(sound)))
