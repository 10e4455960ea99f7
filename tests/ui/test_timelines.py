from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix import RemixSpec
from clearmix.conversation import Thread
from clearmix.rendering.models import Render
from clearmix_ui import cards
from clearmix_ui.timelines import measurements_of, timeline_of

ATTACK = "<img src=x onerror=alert(1)>"


def row(section: str, start: float, end: float, *plays: str, level: str = "full") -> dict[str, Any]:
    return {"section": section, "seconds": [start, end], "level": level, "plays": list(plays)}


VERSE = row("verse 1", 0.0, 10.0, "song", level="light")
FULLER = row("verse 1", 10.0, 20.0, "song", "added drums")
CHORUS = row("chorus 1", 20.0, 40.0, "song", "added drums", "added bass")


def render(report: object = None, notes: tuple[str, ...] = ()) -> Render:
    """A render of 40 seconds with what its generator reports."""
    return Render(
        id="0" * 16, title="Song (remix)", kind="remix", spec=RemixSpec(sources=("song",)),
        sources=("song",), listener="mia", generator="studio", decision_hash="", label="",
        audio_key="", pcm_sha256="", seconds=40.0, lufs=-14.0, true_peak_dbtp=-1.0,
        measured={} if report is None else {"report": report}, marks=(), duties={}, notes=notes,
        created_at=datetime.now(UTC),
    )  # fmt: skip


def picture(*rows: object) -> str:
    timeline = timeline_of(render({"timeline": list(rows)}))
    return cards.html("timeline.html", item="0" * 16, timeline=timeline) if timeline else ""


def details(made: Render) -> str:
    look = cards.Look(
        thread=Thread("t", "mia", turns=()),
        named=str,
        artists=str,
        render=lambda name: None,
        job=lambda name: None,
        earnings=lambda name: (),
    )
    return cards.details_of(made, look)


def test_a_section_says_when_it_is_how_long_and_who_plays() -> None:
    html = picture(VERSE, FULLER, CHORUS)

    assert "Verse</b>" in html
    assert "0:20–0:40" in html
    assert "50 % of the length: song, added drums, added bass" in html
    assert html.index("0:00–0:10") < html.index("0:10–0:20") < html.index("0:20–0:40")


def test_a_section_is_as_wide_as_its_share_and_as_high_as_its_level() -> None:
    html = picture(VERSE, CHORUS)

    assert '<i class="is-step-2" style="left:0.000%;width:25.000%">' in html
    assert '<i class="is-step-4" style="left:50.000%;width:50.000%">' in html


SECOND = row("verse 2", 30.0, 40.0, "song")


def test_sections_are_numbered_only_where_there_are_several_of_a_kind() -> None:
    assert ">Verse</b>" in picture(VERSE, FULLER, CHORUS)
    assert ">Verse 1</b>" in picture(VERSE, CHORUS, SECOND)
    assert ">Verse 2</b>" in picture(CHORUS, SECOND), "a second tells of a first that is not here"


def test_neighbours_of_one_name_are_named_once() -> None:
    timeline = timeline_of(render({"timeline": [VERSE, FULLER, CHORUS]}))

    assert timeline is not None
    assert [(label.name, label.share) for label in timeline.labels] == [
        ("verse", 0.5),
        ("chorus", 0.5),
    ]


def test_players_stand_in_the_order_of_their_entries_with_their_share() -> None:
    timeline = timeline_of(render({"timeline": [VERSE, FULLER, CHORUS]}))

    assert timeline is not None
    assert [(player, timeline.share(player)) for player in timeline.players] == [
        ("song", "all the way"),
        ("added drums", "75 % of it"),
        ("added bass", "50 % of it"),
    ]


def test_nothing_that_a_generator_reports_becomes_markup() -> None:
    report = {"timeline": [row(ATTACK, 0, 40, ATTACK, level=ATTACK)], "key": ATTACK}

    html = picture(*report["timeline"]) + details(render(report, notes=(ATTACK,)))

    assert "<img" not in html
    assert html.count("&lt;img") >= 6


@pytest.mark.parametrize("report", [None, {}, [], "text", {"timeline": []}, {"timeline": {}}])
def test_a_generator_that_reports_nothing_has_nothing_shown(report: object) -> None:
    made = render(report, notes=("the loudness was kept below the target",))

    assert timeline_of(made) is None
    assert "What was made" not in details(made)
    assert "kept below the target" in details(made)


@pytest.mark.parametrize(
    "broken",
    [
        "text",
        {},
        row("verse", 10, 5, "song"),
        row("verse", math.nan, 5, "song"),
        row("verse", 10**400, 5, "song"),
        row("verse", 0, math.inf, "song") | {"plays": "song"},
        row("verse", 50, 60, "song"),
        row("verse", 0, 10) | {"seconds": ["0", "10"]},
        row("verse", 0, 10) | {"seconds": [True, 10]},
    ],
)
def test_a_row_that_cannot_be_shown_is_left_out(broken: object) -> None:
    timeline = timeline_of(render({"timeline": [broken, CHORUS]}))

    assert timeline is not None
    assert [section.name for section in timeline.sections] == ["chorus"]


TEXT = st.text("a <\"'0.\n", max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda some: st.lists(some, max_size=3) | st.dictionaries(TEXT, some, max_size=3),
    max_leaves=6,
)
ROW = st.fixed_dictionaries(
    {},
    optional={
        "section": JSON,
        "level": JSON,
        "plays": JSON | st.lists(TEXT, max_size=4),
        "seconds": JSON | st.lists(st.floats() | st.integers(), min_size=2, max_size=2),
    },
)
REPORT = st.fixed_dictionaries(
    {},
    optional={
        "timeline": JSON | st.lists(ROW, max_size=5),
        "tempo_bpm": JSON,
        "planned_tempo_bpm": JSON,
        "key": JSON,
        "planned_key": JSON,
        "key_confidence": JSON,
        "semitones": JSON,
        "planned_semitones": JSON,
        "beats_within_20_ms": JSON,
        "beats_with_drums": JSON,
    },
)


@given(report=REPORT)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_reported_every_section_lies_within_the_length(report: dict[str, Any]) -> None:
    made = render(report)

    timeline = timeline_of(made)

    details(made)
    for section in timeline.sections if timeline else ():
        assert section.share > 0
        assert 0 <= section.start < section.start + section.share <= 1 + 1e-9
    if timeline:
        cards.html("timeline.html", item=made.id, timeline=timeline)


def test_the_report_says_what_was_measured_beside_what_was_planned() -> None:
    report = {
        "timeline": [CHORUS],
        "tempo_bpm": 95.2,
        "planned_tempo_bpm": 96.0,
        "key": "A minor",
        "planned_key": "A minor",
        "beats_within_20_ms": 0.95,
        "beats_with_drums": 60,
    }

    html = details(render(report, notes=("no stems: the voice is estimated",)))

    assert [(one.value, one.beside) for one in measurements_of(render(report))] == [
        ("95.2 BPM", "96.0 planned"),
        ("A minor", "as planned"),
        ("95 %", "of 60 beats"),
    ]
    assert html.index("Added bass") < html.index("95.2 BPM") < html.index("voice is estimated")
    assert html.count("voice is estimated") == 1


def test_a_key_that_could_not_be_told_is_said_to_be_so() -> None:
    (key,) = measurements_of(render({"planned_key": "A minor", "key": None}))

    assert (key.value, key.beside) == ("could not be told", "A minor planned")


def test_a_shift_is_said_as_a_shift_and_the_key_with_how_sure_it_is() -> None:
    report = {"planned_key": "B minor", "key_confidence": 0.31}
    moved = {"semitones": 2, "planned_semitones": 2}

    assert [
        (one.label, one.value, one.beside) for one in measurements_of(render(report | moved))
    ] == [
        ("Key", "B minor", "31 % sure of the recording's"),
        ("Pitch moved", "+2 semitones", "as planned"),
    ]
    (_, wrong) = measurements_of(render(report | moved | {"semitones": -1}))
    assert (wrong.value, wrong.beside) == ("-1 semitones", "+2 planned")
    stays = {"semitones": 0, "planned_semitones": 0}
    assert len(measurements_of(render(report | stays))) == 1


def test_a_report_without_notes_says_that_nothing_was_reported() -> None:
    assert "Its generator reports nothing." in details(render({"timeline": [CHORUS]}))


def test_a_shorter_render_cuts_the_last_section() -> None:
    timeline = timeline_of(replace(render({"timeline": [VERSE, CHORUS]}), seconds=30.0))

    assert timeline is not None
    assert timeline.sections[-1].clock == "0:20–0:30"
