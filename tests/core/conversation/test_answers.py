"""Questions are answered from the record; trouble is answered in a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chatting import Chat, kinds

from clearmix import Conversation, Interpretation
from clearmix.conversation import (
    Asked,
    Choice,
    Conversations,
    Said,
    Understood,
    reply,
)
from clearmix.conversation.offers import CHANGES
from clearmix.kernel import Kernel


def test_who_gets_paid_is_answered_from_the_record(chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")

    (said,) = chat.say("who gets paid?")

    assert isinstance(said, Said)
    assert any("Ada Wren" in point for point in said.points)
    assert any("Quill" in point for point in said.points)


def test_who_would_get_paid_is_answered_for_a_chosen_song(chat: Chat) -> None:
    chat.say("", Choice(label="", kind="source", value="open-road"))

    (said,) = chat.say("who gets paid?")

    assert isinstance(said, Said)
    assert "Open Road" in said.text
    assert any("Ada Wren" in point for point in said.points)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("which songs do you have?", "2 songs"),
        ("is it marked as AI?", "AI-made"),
        ("what tempo is it?", "measured"),
        ("what does it cost?", "No price is on record"),
        ("can I download it?", "Yes, you may take it away"),
        ("who wrote this song?", "Quill, writer"),
        ("who should I thank for it?", "Quill, writer"),
        ("does the band get a cut?", "Ada Wren"),
        ("what does the singer get", "Ada Wren"),
        ("would it be cheaper if it was shorter?", "No price is on record"),
        ("who said no to it?", "Everyone who has a say allows it"),
        ("¿quién cobra por esto?", "Ada Wren"),
    ],
)
def test_questions_are_answered_from_the_record(chat: Chat, words: str, expected: str) -> None:
    chat.say("make Open Road an 80s house remix")

    said = chat.say(words)[-1]

    assert isinstance(said, Said)
    assert expected in " ".join((said.text, *said.points))


def test_the_price_is_that_of_the_rate_card_in_force(market: Kernel, chat: Chat) -> None:
    market.royalties.import_rates(
        {"currency": "GBP", "add_on_fee_micro": 2_990_000, "revenue_share_bps": 7000}
    )
    (said,) = chat.say("how much does a remix cost?")
    assert isinstance(said, Said)
    assert "2.99 GBP a month" in said.text
    assert "You have it." in said.points
    chat.say("make Open Road an 80s house remix")
    (said,) = chat.say("how much does it cost?")
    assert isinstance(said, Said)
    assert said.points[0] == "This one: included in studio."


def test_a_use_that_nobody_covers_is_answered_with_no(market: Kernel, chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")
    before = market.clearance.log.entry(1)
    (said,) = chat.say("can I use it in a political campaign?")
    assert isinstance(said, Said)
    assert said.text.startswith("No, you may not")
    assert market.clearance.log.entry(1) == before, "a question is no decision"


def test_what_was_not_understood_may_be_chosen_in_other_words(chat: Chat) -> None:
    def interpret(words: str, context: Conversation) -> Interpretation:
        return Interpretation(
            None, "none", not_understood=(words,), suggestions=("make it faster",)
        )

    house = replace(chat.conversations._house, interpret=interpret)
    (asked,) = reply(house, chat.thread, "vroom")
    assert isinstance(asked, Asked)
    assert [choice.value for choice in asked.choices] == ["make it faster"]
    assert chat.workshop.specs == []


def test_words_that_ask_for_nothing_of_a_remix_are_met_with_changes_of_it(chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")

    *_, said = chat.say("hello there")

    assert [choice.value for choice in said.choices] == list(CHANGES)
    for choice in said.choices:
        assert isinstance(chat.say(choice.value)[0], Understood), "each is understood"


def test_words_that_ask_for_nothing_are_met_with_examples_that_exist(chat: Chat) -> None:
    said = chat.say("colourless green ideas sleep furiously")[-1]

    assert isinstance(said, Said | Asked)
    assert chat.workshop.specs == []
    assert all(
        "Open Road" in c.value or "Dusky" in c.value for c in chat.conversations.examples("mia")
    )


def test_whatever_a_plugin_raises_the_listener_reads_a_sentence(chat: Chat) -> None:
    chat.workshop.raises = ZeroDivisionError("a secret of the house")

    said = chat.say("make Open Road an 80s house remix")[-1]

    assert isinstance(said, Said)
    assert said.trouble
    assert "secret" not in said.text + " ".join(said.points)
    chat.workshop.raises = None
    assert kinds(chat.say("make Open Road an 80s house remix"))[-1] == "Ready"


def test_a_turn_that_the_service_was_stopped_in_gets_an_end(
    market: Kernel, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    unanswered = chat.conversations._threads
    unanswered.say(chat.thread, "make Open Road house")

    *_, last = chat.conversations.resume("mia")

    said = last.turns[-1].events[-1]
    assert isinstance(said, Said)
    assert "interrupted" in said.text


def test_a_very_long_message_is_cut_and_a_strange_one_is_kept_as_text(chat: Chat) -> None:
    chat.say("<script>alert(1)</script> " + "la " * 5000)

    assert len(chat.thread.turns[-1].words) == 2_000
    assert chat.thread.turns[-1].words.startswith("<script>")


def test_an_interpreter_sees_the_versions_and_the_chosen_song(market: Kernel, chat: Chat) -> None:
    seen = []

    def listen(words, conversation):
        seen.append(conversation)
        return Interpretation(None, "none")

    chat.say("make Open Road an 80s house remix")
    conversations = Conversations(
        market.database,
        interpret=listen,
        catalogue=market.catalogue,
        rendering=chat.workshop,
        royalties=market.royalties,
        would_permit=market.clearance.would_permit,
        would_allow=market.clearance.would_allow,
        items=market.delivery.items,
    )
    for _ in conversations.say("mia", "and now?"):
        pass

    assert seen[0].source == "open-road"
    assert seen[0].turns == ("make Open Road an 80s house remix",)
    assert [spec.era for spec in seen[0].versions] == ["1980s"]
