from __future__ import annotations

from types import SimpleNamespace

import pytest

from clearmix.rendering.disclosing import label_of, title_of
from clearmix.spec import RemixSpec

GREEN = SimpleNamespace(title="Green", artist_names=("Ada Wren", "Bo"))
BLUE = SimpleNamespace(title="Blue", artist_names=("Bo",))


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"kind": "cover", "styles": ("jazz",), "lineup": "big-band"}, "Green (big band cover)"),
        ({"era": "1980s", "styles": ("house",)}, "Green (1980s house remix)"),
        ({"moods": ("dreamy",)}, "Green (dreamy remix)"),
        ({"kind": "edit", "tempo": {"ratio": 1.2}}, "Green (sped up edit)"),
        ({"kind": "edit", "tempo": {"bpm": 174}}, "Green (174 bpm edit)"),
        ({"kind": "cover"}, "Green (cover)"),
    ],
)
def test_a_title_says_what_was_done(fields, title: str) -> None:
    assert title_of(RemixSpec(sources=("green",), **fields), [GREEN]) == title


def test_a_mashup_names_both_songs() -> None:
    spec = RemixSpec(kind="mashup", sources=("green", "blue"))
    assert title_of(spec, [GREEN, BLUE]) == "Green / Blue (mashup)"


def test_without_a_label_of_the_rights_holders_the_service_has_its_own() -> None:
    label = label_of(RemixSpec(sources=("green",)), [GREEN], (), "Clearmix")
    assert label == "AI-made remix of “Green” by Ada Wren and Bo, made with Clearmix"


def test_labels_of_the_rights_holders_are_filled_in_and_all_shown() -> None:
    texts = ("Fan-made remix of {title}. Not by {artist}.", "Made with AI {sic}.")
    label = label_of(RemixSpec(sources=("green",)), [GREEN], texts, "Clearmix")
    assert label == "Fan-made remix of Green. Not by Ada Wren and Bo. Made with AI {sic}."
