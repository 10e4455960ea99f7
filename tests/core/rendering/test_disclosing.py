from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from clearmix.contracts import Abilities
from clearmix.rendering.disclosing import disclosure, label_of, title_of
from clearmix.settings import Settings
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
        ({"kind": "cover", "meter": "6/8"}, "Green (6/8 cover)"),
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


@pytest.mark.parametrize(
    ("trained_on", "uses_master", "stems_of_a_model", "said"),
    [
        ("nothing", True, False, False),
        ("nothing", True, True, True),
        ("nothing", False, True, False),  # a cover hears no stem
        ("licensed", False, False, True),
    ],
)
def test_a_model_that_took_the_sources_apart_is_disclosed_like_one_that_made_the_sound(
    settings: Settings, trained_on: str, uses_master: bool, stems_of_a_model: bool, said: bool
) -> None:
    able = Abilities(
        frozenset({"remix"}), frozenset(), frozenset(), 60.0, uses_master=uses_master,
        trained_on=trained_on,  # type: ignore[arg-type]
    )  # fmt: skip
    generator = SimpleNamespace(id="tiny", version="1", abilities=lambda: able)
    made = disclosure(
        render_id="0" * 16,
        spec=RemixSpec(sources=("green",)),
        recordings=[SimpleNamespace(**vars(GREEN), isrc=None)],
        label="Made with AI",
        generator=generator,
        decision_hash="",
        settings=settings,
        created_at=datetime(2026, 11, 26, tzinfo=UTC),
        stems_of_a_model=stems_of_a_model,
    )
    assert made.trained_model is said
