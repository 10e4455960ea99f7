"""Renders that fail, end or go on, and the conversation as it is kept."""

from __future__ import annotations

from collections.abc import Iterator

from chatting import Chat, kinds

from clearmix.conversation import (
    Choice,
    Conversations,
    Ready,
    Stopped,
    Thread,
)
from clearmix.errors import RenderError
from clearmix.kernel import Kernel


def test_a_failed_render_is_told_and_the_version_before_it_stays(chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")
    chat.workshop.fails = RenderError("the generator took too long", help="ask for less")

    stopped = chat.say("a bit faster")[-1]

    assert isinstance(stopped, Stopped)
    assert stopped.message == "The generator took too long."
    assert stopped.help == "Ask for less."
    assert chat.thread.current == 1
    chat.workshop.fails = None
    assert kinds(chat.say("again", Choice(label="again", kind="retry")))[-1] == "Ready"
    assert chat.thread.versions[-1].spec.tempo is not None


def test_a_render_can_be_cancelled_while_it_is_made(chat: Chat) -> None:
    chat.workshop.go_on.clear()
    telling = chat.conversations.say("mia", "make Open Road an 80s house remix")
    for thread in telling:
        if thread.versions:
            break

    chat.conversations.cancel("mia")
    chat.workshop.go_on.set()
    *_, last = telling

    stopped = last.turns[-1].events[-1]
    assert isinstance(stopped, Stopped)
    assert stopped.cancelled
    assert last.current is None


def test_a_page_that_goes_away_stops_nothing(chat: Chat) -> None:
    chat.workshop.go_on.clear()
    telling = chat.conversations.say("mia", "make Open Road an 80s house remix")
    next(telling)
    telling.close()

    resumed: Iterator[Thread] = chat.conversations.resume("mia")
    next(resumed)
    chat.workshop.go_on.set()
    *_, last = resumed

    assert kinds(last.turns[-1].events) == ["Understood", "Decided", "Started", "Ready"]


def test_a_render_of_an_earlier_process_is_taken_up_again(market: Kernel, chat: Chat) -> None:
    chat.workshop.go_on.clear()
    telling = chat.conversations.say("mia", "make Open Road an 80s house remix")
    next(thread for thread in telling if thread.versions)
    restarted = Conversations(
        market.database,
        interpret=market.interpret,
        catalogue=market.catalogue,
        rendering=chat.workshop,
        royalties=market.royalties,
        would_permit=market.clearance.would_permit,
        would_allow=market.clearance.would_allow,
        items=market.delivery.items,
    )

    resumed = restarted.resume("mia")
    next(resumed)
    chat.workshop.go_on.set()
    *_, last = resumed
    for _ in telling:
        pass

    endings = [event for event in chat.thread.turns[-1].events if isinstance(event, Ready)]
    assert len(endings) == 1, "both processes waited, and the end is told once"
    assert last.versions[0].render == endings[0].render


def test_the_conversation_is_kept_and_told_again(market: Kernel, chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")
    chat.say("a bit faster")
    chat.say("undo")

    again = Conversations(
        market.database,
        interpret=market.interpret,
        catalogue=market.catalogue,
        rendering=chat.workshop,
        royalties=market.royalties,
        would_permit=market.clearance.would_permit,
        would_allow=market.clearance.would_allow,
        items=market.delivery.items,
    ).thread("mia")

    assert again == chat.thread
    assert [turn.words for turn in again.turns][-1] == "undo"
    assert chat.conversations.thread("ben").turns == ()


def test_a_new_conversation_begins_empty(chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")

    chat.conversations.begin("mia")

    assert chat.thread.turns == ()
    assert chat.thread.versions == ()
