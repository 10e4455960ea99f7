"""What a spec comes to for one recording: tempo ratio, semitones, length.

Rights facts, generators and measurements all ask here, so that what is decided on is what is made.
"""

from __future__ import annotations

from clearmix.contracts import Analysis
from clearmix.music import nearest_shift
from clearmix.spec import RemixSpec
from clearmix.vocabulary import TermKind, terms

RADIO_EDIT_SECONDS = 180.0
"""Longest radio edit: three minutes, what stations ask for."""

EXTENDED_FACTOR = 1.3
"""An extended mix is longer than the song by as much as an intro and an outro for DJs."""

LOOP_BEATS = 32
"""A loop is eight bars of four beats."""

LOOP_SECONDS = 16.0
"""Length of a loop of a recording without a steady beat."""

FOLD_ABOVE = 1.5
"""A tempo in bpm that asks for more stretching than this is met at another octave of the beat."""


def target_tempo_ratio(spec: RemixSpec, analysis: Analysis) -> float:
    """Tempo of the result over that of the source.

    A tempo in bpm can be met by playing the song at half or double time under it: whoever asks for
    174 bpm of a song at 84 gets 87. A recording without a steady beat keeps its timing when a
    tempo in bpm is asked for.
    """
    tempo = spec.tempo
    if tempo is None or (tempo.ratio, tempo.bpm, tempo.bpm_min, tempo.bpm_max) == (None,) * 4:
        return _meant(spec, "tempo_ratio", 1.0)
    if tempo.ratio is not None:
        return tempo.ratio
    if analysis.tempo_bpm is None:
        return 1.0
    ratio = tempo.target_bpm(analysis.tempo_bpm) / analysis.tempo_bpm
    if max(ratio, 1 / ratio) <= FOLD_ABOVE:
        return ratio
    return min((ratio, ratio / 2, ratio * 2), key=lambda folded: max(folded, 1 / folded))


def target_semitones(spec: RemixSpec, analysis: Analysis) -> float:
    """Semitones by which the pitch moves; a key is reached the shortest way."""
    if spec.pitch is not None and spec.pitch.semitones is not None:
        return spec.pitch.semitones
    if spec.pitch is not None and spec.pitch.key is not None and analysis.key is not None:
        return float(nearest_shift(analysis.key, spec.pitch.key))
    return _meant(spec, "semitones", 0.0)


def target_seconds(spec: RemixSpec, analysis: Analysis) -> float:
    """Length of the result: what was asked for, else the source's at the new tempo."""
    ratio = target_tempo_ratio(spec, analysis)
    whole = analysis.seconds / ratio
    if spec.structure is None:
        return whole
    if spec.structure.seconds is not None:
        return spec.structure.seconds
    if spec.structure.form == "radio-edit":
        return min(whole, RADIO_EDIT_SECONDS)
    if spec.structure.form == "extended":
        return whole * EXTENDED_FACTOR
    if spec.structure.form == "loop":
        tempo_bpm = (analysis.tempo_bpm or 0.0) * ratio
        return min(whole, LOOP_BEATS * 60 / tempo_bpm if tempo_bpm else LOOP_SECONDS)
    return whole


def _meant(spec: RemixSpec, name: str, default: float) -> float:
    for effect in spec.effects:
        value = terms(TermKind.EFFECT)[effect].meaning.get(name)
        if isinstance(value, int | float):
            return float(value)
    return default
