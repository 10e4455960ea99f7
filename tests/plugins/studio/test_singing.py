"""Added parts step back where somebody sings, and a drop waits for an instrumental place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clearmix import Audio, RemixSpec, Section, Source, SourceRecording, write_wav
from clearmix_studio.arrangement import BREAK_BARS, PHRASE_BARS
from clearmix_studio.generator import Studio
from clearmix_studio.plan import Level, Plan
from clearmix_studio.singing import UNDER_VOICE_DB, presence_of

from .conftest import RATE, written_song


@pytest.fixture(scope="module")
def long_groove(tmp_path_factory: pytest.TempPathFactory) -> SourceRecording:
    """96 seconds at 120 bpm, 48 bars without a break: intro, then verses and choruses of eight."""
    song = written_song(tmp_path_factory.mktemp("groove"), seconds=96.0)
    names = ("intro", "verse", "chorus", "verse", "chorus", "outro")
    edges = [0.0, *(song.analysis.downbeats[place] for place in (8, 16, 24, 32, 40)), 96.0]
    sections = tuple(map(Section, names, edges[:-1], edges[1:]))
    return replace(song, analysis=replace(song.analysis, sections=sections))


def sung(song: SourceRecording, *spans: tuple[int, int], confidence: float = 0.5):
    """The song with somebody singing in some seconds."""
    presence = [float(any(a <= second < b for a, b in spans)) for second in range(96)]
    analysis = replace(song.analysis, vocal_presence=tuple(presence), vocal_confidence=confidence)
    return replace(song, analysis=analysis, stems=without_voice(song))


def without_voice(song: SourceRecording) -> dict[str, Path]:
    return {part: path for part, path in song.stems.items() if part != "vocals"}


def planned(song: SourceRecording, **fields: object) -> Plan:
    spec = RemixSpec.from_json({"sources": [song.id], **fields})
    return Studio().plan(spec, Source((song,)))


def drops(plan: Plan) -> list[int]:
    """Bars that come back at full level after a break."""
    return [
        bar.number
        for before, bar in zip(plan.bars, plan.bars[1:], strict=False)
        if bar.level is Level.FULL and before.level is Level.BREAK
    ]


def test_a_club_remix_of_a_song_without_a_break_gets_a_break_a_build_and_a_drop(
    long_groove: SourceRecording,
) -> None:
    plan = planned(long_groove, styles=["house"])
    assert drops(plan) == [32]  # the last chorus
    assert plan.bars[32].opens
    assert [bar.build for bar in plan.bars[28:32]] == [0.0, 0.0, 0.5, 1.0]
    assert {bar.level for bar in plan.bars[28:32]} == {Level.BREAK}


def test_no_break_is_made_where_the_style_or_the_listener_wants_none(
    long_groove: SourceRecording, long_song: SourceRecording
) -> None:
    assert drops(planned(long_groove, styles=["rock"])) == []
    change = {"section": "last chorus", "change": "double-time"}
    assert drops(planned(long_groove, styles=["house"], sections=[change])) == []
    own = planned(long_song, styles=["house"])
    assert not any(bar.build for bar in own.bars)  # its own break is enough


def test_a_drop_comes_where_nobody_sings(long_groove: SourceRecording) -> None:
    in_last_chorus = sung(long_groove, (64, 80))
    (drop,) = drops(planned(in_last_chorus, styles=["house"]))
    bars = planned(in_last_chorus, styles=["house"]).bars
    assert bars[drop].beats[0] < 64 - 1
    assert drop >= 24
    assert BREAK_BARS < PHRASE_BARS


def test_a_tune_steps_back_under_the_voice_and_a_doubtful_voice_moves_nothing(
    long_groove: SourceRecording,
) -> None:
    fields = {"styles": ["trance"], "parts": [{"part": "strings", "action": "add"}]}
    moves = planned(sung(long_groove, (16, 32)), **fields).moves
    assert [(move.target, move.amount) for move in moves] == [("harmony", UNDER_VOICE_DB)]
    assert moves[0].start == pytest.approx(16.25, abs=2.1)
    assert moves[0].end == pytest.approx(32.25, abs=2.1)
    assert planned(sung(long_groove, (16, 32), confidence=0.1), **fields).moves == ()
    assert planned(long_groove, **fields).moves == ()


def test_what_steps_back_is_heard_to(long_groove: SourceRecording, render) -> None:
    parts = [{"part": "arpeggio", "action": "add"}, {"part": "drums", "action": "remove"}]

    def above_the_song(song: SourceRecording) -> float:
        """Level over 1 kHz, where only the arpeggio sounds, against that of the song's triad."""
        made = render(song, parts=parts).mono()[10 * RATE : 30 * RATE]
        power, hz = np.abs(np.fft.rfft(made)) ** 2, np.fft.rfftfreq(made.size, 1 / RATE)
        return float(10 * np.log10(power[hz > 1000].sum() / power[(hz > 215) & (hz < 225)].sum()))

    moved = above_the_song(sung(long_groove, (0, 50))) - above_the_song(sung(long_groove))
    assert moved == pytest.approx(UNDER_VOICE_DB, abs=1)


def test_a_stem_of_the_voice_says_where_somebody_sings(
    long_groove: SourceRecording, tmp_path: Path
) -> None:
    voice = np.zeros((2, 96 * RATE), np.float32)
    voice[:, 20 * RATE : 30 * RATE] = 0.1
    write_wav(tmp_path / "vocals.wav", Audio(voice, RATE))
    stems = {**long_groove.stems, "vocals": tmp_path / "vocals.wav"}
    presence = presence_of(replace(sung(long_groove, (50, 60)), stems=stems))
    assert [second for second, value in enumerate(presence) if value > 0.5] == list(range(20, 30))


def test_a_stem_that_never_pauses_asks_nothing_of_the_others(long_groove: SourceRecording) -> None:
    assert presence_of(long_groove) == ()
