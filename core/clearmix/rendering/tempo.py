"""The tempo of a render, measured in its sound and held against the one that was asked for."""

from __future__ import annotations

import logging
import math

from clearmix.audio import Audio
from clearmix.catalogue.analysing import analysis_by
from clearmix.contracts import Analysis, Analyzer
from clearmix.errors import PluginError
from clearmix.spec import RemixSpec
from clearmix.targets import target_tempo_ratio

log = logging.getLogger("clearmix.rendering")

EXCERPT_SECONDS = 60.0
"""From the middle of a render, enough for a tempo to 0.1 %."""

MOST_SECONDS = 300.0
"""How long an analyzer may take over it; without it the render is published all the same."""

TOLERANCE = 0.02
"""Beyond this, a listener is told that the tempo was not measured as asked."""


def measured_tempo(
    spec: RemixSpec, source: Analysis, audio: Audio, analyzer: Analyzer
) -> tuple[dict[str, float], tuple[str, ...]]:
    """The asked and the measured tempo, and what to say where they differ.

    The measured one is given in the octave of the one asked for, since a beat tracker may count
    every second beat. Nothing is said of a source without a steady beat.
    """
    if source.tempo_bpm is None:
        return {}, ()
    asked_bpm = source.tempo_bpm * target_tempo_ratio(spec, source)
    middle, half = audio.frames // 2, round(EXCERPT_SECONDS / 2 * audio.rate)
    excerpt = Audio(audio.samples[:, max(0, middle - half) : middle + half], audio.rate)
    try:
        found_bpm = analysis_by(
            analyzer, excerpt, lambda fraction, message: None, seconds=MOST_SECONDS
        ).tempo_bpm
    except PluginError as error:
        log.warning("%s; %s", error.message, error.help)
        return {"asked_tempo_bpm": asked_bpm}, ("the tempo of the result was not measured",)
    if found_bpm is None:
        return {"asked_tempo_bpm": asked_bpm}, ("no steady beat was found in the result",)
    found_bpm *= 2.0 ** round(math.log2(asked_bpm / found_bpm))
    notes: tuple[str, ...] = ()
    if abs(found_bpm / asked_bpm - 1) > TOLERANCE:
        notes = (f"{asked_bpm:.1f} bpm was asked for and {found_bpm:.1f} bpm was measured",)
    return {"asked_tempo_bpm": asked_bpm, "tempo_bpm": round(found_bpm, 3)}, notes
