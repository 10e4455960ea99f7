"""Tempo and pitch, each without the other: Signalsmith Stretch through `python-stretch`.

Formants move with the pitch (the library's Python binding has no formant control), so that from
about three semitones on a voice sounds like that of a smaller or larger singer.
"""

from __future__ import annotations

import math

import numpy as np

from clearmix.audio import Audio, Samples
from clearmix.errors import AudioError

LEAST_RATIO, MOST_RATIO = 0.2, 5.0
MOST_SEMITONES = 24.0
TONALITY_LIMIT_HZ = 8000.0
"""Above this, partials move by less than the full shift, which keeps sibilants and cymbals where
ears expect them; the limit is a parameter of the library."""

_PAD_SECONDS = 0.25
"""Silence before and after, which lets the first and the last attack through whole."""
_SEED = 20
"""The library draws phases at random where the past says nothing; with a seed it repeats them."""


def stretched(audio: Audio, *, tempo_ratio: float = 1.0, semitones: float = 0.0) -> Audio:
    """The recording at `tempo_ratio` times its speed and `semitones` higher.

    The result has `round(frames / tempo_ratio)` frames, and what was heard at t seconds is heard
    at t / tempo_ratio, to within a millisecond: the library's own latency is taken out. The same
    input gives the same samples.

    Raises:
        AudioError: a ratio outside 0.2..5 or a shift of more than 24 semitones.
    """
    if not LEAST_RATIO <= tempo_ratio <= MOST_RATIO or abs(semitones) > MOST_SEMITONES:
        raise AudioError(
            f"a tempo ratio of {tempo_ratio:g} and a shift of {semitones:g} semitones",
            help=f"stay within {LEAST_RATIO:g} to {MOST_RATIO:g} times the tempo and "
            f"{MOST_SEMITONES:g} semitones",
        )
    wanted = max(1, round(audio.frames / tempo_ratio))
    if audio.frames == 0 or (math.isclose(tempo_ratio, 1.0) and semitones == 0):
        return audio
    import python_stretch

    engine = python_stretch.Signalsmith.Stretch(_SEED)
    engine.preset(audio.channels, float(audio.rate))
    engine.setTimeFactor(tempo_ratio)
    if semitones:
        engine.setTransposeSemitones(semitones, TONALITY_LIMIT_HZ / audio.rate)
    pad = round(_PAD_SECONDS * audio.rate * max(1.0, tempo_ratio))
    padded = np.ascontiguousarray(np.pad(audio.samples, ((0, 0), (pad, pad))))
    out: Samples = np.asarray(engine.process(padded), np.float32)
    start = round(pad / tempo_ratio)
    kept = np.zeros((audio.channels, wanted), np.float32)
    piece = out[:, start : start + wanted]
    kept[:, : piece.shape[1]] = piece
    return Audio(kept, audio.rate)
