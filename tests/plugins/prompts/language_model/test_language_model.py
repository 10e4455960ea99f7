"""The interpreter `openai` against a server that answers well, badly, late, or not at all."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openai_server import Reply, Server

from clearmix import ClearmixError, Conversation, Interpretation, RemixSpec
from clearmix.catalogue.titles import TitleIndex
from clearmix.contracts import Interpreter
from clearmix_prompts.language_model.options import options
from clearmix_prompts.language_model.proposal import answer_type, schema
from clearmix_prompts.language_model.spending import LimitReachedError, Spending
from clearmix_prompts.phrasebook import Phrasebook

WORDS = "give it some of that Friday feeling"
"""Words of which the phrasebook makes nothing, so that what comes back is the model's."""


def answer(intent: str = "transform", **fields: Any) -> str:
    changes = fields.pop("changes", {})
    return json.dumps({"intent": intent, "changes": changes, **fields})


FRIDAY = answer(changes={"styles": ["disco"], "energy": 0.5}, assumed=["energy"])


def says(*replies: Reply) -> Callable[[Mapping[str, Any]], Reply]:
    left = list(replies)
    return lambda request: left.pop(0) if len(left) > 1 else left[0]


@pytest.fixture
def say(model: Any, titles: TitleIndex) -> Callable[..., Interpretation]:
    def run(words: str = WORDS, *versions: RemixSpec, **settings: Any) -> Interpretation:
        context = Conversation(versions=versions, source="current", titles=titles.find)
        return model(**settings).interpret(words, context)

    return run


def offline(found: Interpretation, reason: str) -> bool:
    return len(found.notes) == 1 and reason in found.notes[0] and "phrasebook" in found.notes[0]


# --- a server that works --------------------------------------------------------------------------


def test_the_model_proposes_a_spec_and_what_it_assumed(server: Server, say: Any) -> None:
    server.says = says(Reply(FRIDAY))
    found = say()
    assert found.spec == RemixSpec(sources=("current",), styles=("disco",), energy=0.5)
    assert (found.intent, found.assumed, found.notes) == ("transform", ("energy",), ())
    assert found.changed == ("energy", "styles")
    sent = server.requests[0]
    assert sent["stream"] is True
    assert sent["response_format"]["json_schema"]["strict"] is True


def test_a_refinement_changes_only_what_the_model_names(server: Server, say: Any) -> None:
    base = RemixSpec(sources=("current",), styles=("disco",), effects=("reverb",), era="1980s")
    server.says = says(Reply(answer("refine", changes={"era": "1990s"}, cleared=["effects"])))
    found = say(WORDS, base)
    assert found.spec == RemixSpec(sources=("current",), styles=("disco",), era="1990s")
    assert (found.intent, found.changed) == ("refine", ("era", "effects"))


def test_songs_are_looked_up_and_the_catalogue_is_not_sent(server: Server, say: Any) -> None:
    server.says = says(
        Reply(calls=(("find_song", '{"words": "danny boi"}'),), finish="tool_calls"),
        Reply(answer(changes={"sources": ["danny"], "styles": ["disco"]})),
    )
    found = say("do that thing to the danny one")
    assert found.spec.sources == ("danny",)
    first, second = server.requests
    assert "Greensleeves" not in json.dumps(first), "the catalogue was pasted"
    looked_up = json.loads(second["messages"][-1]["content"])
    assert [row["id"] for row in looked_up] == ["danny"]


def test_a_song_that_nobody_looked_up_is_not_taken(server: Server, say: Any) -> None:
    server.says = says(Reply(answer(changes={"sources": ["greensleeves"]})))
    assert offline(say(), "could not be used")


def test_controls_lead_where_the_phrasebook_would_lead(server: Server, say: Any) -> None:
    one, two = RemixSpec(sources=("current",)), RemixSpec(sources=("current",), era="1980s")
    server.says = says(Reply(answer("control", control="undo")))
    assert say("nope, the one before", one, two).spec == one
    server.says = says(Reply(answer("control", control="revert-to", version=9)))
    found = say("nope, version nine", one, two)
    assert found.question is not None and found.spec == two


def test_what_is_unclear_is_asked_in_our_words(server: Server, say: Any) -> None:
    server.says = says(
        Reply(answer(unclear=["Friday feeling", "You owe me money. Pay at evil.com"]))
    )
    assert say().question == "What do you mean by “Friday feeling”?"


def test_a_model_puts_no_sentence_of_its_own_before_the_listener(server: Server, say: Any) -> None:
    server.says = says(Reply(answer("none", not_understood=["This song is cleared for adverts."])))
    assert say().not_understood == (WORDS,)


# --- a server that works in another way -----------------------------------------------------------


def test_a_server_without_schemas_is_asked_for_a_tool_call(server: Server, say: Any) -> None:
    def tools_only(request: dict[str, Any]) -> Reply:
        if "response_format" in request:
            return Reply(status=400)
        return Reply(calls=(("propose", FRIDAY),), finish="tool_calls")

    server.says = tools_only
    assert say().spec.styles == ("disco",)
    assert [list(one.get("response_format", {})) for one in server.requests] == [
        ["type", "json_schema"],
        [],
    ]


def test_a_server_without_tools_is_asked_for_an_object(server: Server, say: Any) -> None:
    def object_only(request: dict[str, Any]) -> Reply:
        if "tools" in request:
            return Reply(status=422)
        return Reply(f"Sure! Here it is:\n```json\n{FRIDAY}\n```\nEnjoy.", tokens=None)

    server.says = object_only
    assert say("Danny Boy, with some of that Friday feeling").spec.styles == ("disco",)
    told = json.loads(server.requests[-1]["messages"][-1]["content"])
    assert [row["id"] for row in told["songs_named"]] == ["danny"]


def test_the_way_that_worked_is_tried_first_the_next_time(server: Server, model: Any) -> None:
    server.says = lambda request: Reply(FRIDAY) if "tools" not in request else Reply(status=400)
    interpreter = model()
    for _ in range(2):
        interpreter.interpret(WORDS, Conversation(source="current"))
    assert len(server.requests) == 4


# --- a server that does not work ------------------------------------------------------------------


BAD = {
    "a bad term": Reply(answer(changes={"styles": ["polka-core"]})),
    "a bad enumeration": Reply(answer("obey")),
    "a field that no spec has": Reply(answer(changes={"price": 0})),
    "a field that no answer has": Reply(answer(consent=True)),
    "a number out of range": Reply(answer(changes={"tempo": {"ratio": 900}})),
    "no JSON": Reply("I would rather talk about the weather."),
    "half of an object": Reply(FRIDAY[:-30], finish="length"),
    "half of an object, not noticed": Reply(FRIDAY[:-30]),
    "nothing": Reply(""),
    "an object without end": Reply('{"intent": "' + "la " * 30_000),
    "nested without end": Reply("[" * 20_000),
    "invalid UTF-8": Reply(raw=(b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n',)),
    "broken events": Reply(raw=(b"data: {not json}\n\n",)),
    "an error amid the stream": Reply(raw=(b'data: {"error": {"message": "out of memory"}}\n\n',)),
    "no events": Reply(raw=(b"<html>It works!</html>",)),
    "look-ups without end": Reply(calls=(("find_song", '{"words": "x"}'),), finish="tool_calls"),
    "a tool that nobody offered": Reply(calls=(("grant_consent", "{}"),), finish="tool_calls"),
    "filtered": Reply("{", finish="content_filter"),
}


@pytest.mark.parametrize("reply", BAD.values(), ids=BAD.keys())
def test_what_cannot_be_used_is_read_by_the_phrasebook_and_said(
    server: Server, say: Any, reply: Reply
) -> None:
    server.says = says(reply)
    found = say("make it jazz")
    assert found.spec == RemixSpec(sources=("current",), styles=("jazz",))
    assert offline(found, "could not be used"), found.notes
    assert len({str([*one]) + str(one.get("response_format")) for one in server.requests}) == 4


@pytest.mark.parametrize(("status", "tries"), [(401, 1), (403, 1), (429, 3), (500, 3), (503, 3)])
def test_a_failing_server_is_tried_again_only_where_that_helps(
    server: Server, say: Any, status: int, tries: int
) -> None:
    server.says = says(Reply(status=status))
    found = say("make it jazz", retries=2)
    assert found.spec.styles == ("jazz",)
    assert offline(found, f"status {status}")
    assert len(server.requests) == tries


def test_a_failure_that_passes_is_not_noticed(server: Server, say: Any) -> None:
    server.says = says(Reply(status=503), Reply(FRIDAY))
    assert say(retries=2).notes == ()


SLOW = {
    "that says nothing": Reply(raw=(b"",), pause=3),
    "that drips": Reply("{" + " " * 4000, pause=0.1),
    "that only gives signs of life": Reply(raw=(b": alive\n",) * 100, pause=0.05),
}


@pytest.mark.parametrize("reply", SLOW.values(), ids=SLOW.keys())
def test_a_server_is_waited_for_only_so_long(server: Server, say: Any, reply: Reply) -> None:
    server.says = says(reply)
    began = time.monotonic()
    found = say("make it jazz", seconds=0.6)
    assert time.monotonic() - began < 2.5
    assert found.spec.styles == ("jazz",) and len(found.notes) == 1


def test_no_server_and_no_model_are_said(say: Any) -> None:
    assert offline(say("make it jazz", base_url="http://127.0.0.1:9/v1"), "cannot be reached")
    assert offline(say("make it jazz", model=""), "no model is set")


# --- spending -------------------------------------------------------------------------------------


def test_no_more_is_spent_than_the_limit_of_the_day(server: Server, model: Any) -> None:
    server.says = says(Reply(FRIDAY, tokens=3000))
    interpreter = model(daily_tokens=9000, answer_tokens=64)
    found = [interpreter.interpret(WORDS, Conversation(source="current")) for _ in range(4)]
    spent = sum(not one.notes for one in found)
    assert 1 <= spent <= 3
    assert len(server.requests) == spent
    assert "limit of 9000 tokens" in found[-1].notes[0]


def test_spending_is_shared_between_processes_and_ends_with_the_day(tmp_path: Path) -> None:
    now = datetime(2026, 11, 26, 23, 0, tzinfo=UTC)
    one, two = Spending(tmp_path, 100, lambda: now), Spending(tmp_path, 100, lambda: now)
    one.set_aside(80)(60)
    assert two.today == 60
    with pytest.raises(LimitReachedError) as refused:
        two.set_aside(50)
    assert "CLEARMIX_OPENAI_DAILY_TOKENS" in refused.value.help
    Spending(tmp_path, 100, lambda: now.replace(day=27)).set_aside(50)


# --- the contract ---------------------------------------------------------------------------------


def test_the_schema_has_the_fields_of_a_spec_and_none_about_rights_or_money() -> None:
    described = schema()
    assert described["$defs"]["Changes"]["properties"].keys() == RemixSpec.model_fields.keys()
    names = json.dumps(described).lower()
    for word in ("consent", "price", "royalt", "payout", "label", "tier", "permission", "licen"):
        assert f'"{word}' not in names
    assert (
        "house"
        in described["$defs"]["Changes"]["properties"]["styles"]["anyOf"][0]["items"]["enum"]
    )
    assert answer_type().model_config["extra"] == "forbid"


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("make it jazz for an advert", "use", "advert"),
        ("make it jazz in the style of Tracy Chapman", "style_of", "Tracy Chapman"),
    ],
)
def test_a_model_cannot_leave_out_what_needs_a_permission(
    server: Server, say: Any, words: str, field: str, value: str
) -> None:
    server.says = says(Reply(answer(changes={"styles": ["jazz"], "use": "private"})))
    found = say(words)
    assert getattr(found.spec, field) == value
    assert field in found.changed
    server.says = says(Reply(answer(changes={"styles": ["jazz"]})))
    likeness = say("jazz, in the voice of Adele").spec.voice
    assert likeness is not None and likeness.source == "likeness:adele"


def test_a_model_alone_makes_nothing_private(server: Server, say: Any) -> None:
    server.says = says(Reply(answer(changes={"styles": ["jazz"], "use": "private"})))
    assert say("jazz for everybody").spec.use is None


def test_options_come_from_the_environment_and_name_what_is_wrong() -> None:
    found = options({"OPENAI_BASE_URL": "http://here/v1", "OPENAI_API_KEY": "s3cret"})
    assert (found.base_url, found.model, found.ready) == ("http://here/v1", "", False)
    assert "s3cret" not in repr(found)
    with pytest.raises(ClearmixError) as wrong:
        options({"CLEARMIX_OPENAI_SECONDS": "soon"})
    assert (wrong.value.message.split(":")[0], wrong.value.place) == (
        "`soon` cannot be used",
        "CLEARMIX_OPENAI_SECONDS",
    )


def test_it_is_an_interpreter_and_the_phrasebook_reads_as_ever(model: Any) -> None:
    assert isinstance(model(), Interpreter)
    context = Conversation(source="current")
    found = model(model="").interpret("make it jazz", context)
    assert replace(found, notes=()) == Phrasebook().interpret("make it jazz", context)
