"""Having a recording analysed: what an analyzer says is checked before anything rests on it."""

from __future__ import annotations

import math

from clearmix.audio import Audio
from clearmix.contracts import Analysis, Analyzer, Progress
from clearmix.errors import PluginError
from clearmix.guarding import asked
from clearmix.music import canonical_key

REMEDY = "set CLEARMIX_ANALYZER to another one, or tell its author"


def analysis_by(
    analyzer: Analyzer, audio: Audio, progress: Progress, *, seconds: float | None = None
) -> Analysis:
    """What an analyzer hears in a recording.

    Raises:
        PluginError: it raised, took longer than `seconds`, or said what cannot be true.
    """
    analysis = asked(
        "analyzer",
        analyzer,
        lambda: analyzer.analyze(audio, progress),
        expect=Analysis,
        seconds=seconds,
        help=REMEDY,
    )
    fault = _fault_of(analysis)
    if fault:
        raise PluginError(
            f"analyzer `{analyzer.id}` found {fault}", help=REMEDY, place=f"analyzer {analyzer.id}"
        )
    return analysis


def _fault_of(analysis: Analysis) -> str:
    """What of it cannot be true, after "it found"; empty if all can."""
    if analysis.tempo_bpm is not None and not 0 < analysis.tempo_bpm < math.inf:
        return f"a tempo of {analysis.tempo_bpm} bpm"
    if not math.isfinite(analysis.loudness_lufs) or not math.isfinite(analysis.seconds):
        return "a loudness or a length that is no number"
    for beats in (analysis.beats, analysis.downbeats):
        if not all(math.isfinite(beat) for beat in beats) or list(beats) != sorted(beats):
            return "beats that are not in order"
    try:
        canonical_key(analysis.key)
    except ValueError as error:
        return str(error)
    return ""
