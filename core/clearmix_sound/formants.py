"""The resonances of a voice, kept where they were when its pitch has moved."""

from __future__ import annotations

import numpy as np

from clearmix.audio import Audio

_SIZE, _HOP = 2048, 512
_LIFTER_SECONDS = 0.0016
"""Quefrencies below this make the envelope: shorter than the period of a high voice (600 Hz)."""
_MOST_DB = 18.0
_TOP_HZ = 9000.0


def with_formants_of(audio: Audio, semitones: float) -> Audio:
    """A sound that was moved by so many semitones, with its spectral envelope moved back.

    The envelope is the low part of the cepstrum (Röbel, Rodet, "Efficient spectral envelope
    estimation", 2005, without its iterations); above 9 kHz nothing changes.
    """
    from scipy import fft, signal

    if audio.frames < _SIZE or abs(semitones) < 1e-6:
        return audio
    factor = 2 ** (semitones / 12)
    hz = fft.rfftfreq(_SIZE, 1 / audio.rate)
    lifter = np.zeros(_SIZE // 2 + 1, np.float32)
    kept = round(_LIFTER_SECONDS * audio.rate)
    lifter[:kept] = 0.5 + 0.5 * np.cos(np.pi * np.arange(kept) / kept)
    top = np.clip((_TOP_HZ - hz) / 1500, 0, 1).astype(np.float32)
    places = np.clip(np.arange(hz.size) * factor, 0, hz.size - 1)
    below = np.floor(places).astype(np.intp)
    rest = (places - below).astype(np.float32)[:, None]
    above = np.minimum(below + 1, hz.size - 1)
    transform = signal.ShortTimeFFT(
        signal.windows.hann(_SIZE, sym=False).astype(np.float32), _HOP, fs=audio.rate
    )
    spectra = transform.stft(audio.samples)
    magnitude = np.abs(spectra).mean(axis=0)
    logs = np.log(magnitude + 1e-6 * float(magnitude.max()) + 1e-9).astype(np.float32)
    cepstrum = fft.irfft(logs, axis=0)
    half = cepstrum[: _SIZE // 2 + 1] * lifter[:, None]
    envelope = fft.rfft(np.concatenate([half, half[-2:0:-1]]), axis=0).real
    wanted = envelope[below] * (1 - rest) + envelope[above] * rest
    limit = _MOST_DB / 8.686
    change = np.clip(wanted - envelope, -limit, limit) * top[:, None]
    made = transform.istft(spectra * np.exp(change), k1=audio.frames)
    return Audio(np.asarray(made, np.float32), audio.rate)
