"""The interpreter `openai`: a model proposes, the phrasebook is what is left when it cannot."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from clearmix import ClearmixError, Conversation, Interpretation, Interpreter
from clearmix.vocabulary import TermKind, terms
from clearmix_prompts.claims import claimed
from clearmix_prompts.kinds import changed
from clearmix_prompts.language_model.asking import (
    MOST_FOUND,
    Answer,
    Way,
    ask,
    described,
)
from clearmix_prompts.language_model.options import Options
from clearmix_prompts.language_model.proposal import interpretation, read_answer, schema
from clearmix_prompts.language_model.spending import SIGNS_PER_TOKEN, LimitReachedError, Spending
from clearmix_prompts.text import read
from clearmix_prompts.titles import named

if TYPE_CHECKING:
    from openai import OpenAI

_log = logging.getLogger(__name__)

_TURNS = 6
"""Earlier turns that a model is told of."""


class LanguageModel:
    """Understands what a model understands; whatever it cannot read the phrasebook reads."""

    id = "openai"
    version = "1.0"

    def __init__(
        self,
        options: Callable[[], Options],
        phrasebook: Interpreter,
        spending: Callable[[int], Spending],
    ) -> None:
        self._read_options = options
        self._phrasebook = phrasebook
        self._spending = spending
        self._ways = tuple(Way)

    def interpret(self, words: str, context: Conversation) -> Interpretation:
        """The proposal for this turn; a note says so when it is the phrasebook's."""
        offline = self._phrasebook.interpret(words, context)
        try:
            proposal = self._proposed(read(words).clean, context)
        except ClearmixError as error:
            return replace(offline, notes=(*offline.notes, f"{_OFFLINE}: {error.message}."))
        return guarded(proposal, offline, context, claims=_claims(words, context))

    @cached_property
    def _options(self) -> Options:
        return self._read_options()

    @cached_property
    def _client(self) -> OpenAI:
        from openai import OpenAI

        options = self._options
        return OpenAI(
            base_url=options.base_url,
            api_key=options.api_key or "none",
            max_retries=0,
            timeout=options.seconds,
        )

    def _proposed(self, words: str, context: Conversation) -> Interpretation:
        """The model's proposal, by the first way of asking that this server knows."""
        import httpx2
        import openai

        if not self._options.ready:
            raise ClearmixError("no model is set", help="set CLEARMIX_OPENAI_MODEL")
        problem = ClearmixError("no way of asking is left", help="look at the log")
        ends = time.monotonic() + self._options.seconds
        for way in self._ways:
            try:
                proposal = self._asked(way, words, context, ends)
            except LimitReachedError:
                raise
            except openai.APIStatusError as error:
                if error.status_code not in _NOT_KNOWN:
                    raise ClearmixError(
                        f"the server answered with status {error.status_code}", help=str(error)
                    ) from None
                problem = ClearmixError("the server does not take the request", help=str(error))
            except openai.APITimeoutError:
                raise ClearmixError("the model took too long", help=_LATER) from None
            except (openai.APIConnectionError, httpx2.HTTPError, httpx2.StreamError):
                late = time.monotonic() >= ends
                reason = "the model took too long" if late else "the server cannot be reached"
                raise ClearmixError(reason, help=_LATER) from None
            except (openai.OpenAIError, ValueError, ClearmixError) as error:
                _log.info("an answer by way of `%s` cannot be used: %s", way.value, error)
                problem = ClearmixError("the model’s answer could not be used", help=str(error))
            else:
                self._ways = self._ways[self._ways.index(way) :]
                return proposal
        raise problem

    def _asked(self, way: Way, words: str, context: Conversation, ends: float) -> Interpretation:
        messages = _messages(way, words, context)
        options = self._options
        written = sum(len(message["content"]) for message in messages) // SIGNS_PER_TOKEN
        used = self._spending(options.daily_tokens).set_aside(written + options.answer_tokens)
        answer = Answer()
        try:
            answer = ask(self._client, options, way, messages, context.titles, ends=ends)
        finally:
            used(answer.tokens or written + len(answer.text) // SIGNS_PER_TOKEN)
        songs = answer.songs | _known(words, context)
        return interpretation(read_answer(answer.text), words, context, songs)


def _known(words: str, context: Conversation) -> set[str]:
    """Songs that may be named without a look-up: the open one, and those named in the words."""
    current = context.spec.sources if context.spec else ()
    named = {match.recording_id for match in context.titles(words)[:MOST_FOUND]}
    return {*current, *named, *filter(None, (context.source,))}


def _messages(way: Way, words: str, context: Conversation) -> list[dict[str, Any]]:
    """What a model is told: how to answer, the conversation, the words; no song but those named."""
    text = files(__package__).joinpath("instructions.md").read_text(encoding="utf-8")
    vocabulary = {kind.value: list(terms(kind)) for kind in TermKind}
    said: dict[str, Any] = {
        "current_spec": context.spec.as_json() if context.spec else None,
        "versions": len(context.versions),
        "earlier_turns": list(context.turns[-_TURNS:]),
    }
    if way is Way.OBJECT:
        text += f"\nThe object follows this JSON Schema:\n{json.dumps(schema())}\n"
    if not way.looks_up:
        said["songs_named"] = described(context.titles(words)[:MOST_FOUND])
    text += f"\nTerms: {json.dumps(vocabulary)}\n"
    return [
        {"role": "system", "content": text},
        {"role": "user", "content": json.dumps({**said, "words": words}, ensure_ascii=False)},
    ]


def guarded(
    proposal: Interpretation,
    offline: Interpretation,
    context: Conversation,
    *,
    claims: tuple[str, ...],
) -> Interpretation:
    """A proposal that asks for no less permission than the words do.

    # INVARIANT: a use, an artist as model and a likeness that the phrasebook reads in the words
    # stay, whatever a model made of them, and a model alone makes nothing private; what is set
    # aside as a claim is listed.
    """
    left = tuple(dict.fromkeys((*proposal.not_understood, *claims)))
    proposal = replace(proposal, not_understood=left)
    if proposal.spec is None or proposal.intent not in ("transform", "refine"):
        return proposal
    base = context.spec if proposal.intent == "refine" else None
    changes: dict[str, Any] = {}
    if proposal.spec.use == "private":
        changes["use"] = base.use if base else None
    if offline.spec is not None:
        asked = offline.spec.as_json()
        model = proposal.spec.as_json()
        likeness = asked.get("voice", {}).get("source", "").startswith("likeness:")
        for name, binding in (("use", True), ("style_of", True), ("voice", likeness)):
            if (
                binding
                and name in offline.changed
                and name in asked
                and model.get(name) != asked[name]
            ):
                changes[name] = asked[name]
    if not changes:
        return proposal
    spec = proposal.spec.merged(changes)
    return replace(proposal, spec=spec, changed=changed(base, spec, context.source))


def _claims(words: str, context: Conversation) -> tuple[str, ...]:
    """Clauses that claim rights or give orders, in the listener's words."""
    text = read(words)
    return tuple(text.said(*span) for span in claimed(text, named(text, context).hidden))


_OFFLINE = "read by the offline phrasebook"
_LATER = "it is tried again with the next prompt"
_NOT_KNOWN = frozenset({400, 404, 415, 422, 501})
"""Statuses of a server that does not know a way of asking; the next way may do."""
