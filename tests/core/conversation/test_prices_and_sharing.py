"""What costs something is made on a yes; what is shared asks the rights again."""

from __future__ import annotations

from collections.abc import Callable

from chatting import SHORT, Chat, kinds

from clearmix.conversation import (
    Asked,
    Choice,
    Decided,
    Ready,
    Said,
    Shared,
)
from clearmix.kernel import Kernel


def test_what_is_included_is_said_with_the_decision(chat: Chat) -> None:
    _, decided, *_ = chat.say("make Open Road an 80s house remix")

    assert isinstance(decided, Decided)
    assert decided.cost == "Included in “studio”"


def test_what_costs_something_is_made_on_a_yes_only(chat: Chat) -> None:
    chat.workshop.price_micro = 490_000

    *_, asked = chat.say("make Open Road an 80s house remix")

    assert isinstance(asked, Asked)
    assert "0.49 GBP" in asked.question
    assert asked.price_micro == 490_000
    assert chat.workshop.specs == []
    assert kinds(chat.say("yes"))[-1] == "Ready"
    assert len(chat.workshop.specs) == 1


def test_a_no_to_a_price_leaves_everything_as_it_was(chat: Chat) -> None:
    chat.workshop.price_micro = 490_000
    *_, asked = chat.say("make Open Road an 80s house remix")
    assert isinstance(asked, Asked)
    no = asked.choices[-1]

    chat.say(no.value, no)

    assert chat.workshop.specs == []
    assert chat.thread.draft is None


def test_a_yes_agrees_to_the_price_that_was_told_and_to_no_other(chat: Chat) -> None:
    chat.workshop.price_micro = 490_000
    chat.say("make Open Road an 80s house remix")
    chat.workshop.price_micro = 990_000

    *_, asked = chat.say("yes")

    assert isinstance(asked, Asked)
    assert asked.price_micro == 990_000
    assert chat.workshop.specs == []


def test_a_change_after_a_price_is_asked_about_anew(chat: Chat) -> None:
    chat.workshop.price_micro = 490_000
    chat.say("make Open Road an 80s house remix")

    *_, asked = chat.say("a bit faster")

    assert isinstance(asked, Asked)
    assert asked.price_micro == 490_000
    assert chat.workshop.specs == []


def test_a_refusal_is_told_before_any_price(market: Kernel, chat: Chat) -> None:
    market.consent.set("ada", "refuse", "remix")
    chat.workshop.price_micro = 490_000

    assert kinds(chat.say("make Open Road an 80s house remix")) == ["Understood", "Decided"]


def test_the_nearest_allowed_version_is_asked_about_once_if_it_costs(
    market: Kernel, chat: Chat
) -> None:
    from clearmix_rules import PolicySource

    market.policies.add(PolicySource("ada.rights", SHORT))
    chat.workshop.price_micro = 490_000
    chat.say("make Open Road an 80s house remix")

    *_, asked = chat.say("", Choice(label="", kind="allowed"))
    assert isinstance(asked, Asked)
    events = chat.say("", Choice(label="", kind="allowed"))

    assert kinds(events)[-1] == "Ready"
    assert chat.workshop.specs[0].structure.seconds == 12


def test_sharing_gives_the_link_and_takes_it_back(market: Kernel, chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")
    render = chat.thread.version(1).render

    (shared,) = chat.say("share it")
    assert isinstance(shared, Shared)
    assert (shared.render, shared.ended) == (render, False)
    assert market.delivery.may_hear(render, "ben")

    (ended,) = chat.say("", Choice(label="", kind="unshare", value=render))
    assert isinstance(ended, Shared)
    assert ended.ended
    assert not market.delivery.may_hear(render, "ben")


def test_what_may_not_be_shared_says_why_and_stays_as_it_is(market: Kernel, chat: Chat) -> None:
    from clearmix_rules import PolicySource

    market.policies.add(PolicySource("ada.rights", PRIVATE))
    chat.say("make Open Road an 80s house remix")

    (said,) = chat.say("share it")

    assert isinstance(said, Said)
    assert "Ada Wren keeps remixes at home." in said.points
    assert not market.delivery.may_hear(chat.thread.version(1).render, "ben")
    assert chat.thread.draft is None, "the next words refine the remix, not its sharing"


PRIVATE = """\
policy "Ada Wren, at home" version 1
by artist ada
in force from 2020-01-01
consent: opt-out

rule at-home: forbid remix of tracks by ada
  when use is public
  reason "Ada Wren keeps remixes at home."
"""


def test_what_would_be_shared_if_it_were_shorter_is_one_click_away(
    market: Kernel, chat: Chat
) -> None:
    from clearmix_rules import PolicySource

    market.policies.add(PolicySource("ada.rights", SHORT_IN_PUBLIC))
    chat.say("make Open Road an 80s house remix")
    (said,) = chat.say("share it")
    assert isinstance(said, Said)
    (shorter,) = said.choices

    *_, ready = chat.say(shorter.label, shorter)

    assert "0:10 long" in shorter.label
    assert isinstance(ready, Ready)
    assert chat.workshop.specs[-1].structure.seconds == 10
    assert chat.workshop.specs[-1].use is None, "what is made is heard by its maker alone at first"


def test_an_earlier_version_has_its_own_nearest_one_to_share(market: Kernel, chat: Chat) -> None:
    from clearmix_rules import PolicySource

    market.policies.add(PolicySource("ada.rights", SHORT_IN_PUBLIC))
    chat.say("make Open Road an 80s house remix")
    chat.say("slower")
    first = chat.thread.version(1)

    (said,) = chat.say("Share it", Choice(label="Share it", kind="share", value=first.render))
    (shorter,) = said.choices
    *_, ready = chat.say(shorter.label, shorter)

    made = chat.thread.version(ready.version)
    assert made.parent == 1
    assert made.spec.tempo == first.spec.tempo, "it is like the version that was to be shared"
    assert made.spec.structure.seconds == 10


def test_of_what_came_out_longer_than_may_be_shared_a_shorter_one_is_offered(
    market: Kernel, chat: Chat
) -> None:
    from clearmix_rules import PolicySource

    market.policies.add(PolicySource("ada.rights", A_PART_IN_PUBLIC))
    chat.say("make Open Road an 80s house remix of 15 seconds")

    (said,) = chat.say("share it")

    assert isinstance(said, Said)
    assert said.text == "At most 15 seconds of it may be shared.", "it came out longer"
    assert [choice.label for choice in said.choices] == ["Make one to share: 0:10 long"]


A_PART_IN_PUBLIC = """\
policy "Ada Wren, a part in public" version 1
by artist ada
in force from 2020-01-01
consent: opt-in

rule home: permit remix of tracks by ada
  when use is private
  reason "Ada Wren lets listeners make remixes."

rule part: permit remix of tracks by ada
  when use is public
  provided length is at most 15 seconds
  reason "Ada Wren lets listeners share a part of a remix."
"""


def test_what_may_be_shared_no_more_is_not_made(
    market: Kernel, chat: Chat, publish: Callable[..., str]
) -> None:
    theirs = publish("ben", id="f" * 16)

    (said,) = chat.say("", Choice(label="", kind="shareable", value=theirs))

    assert isinstance(said, Said)
    assert said.text == "Nothing like that remix may be shared now."


def test_nothing_is_offered_of_what_nothing_would_let_be_shared(market: Kernel, chat: Chat) -> None:
    from clearmix_rules import PolicySource

    market.policies.add(PolicySource("ada.rights", PRIVATE))
    chat.say("make Open Road an 80s house remix")

    (said,) = chat.say("share it")

    assert isinstance(said, Said)
    assert said.choices == ()


SHORT_IN_PUBLIC = """\
policy "Ada Wren, short in public" version 1
by artist ada
in force from 2020-01-01
consent: opt-out

rule short: forbid remix of tracks by ada
  when use is public and length is more than 10 seconds
  reason "Ada Wren lets listeners share remixes of 10 seconds or less."
"""


def test_nobody_shares_what_another_had_made(chat: Chat, publish: Callable[..., str]) -> None:
    theirs = publish("ben", id="f" * 16)

    (said,) = chat.say("", Choice(label="", kind="share", value=theirs))

    assert isinstance(said, Said)
    assert said.trouble


def test_before_there_is_a_remix_there_is_nothing_to_share(chat: Chat) -> None:
    (said,) = chat.say("share it")

    assert isinstance(said, Said)
    assert "no finished remix" in said.text
