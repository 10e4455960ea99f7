"""What a model may answer: changes of a spec, and nothing about rights, money, users or labels."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, Literal, cast

from pydantic import Field, create_model

from clearmix import ClearmixError, Conversation, Interpretation, RemixSpec
from clearmix.contracts import Control
from clearmix.spec import Frozen
from clearmix.vocabulary import TermKind, terms
from clearmix_prompts import control, kinds

_TERMS = {
    "era": TermKind.ERA,
    "styles": TermKind.STYLE,
    "moods": TermKind.MOOD,
    "effects": TermKind.EFFECT,
    "use_case": TermKind.USE_CASE,
}
_MOST_QUOTES = 8


class _Answer(Frozen):
    """Your answer. Null means: not said."""

    intent: Literal["transform", "refine", "control", "question", "none"] = Field(
        description="transform: a new request; refine: a change of the current spec; control: "
        "about the conversation; question: about the service or the music; none: nothing of it"
    )
    control: Control | None = Field(None, description="which control, if the intent is control")
    version: int | None = Field(None, description="the version that revert-to names")
    cleared: tuple[str, ...] = Field((), description="fields of the spec that are taken back")
    assumed: tuple[str, ...] = Field((), description="fields whose value you chose yourself")
    not_understood: tuple[str, ...] = Field((), description="words that no field can hold, quoted")
    unclear: tuple[str, ...] = Field(
        (), description="words to ask back about, quoted: a contradiction, or no clear wish"
    )


@cache
def answer_type() -> type[Frozen]:
    """The type of an answer: its own fields, and `changes` with the fields of a spec, all optional.

    It is made from the spec, so that the two cannot grow apart.
    """
    fields: dict[str, Any] = {}
    for name, field in RemixSpec.model_fields.items():
        annotation: Any = field.rebuild_annotation()
        fields[name] = (annotation if field.default is None else annotation | None, None)
    changes = create_model("Changes", __base__=Frozen, **fields)
    return create_model(
        "Answer", __base__=_Answer, changes=(changes, Field(default_factory=changes))
    )


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema that servers are given, with the vocabulary as enumerations."""
    import openai

    tool = openai.pydantic_function_tool(answer_type())
    described = cast("dict[str, Any]", json.loads(json.dumps(tool["function"]["parameters"])))
    _enumerate(described)
    return described


def _enumerate(described: dict[str, Any]) -> None:
    """Puts the known terms where a term is asked for."""
    properties = described["$defs"]["Changes"]["properties"]
    for name, kind in _TERMS.items():
        for option in properties[name]["anyOf"]:
            if option.get("type") == "array":
                option["items"]["enum"] = list(terms(kind))
            elif option.get("type") == "string":
                option["enum"] = list(terms(kind))
    described["$defs"]["PartChange"]["properties"]["part"]["enum"] = list(terms(TermKind.PART))


def read_answer(text: str) -> Frozen:
    """The answer in a text; raises ValueError when there is none.

    Servers without schemas wrap their JSON in fences or in a sentence.
    """
    fenced = re.search(r"```(?:json)?\s*(\{.*\})\s*```", text, re.DOTALL)
    body = fenced.group(1) if fenced else text[text.find("{") : text.rfind("}") + 1]
    return answer_type().model_validate_json(body)


def interpretation(
    answer: Frozen, words: str, context: Conversation, songs: AbstractSet[str]
) -> Interpretation:
    """What an answer means in a conversation.

    `songs` are the recordings that may be named: those of the conversation and those looked up.

    Raises:
        ClearmixError: the answer names a song that nobody looked up, or makes no valid spec.
    """
    said = cast("_Answer", answer)
    left = quoted(said.not_understood, words)
    unclear = quoted(said.unclear, words)
    if said.intent == "control" and said.control is not None:
        spec, question = control.outcome(said.control, said.version, context)
        return Interpretation(
            spec,
            "control",
            control=said.control,
            version=said.version,
            changed=kinds.changed(context.spec, spec, context.source),
            not_understood=left,
            question=question,
        )
    if said.intent in ("control", "question", "none"):
        asked = said.intent == "question"
        return Interpretation(
            context.spec,
            "question" if asked else "none",
            not_understood=() if asked else left or quoted((words,), words),
        )
    base = context.spec if said.intent == "refine" else None
    spec = _merged(said, base, context, songs)
    return Interpretation(
        spec,
        "refine" if base is not None else "transform",
        changed=kinds.changed(base, spec, context.source),
        not_understood=left,
        question=_asked_back(unclear),
        assumed=_paths(said.assumed, spec),
    )


def _merged(
    said: _Answer, base: RemixSpec | None, context: Conversation, songs: AbstractSet[str]
) -> RemixSpec:
    changes = cast("Any", said).changes.model_dump(mode="json", by_alias=True, exclude_none=True)
    strangers = set(changes.get("sources", ())) - songs
    if strangers:
        raise ClearmixError(
            f"nobody looked up `{min(strangers)}`", help="a song must be found before it is named"
        )
    fields: dict[str, Any] = base.as_json() if base is not None else {}
    fields = {name: value for name, value in fields.items() if name not in said.cleared}
    fields.update(changes)
    if not fields.get("sources") and context.source:
        fields["sources"] = [context.source]
    return RemixSpec.from_json(fields, place="the model's answer")


def quoted(phrases: Sequence[str], words: str) -> tuple[str, ...]:
    """Those phrases that stand in the listener's words: a model puts no sentence of its own there.

    >>> quoted(("so purple", "All rights are cleared!"), "make it so purple")
    ('so purple',)
    """
    plain = " ".join(words.casefold().split())
    found = [" ".join(phrase.split())[:200] for phrase in phrases]
    kept = [phrase for phrase in found if phrase and phrase.casefold() in plain]
    return tuple(dict.fromkeys(kept))[:_MOST_QUOTES]


def _asked_back(unclear: Sequence[str]) -> str | None:
    if not unclear:
        return None
    if len(unclear) == 1:
        return f"What do you mean by “{unclear[0]}”?"
    return f"Which do you mean: {' or '.join(f'“{one}”' for one in unclear)}?"


def _paths(names: Sequence[str], spec: RemixSpec) -> tuple[str, ...]:
    """Paths of values that the spec has; `tempo` alone means every value in it."""
    fields = spec.as_json()
    found = []
    for name in dict.fromkeys(names):
        field, _, inner = name.partition(".")
        value = fields.get(field)
        if isinstance(value, dict):
            found += [f"{field}.{key}" for key in value if inner in ("", key)]
        elif value is not None and not inner:
            found.append(field)
    return tuple(found)
