"""The honest report on a render: what was planned, what the sound measures, what was not done."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearmix import Audio, Report, Source
from clearmix_sound.measuring import (
    TIGHT_SECONDS,
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
from clearmix_studio.planning import transposed

TEMPO_TOLERANCE = 0.005
LEAST_IN_TIME = 0.9
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
    if plan.tempo_bpm:
        found = measured_tempo(onsets, plan.tempo_bpm)
        measured["planned_tempo_bpm"] = round(plan.tempo_bpm, 3)
        measured["tempo_bpm"] = round(found, 3)
        if abs(found / plan.tempo_bpm - 1) > TEMPO_TOLERANCE:
            notes.append(
                f"{plan.tempo_bpm:.1f} bpm was planned and {found:.1f} bpm measured: the beat of "
                "this recording is not quite steady"
            )
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
    if plan.key is not None:
        measured["planned_key"] = plan.key
        measured["key"] = key = _key(plan, source, made)
        if key is not None and key != plan.key:
            notes.append(f"{plan.key} was planned and {key} was heard in the result")
    measured["timeline"] = plan.timeline()
    return Report(plan=plan.as_json(), measured=measured, notes=tuple(dict.fromkeys(notes)))


def _key(plan: Plan, source: Source, made: Audio) -> str | None:
    """The key of the recording, moved by what the middle of the sound was measured to have moved.

    None where that cannot be told.
    """
    track = plan.tracks[-1]
    recording = source.recordings[track.recording]
    if recording.analysis.key is None or not track.pieces:
        return None
    piece = max(track.pieces, key=lambda one: min(one.seconds, plan.seconds - one.start))
    length = min(piece.seconds, plan.seconds - piece.start, KEY_EXCERPT_SECONDS)
    late = (min(piece.seconds, plan.seconds - piece.start) - length) / 2
    after = _between(made, piece.start + late, length)
    ratio = track.tempo_ratio
    song = recording.read()
    before = _between(song, (piece.song_start + late) * ratio, length * ratio)
    moved = transposition(before, after)
    return None if moved is None else transposed(recording.analysis.key, moved)


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
