"""Words become versions: follow-ups, undo, going back, choosing a song."""

from __future__ import annotations

import pytest
from chatting import Chat, kinds

from clearmix.conversation import (
    Asked,
    Choice,
    Decided,
    Moved,
    Ready,
    Said,
    Started,
    Understood,
    reply,
)


def test_words_become_a_cleared_and_published_version(chat: Chat) -> None:
    events = chat.say("make Open Road an 80s house remix, keep the melody")

    assert kinds(events) == ["Understood", "Decided", "Started", "Ready"]
    understood, decided, started, ready = events
    assert isinstance(understood, Understood)
    assert understood.spec.era == "1980s"
    assert understood.spec.sources == ("open-road",)
    assert isinstance(decided, Decided)
    assert decided.permitted
    assert isinstance(started, Started)
    assert started.notes == ("the reverb is left out",)
    assert isinstance(ready, Ready)
    assert chat.thread.version(1).render == ready.render
    assert chat.thread.current == 1


def test_progress_is_told_but_not_kept(chat: Chat) -> None:
    events = list(reply(chat.conversations._house, chat.thread, "make Open Road house"))

    assert kinds(tuple(events)).count("Progressed") == 2
    chat.say("make Open Road house")
    assert "Progressed" not in kinds(chat.thread.turns[-1].events)


def test_a_follow_up_refines_the_current_version(chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")
    chat.say("a bit faster")

    first, second = chat.thread.versions
    assert second.parent == 1
    assert second.spec.era == "1980s"
    assert second.spec.tempo is not None
    assert first.spec.tempo is None


@pytest.mark.parametrize("before", [(), ("make Open Road an 80s house remix",)])
@pytest.mark.parametrize(
    "words", ["remix Bohemian Rhapsody", "remix bohemian rhapsody", "Bohemian Rhapsody but disco"]
)
def test_a_song_that_is_not_here_is_said_so_and_nothing_is_rendered(
    chat: Chat, before: tuple[str, ...], words: str
) -> None:
    for turn in before:
        chat.say(turn)

    asked = chat.say(words)[-1]

    assert isinstance(asked, Asked)
    assert "I cannot find" in asked.question
    assert "bohemian rhapsody" in asked.question.lower()
    assert len(chat.thread.versions) == len(before)


def test_undo_goes_back_and_the_next_words_refine_what_was_there(chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")
    chat.say("a bit faster")

    (moved,) = chat.say("undo")
    assert isinstance(moved, Moved)
    assert chat.thread.current == 1
    chat.say("more energy")

    assert [version.parent for version in chat.thread.versions] == [None, 1, 1]
    assert chat.thread.versions[-1].spec.tempo is None


@pytest.mark.parametrize(
    "words", ["go back to version 1 but make it slower", "like version 1 but slower"]
)
def test_going_back_with_a_change_makes_that_version_with_it(chat: Chat, words: str) -> None:
    chat.say("make Open Road jazz")
    chat.say("make it reggae instead")

    chat.say(words)

    made = chat.thread.versions[-1]
    assert (made.number, made.parent) == (3, 1)
    assert made.spec.styles == ("jazz",)
    assert made.spec.tempo is not None


def test_starting_over_with_a_wish_makes_that_alone(chat: Chat) -> None:
    chat.say("make Open Road jazz")

    chat.say("start over and make it reggae")

    assert chat.thread.versions[-1].spec.styles == ("reggae",)


def test_undoing_everything_leaves_the_song_chosen(chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")
    chat.say("undo")

    assert chat.thread.current is None
    assert chat.thread.source == "open-road"
    assert kinds(chat.say("undo")) == ["Said"]


def test_going_back_to_a_version_by_number(chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")
    chat.say("a bit faster")
    chat.say("more energy")

    chat.say("go back to version 1")

    assert chat.thread.current == 1
    (said,) = chat.say("", Choice(label="Version 9", kind="version", value="9"))
    assert isinstance(said, Said)
    assert "no version 9" in said.text


def test_a_variation_changes_the_seed_only(chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")
    chat.say("another variation")
    chat.say("another variation")

    seeds = [version.spec.seed for version in chat.thread.versions]
    assert seeds == [None, 1, 2]
    assert len({version.spec.merged({"seed": 0}).hash for version in chat.thread.versions}) == 1


def test_without_a_song_it_is_asked_for_and_the_answer_goes_on(chat: Chat) -> None:
    *_, asked = chat.say("make it an 80s house remix")
    assert isinstance(asked, Asked)
    assert chat.workshop.specs == []
    choice = next(choice for choice in asked.choices if choice.value == "open-road")

    events = chat.say(choice.label, choice)

    assert kinds(events) == ["Understood", "Decided", "Started", "Ready"]
    assert chat.workshop.specs[0].era == "1980s"
    assert chat.workshop.specs[0].sources == ("open-road",)


@pytest.mark.parametrize("answer", ["yes, do it", "the song"])
def test_a_contradiction_is_asked_about_until_other_words_settle_it(
    chat: Chat, answer: str
) -> None:
    song = Choice(label="", kind="source", value="open-road")
    asked = chat.say("make Open Road faster and slower")[-1]
    assert isinstance(asked, Asked)
    assert asked.choices == ()

    again = chat.say(answer, song if answer == "the song" else None)[-1]

    assert isinstance(again, Asked)
    assert again.question == asked.question
    assert chat.workshop.specs == []
    chat.say("slower")
    tempo = chat.workshop.specs[-1].tempo
    assert tempo is not None
    assert tempo.ratio is not None
    assert tempo.ratio < 1


def test_a_song_that_is_not_here_is_said_to_be_missing_and_no_other_is_taken_for_it(
    chat: Chat,
) -> None:
    chat.say("make Open Road an 80s house remix")

    understood, asked = chat.say("a disco remix of Bohemian Rhapsody")

    assert isinstance(understood, Understood)
    assert understood.spec.sources == ()
    assert understood.spec.era is None, "nothing of the song before is meant"
    assert isinstance(asked, Asked)
    assert "cannot find “Bohemian Rhapsody” in the catalogue" in asked.question
    dusky = next(one for one in asked.choices if one.value == "dusky")
    assert kinds(chat.say(dusky.label, dusky))[-1] == "Ready"
    assert chat.workshop.specs[-1].sources == ("dusky",)
    assert chat.workshop.specs[-1].styles == ("disco",)


def test_songs_that_may_have_been_meant_are_offered_first(chat: Chat) -> None:
    *_, asked = chat.say("a disco remix of Broken Road")

    assert isinstance(asked, Asked)
    assert asked.choices[0].value == "open-road"


def test_a_contradiction_without_a_song_is_not_met_with_songs(chat: Chat) -> None:
    asked = chat.say("make it faster and slower")[-1]

    assert isinstance(asked, Asked)
    assert asked.choices == ()


def test_a_wish_without_any_song_is_met_with_songs(chat: Chat) -> None:
    asked = chat.say("remix it")[-1]

    assert isinstance(asked, Asked)
    assert {choice.value for choice in asked.choices} == {"open-road", "dusky"}


def test_a_chosen_song_is_what_the_next_words_are_about(chat: Chat) -> None:
    chat.say("", Choice(label="", kind="source", value="dusky"))

    chat.say("make it an 80s house remix")

    assert chat.workshop.specs[0].sources == ("dusky",)


def test_a_choice_of_something_unknown_is_answered_in_words(chat: Chat) -> None:
    (said,) = chat.say("", Choice(label="", kind="source", value="/etc/passwd"))

    assert isinstance(said, Said)
    assert said.trouble
    assert chat.thread.source is None
