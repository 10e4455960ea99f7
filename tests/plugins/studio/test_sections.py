"""Single sections: what a listener calls them, and what is heard there and nowhere else."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from clearmix import Audio, RemixSpec, SectionChange, Source, SourceRecording
from clearmix_sound.filters import high_pass
from clearmix_studio.drumming import drum_hits
from clearmix_studio.generator import Studio
from clearmix_studio.plan import Bar, Level, Plan
from clearmix_studio.sections import edited, named_bars

from .conftest import RATE

REPLACED = [{"part": "drums", "action": "replace"}]


def planned(song: SourceRecording, **fields: object) -> Plan:
    spec = RemixSpec.from_json({"sources": ["song"], **fields})
    return Studio().plan(spec, Source((song,)))


def hits_by_section(plan: Plan) -> Counter[str]:
    assert plan.drums is not None
    hits = drum_hits(plan.drums, plan.bars, busy=plan.energy, seed=plan.seed)
    return Counter(
        bar.section
        for hit in hits
        for bar in plan.bars
        if bar.beats[0] - 0.01 <= hit.seconds < bar.beats[-1] - 0.01
    )


def loud(audio: Audio, plan: Plan, section: str, low_hz: float = 20.0) -> float:
    """RMS above a frequency in the inner bars of a section."""
    bars = [bar for bar in plan.bars if bar.section == section][1:-1]
    first, last = round(bars[0].beats[0] * RATE), round(bars[-1].beats[-1] * RATE)
    heard = high_pass(Audio(audio.samples[:, first:last], RATE), low_hz, order=8)
    return float(np.sqrt(np.mean(heard.samples**2)))


BARS = tuple(
    Bar(number, (number * 2.0, number * 2.0 + 2.0), section, Level.GROOVE)
    for number, section in enumerate(
        ["intro 1"] * 4 + ["verse 1"] * 8 + ["chorus 1"] * 8 + ["verse 2"] * 8 + ["chorus 2"] * 8
    )
)


@pytest.mark.parametrize(
    ("name", "spans"),
    [
        ("last chorus", [range(28, 36)]),
        ("the first verse", [range(4, 12)]),
        ("choruses", [range(12, 20), range(28, 36)]),
        ("2nd verse", [range(20, 28)]),
        ("final refrain", [range(28, 36)]),
        ("intro", [range(4)]),
    ],
)
def test_a_section_is_found_by_its_name(name: str, spans: list[range]) -> None:
    found = named_bars(BARS, name)
    assert (list(found.spans), found.note) == (spans, None)


def test_a_section_that_is_not_there_is_guessed_or_refused_and_it_is_said() -> None:
    bridge = named_bars(BARS, "bridge")
    assert bridge.spans == (range(16, 24),)
    assert bridge.note == "the recording shows no bridge: bars 17 to 24 were taken"
    third = named_bars(BARS, "third chorus")
    assert third.note == "there is no third chorus: the last chorus was taken"
    assert named_bars(BARS, "guitar bit").spans == ()
    change = SectionChange(section="guitar bit", change="reverb")
    assert edited(BARS, [change]).notes == ["no guitar bit was found: nothing is changed there"]


def test_drums_in_double_time_have_twice_the_strokes_in_their_section_only(
    long_song: SourceRecording,
) -> None:
    plain = hits_by_section(planned(long_song, styles=["rock"]))
    doubled = hits_by_section(
        planned(
            long_song, styles=["rock"],
            sections=[{"section": "last chorus", "change": "double-time", "part": "drums"}],
        )
    )  # fmt: skip
    assert doubled["chorus 1"] > 1.6 * plain["chorus 1"]
    assert doubled["verse 1"] == plain["verse 1"]


def test_dropped_drums_are_silent_in_their_section_both_added_and_recorded(
    long_song: SourceRecording, render
) -> None:
    fields = {"styles": ["house"], "strength": 0.2,
              "sections": [{"section": "verse", "change": "remove", "part": "drums"}]}  # fmt: skip
    plan = planned(long_song, **fields)
    assert hits_by_section(plan)["verse 1"] == 0
    made = render(long_song, **fields)
    usual = render(long_song, styles=["house"], strength=0.2)
    assert loud(made, plan, "verse 1", 5000) < 0.1 * loud(usual, plan, "verse 1", 5000)
    assert loud(made, plan, "chorus 1", 5000) > 0.8 * loud(usual, plan, "chorus 1", 5000)


def test_drums_asked_for_in_one_section_play_there_only(long_song: SourceRecording) -> None:
    plan = planned(
        long_song, kind="edit", sections=[{"section": "chorus", "change": "add", "part": "drums"}]
    )
    assert set(hits_by_section(plan)) == {"chorus 1"}


def test_a_build_rises_without_bass_and_everything_comes_in_at_the_drop(
    long_song: SourceRecording, render
) -> None:
    fields = {"styles": ["house"], "parts": REPLACED,
              "sections": [{"section": "chorus", "change": "build and drop"}]}  # fmt: skip
    plan = planned(long_song, **fields)
    builds = [bar for bar in plan.bars if bar.build]
    assert [bar.build for bar in builds] == [0.25, 0.5, 0.75, 1.0]
    drop = plan.bars[builds[-1].number + 1]
    assert (drop.section, drop.level, drop.opens) == ("chorus 1", Level.FULL, True)
    assert drop.beats[0] == builds[-1].beats[-1]
    made = render(long_song, **fields)

    def bass(start: float, end: float) -> float:
        piece = made.samples[:, round(start * RATE) : round(end * RATE)]
        spectrum = np.abs(np.fft.rfft(piece.mean(axis=0))) ** 2
        hz = np.fft.rfftfreq(piece.shape[1], 1 / RATE)
        return float(spectrum[(hz > 30) & (hz < 120)].sum() / piece.shape[1])

    assert bass(drop.beats[0], drop.beats[-1]) > 10 * bass(
        builds[-1].beats[0], builds[-1].beats[-1]
    )


def test_an_effect_in_one_section_leaves_the_others_as_they_are(
    long_song: SourceRecording, render
) -> None:
    fields = {"kind": "edit", "sections": [{"section": "verse", "change": "low-pass"}]}
    plan = planned(long_song, kind="edit")
    made, plain = render(long_song, **fields), render(long_song, kind="edit")
    assert loud(made, plan, "verse 1", 5000) < 0.2 * loud(plain, plan, "verse 1", 5000)
    assert loud(made, plan, "chorus 1", 5000) == pytest.approx(
        loud(plain, plan, "chorus 1", 5000), rel=0.12
    )


def test_a_part_alone_in_one_section(long_song: SourceRecording, render) -> None:
    fields = {"kind": "edit",
              "sections": [{"section": "break", "change": "solo", "part": "vocals"}]}  # fmt: skip
    plan = planned(long_song, **fields)
    made = render(long_song, **fields)
    bars = [bar for bar in plan.bars if bar.section == "break 1"]
    start = round(bars[1].beats[0] * RATE)
    spectrum = np.abs(np.fft.rfft(made.mono()[start : start + 4 * RATE]))
    assert spectrum[880 * 4] > 100 * spectrum[220 * 4]
    assert {track.name for track in plan.tracks} == {"vocals", "band"}
