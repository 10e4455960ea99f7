"""The honest report on a cover: what was planned, and what the sound measures."""

from __future__ import annotations

from typing import Any

from clearmix import Audio, Report
from clearmix_covers.plan import Plan
from clearmix_sound.analysis.harmony import harmony
from clearmix_sound.analysis.key import find_key
from clearmix_sound.analysis.onsets import analysis_mono
from clearmix_sound.measuring import (
    centroid_hz,
    longest_silence_seconds,
    measured_tempo,
    mono_loss_db,
    onsets_of,
    width,
)

TEMPO_TOLERANCE = 0.005
LONGEST_SILENCE_SECONDS = 4.0


def report_on(plan: Plan, made: Audio) -> Report:
    """The report on the sound that a plan became."""
    onsets = onsets_of(made)
    found = measured_tempo(onsets, plan.tempo_bpm)
    key, _ = find_key(harmony(analysis_mono(made)))
    silence = longest_silence_seconds(made)
    measured: dict[str, Any] = {
        "planned_tempo_bpm": round(plan.tempo_bpm, 3),
        "tempo_bpm": round(found, 3),
        "planned_key": plan.key,
        "key": key,
        "onsets_per_second": round(onsets.peaks.size / max(made.seconds, 0.1), 3),
        "centroid_hz": round(centroid_hz(made), 1),
        "width": round(width(made), 3),
        "mono_loss_db": round(mono_loss_db(made), 2),
        "longest_silence_seconds": silence,
        "notes_played": sum(len(one.notes) for one in plan.players),
        "timeline": plan.timeline(),
    }
    notes = list(plan.notes)
    if abs(found / plan.tempo_bpm - 1) > TEMPO_TOLERANCE:
        notes.append(f"{plan.tempo_bpm:.1f} bpm was planned and {found:.1f} bpm measured")
    if key is not None and key != plan.key:
        notes.append(f"{plan.key} was planned and {key} was heard in the result")
    if silence > LONGEST_SILENCE_SECONDS:
        notes.append(f"nobody plays for {silence:.0f} seconds: the score has nothing there")
    return Report(plan=plan.as_json(), measured=measured, notes=tuple(dict.fromkeys(notes)))
