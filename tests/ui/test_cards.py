from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from clearmix import RemixSpec
from clearmix.conversation import (
    Asked,
    Choice,
    Decided,
    Kept,
    Ready,
    Said,
    Shared,
    Started,
    Stopped,
    Thread,
    Turn,
    Understood,
)
from clearmix.display import display_of_render
from clearmix.rendering.models import Job, Render
from clearmix_ui import cards

SPEC = RemixSpec(sources=("song",), era="1980s", tempo={"bpm_min": 118, "bpm_max": 128})
JOB = Job("job", "running", "master", 0.5, "bringing it to −14 LUFS")


def look(thread: Thread, job: Job | None = JOB) -> cards.Look:
    return cards.Look(
        thread=thread,
        named=lambda name: {"song": "<i>Song</i>"}.get(name, name),
        artists=lambda name: "Ada",
        render=lambda name: None,
        job=lambda name: job,
        earnings=lambda name: (),
    )


def shown(*events: Kept, words: str = "words") -> str:
    turn = Turn(1, words, events, datetime.now(UTC))
    return cards.conversation(look(Thread("t", "mia", turns=(turn,))), {})[0]


def decided(**fields: object) -> Decided:
    said = {"outcome": "permitted", "reasons": (), "spec": SPEC, "number": 1, "hash": "0" * 64}
    return Decided.model_validate({**said, **fields})


def test_nothing_that_was_said_or_named_becomes_markup() -> None:
    attack = "<img src=x onerror=alert(1)> ${alert(1)} `{{7*7}}`"
    events = (
        Understood(spec=SPEC, not_understood=(attack,)),
        decided(reasons=(attack,), terms=(attack,)),
        Asked(question=attack, choices=(Choice(label=attack, value=f'"{attack}'),)),
        Said(text=attack, points=(attack,)),
        Stopped(version=1, message=attack, help=attack),
    )

    html = shown(*events, words=attack)

    assert "<img" not in html
    assert "<i>Song" not in html
    assert html.count("&lt;img") >= 9


def test_what_was_assumed_is_marked_as_such() -> None:
    html = shown(Understood(spec=SPEC, assumed=("tempo.bpm_min",)))

    assert html.count(" is-assumed") == 1
    assert "118–128 BPM" in html


def test_a_refusal_offers_the_nearest_allowed_version_in_the_last_turn_only() -> None:
    refusal = decided(
        outcome="not-permitted",
        nearest=SPEC.merged({"structure": {"seconds": 60}}),
        nearest_label="1:00 long",
    )
    turns = tuple(Turn(number, "", (refusal,), datetime.now(UTC)) for number in (1, 2))

    first, last = cards.conversation(look(Thread("t", "mia", turns=turns)), {})

    assert "Make it 1:00 long" in last
    assert 'data-kind="allowed"' in last
    assert 'data-kind="allowed"' not in first


def test_a_render_in_progress_shows_its_step_and_can_be_cancelled() -> None:
    html = shown(Understood(spec=SPEC), decided(), Started(version=1, spec=SPEC, job="job"))

    assert 'value="50"' in html
    assert "Mastering" in html
    assert "Bringing it to −14 LUFS" in html
    assert 'data-kind="cancel"' in html


def test_a_render_in_progress_can_be_heard_once_it_makes_sound() -> None:
    deciding = Job("job", "running", "decide", 0.0, "")

    assert 'data-preview="job" data-title' in shown(Started(version=1, spec=SPEC, job="job"))
    turn = Turn(1, "w", (Started(version=1, spec=SPEC, job="job"),), datetime.now(UTC))
    before = cards.conversation(look(Thread("t", "mia", turns=(turn,)), deciding), {})[0]
    assert 'data-preview="job" disabled' in before, "the button beside it stays where it is"


def test_the_place_in_the_queue_and_the_time_left_are_shown() -> None:
    queued = Job("job", "queued", "decide", 0.0, "waiting for a free worker")
    turn = Turn(1, "w", (Started(version=1, spec=SPEC, job="job"),), datetime.now(UTC))
    waits = replace(
        look(Thread("t", "mia", turns=(turn,)), queued),
        waiting=lambda job: "2 before you · about a minute left",
    )

    html = cards.conversation(waits, {})[0]

    assert "In the queue" in html
    assert "2 before you · about a minute left" in html


def test_the_cost_stands_with_the_decision() -> None:
    html = shown(decided(cost="Included in the plan “plus”; 12 more this month."))

    assert "12 more this month" in html


def test_what_was_cancelled_or_failed_can_be_tried_again() -> None:
    for stopped in (
        Stopped(version=1, message="Cancelled.", cancelled=True),
        Stopped(version=1, message="It took too long.", help="Ask for less."),
    ):
        assert 'data-kind="retry"' in shown(stopped)


def test_a_render_that_has_ended_shows_no_progress() -> None:
    html = shown(Started(version=1, spec=SPEC, job="job"), Ready(version=1, render="gone"))

    assert "<progress" not in html
    assert "no longer available" in html


def test_the_listener_is_told_what_is_being_done_meanwhile() -> None:
    assert "Listening…" in shown()
    assert "holds rights" in shown(Understood(spec=SPEC))
    assert "Starting…" in shown(Understood(spec=SPEC), decided())
    assert "is-busy" not in shown(Understood(spec=SPEC), decided(outcome="forbidden"))


def test_every_outcome_of_the_rights_language_has_a_face() -> None:
    from clearmix_rules import Outcome

    for outcome in Outcome:
        assert f'data-outcome="{outcome.value}"' in shown(decided(outcome=outcome.value))


def test_an_empty_conversation_says_how_to_begin() -> None:
    example = Choice(label="make it dance", value="make it dance")

    html = cards.html("welcome.html", thread=Thread("t", "mia"), examples=(example,), songs=("a",))

    assert "make it dance" in html
    assert "/covers/a.svg" in html


def test_a_turn_is_written_anew_only_while_it_changes() -> None:
    done = Turn(1, "words", (Said(text="hello"),), datetime.now(UTC))
    making = Turn(2, "more", (Started(version=1, spec=SPEC, job="job"),), datetime.now(UTC))
    told: dict[tuple[int, int, bool], str] = {}

    first = cards.conversation(look(Thread("t", "mia", turns=(done, making))), told)
    job = Job("job", "running", "encode", 0.75, "")
    second = cards.conversation(look(Thread("t", "mia", turns=(done, making)), job), told)

    assert first[0] is second[0]
    assert 'value="50"' in first[1]
    assert 'value="75"' in second[1]


def test_what_may_not_be_heard_any_more_says_so_and_offers_no_play() -> None:
    events = (Ready(version=1, render="made"), Shared(render="made"))
    turn = Turn(1, "w", events, datetime.now(UTC))
    shared = replace(look(Thread("t", "mia", turns=(turn,))), shared=lambda render: True)
    withdrawn = replace(
        shared, stopped=lambda render: "Ada says no", unheard=lambda render: "Ada says no"
    )

    before, after = (cards.conversation(one, {})[0] for one in (shared, withdrawn))

    assert "Everybody who signs in here can hear it" in before
    assert "Everybody" not in after
    assert after.count("Ada says no.") == 2
    assert "data-play" not in after
    assert "data-hear" not in after, "and no link to pass on"


def test_a_remix_whose_sharing_alone_was_refused_is_still_its_makers_to_hear() -> None:
    turn = Turn(1, "w", (Shared(render="made"),), datetime.now(UTC))
    apart = replace(
        look(Thread("t", "mia", turns=(turn,))),
        shared=lambda render: True,
        unheard=lambda render: "Ada keeps them at home",
    )

    (html,) = cards.conversation(apart, {})

    assert "Only you can hear it now" in html
    assert "Ada keeps them at home." in html


def test_a_cover_is_told_from_what_is_made_of_the_recording() -> None:
    made = Render(
        "r", "Song (remix)", "remix", SPEC, ("song",), "mia", "studio 1", "0", "AI-made", "k", "0",
        60.0, -14.0, -1.0, {}, (), {}, (), datetime.now(UTC),
    )  # fmt: skip

    def page(render: Render) -> str:
        return cards.html(
            "shared.html", render=render, display=display_of_render(render.label), artists="Ada",
            original="song", earned=(),
        )  # fmt: skip

    assert "From the recording by Ada" in page(made)
    cover = page(replace(made, kind="cover"))
    assert "A new performance of the song recorded by Ada" in cover
    assert "From the recording" not in cover
