"""Settings of the spec card change how a remix sounds, and nothing else."""

from __future__ import annotations

import pytest
from chatting import Chat, kinds

from clearmix.conversation import (
    Choice,
    Said,
    Understood,
)
from clearmix.kernel import Kernel


def edit(changes: str) -> Choice:
    return Choice(label="", kind="edit", value=changes)


def test_a_changed_setting_is_a_new_version_decided_like_any_other(chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")

    events = chat.say("Make it bold", edit('{"strength": 0.75, "era": null}'))

    assert kinds(events) == ["Understood", "Decided", "Started", "Ready"]
    assert isinstance(events[0], Understood)
    assert events[0].changed == ("era", "strength")
    second = chat.thread.versions[-1]
    assert (second.parent, second.spec.strength, second.spec.era) == (1, 0.75, None)
    assert second.spec.styles == ("house",)


def test_the_settings_of_a_chosen_song_make_its_first_version(chat: Chat) -> None:
    chat.say("", Choice(label="", kind="source", value="dusky"))

    chat.say("", edit('{"styles": ["house"]}'))

    assert chat.workshop.specs[0].sources == ("dusky",)
    assert chat.workshop.specs[0].styles == ("house",)


def test_settings_are_refused_as_words_are(market: Kernel, chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")
    market.consent.set("ada", "refuse", "remix")

    events = chat.say("", edit('{"strength": 0.9}'))

    assert kinds(events) == ["Understood", "Decided"]
    assert len(chat.workshop.specs) == 1


@pytest.mark.parametrize(
    "changes",
    [
        '{"use": "advert"}',
        '{"sources": ["dusky"]}',
        '{"kind": "cover"}',
        '{"voice": {"source": "likeness:ada"}}',
        '{"style_of": "Ada Wren"}',
        '{"strength": 7}',
        '{"price": 0}',
        "[]",
        "nonsense",
    ],
)
def test_settings_change_how_it_sounds_and_nothing_else(chat: Chat, changes: str) -> None:
    chat.say("make Open Road an 80s house remix")

    (said,) = chat.say("", edit(changes))

    assert isinstance(said, Said)
    assert said.trouble
    assert len(chat.thread.versions) == 1


def test_a_setting_that_is_so_already_makes_nothing(chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")

    (said,) = chat.say("", edit('{"era": "80s"}'))

    assert isinstance(said, Said)
    assert len(chat.thread.versions) == 1


def test_a_style_makes_a_remix_of_an_edit(chat: Chat) -> None:
    chat.say("make Open Road 10% faster")
    assert chat.workshop.specs[0].kind == "edit"

    chat.say("", edit('{"styles": ["house"]}'))

    assert chat.workshop.specs[1].kind == "remix"
    assert chat.workshop.specs[1].tempo is not None
