"""The analyzer `clearmix-sound`: everything a generator may rely on about a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clearmix.contracts import Analysis, Progress

if TYPE_CHECKING:
    from clearmix.audio import Audio
    from clearmix_sound.analysis.onsets import Curve, Flags

STEADY_CONFIDENCE = 0.4
"""Confidence in the pulse below which a recording counts as having no steady beat."""

_STRETCH_SECONDS = 2.0
_SILENT_LUFS = -70.0


class SoundAnalyzer:
    """Tempo, beats, downbeats, key, chords, sections and loudness, without trained models."""

    id = "clearmix-sound"
    version = "1.0"

    def analyze(self, audio: Audio, progress: Progress) -> Analysis:
        """The analysis of a whole recording of any rate and channel count.

        Chords are named `C major` or `F# minor`. Without a steady beat `tempo_bpm` is None, there
        are no beats, and chords are given for stretches of two seconds.
        """
        import numpy as np

        from clearmix_sound.analysis.beats import track_beats
        from clearmix_sound.analysis.clock import band_time
        from clearmix_sound.analysis.chords import find_chords
        from clearmix_sound.analysis.harmony import harmony
        from clearmix_sound.analysis.key import find_key
        from clearmix_sound.analysis.meter import find_bars
        from clearmix_sound.analysis.onsets import FRAME_RATE, analysis_mono, onsets
        from clearmix_sound.analysis.sections import find_sections
        from clearmix_sound.analysis.tempo import estimate_tempo

        progress(0.0, "listening")
        loudness = integrated_lufs(audio)
        if loudness <= _SILENT_LUFS:
            return Analysis(
                self._signature, audio.seconds, None, 0.0, (), (), None, 0.0, _SILENT_LUFS
            )
        mono = analysis_mono(audio)
        found = onsets(mono)
        progress(0.4, "finding the beat")
        tones = harmony(mono)
        time = band_time(found, tones.change(found.frames, FRAME_RATE))
        estimate = estimate_tempo(time.repetition)
        track = track_beats(time.found, estimate) if estimate else None
        steady = track is not None and track.confidence >= STEADY_CONFIDENCE
        progress(0.6, "hearing the harmony")
        beats = downbeats = np.zeros(0)
        if track is not None and steady:
            beats = track.beats[(track.beats >= 0) & (track.beats < audio.seconds)]
            bars = find_bars(time.found, time.harmonic_change, beats, estimate.beats_per_bar)
            beats, downbeats = (time.seconds(x*FRAME_RATE) for x in (bars.beats, bars.downbeats))
        edges, bar_starts = _chord_edges(beats, downbeats, audio.seconds)
        likely_key, _ = find_key(tones)
        chords = find_chords(tones, edges, bar_starts, likely_key) if likely_key else ()
        key, key_confidence = find_key(tones, chords)
        progress(1.0, "analysed")
        return Analysis(
            analyzer=self._signature,
            seconds=audio.seconds,
            tempo_bpm=round(track.tempo_bpm, 4) if track is not None and steady else None,
            tempo_confidence=track.confidence if track else 0.0,
            beats=tuple(float(beat) for beat in beats),
            downbeats=tuple(float(beat) for beat in downbeats),
            key=key,
            key_confidence=key_confidence,
            loudness_lufs=loudness,
            sections=find_sections(found, tones, downbeats, audio.seconds),
            chords=chords,
            beats_per_bar=estimate.beats_per_bar if estimate else 4,
            beat_division=estimate.division if estimate else 2,
            constant_tempo=bool(track and track.steady and not time.drifts),
        )

    @property
    def _signature(self) -> str:
        return f"{self.id} {self.version}"


def integrated_lufs(audio: Audio) -> float:
    """Integrated loudness after BS.1770-4; -70, its absolute gate, for silence and blips."""
    import numpy as np
    import pyloudnorm

    if audio.seconds < 0.5:
        return _SILENT_LUFS
    rows = audio.samples[:2].T.astype(np.float64)
    with np.errstate(divide="ignore"):
        value = float(pyloudnorm.Meter(audio.rate).integrated_loudness(rows))
    return max(value, _SILENT_LUFS) if np.isfinite(value) else _SILENT_LUFS


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
