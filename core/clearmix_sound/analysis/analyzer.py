"""The analyzer `clearmix-sound`: everything a generator may rely on about a recording."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clearmix.contracts import Analysis, Progress

if TYPE_CHECKING:
    from clearmix.audio import Audio
    from clearmix_sound.analysis.onsets import Curve, Flags
    from clearmix_sound.analysis.tempo import TempoEstimate

STEADY_CONFIDENCE = 0.4
"""Confidence in the pulse below which a recording counts as having no steady beat."""

NO_STEADY_BEAT = "this recording has no steady beat; I kept its timing"

_CLEAR_LEVEL = 0.6
"""Certainty of the beat's level below which the other one is told."""
_CLEAR_BARS = 0.4
_CLEAR_KEY = 0.2
_ODD = {5: "fives", 7: "sevens"}
_SHORT_SECONDS = 12.0
_STRETCH_SECONDS = 2.0
_SILENT_LUFS = -70.0


class SoundAnalyzer:
    """Tempo, beats, bars, key, chords, sections, loudness and voice, without trained models."""

    id = "clearmix-sound"
    version = "3.3"

    def analyze(self, audio: Audio, progress: Progress) -> Analysis:
        """The analysis of a whole recording of any rate and channel count.

        Chords are named `C major` or `F# minor`. Without a steady beat `tempo_bpm` is None, there
        are no beats, and chords are given for stretches of two seconds.
        """
        import numpy as np

        from clearmix.rendering.metering import loudness_by_second, loudness_lufs
        from clearmix_sound.analysis.beats import track_beats
        from clearmix_sound.analysis.chords import find_chords
        from clearmix_sound.analysis.clock import band_time
        from clearmix_sound.analysis.harmony import harmony
        from clearmix_sound.analysis.key import find_key
        from clearmix_sound.analysis.meter import find_bars
        from clearmix_sound.analysis.odd_meter import odd_meter
        from clearmix_sound.analysis.onsets import (
            FRAME_RATE,
            analysis_mono,
            busy_density,
            onset_density,
            onsets,
            softness,
        )
        from clearmix_sound.analysis.sections import find_sections
        from clearmix_sound.analysis.tempo import estimate_tempo
        from clearmix_sound.analysis.voice import vocal_presence

        progress(0.0, "listening")
        loudness = loudness_lufs(audio)
        if loudness <= _SILENT_LUFS:
            return _silence(self._signature, audio.seconds)
        mono = analysis_mono(audio)
        found = onsets(mono)
        progress(0.4, "finding the beat")
        tones = harmony(mono)
        time = band_time(found, tones.change(found.frames, FRAME_RATE))
        density = onset_density(found)
        estimate = estimate_tempo(time.repetition, busy_density(density), softness(found))
        if estimate and estimate.by_harmony:
            time = time.with_chords_as_onsets()
        track = track_beats(time.found, estimate, drifts=time.drifts) if estimate else None
        if estimate and track and (odd := odd_meter(time.found, track, estimate)):
            estimate, track = odd, track_beats(time.found, odd, drifts=time.drifts)
        confidence = track.confidence if track else 0.0
        beats = downbeats = np.zeros(0)
        tempo_bpm, bar_confidence = None, 0.0
        if estimate and track and confidence >= STEADY_CONFIDENCE:
            inside = track.beats[(track.beats >= 0) & (track.beats < time.found.seconds)]
            bars = find_bars(time, tones, inside, estimate.beats_per_bar, estimate.division)
            beats, downbeats = (
                kept[kept < audio.seconds]
                for kept in (time.seconds(at * FRAME_RATE) for at in (bars.beats, bars.downbeats))
            )
            bar_confidence = bars.confidence
            tempo_bpm = track.tempo_bpm
            if time.drifts and len(beats) > 1:
                tempo_bpm = 60 * (len(beats) - 1) / float(beats[-1] - beats[0])
        progress(0.6, "hearing the harmony")
        edges, bar_starts = _chord_edges(beats, downbeats, audio.seconds)
        likely_key, _ = find_key(tones)
        chords = find_chords(tones, edges, bar_starts, likely_key) if likely_key else ()
        key, key_confidence = find_key(tones, chords)
        progress(0.8, "listening for voices")
        presence, voice_confidence = vocal_presence(mono)
        progress(1.0, "analysed")
        return Analysis(
            analyzer=self._signature,
            seconds=audio.seconds,
            tempo_bpm=round(tempo_bpm, 4) if tempo_bpm else None,
            tempo_confidence=confidence,
            beats=tuple(float(beat) for beat in beats),
            downbeats=tuple(float(beat) for beat in downbeats),
            key=key,
            key_confidence=key_confidence,
            loudness_lufs=loudness,
            sections=find_sections(found, tones, downbeats, audio.seconds),
            chords=chords,
            beats_per_bar=estimate.beats_per_bar if estimate and tempo_bpm else 4,
            beat_division=estimate.division if estimate and tempo_bpm else 2,
            constant_tempo=bool(track and tempo_bpm and track.steady),
            downbeat_confidence=bar_confidence,
            loudness_curve=tuple(round(lufs, 1) for lufs in loudness_by_second(audio)),
            onset_density=tuple(float(count) for count in density),
            vocal_presence=tuple(round(float(likely), 2) for likely in presence),
            vocal_confidence=voice_confidence,
            notes=(
                *_notes(estimate if tempo_bpm else None, key, key_confidence),
                *_doubts(audio.seconds, bar_confidence if tempo_bpm else None),
            ),
        )

    @property
    def _signature(self) -> str:
        return f"{self.id} {self.version}"


def _silence(signature: str, seconds: float) -> Analysis:
    count = max(1, math.ceil(seconds))
    return Analysis(
        analyzer=signature,
        seconds=seconds,
        tempo_bpm=None,
        tempo_confidence=0.0,
        beats=(),
        downbeats=(),
        key=None,
        key_confidence=0.0,
        loudness_lufs=_SILENT_LUFS,
        loudness_curve=(_SILENT_LUFS,) * count,
        onset_density=(0.0,) * count,
        vocal_presence=(0.0,) * count,
        notes=("this recording is silent",),
    )


def _notes(estimate: TempoEstimate | None, key: str | None, confidence: float) -> tuple[str, ...]:
    """What a listener should know before relying on the analysis."""
    notes = []
    if estimate is None:
        notes.append(NO_STEADY_BEAT)
    elif estimate.certainty < _CLEAR_LEVEL and estimate.rival_bpm:
        notes.append(
            f"I count {estimate.tempo_bpm:.0f} beats a minute; "
            f"it may also be felt as {estimate.rival_bpm:.0f}"
        )
    if estimate and estimate.beats_per_bar in _ODD:
        notes.append(f"this band counts in {_ODD[estimate.beats_per_bar]}")
    if key is None:
        notes.append("this recording has no clear key")
    elif confidence < _CLEAR_KEY:
        notes.append(f"the key is not clear; {key} fits best")
    return tuple(notes)


def _doubts(seconds: float, bar_confidence: float | None) -> tuple[str, ...]:
    """What else to check by ear; no confidence in the bars means that there are none."""
    notes = []
    if bar_confidence is not None and bar_confidence < _CLEAR_BARS:
        notes.append("I am not sure which beat opens the bar")
    if seconds < _SHORT_SECONDS:
        notes.append(f"{seconds:.0f} seconds are little to go by; tempo and key may be wrong")
    return tuple(notes)


def _chord_edges(beats: Curve, downbeats: Curve, seconds: float) -> tuple[Curve, Flags]:
    """Where chords may change: every second beat of a bar, or every two seconds without beats."""
    import numpy as np

    if len(downbeats) < 2:
        edges = np.arange(0.0, max(seconds, _STRETCH_SECONDS), _STRETCH_SECONDS)
        return np.append(edges, seconds), np.ones(len(edges), dtype=bool)
    first = int(np.searchsorted(beats, downbeats[0]))
    per_bar = int(np.searchsorted(beats, downbeats[1])) - first
    step = 2 if per_bar == 4 else per_bar
    edges = beats[first % step :: step]
    bar_starts = np.isin(edges, downbeats)
    return np.append(edges, seconds), bar_starts
