"""Tempo and pitch, each without the other (Signalsmith Stretch, through python-stretch)."""

from __future__ import annotations

import numpy as np

from clearmix.audio import Audio

_BEST_PRESET = 2
"""python-stretch's default quality; 1 is its cheaper one."""


def stretched(audio: Audio, *, tempo_ratio: float = 1.0, semitones: float = 0.0) -> Audio:
    """The sound at `tempo_ratio` times its tempo, its pitch moved by `semitones`.

    Frame n of the source lies at frame n / `tempo_ratio` of the result, to within a millisecond:
    the library compensates its own latency. The pitch is moved with its formants; a shift of more
    than about four semitones colours a voice.
    """
    if tempo_ratio == 1.0 and semitones == 0.0:
        return audio
    import python_stretch

    stretcher = python_stretch.Signalsmith.Stretch()
    stretcher.preset(_BEST_PRESET, audio.rate)
    stretcher.timeFactor = tempo_ratio
    stretcher.setTransposeSemitones(semitones)
    made = np.asarray(stretcher.process(np.ascontiguousarray(audio.samples)), np.float32)
    frames = round(audio.frames / tempo_ratio)
    fitted = np.zeros((audio.channels, frames), np.float32)
    count = min(frames, made.shape[1])
    fitted[:, :count] = made[:, :count]
    return Audio(fitted, audio.rate)
