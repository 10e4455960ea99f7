"""What one listener sees and does at the page, without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from clearmix import Score, ScoreNote
from clearmix.conversation import Choice
from clearmix.kernel import Kernel
from clearmix_ui.session import Session, SignedOutError

ATTACK = "<img src=x onerror=alert(1)>"


@pytest.fixture
def session(example: Kernel) -> Iterator[Session]:
    example.conversations.begin("mia")
    yield Session(example, "mia")
    example.conversations.begin("mia")


def say(session: Session, **message: str) -> list[str]:
    *_, pieces = session.say(message)
    return pieces


def test_nobody_who_is_not_signed_in_gets_an_answer(example: Kernel) -> None:
    for nobody in (None, ""):
        with pytest.raises(SignedOutError):
            Session(example, nobody)


def test_the_top_says_the_plan_and_what_is_left_of_it(session: Session) -> None:
    top = session.masthead()

    assert "Premium plan" in top
    assert "300 of 300 remixes left" in top
    assert 'href="/app/" aria-current="page"' in top


def test_a_chosen_song_can_be_set_at_once(session: Session) -> None:
    *_, board = say(session, kind="source", value="greensleeves")

    assert 'data-source="greensleeves"' in board
    assert "Settings of Greensleeves" in board
    assert "Its own (" in board
    assert "remixes left" not in board
    assert "Included in the plan premium" in board


def test_the_notes_of_a_song_are_shown_once_they_are_written_down(
    example: Kernel, session: Session
) -> None:
    assert "cm-roll" not in session.details("greensleeves")
    tune = tuple(ScoreNote(float(at), 1.0, 60 + at) for at in range(8))
    score = Score("Greensleeves", "score", "by hand", 96.0, 8.0, "A minor", confidence=(0.9, 0.4),
                  lines={"melody": tune})  # fmt: skip
    example.catalogue.scores.keep("greensleeves", score)
    try:
        shown = session.details("greensleeves")
    finally:
        example.catalogue.scores.forget("greensleeves")
    assert 'src="/api/recordings/greensleeves/score" alt="melody: 8 notes"' in shown
    assert "what is less sure is paler" in shown
    assert "format=musicxml" not in shown  # the composition has writers, who have the files


def test_without_a_song_there_is_nothing_to_set(session: Session) -> None:
    *_, board = say(session, kind="say", value="who gets paid?")

    assert "data-settings" not in board
    assert "Versions" not in board


def test_a_moved_control_is_said_in_words_and_refused_as_words_are(
    example: Kernel, session: Session
) -> None:
    say(session, kind="source", value="korobeiniki")

    *_, turn, board = say(session, kind="set", value=json.dumps({"style": "house"}))

    assert "Make it House" in turn
    assert 'data-outcome="forbidden"' in turn
    assert "Settings of your request" in board
    assert example.conversations.thread("mia").draft is not None


@pytest.mark.parametrize("kind", ["set", "edit"])
@pytest.mark.parametrize(
    "value",
    ["", "nonsense", "[]", json.dumps({"use": "advert"}), json.dumps({"strength": ATTACK})],
)
def test_whatever_a_browser_sends_as_settings_makes_nothing(
    example: Kernel, session: Session, kind: str, value: str
) -> None:
    say(session, kind="source", value="greensleeves")

    pieces = say(session, kind=kind, value=value)

    assert "<img" not in "".join(pieces)
    assert example.conversations.thread("mia").versions == ()


def test_what_an_answer_offers_to_change_is_changed(session: Session) -> None:
    say(session, kind="source", value="korobeiniki")

    *_, turn, _ = say(session, kind="edit", value='{"structure": {"seconds": 90}}', label="1:30")

    assert "1:30 long" in turn
    assert "data-outcome" in turn


def test_whoever_looks_again_finds_the_conversation_as_it_is(session: Session) -> None:
    said = say(session, kind="say", value="who gets paid?")

    assert say(session, kind="look") == said


def test_a_kind_that_there_is_not_is_not_answered(session: Session) -> None:
    assert list(session.say({"kind": "approve", "value": "x"})) == []


def test_suggestions_and_notes_of_an_interpreter_are_shown(example: Kernel) -> None:
    from datetime import UTC, datetime

    from clearmix import RemixSpec
    from clearmix.conversation import Thread, Turn, Understood
    from clearmix_ui import cards

    event = Understood(
        spec=RemixSpec(sources=("greensleeves",)),
        notes=("The phrasebook read this: the model did not answer in time.",),
        suggestions=("make it dreamy", ATTACK),
    )
    thread = Thread("t", "mia", turns=(Turn(1, "w", (event,), datetime.now(UTC)),))

    html = cards.conversation(Session(example, "mia")._look(thread), {})[0]

    assert "did not answer in time" in html
    assert 'data-value="make it dreamy"' in html
    assert "<img" not in html


def test_the_words_of_a_choice_are_its_label(session: Session) -> None:
    *_, turn, _ = say(session, kind="version", value="7", label="Go on from version 7")

    assert "Go on from version 7" in turn
    assert "no version 7" in turn


def test_a_share_link_is_shown_while_it_is_shared_only(example: Kernel) -> None:
    from datetime import UTC, datetime

    from clearmix.conversation import Shared, Thread, Turn
    from clearmix_ui import cards

    thread = Thread(
        "t", "mia", turns=(Turn(1, "w", (Shared(render="0" * 16),), datetime.now(UTC)),)
    )

    html = cards.conversation(Session(example, "mia")._look(thread), {})[0]

    assert "Only you can hear" in html
    assert "/remix/" not in html


def test_choices_of_the_page_are_choices_of_the_conversation() -> None:
    from clearmix_ui.session import _KINDS

    for kind in set(_KINDS) - {"look", "reset", "cancel", "set"}:
        Choice(label="x", kind=kind)
