"""What may not be made: why, and what would be allowed instead."""

from __future__ import annotations

from chatting import SHORT, Chat, kinds

from clearmix.conversation import (
    Asked,
    Choice,
    Decided,
    Said,
)
from clearmix.kernel import Kernel


def test_a_refusal_says_why_and_nothing_is_made(market: Kernel, chat: Chat) -> None:
    market.consent.set("ada", "refuse", "remix")

    events = chat.say("make Open Road an 80s house remix")

    assert kinds(events) == ["Understood", "Decided"]
    assert isinstance(events[-1], Decided)
    assert events[-1].outcome == "forbidden"
    assert any("Ada Wren" in reason for reason in events[-1].reasons)
    assert chat.workshop.specs == []
    assert chat.thread.current is None
    (why,) = chat.say("why not?")
    assert isinstance(why, Said)
    assert set(events[-1].reasons) <= set(why.points)


def test_the_nearest_allowed_version_is_made_on_a_yes(market: Kernel, chat: Chat) -> None:
    from clearmix_rules import PolicySource

    market.policies.add(PolicySource("ada.rights", SHORT))
    *_, decided = chat.say("make Open Road an 80s house remix")
    assert isinstance(decided, Decided)
    assert not decided.permitted
    assert "0:12" in decided.nearest_label

    events = chat.say("yes", Choice(label="yes", kind="allowed"))

    assert kinds(events)[-1] == "Ready"
    assert chat.workshop.specs[0].structure.seconds == 12


def test_a_yes_with_nothing_to_say_yes_to(chat: Chat) -> None:
    (said,) = chat.say("", Choice(label="yes", kind="allowed"))

    assert isinstance(said, Said)
    assert chat.workshop.specs == []


def test_a_refused_wish_can_be_put_otherwise(market: Kernel, chat: Chat) -> None:
    from clearmix_rules import PolicySource

    market.policies.add(PolicySource("ada.rights", SHORT))
    chat.say("make Open Road an 80s house remix")

    events = chat.say("make it 10 seconds long")

    assert kinds(events)[-1] == "Ready"
    assert chat.workshop.specs[0].era == "1980s"
    assert chat.workshop.specs[0].structure.seconds == 10


def test_undo_after_a_refusal_leaves_what_there_was(market: Kernel, chat: Chat) -> None:
    chat.say("make Dusky an 80s house remix")
    market.consent.set("bo", "refuse", "remix")
    chat.say("a bit faster")

    chat.say("undo")

    assert chat.thread.current == 1
    assert chat.thread.draft is None


def test_only_what_would_be_allowed_is_offered(market: Kernel, chat: Chat) -> None:
    market.consent.set("ada", "refuse", "any")
    before = market.clearance.log.entry(1)

    examples = chat.conversations.examples("mia")
    *_, asked = chat.say("make it an 80s house remix")

    assert examples
    assert all("Dusky" in choice.value for choice in examples)
    assert isinstance(asked, Asked)
    assert asked.choices[0].value == "dusky"
    assert market.clearance.log.entry(1) == before, "an offer is no decision"
