"""The added parts as sound, each at its level against the recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearmix import Analysis, Audio
from clearmix_sound.effects import gated, pulsed, saturated, swelling
from clearmix_sound.filters import low_pass
from clearmix_sound.instruments import Hit, Note, play_drums, play_notes
from clearmix_sound.mixing import at_level, gained, layered, peak_db
from clearmix_studio.drumming import drum_hits, kick_times
from clearmix_studio.harmonising import bass_notes, chord_notes, chords_at, held_chords
from clearmix_studio.palette import Feel, Style
from clearmix_studio.plan import Plan

RATE = 44100
"""Rate of everything that the studio renders, in hertz."""

WORKING_LEVEL_DB = -20.0
"""RMS level of the recording and of the sum before mastering: headroom for 17 dB of peaks."""

DRUMS_OVER_SONG_DB = 14.0
"""Peaks of the drums over the recording's RMS level: a kick stands clear of a dense mix."""

_CABINET_HZ = 4200.0
_RISE_DB = -14.0
_LEAST_DRUM_HITS = 1


@dataclass(frozen=True, eq=False)
class Layers:
    """What is added: drums, everything pitched, and when the kick falls."""

    drums: Audio | None
    pitched: Audio | None
    kicks: tuple[float, ...]


def played(plan: Plan, analysis: Analysis) -> Layers:
    """The added parts of a plan, as long as its result."""
    push_db = (plan.strength - 0.5) * 8 + plan.energy * 2
    seconds = plan.form.seconds
    hits: list[Hit] = []
    if plan.bars and (plan.drums is not None or plan.claps):
        style = plan.drums or Style(id="none")
        hits = drum_hits(style, plan.bars, busy=plan.energy, seed=plan.seed, claps=plan.claps)
        hits = [hit for hit in hits if hit.seconds < seconds]
    drums = None
    if len(hits) >= _LEAST_DRUM_HITS:
        drums = _drums(plan, hits, push_db)
    pitched = [
        _pitched(instrument, score, level_db, plan, drive_db, wobble)
        for instrument, score, level_db, drive_db, wobble in _scores(plan, analysis, push_db)
    ]
    rises = _rises(plan)
    together = [sound for sound in (*pitched, rises) if sound is not None]
    silence = Audio(np.zeros((2, round(seconds * RATE)), np.float32), RATE)
    return Layers(
        drums=drums,
        pitched=layered(silence, together) if together else None,
        kicks=tuple(kick_times(hits)),
    )


def _drums(plan: Plan, hits: Sequence[Hit], push_db: float) -> Audio:
    style = plan.drums or Style(id="none")
    samples = play_drums(style.kit, hits, seconds=plan.form.seconds, rate=RATE, seed=plan.seed)
    sound = Audio(samples, RATE)
    gate = style.drums_gate_seconds or (plan.era.gate_seconds if plan.era else None) or 0.0
    if gate:
        sound = gated(sound, gate_seconds=gate, wet=0.35, seed=plan.seed)
    wanted = WORKING_LEVEL_DB + DRUMS_OVER_SONG_DB + style.drums_db + push_db
    return gained(sound, wanted - peak_db(sound))


Score = tuple[str, list[Note], float, float, float]
"""Instrument, notes, level against the recording in dB, drive in dB, wobble in sixteenths."""


def _scores(plan: Plan, analysis: Analysis, push_db: float) -> list[Score]:
    chord_at = chords_at(
        analysis,
        tempo_ratio=plan.tempo_ratio,
        semitones=plan.semitones,
        song_time=plan.form.song_time,
    )
    scores: list[Score] = []
    if plan.bass is not None and plan.bars:
        line = bass_notes(plan.bass, plan.bars, chord_at, seed=plan.seed)
        level = plan.bass.bass_db + push_db / 2
        scores.append((plan.bass.bass_instrument, line, level, 0.0, plan.bass.wobble_steps))
    if plan.harmony is not None:
        style = plan.harmony
        if plan.bars:
            chords = chord_notes(
                style.harmony, plan.bars, chord_at, steps_held=style.harmony_steps,
                mode=style.harmony_mode, feel=style.feel, seed=plan.seed,
            )  # fmt: skip
        else:
            chords = held_chords(
                analysis, chord_at, tempo_ratio=plan.tempo_ratio, seconds=plan.form.seconds
            )
        level = style.harmony_db + push_db / 2
        scores.append((style.harmony_instrument, chords, level, style.harmony_drive_db, 0.0))
    feel = plan.style.feel if plan.style else Feel()
    for player in plan.players:
        if plan.bars:
            part = chord_notes(
                player.pattern, plan.bars, chord_at, steps_held=player.steps, mode=player.mode,
                feel=feel, seed=plan.seed, octave=player.octave, always=True,
            )  # fmt: skip
        else:
            part = held_chords(
                analysis, chord_at, tempo_ratio=plan.tempo_ratio, seconds=plan.form.seconds
            )
        scores.append((player.instrument, part, player.level_db, 0.0, 0.0))
    return scores


def _pitched(
    instrument: str, score: list[Note], level_db: float, plan: Plan, drive_db: float, wobble: float
) -> Audio | None:
    seconds = plan.form.seconds
    heard = [note for note in score if note.seconds < seconds]
    if not heard:
        return None
    samples = play_notes(instrument, heard, seconds=seconds, rate=RATE, seed=plan.seed)
    sound = Audio(samples, RATE)
    if drive_db:
        # An amplifier and its loudspeaker: hard drive, nothing above 4 kHz.
        sound = low_pass(saturated(at_level(sound, -14), drive_db), _CABINET_HZ, order=4)
    if wobble and plan.bars:
        sound = pulsed(sound, [bar.beats for bar in plan.bars], steps=wobble)
    return at_level(sound, WORKING_LEVEL_DB + level_db)


def _rises(plan: Plan) -> Audio | None:
    """Noise that swells through the bar before everything comes in."""
    if plan.drums is None or not plan.drums.rise:
        return None
    spans = [
        (bar.beats[0], bar.beats[-1])
        for bar, after in zip(plan.bars, plan.bars[1:], strict=False)
        if after.opens
    ]
    if not spans:
        return None
    sound = swelling(spans, seconds=plan.form.seconds, rate=RATE, seed=plan.seed)
    return gained(sound, WORKING_LEVEL_DB + DRUMS_OVER_SONG_DB + _RISE_DB - peak_db(sound))
