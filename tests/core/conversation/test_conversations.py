from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from threading import Event as Flag
from threading import Lock

import pytest

from clearmix import Conversation, Interpretation, RemixSpec
from clearmix.conversation import (
    Asked,
    Choice,
    Conversations,
    Decided,
    Moved,
    Ready,
    Said,
    Shared,
    Started,
    Stopped,
    Thread,
    Understood,
    reply,
)
from clearmix.entitlement.room import Quote
from clearmix.errors import RenderError
from clearmix.kernel import Kernel
from clearmix.rendering.models import Job
from clearmix.rendering.room import Submission


class Workshop:
    """A rendering room whose renders are made when the test says so."""

    def __init__(self, kernel: Kernel, publish: Callable[..., str]) -> None:
        self._kernel = kernel
        self._publish = publish
        self.specs: list[RemixSpec] = []
        self.jobs: dict[str, Job] = {}
        self._one_maker = Lock()
        self.go_on = Flag()
        self.go_on.set()
        self.fails: RenderError | None = None
        self.raises: Exception | None = None
        self.price_micro = 0

    def quote(self, spec: RemixSpec, listener: str) -> Quote:
        said = f"{self.price_micro / 1e6:.2f} GBP" if self.price_micro else "included in `studio`"
        return Quote(self.price_micro, "GBP", None, said)

    def submit(self, spec: RemixSpec, listener: str) -> Submission:
        if self.raises:
            raise self.raises
        cleared = self._kernel.decide(spec, listener)
        if not cleared.decision.permitted:
            return Submission(cleared, None, ())
        self.specs.append(cleared.spec)
        job = Job(f"job-{len(self.specs)}", "queued", "decide", 0.0, "waiting")
        self.jobs[job.id] = job
        return Submission(cleared, job, ("the reverb is left out",), self.quote(spec, listener))

    def wait(self, id: str, on_change: Callable[[Job], None]) -> Job:
        on_change(self.jobs[id])
        self.go_on.wait(10)
        with self._one_maker:
            return self._made(id, on_change)

    def _made(self, id: str, on_change: Callable[[Job], None]) -> Job:
        job = self.jobs[id]
        if job.ended:
            pass
        elif self.fails:
            job = replace(job, state="failed", error=self.fails.message, help=self.fails.help)
        else:
            on_change(replace(job, state="running", step="generate", fraction=0.5))
            render = self._publish("mia", id=f"{int(id.removeprefix('job-')):016x}")
            job = replace(job, state="published", fraction=1.0, render_id=render)
        self.jobs[id] = job
        on_change(job)
        return job

    def job(self, id: str) -> Job:
        return self.jobs[id]

    def cancel(self, id: str) -> Job:
        self.jobs[id] = replace(self.jobs[id], state="cancelled")
        return self.jobs[id]

    def render(self, id: str) -> object:
        return self._kernel.rendering.render(id)


@dataclass
class Chat:
    """Talks as `mia` and remembers what came of the last words."""

    conversations: Conversations
    workshop: Workshop

    def say(self, words: str, choice: Choice | None = None) -> tuple[object, ...]:
        *_, thread = self.conversations.say("mia", words, choice)
        return thread.turns[-1].events

    @property
    def thread(self) -> Thread:
        return self.conversations.thread("mia")


@pytest.fixture
def chat(market: Kernel, publish: Callable[..., str]) -> Chat:
    workshop = Workshop(market, publish)
    conversations = Conversations(
        market.database,
        interpret=market.interpret,
        catalogue=market.catalogue,
        rendering=workshop,
        royalties=market.royalties,
        would_permit=market.clearance.would_permit,
        items=market.delivery.items,
    )
    return Chat(conversations, workshop)


def kinds(events: tuple[object, ...]) -> list[str]:
    return [type(event).__name__ for event in events]


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


def test_undo_goes_back_and_the_next_words_refine_what_was_there(chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")
    chat.say("a bit faster")

    (moved,) = chat.say("undo")
    assert isinstance(moved, Moved)
    assert chat.thread.current == 1
    chat.say("more energy")

    assert [version.parent for version in chat.thread.versions] == [None, 1, 1]
    assert chat.thread.versions[-1].spec.tempo is None


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


SHORT = """\
policy "Ada Wren, conditions" version 1
by artist ada
in force from 2020-01-01
consent: opt-in

rule short: permit remix of tracks by ada
  when length is at most 12 seconds
  reason "Ada Wren lets listeners make remixes of 12 seconds or less."
"""


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


def test_who_gets_paid_is_answered_from_the_record(chat: Chat) -> None:
    chat.say("make Open Road an 80s house remix")

    (said,) = chat.say("who gets paid?")

    assert isinstance(said, Said)
    assert any("Ada Wren" in point for point in said.points)
    assert any("Quill" in point for point in said.points)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("which songs do you have?", "2 songs"),
        ("is it marked as AI?", "AI-made"),
        ("what tempo is it?", "measured"),
        ("what does it cost?", "No price is on record"),
        ("can I download it?", "Yes, you may take it away"),
        ("who wrote this song?", "Quill, writer"),
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
        items=market.delivery.items,
    )
    for _ in conversations.say("mia", "and now?"):
        pass

    assert seen[0].source == "open-road"
    assert seen[0].turns == ("make Open Road an 80s house remix",)
    assert [spec.era for spec in seen[0].versions] == ["1980s"]


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


def test_nobody_shares_what_another_had_made(chat: Chat, publish: Callable[..., str]) -> None:
    theirs = publish("ben", id="f" * 16)

    (said,) = chat.say("", Choice(label="", kind="share", value=theirs))

    assert isinstance(said, Said)
    assert said.trouble


def test_before_there_is_a_remix_there_is_nothing_to_share(chat: Chat) -> None:
    (said,) = chat.say("share it")

    assert isinstance(said, Said)
    assert "no finished remix" in said.text
