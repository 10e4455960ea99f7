"""Tempo and key of what a model played, against what was asked for: small faults are put right."""

from __future__ import annotations

from dataclasses import dataclass

from clearmix import Audio
from clearmix.music import shift_to_share
from clearmix_sound.analysis.analyzer import SoundAnalyzer

SURE = 0.5
"""Confidence from which a measurement is believed."""

LEAST_TEMPO_FAULT, MOST_TEMPO_FAULT = 0.004, 0.06
"""Shares of the tempo: less is not heard, more is a misreading and no fault of the player."""

MOST_SEMITONES = 2
"""A key that is further off is likelier a misreading: keys a fifth apart share six notes."""


@dataclass(frozen=True)
class Correction:
    """How the sound is to be moved; `said` is for whoever reads the progress, or empty."""

    tempo_ratio: float = 1.0
    semitones: int = 0
    said: str = ""


def correction_of(played: Audio, *, tempo_bpm: float, key: str | None) -> Correction:
    """What brings the sound to that tempo and key; nothing where it is unsure or already there."""
    heard = SoundAnalyzer().analyze(played, lambda part, said: None)
    ratio, semitones, said = 1.0, 0, []
    if heard.tempo_bpm is not None and heard.tempo_confidence >= SURE:
        octaves = (heard.tempo_bpm * octave for octave in (0.5, 1.0, 2.0))
        nearest = min(octaves, key=lambda bpm: abs(bpm / tempo_bpm - 1))
        if LEAST_TEMPO_FAULT < abs(nearest / tempo_bpm - 1) <= MOST_TEMPO_FAULT:
            ratio = tempo_bpm / nearest
            said.append(f"from {nearest:.1f} to {tempo_bpm:.1f} bpm")
    if key is not None and heard.key is not None and heard.key_confidence >= SURE:
        shift = shift_to_share(heard.key, key)
        if 0 < abs(shift) <= MOST_SEMITONES:
            semitones = shift
            said.append(f"from {heard.key} to {key}")
    return Correction(ratio, semitones, "brought " + " and ".join(said) if said else "")
