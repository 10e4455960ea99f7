"""What the analysis is not sure of is said where a remix relies on it, and nothing is guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clearmix import RemixSpec, Source, SourceRecording
from clearmix_studio.drumming import drum_hits
from clearmix_studio.generator import Studio
from clearmix_studio.plan import Plan
from clearmix_studio.warning import NO_CHORDS, SURE_OF_KEY

FELT = "I count 120 beats a minute; it may also be felt as 60"
BARS = "I am not sure which beat opens the bar"
KEY = "the key is not clear; A minor fits best"
SEVENS = "this band counts in sevens"
DRUMS = [{"part": "drums", "action": "add"}]
SHORT = "8 seconds are little to go by; tempo and key may be wrong"


def doubtful(song: SourceRecording, **known: object) -> SourceRecording:
    analysis = replace(song.analysis, notes=(FELT, BARS, KEY, SHORT), key_confidence=0.15)
    return replace(song, analysis=replace(analysis, **known))


def plan_of(*songs: SourceRecording, **fields: object) -> Plan:
    spec = RemixSpec.from_json({"sources": [song.id for song in songs], **fields})
    return Studio().plan(spec, Source(songs))


def test_doubts_of_beats_and_key_are_said_once_where_drums_and_chords_are_added(
    long_song: SourceRecording,
) -> None:
    notes = plan_of(doubtful(long_song), styles=["house"]).notes
    assert [notes.count(note) for note in (FELT, BARS, KEY, SHORT)] == [1, 1, 1, 1]


def test_a_doubt_that_nothing_rests_on_is_not_said(long_song: SourceRecording) -> None:
    song = doubtful(long_song)
    drums = plan_of(song, parts=DRUMS)
    assert (drums.drums is not None, drums.layers) == (True, ())
    assert {FELT, BARS} < {*drums.notes}
    assert KEY not in drums.notes
    slower = plan_of(song, kind="edit", tempo={"ratio": 0.9})
    assert slower.notes == ()
    edit = plan_of(song, kind="edit", pitch={"semitones": 2})
    assert KEY in edit.notes
    assert FELT not in edit.notes


def test_a_cut_on_downbeats_rests_on_the_bars(long_song: SourceRecording) -> None:
    assert BARS in plan_of(doubtful(long_song), kind="edit", structure={"form": "loop"}).notes


@pytest.mark.parametrize("confidence", [0.0, SURE_OF_KEY - 0.01])
def test_nothing_with_a_pitch_is_added_to_chords_read_out_of_noise(
    long_song: SourceRecording, confidence: float
) -> None:
    noise = doubtful(long_song, key_confidence=confidence)
    wish = [{"part": "piano", "action": "add"}]
    plan = plan_of(noise, styles=["house"], parts=wish)
    assert plan.layers == ()
    assert plan.drums is not None
    assert NO_CHORDS in plan.notes
    assert not plan.room_for_bass
    assert all(gain > -120 for track in plan.tracks for gain in track.gains_db.values())


def test_a_key_that_is_heard_or_stated_keeps_its_layers(long_song: SourceRecording) -> None:
    heard = plan_of(doubtful(long_song, key_confidence=SURE_OF_KEY), styles=["house"])
    stated = plan_of(doubtful(long_song, key_confidence=0.0, given=("chords",)), styles=["house"])
    for plan in (heard, stated):
        assert {layer.part for layer in plan.layers} >= {"bass", "harmony"}
        assert NO_CHORDS not in plan.notes


def test_a_mashup_says_whose_beat_or_key_is_doubtful(
    long_song: SourceRecording,
) -> None:
    other = replace(long_song, id="other", title="Other")
    notes = plan_of(doubtful(other), long_song, kind="mashup").notes
    assert f"Other: {FELT}" in notes
    assert f"Other: {KEY}" in notes
    assert not any(note.startswith("Song: ") for note in notes)
    notes = plan_of(other, doubtful(long_song), kind="mashup", styles=["house"]).notes
    assert notes.count(f"Song: {FELT}") == 1
    assert FELT not in notes


def test_a_song_that_is_short_enough_for_a_radio_edit_says_so(long_song: SourceRecording) -> None:
    plan = plan_of(long_song, kind="edit", structure={"form": "radio-edit"})
    assert plan.seconds == pytest.approx(64)
    assert any("short enough for a radio edit" in note for note in plan.notes)
    longer = replace(long_song, analysis=replace(long_song.analysis, seconds=400.0, sections=()))
    cut = plan_of(longer, kind="edit", structure={"form": "radio-edit"})
    assert cut.seconds == pytest.approx(180)
    assert not any("short enough" in note for note in cut.notes)


def test_the_timeline_ends_with_the_render(long_song: SourceRecording) -> None:
    for seconds in (21.3, 40.7):
        plan = plan_of(long_song, styles=["house"], structure={"seconds": seconds})
        rows = plan.timeline()
        assert plan.bars[-1].beats[-1] > plan.seconds
        assert rows[-1]["seconds"][1] == pytest.approx(seconds, abs=1e-3)
        assert all(0 <= row["seconds"][0] < row["seconds"][1] <= seconds for row in rows)


@pytest.mark.parametrize(
    "fields", [{"styles": ["house"]}, {"parts": DRUMS}], ids=["house", "plain"]
)
def test_drums_over_a_quick_seven_lie_on_its_pulse_and_it_is_said(
    long_song: SourceRecording, fields: dict[str, object]
) -> None:
    pulse = tuple(0.37 + 0.1875 * place for place in range(330))
    sevens = replace(
        long_song,
        analysis=replace(
            long_song.analysis, tempo_bpm=320.0, beats=pulse, downbeats=pulse[::7],
            beats_per_bar=7, notes=(SEVENS,),
        ),
    )  # fmt: skip
    plan = plan_of(sevens, **fields)
    assert plan.drums is not None
    assert SEVENS in plan.notes
    assert plan.tempo_bpm == pytest.approx(160)
    hits = drum_hits(plan.drums, plan.bars, busy=plan.energy, seed=plan.seed)
    struck = [hit.seconds for hit in hits if hit.drum in ("kick", "snare", "clap")]
    strays = [min(abs(at - beat) for beat in pulse) for at in struck if at < 60]
    assert len(strays) > 50
    assert sum(stray < 0.02 for stray in strays) > 0.9 * len(strays)
