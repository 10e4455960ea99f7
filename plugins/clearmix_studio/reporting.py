"""The honest report on a render: what was planned, what the sound measures, what was not done."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearmix import Analysis, Audio, Report, Source
from clearmix_sound.measuring import (
    TIGHT_SECONDS,
    Onsets,
    beat_offsets,
    centroid_hz,
    clicks_at,
    longest_silence_seconds,
    measured_tempo,
    mono_loss_db,
    onsets_of,
    transposition,
    width,
)
from clearmix_studio.drumming import drum_hits
from clearmix_studio.plan import Level, Plan

TEMPO_TOLERANCE = 0.005
LEAST_IN_TIME = 0.9
LEAST_BEATS = 16
"""Beats below which a tempo cannot be measured against them."""

KEY_EXCERPT_SECONDS = 60.0
_ATTACK_SECONDS = 256 / 44100
_STRUCK = ("kick", "snare", "clap", "rim")
_LEAST_FORCE = 0.5


def report_on(plan: Plan, source: Source, made: Audio) -> Report:
    """The report on the sound that a plan became of its recordings."""
    onsets = onsets_of(made)
    measured: dict[str, Any] = {
        "onsets_per_second": round(onsets.peaks.size / max(made.seconds, 0.1), 3),
        "centroid_hz": round(centroid_hz(made), 1),
        "width": round(width(made), 3),
        "mono_loss_db": round(mono_loss_db(made), 2),
        "longest_silence_seconds": longest_silence_seconds(made),
        "clicks_at_cuts": list(clicks_at(made, cuts(plan))),
    }
    notes = list(plan.notes)
    measured |= _tempo(plan, source, onsets, notes)
    offsets = beat_offsets(onsets, struck_beats(plan), _ATTACK_SECONDS)
    if offsets.size:
        share = float((np.abs(offsets) <= TIGHT_SECONDS).mean())
        measured["beats_with_drums"] = int(offsets.size)
        measured["beat_offset_ms"] = round(1000 * float(np.median(np.abs(offsets))), 2)
        measured["beats_within_20_ms"] = round(share, 3)
        if share < LEAST_IN_TIME:
            notes.append(
                f"{100 * share:.0f} % of the added strokes were measured within 20 ms of their beat"
            )
    measured |= _pitch(plan, source, made, notes)
    measured["timeline"] = plan.timeline()
    return Report(plan=plan.as_json(), measured=measured, notes=tuple(dict.fromkeys(notes)))


def _tempo(plan: Plan, source: Source, onsets: Onsets, notes: list[str]) -> dict[str, Any]:
    """The tempo as planned and as measured, and how sure the analysis is of what it rests on.

    Where the recording keeps no even grid the sound is measured against its tracked beats.
    """
    if not plan.tempo_bpm:
        return {}
    analysis = _analysis(plan, source)
    beats = [beat for beat in plan.beats if beat <= plan.seconds]
    tracked = not analysis.constant_tempo and len(beats) > LEAST_BEATS
    found = measured_tempo(onsets, plan.tempo_bpm, beats if tracked else ())
    if abs(found / plan.tempo_bpm - 1) > TEMPO_TOLERANCE:
        notes.append(
            f"{plan.tempo_bpm:.1f} bpm was planned and {found:.1f} bpm measured: the beat of "
            "this recording is not quite steady"
        )
    return {
        "planned_tempo_bpm": round(plan.tempo_bpm, 3),
        "tempo_bpm": round(found, 3),
        "tempo_measured_against": "the tracked beats" if tracked else "one tempo",
        "tempo_confidence": round(analysis.tempo_confidence, 2),
        "downbeat_confidence": round(analysis.downbeat_confidence, 2),
    }


def _pitch(plan: Plan, source: Source, made: Audio, notes: list[str]) -> dict[str, Any]:
    """The key as planned, how sure the analysis is of it, and how far the pitch was moved.

    The shift is what the sound shows. Its key would be the analysed one moved by the shift, which
    confirms that one whether it is right or wrong.
    """
    if plan.key is None:
        return {}
    sure = _analysis(plan, source).key_confidence
    said: dict[str, Any] = {"planned_key": plan.key, "key_confidence": round(sure, 2)}
    moved = _shift(plan, source, made)
    if moved is None:
        return said
    planned = round(plan.tracks[-1].semitones)
    if (moved - planned) % 12 == 0:
        moved = planned  # octaves are alike to what measures
    else:
        notes.append(
            f"the song was to be moved by {planned:+d} semitones and {moved:+d} were measured"
        )
    return said | {"planned_semitones": planned, "semitones": moved}


def _analysis(plan: Plan, source: Source) -> Analysis:
    """The analysis of the recording that the plan's beats and key are from."""
    return source.recordings[plan.tracks[-1].recording if plan.tracks else 0].analysis


def _shift(plan: Plan, source: Source, made: Audio) -> int | None:
    """The semitones by which the middle of the sound was measured to have moved.

    None where that cannot be told.
    """
    if not plan.tracks or not plan.tracks[-1].pieces:
        return None
    track = plan.tracks[-1]
    recording = source.recordings[track.recording]
    piece = max(track.pieces, key=lambda one: min(one.seconds, plan.seconds - one.start))
    length = min(piece.seconds, plan.seconds - piece.start, KEY_EXCERPT_SECONDS)
    late = (min(piece.seconds, plan.seconds - piece.start) - length) / 2
    after = _between(made, piece.start + late, length)
    ratio = track.tempo_ratio
    song = recording.read()
    before = _between(song, (piece.song_start + late) * ratio, length * ratio)
    return transposition(before, after)


def _between(audio: Audio, start: float, seconds: float) -> Audio:
    first = max(0, round(start * audio.rate))
    return Audio(audio.samples[:, first : first + round(seconds * audio.rate)], audio.rate)


def struck_beats(plan: Plan) -> list[float]:
    """The beats of the recording on which the plan has a clear stroke of the drums."""
    if plan.drums is None:
        return []
    hits = drum_hits(plan.drums, plan.bars, busy=plan.energy, seed=plan.seed)
    struck = np.array(
        sorted(hit.seconds for hit in hits if hit.drum in _STRUCK and hit.velocity >= _LEAST_FORCE)
    )
    beats = sorted(
        {beat for bar in plan.bars if bar.level > Level.BREAK for beat in bar.beats[:-1]}
    )
    return [
        beat
        for beat in beats
        if struck.size and np.abs(struck - beat).min() < 0.012 and beat < plan.seconds - 0.1
    ]


def cuts(plan: Plan) -> list[float]:
    """Seconds at which a track begins, ends or jumps."""
    edges = {piece.start for track in plan.tracks for piece in track.pieces if piece.start > 0}
    edges |= {
        piece.start + piece.seconds
        for track in plan.tracks
        for piece in track.pieces
        if piece.start + piece.seconds < plan.seconds - 0.01
    }
    return sorted(edges)
