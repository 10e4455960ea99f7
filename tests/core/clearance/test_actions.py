from __future__ import annotations

from dataclasses import replace

import pytest

from clearmix.clearance.actions import actions, length_ms, sound_facts
from clearmix.contracts import Analysis
from clearmix.spec import RemixSpec

SONG = Analysis("test", 180.0, 100.0, 1.0, (), (), "A minor", 1.0, -14.0)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"kind": "remix", "styles": ["house"]}, {"remix"}),
        ({"kind": "remix", "tempo": {"bpm": 128}}, {"remix"}),
        ({"kind": "edit", "tempo": {"ratio": 0.85}}, {"speed-change"}),
        ({"kind": "edit", "pitch": {"semitones": 2}}, {"speed-change"}),
        ({"kind": "edit", "effects": ["reverb"]}, {"edit"}),
        (
            {"kind": "edit", "tempo": {"ratio": 0.85}, "effects": ["reverb"]},
            {"edit", "speed-change"},
        ),
        ({"kind": "edit"}, {"edit"}),
        ({"kind": "cover"}, {"cover"}),
        ({"kind": "mashup"}, {"mashup"}),
        ({"kind": "remix", "voice": {"source": "likeness:ada"}}, {"remix", "voice-imitation"}),
        ({"kind": "remix", "style_of": "Ada"}, {"remix", "style-imitation"}),
        ({"kind": "cover", "lyrics": "translate:fr"}, {"cover", "lyric-change"}),
        ({"kind": "cover", "lyrics": "keep"}, {"cover"}),
    ],
)
def test_actions_follow_from_the_whole_spec(fields: dict, expected: set[str]) -> None:
    assert set(actions(RemixSpec.from_json(fields))) == expected


@pytest.mark.parametrize(
    ("fields", "name", "expected"),
    [
        ({"tempo": {"bpm": 120}}, "tempo-change", 2000),
        ({"tempo": {"bpm": 80}}, "tempo-change", 2000),
        ({"tempo": {"feel": "half-time"}}, "tempo-change", 0),
        ({"pitch": {"semitones": -3}}, "pitch-change", 300),
        ({"pitch": {"key": "C minor"}}, "pitch-change", 300),
        ({"parts": [{"part": "vocals", "action": "remove"}]}, "vocals", "removed"),
        ({"parts": [{"part": "drums", "action": "solo"}]}, "parts-used", ["drums"]),
        ({"parts": [{"part": "drums", "action": "solo"}]}, "voice", "none"),
        ({"voice": {"source": "likeness:ada"}}, "voice", "imitated"),
        ({"voice": {"source": "likeness:ada"}}, "voice-of", "ada"),
        ({"voice": {"source": "synthetic"}}, "vocals", "changed"),
        ({"lyrics": "translate:fr"}, "lyrics", "translated"),
        ({"era": "80s"}, "era", "1980s"),
        ({}, "parts-used", ["bass", "drums", "harmony", "melody", "vocals"]),
        ({"kind": "cover"}, "parts-used", []),
    ],
)
def test_facts_of_the_sound_are_whole_numbers_and_names(fields: dict, name: str, expected) -> None:
    assert sound_facts(RemixSpec.from_json(fields), [SONG])[name] == expected


def test_the_length_follows_the_tempo_unless_it_is_asked_for() -> None:
    assert length_ms(RemixSpec.from_json({}), [SONG]) == 180_000
    assert length_ms(RemixSpec.from_json({"tempo": {"bpm": 125}}), [SONG]) == 144_000
    assert length_ms(RemixSpec.from_json({"structure": {"seconds": 30}}), [SONG]) == 30_000


def test_a_tempo_asked_of_a_song_without_a_beat_changes_nothing() -> None:
    free = Analysis("test", 60.0, None, 0.0, (), (), None, 0.0, -14.0)
    facts = sound_facts(RemixSpec.from_json({"tempo": {"bpm": 120}}), [free])
    assert facts["tempo-change"] == 0


def test_of_a_mashup_the_greatest_change_of_either_source_counts() -> None:
    other = replace(SONG, tempo_bpm=110.0, key="C minor", seconds=200.0)
    spec = RemixSpec.from_json({"kind": "mashup", "sources": ["a", "b"]})
    facts = sound_facts(spec, [SONG, other])
    assert facts["tempo-change"] == 1000  # 100 bpm under 110, or 110 under 100 (909)
    assert facts["pitch-change"] == 300
    assert length_ms(spec, [SONG, other]) == 200_000
    relative = replace(other, tempo_bpm=200.0, key="C major")
    facts = sound_facts(spec, [SONG, relative])
    assert (facts["tempo-change"], facts["pitch-change"]) == (0, 0)
