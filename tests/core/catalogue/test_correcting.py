from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix.catalogue.correcting import corrected
from clearmix.catalogue.document import AnalysisEntry
from clearmix.catalogue.rows import analysis_of, analysis_values
from clearmix.contracts import Analysis, Section

BEATS = tuple(0.25 + 0.5 * beat for beat in range(41))
HEARD = Analysis(
    "ear", 21.0, 120.0, 0.8, BEATS, BEATS[2::4], "A minor", 0.5, -14.0,
    (Section("part", 0.0, 21.0),), ((0.25, "A minor"),), notes=("it may also be felt as 60",),
)  # fmt: skip


def test_what_is_stated_wins_and_is_named():
    found = corrected(HEARD, AnalysisEntry(key="C major", chords=((0.0, "C major"),)))
    assert (found.key, found.key_confidence) == ("C major", 1.0)
    assert found.chords == ((0.0, "C major"),)
    assert found.given == ("key", "chords")
    assert (found.tempo_bpm, found.beats) == (120.0, BEATS)


def test_a_stated_double_tempo_puts_beats_between_the_measured_ones():
    found = corrected(HEARD, AnalysisEntry(tempo_bpm=240))
    assert found.tempo_bpm == 240
    assert found.beats[::2] == BEATS
    assert found.beats[1] == pytest.approx(0.5)
    assert found.downbeats[0] == BEATS[2] or found.downbeats[1] == BEATS[2]
    assert found.notes == ()


def test_what_is_stated_takes_its_own_doubts_away_and_no_others():
    felt, key = "I count 120 beats a minute; it may also be felt as 60", "the key is not clear"
    both = "8 seconds are little to go by; tempo and key may be wrong"
    heard = replace(HEARD, notes=(felt, key, both))
    assert corrected(heard, AnalysisEntry(tempo_bpm=120)).notes == (key, both)
    assert corrected(heard, AnalysisEntry(key="C major")).notes == (felt, both)
    assert corrected(heard, AnalysisEntry(beats=BEATS, key="C major")).notes == ()


def test_a_stated_half_tempo_keeps_the_beats_that_open_bars():
    found = corrected(HEARD, AnalysisEntry(tempo_bpm=60.2))
    assert found.beats == BEATS[0::2]
    assert set(found.downbeats) <= set(HEARD.downbeats)


def test_a_tempo_that_was_not_heard_is_counted_evenly_and_said():
    found = corrected(HEARD, AnalysisEntry(tempo_bpm=100))
    gaps = {round(b - a, 6) for a, b in zip(found.beats, found.beats[1:], strict=False)}
    assert gaps == {0.6}
    assert any(abs(beat - HEARD.downbeats[0]) < 1e-9 for beat in found.downbeats)
    assert found.notes == (
        "the catalogue's 100 beats a minute were not heard in the sound, so beats are "
        "counted evenly",
    )


def test_stated_beats_keep_the_measured_bars():
    stated = tuple(beat + 0.02 for beat in BEATS)
    found = corrected(HEARD, AnalysisEntry(beats=stated))
    assert found.beats == stated
    assert found.downbeats == stated[2::4]
    assert found.tempo_bpm == pytest.approx(120)
    assert found.constant_tempo


def test_stated_downbeats_say_how_long_a_bar_is():
    found = corrected(HEARD, AnalysisEntry(downbeats=BEATS[1::3]))
    assert (found.beats_per_bar, found.downbeats) == (3, BEATS[1::3])


def test_stated_beats_serve_where_none_were_heard():
    silent = Analysis("ear", 21.0, None, 0.0, (), (), None, 0.0, -70.0)
    found = corrected(silent, AnalysisEntry(beats=BEATS))
    assert (found.downbeats, found.tempo_bpm) == (BEATS[::4], pytest.approx(120))


@given(
    st.floats(40, 240),
    st.sampled_from([(), BEATS]),
)
def test_a_stated_tempo_is_always_the_tempo_and_bars_are_beats(tempo_bpm, beats):
    heard = Analysis(
        "ear", 21.0, 120.0 if beats else None, 0.5, beats, beats[::4], None, 0.0, -14.0
    )
    found = corrected(heard, AnalysisEntry(tempo_bpm=tempo_bpm))
    assert found.tempo_bpm == tempo_bpm
    assert found.beats == tuple(sorted(found.beats))
    assert set(found.downbeats) <= set(found.beats)


def test_an_analysis_reads_back_as_it_was_written():
    found = corrected(HEARD, AnalysisEntry(key="C major"))
    values = analysis_values(found)
    assert "given" not in values
    assert analysis_of("ear", values, ["key"]) == found


def test_an_analysis_written_before_a_value_existed_reads_back():
    old = analysis_values(HEARD)
    del old["vocal_presence"], old["notes"]
    assert analysis_of("ear", old).vocal_presence == ()
