from __future__ import annotations

import pytest

from clearmix.contracts import Abilities, Analysis
from clearmix.errors import RenderError
from clearmix.rendering.honouring import cannot_honour, require_able
from clearmix.spec import RemixSpec

ANALYSIS = Analysis("metronome", 30.0, 120.0, 1.0, (), (), None, 0.0, -14.0)


class Modest:
    id = "modest"
    version = "1"

    def abilities(self) -> Abilities:
        return Abilities(
            kinds=frozenset({"remix", "edit"}),
            fields=frozenset({"tempo", "styles", "parts"}),
            terms=frozenset({"house", "drums"}),
            longest_seconds=60,
            uses_master=True,
        )


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"tempo": {"bpm": 120}, "styles": ("house",)}, []),
        ({"styles": ("house", "techno")}, ["the style techno"]),
        ({"era": "1980s"}, ["the sound of the 1980s"]),
        ({"energy": 0.5, "lyrics": "replace"}, ["the energy", "the lyrics"]),
        ({"parts": [{"part": "piano", "action": "add"}]}, ["a change of the part piano"]),
        ({"parts": [{"part": "drums", "action": "replace", "with": "brass"}]}, ["the part brass"]),
        ({"seed": 3, "use": "private", "use_case": "running"}, []),
    ],
)
def test_what_a_generator_cannot_do_is_said_in_words(fields, named: list[str]) -> None:
    notes = cannot_honour(Modest(), RemixSpec.from_json({"sources": ["green"], **fields}))
    assert len(notes) == len(named)
    for note, words in zip(notes, named, strict=True):
        assert words in note
        assert "but modest cannot do that" in note


def test_a_kind_that_it_does_not_make_is_refused_before_anything_is_rendered() -> None:
    with pytest.raises(RenderError, match="generator `modest` makes no cover") as caught:
        require_able(Modest(), RemixSpec(kind="cover", sources=("green",)), ANALYSIS)
    assert "`edit` or `remix`" in caught.value.help


def test_a_length_beyond_its_longest_is_refused_before_anything_is_rendered() -> None:
    spec = RemixSpec(sources=("green",), structure={"seconds": 90})
    with pytest.raises(RenderError, match="renders 60 seconds at most") as caught:
        require_able(Modest(), spec, ANALYSIS)
    assert "60 seconds or less" in caught.value.help
