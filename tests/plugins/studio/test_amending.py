"""An edited plan may do no more than its spec: what is free, and what is refused with reasons."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from clearmix import PlanError, RemixSpec, Source, SourceRecording
from clearmix_studio.generator import Studio
from clearmix_studio.plan import SILENT_DB

Plan = dict[str, Any]
Edit = Callable[[Plan], None]


def spec(**fields: object) -> RemixSpec:
    return RemixSpec.from_json({"sources": ["song"], "seed": 3, **fields})


HOUSE = spec(styles=["house"], parts=[{"part": "vocals", "action": "remove"}])
FASTER = spec(kind="edit", tempo={"ratio": 1.1})


def judged(song: SourceRecording, asked: RemixSpec, edit: Edit) -> tuple[str, ...]:
    source = Source((song,))
    plan = deepcopy(dict(Studio().plan_json(asked, source)))
    edit(plan)
    return Studio().beyond(plan, asked, source)


def put(*path: str | int, to: object) -> Edit:
    """An edit that sets one value."""

    def edit(plan: Plan) -> None:
        place: Any = plan
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return edit


def more(name: str, **fields: object) -> Edit:
    """An edit that adds a row."""
    return lambda plan: plan[name].append(fields)


FREE: dict[str, Edit] = {
    "nothing": lambda plan: None,
    "a pattern": put("drums", "lanes", "kick", to="X..X..X...x....."),
    "a kit": put("drums", "kit", to="linn-80s"),
    "no drums": put("drums", to=None),
    "an instrument": put("layers", 0, "instrument", to="upright-bass"),
    "a part more": more("layers", part="strings", instrument="strings", pattern="x...", steps=4),
    "no layers": put("layers", to=[]),
    "a bar's level": put("bars", 9, "level", to=0),
    "a chord": put("chords", 0, 1, to="F major"),
    "the balance": put("tracks", 0, "gains_db", "harmony", to=-11.0),
    "a build": more("moves", change="low-cut", target="song", start=8.0, end=16.0, amount=300.0),
    "an effect": more("moves", change="effect", target="all", start=8.0, end=16.0, effect="echo"),
}


@pytest.mark.parametrize("what", FREE)
def test_the_arrangement_is_free(long_song: SourceRecording, what: str) -> None:
    assert judged(long_song, HOUSE, FREE[what]) == ()


BEYOND: dict[str, tuple[Edit, str]] = {
    "length": (put("seconds", to=600.0), "`seconds` belongs to the spec"),
    "title": (put("title", to="Another"), "`title` belongs to the spec"),
    "style": (put("style", to="metal"), "`style` belongs to the spec"),
    "era": (put("era", to="1980s"), "`era` belongs to the spec"),
    "effects": (put("effects", to=["tape"]), "`effects` belongs to the spec"),
    "strength": (put("strength", to=1.0), "`strength` belongs to the spec"),
    "words": (put("notes", to=["by somebody else"]), "`notes` belongs to the spec"),
    "tempo": (put("tracks", 0, "tempo_ratio", to=1.3), "`tracks.0.tempo_ratio` belongs"),
    "pitch": (put("tracks", 0, "semitones", to=3.0), "`tracks.0.semitones` belongs"),
    "source": (put("tracks", 0, "recording", to=1), "`tracks.0.recording` belongs"),
    "pieces": (
        put("tracks", 0, "pieces", 0, "song_start", to=4.0), "`tracks.0.pieces` belongs",
    ),
    "a part brought back": (
        put("tracks", 0, "gains_db", "vocals", to=0.0), "vocals of the song may not be brought back"
    ),
    "a part taken out": (
        put("tracks", 0, "gains_db", "harmony", to=SILENT_DB), "harmony of the song may not be left"
    ),
    "a part nobody has": (put("tracks", 0, "gains_db", "organ", to=0.0), "names other parts"),
    "a part drowned": (
        put("tracks", 0, "gains_db", "harmony", to=-40.0), "moved by more than 12 dB"
    ),
    "a track more": (lambda plan: plan["tracks"].append(plan["tracks"][0]), "`tracks`: the spec"),
    "bars": (lambda plan: plan["bars"].pop(), "`bars`: the result has"),
    "beats": (put("bars", 2, "beats", 0, to=0.0), "`bars.2.beats` follows from the song"),
    "section names": (put("bars", 2, "section", to="<b>"), "`bars.2.section` follows"),
    "a kit": (put("drums", "kit", to="kitchen"), "no kit `kitchen`"),
    "a drum": (put("drums", "lanes", "gong", to="x..."), "no drum `gong`"),
    "an instrument": (put("layers", 0, "instrument", to="sax"), "no instrument `sax`"),
    "a singer": (put("layers", 0, "instrument", to="voice-lead"), "a voice that sings a line"),
    "loudness": (put("layers", 0, "level_db", to=20.0), "is over 12 dB"),
    "swing": (put("drums", "feel", "swing", to=9.0), "`drums.feel.swing` is 0 to 1"),
    "a chord": (put("chords", 0, 1, to="H sus"), "`H sus` is no chord"),
    "chords backwards": (lambda plan: plan["chords"].append([0.0, "N"]), "in the order"),
    "the song taken out": (
        more("moves", change="gain", target="all", start=0.0, end=60.0, amount=-60.0),
        "`moves` take the song out for 60 seconds",
    ),
    "an effect": (
        more("moves", change="effect", target="all", start=0.0, end=6.0, effect="magic"),
        "a effect has no such effect",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BEYOND)
def test_what_the_rights_holders_decided_on_is_not(long_song: SourceRecording, what: str) -> None:
    edit, said = BEYOND[what]
    found = judged(long_song, HOUSE, edit)
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (
            put("drums", to={"kit": "acoustic", "lanes": {"kick": "X..."}}),
            "`drums`: the spec adds none",
        ),
        (
            more("layers", part="bass", instrument="sub-bass", pattern="1...", steps=4),
            "`layers.0.part`: the spec adds no bass",
        ),
        (
            more("moves", change="gain", target="all", start=0.0, end=6.0, amount=-6.0),
            "`moves`: an edit has those of its spec",
        ),
    ],
)
def test_a_change_of_speed_stays_one(long_song: SourceRecording, edit: Edit, said: str) -> None:
    assert judged(long_song, FASTER, edit) == (said,)


@pytest.mark.parametrize(
    "wish",
    [
        {"avoid": ["strings"]},
        {"strength": 0.1},
        {"parts": [{"part": "vocals", "action": "solo"}]},
    ],
)
def test_a_part_that_the_spec_rules_out_is_not_added(
    long_song: SourceRecording, wish: dict[str, object]
) -> None:
    found = judged(long_song, spec(styles=["house"], **wish), FREE["a part more"])
    assert len(found) == 1
    assert found[0].endswith("the spec adds no strings")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (put("drums", "lanes", "kick", to="X..Q"), "drums.lanes.kick"),
        (put("layers", 0, "octave", to=99), "layers.0.octave"),
        (put("duck", to=-2.0), "`duck`"),
        (put("tracks", 0, "gain_db", to=float("inf")), "tracks.0.gain_db"),
        (put("wish", to=1), "`wish`"),
        (put("version", to=99), "a plan of version `99`"),
    ],
)
def test_what_cannot_be_played_is_no_plan(
    long_song: SourceRecording, edit: Edit, said: str
) -> None:
    with pytest.raises(PlanError) as caught:
        judged(long_song, HOUSE, edit)
    assert said in caught.value.message
    assert caught.value.place == "plan"


def test_the_word_for_a_drum_that_is_missing_names_those_there_are(
    long_song: SourceRecording,
) -> None:
    (said,) = judged(long_song, HOUSE, BEYOND["a drum"][0])
    assert "kick, snare" in said
