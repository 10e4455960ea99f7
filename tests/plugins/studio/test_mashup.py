"""Two songs whose tempo, key and sections are known, one singing over the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from clearmix import RemixSpec, Source, SourceRecording
from clearmix_studio.generator import Studio
from clearmix_studio.mashing import MOST_SHIFT, roles_of

from .conftest import RATE, written_song


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> SourceRecording:
    """A song at 110 bpm in B minor whose voice is a tone four times the tonic."""
    folder = tmp_path_factory.mktemp("voice")
    return written_song(
        folder, id="voice", tempo_bpm=110.0, seconds=72.0, key="B minor", tonic_hz=246.94
    )


def mash(*ids: str, **fields: object) -> RemixSpec:
    return RemixSpec.from_json({"kind": "mashup", "sources": list(ids), **fields})


def test_the_voice_of_one_is_in_the_key_of_the_other_and_starts_on_its_downbeats(
    voice: SourceRecording, long_song: SourceRecording, render
) -> None:
    source = Source((voice, long_song))
    plan = Studio().plan(mash("voice", "song"), source)
    sung = plan.tracks[0]
    assert (sung.name, sung.recording, sung.semitones) == ("vocals", 0, -2.0)
    assert sung.tempo_ratio == pytest.approx(120 / 110)
    assert (plan.tempo_bpm, plan.key) == (120.0, "A minor")
    downbeats = np.array([bar.beats[0] for bar in plan.bars])
    own = np.asarray(voice.analysis.downbeats) / sung.tempo_ratio
    for piece in sung.pieces:
        assert np.abs(downbeats - piece.start).min() < 1e-6
        assert np.abs(own - piece.song_start).min() < 0.005
    sections = {bar.beats[0]: bar.section for bar in plan.bars}
    at = [sections[min(sections, key=lambda beat: abs(beat - one.start))] for one in sung.pieces]
    assert {name.split()[0] for name in at} == {"verse", "chorus"}


def test_a_mashup_is_forewarned_of_who_sings_and_how_far_both_are_moved(
    voice: SourceRecording, long_song: SourceRecording
) -> None:
    said = Studio().pair_notes(mash("voice", "song"), Source((voice, long_song)))
    assert said[0] == "the voice is that of Voice, the band that of Song"
    assert "Voice plays 9 % faster and 2 semitones lower" in said
    assert not any(note.startswith("Song plays") for note in said)


def test_what_will_be_heard_as_moved_estimated_or_missing_is_forewarned(
    voice: SourceRecording, long_song: SourceRecording
) -> None:
    silent = replace(
        voice,
        stems={},
        analysis=replace(
            voice.analysis, tempo_bpm=95.0, vocal_presence=(0.1,) * 72, vocal_confidence=0.5
        ),
    )
    said = Studio().pair_notes(mash("voice", "song"), Source((silent, long_song)))
    assert "Voice plays 26 % faster and 2 semitones lower, which will be heard" in said
    assert "no stems of Voice: its voice is estimated from the mix" in said
    assert "hardly any singing was heard in Voice: its voice may be missed" in said


def test_one_voice_is_heard_and_the_other_is_not(
    voice: SourceRecording, long_song: SourceRecording, render
) -> None:
    made = render(voice, long_song, kind="mashup")
    start = round(20 * RATE)  # in the verse
    spectrum = np.abs(np.fft.rfft(made.mono()[start : start + 4 * RATE] * np.hanning(4 * RATE)))
    hz = np.fft.rfftfreq(4 * RATE, 1 / RATE)

    def strength(near_hz: float) -> float:
        return float(spectrum[np.abs(hz - near_hz) < 6].max())

    plan = Studio().plan(mash("voice", "song"), Source((voice, long_song)))
    assert all("vocals" not in track.gains_db for track in plan.tracks[1:])
    assert strength(880) > 10 * strength(880 * 2 ** (2 / 12))


def test_nothing_is_said_of_a_mashup_before_both_songs_are_known(
    voice: SourceRecording,
) -> None:
    assert Studio().notes(mash("voice", "song"), voice.analysis, frozenset(voice.stems)) == ()


def test_the_other_order_changes_the_roles(
    voice: SourceRecording, long_song: SourceRecording
) -> None:
    plan = Studio().plan(mash("song", "voice"), Source((long_song, voice)))
    assert plan.tracks[0].recording == 0
    assert (plan.tempo_bpm, plan.key) == (110.0, "B minor")
    assert "the voice is that of Song, the band that of Voice" in plan.notes


def test_only_a_song_with_a_voice_sings(long_song: SourceRecording, voice: SourceRecording) -> None:
    mute = replace(voice, stems={"drums": voice.stems["drums"]})
    assert roles_of(Source((mute, long_song))).voice == 1
    bare = replace(voice, stems={})
    plan = Studio().plan(mash("voice", "song"), Source((bare, long_song)))
    assert plan.tracks[0].estimated
    assert any("its voice is estimated from the mix" in note for note in plan.notes)


def test_far_keys_meet_half_way_and_relative_keys_count_as_one(
    long_song: SourceRecording, voice: SourceRecording
) -> None:
    def shifts(key: str) -> tuple[float, float]:
        moved = replace(voice, analysis=replace(voice.analysis, key=key))
        plan = Studio().plan(mash("voice", "song"), Source((moved, long_song)))
        return plan.tracks[0].semitones, plan.tracks[1].semitones

    assert shifts("C major") == (0.0, 0.0)
    assert shifts("Eb minor") == (MOST_SHIFT, -2.0)


def test_a_voice_without_a_beat_plays_at_its_own_tempo_and_it_is_said(
    long_song: SourceRecording, voice: SourceRecording
) -> None:
    free = replace(voice, analysis=replace(voice.analysis, tempo_bpm=None, beats=(), downbeats=()))
    plan = Studio().plan(mash("voice", "song"), Source((free, long_song)))
    assert plan.tracks[0].tempo_ratio == 1.0
    assert any("no steady beat: both play at their own tempo" in note for note in plan.notes)
