from __future__ import annotations

import pytest

from clearmix.display import BADGES, display_of_recording, display_of_render, with_badge


@pytest.mark.parametrize(
    ("lane", "made_by"),
    [("original", "human-made"), ("official", "official-remix"), ("producer", "producer-ai")],
)
def test_each_lane_has_a_class_of_its_own(lane: str, made_by: str) -> None:
    shown = display_of_recording(lane)
    assert (shown.made_by, shown.badge) == (made_by, BADGES[shown.made_by])
    assert shown.sentence.endswith(".")


def test_no_two_classes_share_a_badge() -> None:
    assert len(set(BADGES.values())) == len(BADGES) == 4


def test_a_render_shows_the_label_that_its_rights_holders_ask_for() -> None:
    shown = display_of_render("Made with AI from “Green”.")
    assert shown.as_json() == {
        "class": "listener-ai",
        "badge": "AI-made",
        "sentence": "Made with AI from “Green”.",
    }


def test_a_recording_whose_own_file_discloses_ai_is_never_shown_as_human_made() -> None:
    assert display_of_recording("original", ai_disclosed=True).made_by == "producer-ai"


def test_a_title_carries_its_badge_once() -> None:
    assert with_badge(with_badge("Green")) == "Green [AI-made]"
