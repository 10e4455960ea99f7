"""The report: what was planned is what is measured, and what was not done is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from clearmix import Audio, RemixSpec, Source, SourceRecording
from clearmix_sound.measuring import (
    clicks_at,
    longest_silence_seconds,
    measured_tempo,
    mono_loss_db,
    onsets_of,
    width,
)
from clearmix_studio.generator import Studio
from clearmix_studio.reporting import report_on

from .conftest import RATE, clicks, tone


def test_a_report_measures_tempo_key_and_drums_within_20_ms_of_the_analysed_beats(
    long_song: SourceRecording, render
) -> None:
    fields = {"styles": ["house"], "tempo": {"bpm": 126}, "pitch": {"semitones": 2},
              "parts": [{"part": "drums", "action": "replace"}]}  # fmt: skip
    made = render(long_song, **fields)
    spec = RemixSpec.from_json({"sources": ["song"], **fields})
    report = Studio().report(spec, Source((long_song,)), made)
    assert report.measured["tempo_bpm"] == pytest.approx(126, rel=0.005)
    assert report.measured["planned_key"] == "B minor"
    assert report.measured["semitones"] == report.measured["planned_semitones"] == 2
    assert report.measured["beats_within_20_ms"] >= 0.95
    assert report.measured["beat_offset_ms"] < 10
    assert report.measured["clicks_at_cuts"] == []
    assert report.measured["longest_silence_seconds"] < 1
    assert report.plan["tempo_bpm"] == 126


def test_a_wrong_key_is_not_confirmed_by_the_shift_and_confidences_stand_beside(
    long_song: SourceRecording, render
) -> None:
    wrong = replace(
        long_song,
        analysis=replace(
            long_song.analysis, key="Eb major", key_confidence=0.31, downbeat_confidence=0.42
        ),
    )
    fields = {"kind": "edit", "pitch": {"semitones": 3}}
    made = render(wrong, **fields)
    spec = RemixSpec.from_json({"sources": ["song"], **fields})
    measured = Studio().report(spec, Source((wrong,)), made).measured
    assert "key" not in measured
    assert (measured["planned_key"], measured["key_confidence"]) == ("F# major", 0.31)
    assert (measured["planned_semitones"], measured["semitones"]) == (3, 3)
    assert (measured["tempo_confidence"], measured["downbeat_confidence"]) == (1.0, 0.42)


def test_a_shift_that_went_wrong_is_measured_and_said(long_song: SourceRecording, render) -> None:
    made = render(long_song, kind="edit", pitch={"semitones": 2})
    spec = RemixSpec.from_json({"sources": ["song"], "kind": "edit", "pitch": {"semitones": 5}})
    report = Studio().report(spec, Source((long_song,)), made)
    assert report.measured["semitones"] == 2
    assert "the song was to be moved by +5 semitones and +2 were measured" in report.notes


def drifting_clicks(beats: Sequence[float]) -> Audio:
    sound = np.zeros(round((beats[-1] + 1) * RATE), np.float32)
    burst = np.random.default_rng(0).standard_normal(1500) * np.exp(-np.arange(1500) / 250)
    for beat in beats:
        sound[round(beat * RATE) :][:1500] += 0.3 * burst
    return Audio(np.stack([sound, sound]), RATE)


def test_a_band_that_drifts_is_measured_against_its_tracked_beats() -> None:
    steps = 60 / np.repeat([101.6, 111.0], [60, 40])
    beats = [float(at) for at in 0.4 + np.concatenate([[0.0], np.cumsum(steps)])]
    mean_bpm = 60 * (len(beats) - 1) / (beats[-1] - beats[0])
    onsets = onsets_of(drifting_clicks(beats))
    assert abs(measured_tempo(onsets, mean_bpm) / mean_bpm - 1) > 0.005
    assert measured_tempo(onsets, mean_bpm, beats) == pytest.approx(mean_bpm, rel=0.001)
    late = [beat * 1.02 for beat in beats]
    assert measured_tempo(onsets, mean_bpm / 1.02, late) == pytest.approx(mean_bpm, rel=0.004)


def test_drums_that_are_late_are_measured_as_late_and_said(
    long_song: SourceRecording, render
) -> None:
    parts = [{"part": "drums", "action": "replace"}]
    made = render(long_song, styles=["house"], parts=parts)
    late = np.pad(made.samples, ((0, 0), (round(0.03 * RATE), 0)))[:, : made.frames]
    spec = RemixSpec.from_json({"sources": ["song"], "styles": ["house"], "parts": parts})
    report = report_on(
        Studio().plan(spec, Source((long_song,))), Source((long_song,)), Audio(late, RATE)
    )
    assert report.measured["beats_within_20_ms"] < 0.5
    assert any("within 20 ms of their beat" in note for note in report.notes)


@pytest.mark.parametrize("bpm", [87.3, 120.0, 174.0])
def test_the_tempo_is_measured_to_a_thousandth(bpm: float) -> None:
    sound = Audio(np.stack([clicks(bpm, 40)] * 2), RATE)
    assert measured_tempo(onsets_of(sound), bpm * 1.02) == pytest.approx(bpm, rel=0.001)


def test_clicks_silence_width_and_mono_loss_are_found() -> None:
    wave = tone(440, 4.0)
    jump = wave.copy()
    jump[2 * RATE :] += 0.2
    assert clicks_at(Audio(np.stack([jump, jump]), RATE), [1.0, 2.0]) == (2.0,)
    gap = wave.copy()
    gap[RATE : 3 * RATE] = 0
    assert longest_silence_seconds(Audio(np.stack([gap, gap]), RATE)) == pytest.approx(2, abs=0.05)
    assert width(Audio(np.stack([wave, wave]), RATE)) == 0
    assert mono_loss_db(Audio(np.stack([wave, wave]), RATE)) == pytest.approx(0, abs=0.01)
    assert mono_loss_db(Audio(np.stack([wave, -wave]), RATE)) > 60


def test_what_is_not_done_is_said_before_and_after(long_song: SourceRecording) -> None:
    spec = RemixSpec.from_json(
        {
            "sources": ["song"],
            "styles": ["house", "jazz"],
            "pitch": {"key": "C major"},
            "sections": [{"section": "last chorus", "change": "up 2 semitones"}],
        }
    )
    said = Studio().notes(spec, long_song.analysis, frozenset(long_song.stems))
    assert said == (
        "the recording stays in its mode; only a cover can be in major",
        "drums, bass and chords are those of house",
        "up 2 semitones in one section only cannot be done: the last chorus stays as it is",
    )
    assert Studio().plan(spec, Source((long_song,))).notes == said


def test_a_recording_without_a_key_gets_no_bass_or_chords(long_song: SourceRecording) -> None:
    keyless = replace(long_song, analysis=replace(long_song.analysis, key=None, chords=()))
    spec = RemixSpec.from_json({"sources": ["song"], "styles": ["house"]})
    plan = Studio().plan(spec, Source((keyless,)))
    assert any("no key was heard" in note for note in plan.notes)
    assert plan.layers == ()
    assert plan.drums is not None
