"""MIDI files of scores that were heard from a recording sound beside it."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from itertools import accumulate

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix import Score, ScoreMoment, ScoreNote
from clearmix.errors import CatalogueError
from clearmix.scores.midi import as_midi, from_midi


def heard(
    beats: list[float], starts: float, spans: list[float], beats_per_bar: int, division: int = 2
) -> Score:
    """A tune on these beats, of a band that takes so many seconds for each of its beats."""
    seconds = list(accumulate(spans, initial=starts))
    first = -int(starts // spans[0])
    return Score(
        title="Heard",
        origin="mix",
        transcriber="by ear",
        tempo_bpm=60 * len(spans) / sum(spans),
        beats=16.0,
        key="C major",
        beats_per_bar=beats_per_bar,
        beat_division=division,
        lines={"melody": tuple(ScoreNote(beat, 0.25, 72) for beat in beats)},
        moments=tuple(ScoreMoment(first + at, one) for at, one in enumerate(seconds)),
    )


def onsets(content: bytes) -> list[float]:
    """When the notes of a file begin, as a program plays it."""
    now, found = 0.0, []
    for message in mido.MidiFile(file=io.BytesIO(content)):
        now += message.time
        if message.type == "note_on" and message.velocity:
            found.append(now)
    return found


@given(
    beats=st.lists(st.integers(-4, 60), min_size=1, max_size=20, unique=True).map(sorted),
    starts=st.floats(0.0, 2.5),
    spans=st.lists(st.floats(0.3, 1.1), min_size=2, max_size=16),
    beats_per_bar=st.sampled_from([2, 3, 4, 5]),
    division=st.sampled_from([2, 3]),
)
def test_a_file_sounds_with_the_recording(
    beats: list[int], starts: float, spans: list[float], beats_per_bar: int, division: int
) -> None:
    score = heard([beat / 4 for beat in beats], starts, spans, beats_per_bar, division)
    expected = [score.seconds(beat / 4) for beat in beats]
    inside = [max(0.0, moment) for moment in expected]
    assert onsets(as_midi(score)) == pytest.approx(inside, abs=0.006)


def test_a_file_of_a_steady_band_comes_back_on_the_same_beats() -> None:
    score = heard([-0.5, 0, 1, 2.5, 4, 8], 0.8, [0.5, 0.5, 0.5], 4)
    read = from_midi(as_midi(score), "Heard", "heard.mid")
    assert [note.beat for note in read.lines["melody"]] == [-0.5, 1 - 1, 1, 2.5, 4, 8]
    assert (read.tempo_bpm, read.beats_per_bar, read.notes) == (120.0, 4, ())


@pytest.mark.parametrize(("meter", "upbeat"), [((4, 3), 3), ((5, 2), 4), ((3, 2), 1), ((2, 3), 1)])
def test_an_upbeat_is_no_change_of_meter(meter: tuple[int, int], upbeat: int) -> None:
    score = heard([0, 1, 2, 8], 0.0, [0.5, 0.5, 0.5], *meter)
    begins = tuple(ScoreMoment(beat, 0.5 * (beat + upbeat)) for beat in (0, 8))
    score = replace(score, moments=begins)
    read = from_midi(as_midi(score), "Heard", "heard.mid")
    assert (read.beats_per_bar, read.beat_division, read.notes) == (*meter, ())
    assert [note.beat for note in read.lines["melody"]] == [0, 1, 2, 8]


@pytest.mark.parametrize(
    "moments",
    [
        [(0, 0.5)],
        [(0, 0.5), (0, 1.0)],
        [(0, 0.5), (4, 0.5)],
        [(8, 0.0), (12, 2.0)],
        [(0, 0.5), (math.nan, 1.0)],
        [(0, 1e9), (1, 1e9 + 1)],
    ],
    ids=["one", "no later beat", "no later second", "from the middle", "no number", "far away"],
)
def test_moments_that_no_recording_has_are_refused(moments: list[tuple[float, float]]) -> None:
    score = heard([0, 1], 0.5, [0.5, 0.5], 4).as_json()
    score["moments"] = [{"beat": beat, "seconds": seconds} for beat, seconds in moments]
    with pytest.raises(CatalogueError, match="moments"):
        Score.from_json(score)
