"""One prompt put to a server: streamed, with look-ups of songs, within a time and a length."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from threading import Timer
from typing import TYPE_CHECKING, Any

from clearmix import ClearmixError, TitleLookup
from clearmix_prompts.language_model.options import Options
from clearmix_prompts.language_model.proposal import schema

if TYPE_CHECKING:
    from openai import OpenAI, Stream
    from openai.types.chat import ChatCompletionChunk

MOST_ROUNDS = 4
"""Times that a model may look songs up before it must have answered."""

MOST_FOUND = 5
"""Songs that one look-up returns."""

_FIRST_PAUSE_SECONDS = 0.25

LONGEST_ANSWER = 40_000
"""Characters after which a model is stopped."""


class Way(Enum):
    """How an answer is asked for; servers differ in what they know, so the first is tried first.

    `FORM` is a schema without tools: llama.cpp takes the one or the other.
    """

    SCHEMA = "schema"
    TOOL = "tool"
    FORM = "form"
    OBJECT = "object"

    @property
    def looks_up(self) -> bool:
        """Whether the model can look songs up; if not, it is told those that the words name."""
        return self in (Way.SCHEMA, Way.TOOL)


class UnusableAnswerError(ClearmixError):
    """A server's answer cannot be used."""


@dataclass
class Answer:
    """What came back: the text of the answer, songs that were looked up, tokens that it took."""

    text: str = ""
    songs: set[str] = field(default_factory=set)
    tokens: int = 0


@dataclass
class _Call:
    id: str = ""
    name: str = ""
    arguments: str = ""


def ask(
    client: OpenAI,
    options: Options,
    way: Way,
    messages: list[Any],
    titles: TitleLookup,
    *,
    ends: float,
) -> Answer:
    """The answer to messages, waited for until `ends` of the monotonic clock.

    Raises:
        UnusableAnswerError: it is too long, cut off, or comes too late.
        openai.OpenAIError: the server refused or could not be reached.
    """
    answer = Answer()
    messages = list(messages)
    for _ in range(MOST_ROUNDS):
        text, calls = _round(client, options, way, messages, answer, ends)
        proposed = next((call for call in calls if call.name == _PROPOSE), None)
        if proposed is not None:
            answer.text = proposed.arguments
            return answer
        if not calls:
            answer.text = text
            return answer
        messages.append(_calling(calls))
        messages += [_looked_up(call, titles, answer) for call in calls]
    raise UnusableAnswerError("the model looked songs up without end", help=_HELP)


def _round(
    client: OpenAI, options: Options, way: Way, messages: list[Any], answer: Answer, ends: float
) -> tuple[str, list[_Call]]:
    texts: list[str] = []
    calls: dict[int, _Call] = {}
    length = 0
    with _opened(client, options, way, messages, ends) as stream, _closing(stream, ends):
        for chunk in stream:
            if time.monotonic() > ends:
                raise UnusableAnswerError("the model took too long", help=_HELP)
            if chunk.usage is not None:
                answer.tokens += chunk.usage.total_tokens
            for choice in chunk.choices[:1]:
                if choice.finish_reason in ("length", "content_filter"):
                    raise UnusableAnswerError("the model’s answer was cut off", help=_HELP)
                for piece in _pieces(choice.delta, texts, calls):
                    length += len(piece)
            if length > LONGEST_ANSWER:
                raise UnusableAnswerError("the model’s answer has no end", help=_HELP)
    return "".join(texts), list(calls.values())


def _opened(
    client: OpenAI, options: Options, way: Way, messages: list[Any], ends: float
) -> Stream[ChatCompletionChunk]:
    """The stream of an answer; what fails on the way is tried again while there is time."""
    import openai

    for attempt in count():
        left = ends - time.monotonic()
        if left <= 0:
            raise UnusableAnswerError("the model took too long", help=_HELP)
        try:
            stream: Stream[ChatCompletionChunk] = client.chat.completions.create(
                model=options.model,
                messages=messages,
                max_tokens=options.answer_tokens,
                temperature=0,
                stream=True,
                timeout=left,
                **_asked_for(way),
            )
            return stream
        except openai.APITimeoutError:
            raise
        except (openai.APIConnectionError, openai.InternalServerError, openai.RateLimitError):
            pause = _FIRST_PAUSE_SECONDS * 2**attempt
            if attempt >= options.retries or time.monotonic() + pause > ends:
                raise
            time.sleep(pause)
    raise AssertionError("counting has no end")


@contextmanager
def _closing(stream: Stream[ChatCompletionChunk], ends: float) -> Iterator[None]:
    """Closes a stream when the time is over, even if it only ever sends signs of life."""
    timer = Timer(max(0.0, ends - time.monotonic()), stream.response.close)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _pieces(delta: Any, texts: list[str], calls: dict[int, _Call]) -> Iterator[str]:
    """Adds a piece of a stream to what came before it."""
    if delta.content:
        texts.append(delta.content)
        yield delta.content
    for part in delta.tool_calls or ():
        call = calls.setdefault(part.index, _Call())
        call.id = part.id or call.id
        if part.function is not None:
            call.name += part.function.name or ""
            call.arguments += part.function.arguments or ""
            yield part.function.arguments or ""


def _asked_for(way: Way) -> Mapping[str, Any]:
    """What a request adds to say in which form the answer is wanted."""
    if way is Way.OBJECT:
        return {"response_format": {"type": "json_object"}}
    if way is Way.TOOL:
        propose = {
            "name": _PROPOSE,
            "description": "Hands over the answer.",
            "parameters": schema(),
            "strict": True,
        }
        return {"tools": [_FIND, {"type": "function", "function": propose}]}
    form = {"name": "answer", "schema": schema(), "strict": True}
    asked = {"response_format": {"type": "json_schema", "json_schema": form}}
    if way is Way.FORM:
        return asked
    return {**asked, "tools": [_FIND], "stream_options": {"include_usage": True}}


def _calling(calls: list[_Call]) -> dict[str, Any]:
    return {
        "role": "assistant",
        "tool_calls": [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in calls
        ],
    }


def _looked_up(call: _Call, titles: TitleLookup, answer: Answer) -> dict[str, Any]:
    """The songs that a look-up finds, as the message that answers it."""
    try:
        words = str(json.loads(call.arguments)["words"])[:200]
    except (ValueError, KeyError, TypeError):
        words = ""
    found = described(titles(words)[:MOST_FOUND]) if call.name == "find_song" else []
    answer.songs |= {row["id"] for row in found}
    return {"role": "tool", "tool_call_id": call.id, "content": json.dumps(found)}


def described(matches: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Songs of the catalogue as a model reads them."""
    return [
        {"id": one.recording_id, "title": one.title, "artists": list(one.artists)}
        for one in matches
    ]


_PROPOSE = "propose"
_HELP = "the offline phrasebook reads the words instead"
_FIND = {
    "type": "function",
    "function": {
        "name": "find_song",
        "description": "Finds songs of the catalogue by title or artist, slips forgiven.",
        "parameters": {
            "type": "object",
            "properties": {"words": {"type": "string", "description": "a title or an artist"}},
            "required": ["words"],
            "additionalProperties": False,
        },
        "strict": True,
    },
}
