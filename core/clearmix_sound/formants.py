"""The resonances of a voice, kept where they were when its pitch has moved."""

from __future__ import annotations

import numpy as np

from clearmix.audio import Audio
from clearmix_sound.spectra import Spectra, with_spectra

_SIZE = 2048
_ENVELOPE_SECONDS = 0.0016
"""Quefrencies below this make the envelope: shorter than the period of a high voice (600 Hz)."""

_MOST_DB = 18.0
_TOP_HZ = 9000.0
_COARSE = 4
"""The envelope has a quarter of the bins: it is smooth by what it is."""


def with_formants_of(audio: Audio, semitones: float) -> Audio:
    """A sound that was moved by so many semitones, with its spectral envelope moved back.

    The envelope is the low part of the cepstrum (Röbel, Rodet, "Efficient spectral envelope
    estimation", 2005, without its iterations); above 9 kHz nothing changes.
    """
    if audio.frames < _SIZE or abs(semitones) < 1e-6:
        return audio
    factor = 2 ** (semitones / 12)
    bins = _SIZE // 2 + 1
    hz = np.arange(bins) * audio.rate / _SIZE
    top = np.clip((_TOP_HZ - hz) / 1500, 0, 1).astype(np.float32)
    kept = round(_ENVELOPE_SECONDS * audio.rate)
    order = np.arange(kept)
    fall = 0.5 + 0.5 * np.cos(np.pi * order / kept)
    # The envelope is a sum of few cosines: from the log spectrum by one product, back by another.
    angle = 2 * np.pi * np.arange(0, bins, _COARSE)[:, None] * order / _SIZE
    analyse = np.cos(angle) * np.where((order > 0), 2.0, 1.0) / angle.shape[0]
    place = np.arange(bins)[:, None] * order / _SIZE
    moved = np.minimum(np.arange(bins) * factor, bins - 1)[:, None] * order / _SIZE
    synthesise = (np.cos(2 * np.pi * moved) - np.cos(2 * np.pi * place)) * fall * top[:, None]
    limit = np.float32(_MOST_DB / 8.686)

    def change(spectra: Spectra) -> Spectra:
        magnitude = np.abs(spectra).mean(axis=0)
        floor = np.float32(1e-6) * magnitude.max(initial=0.0) + np.float32(1e-9)
        coarse = np.maximum(magnitude, floor)
        coarse = coarse[:, : bins - 1].reshape(len(coarse), -1, _COARSE).mean(axis=2)
        logs = np.concatenate([np.log(coarse), np.log(coarse[:, -1:])], axis=1)
        cepstrum = logs @ analyse.astype(np.float32)
        move = np.clip(cepstrum @ synthesise.T.astype(np.float32), -limit, limit)
        return np.asarray(spectra * np.exp(move), np.complex64)

    return Audio(with_spectra(audio.samples, _SIZE, change), audio.rate)
