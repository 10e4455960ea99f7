"""Changing a spec field by field: a page's controls say what words could have said as well."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from clearmix.conversation.thread import Thread
from clearmix.errors import SpecError
from clearmix.spec import RemixSpec

EDITABLE = frozenset(
    {"tempo", "pitch", "energy", "era", "styles", "moods", "effects", "parts", "structure"}
    | {"keep", "avoid", "strength", "seed"}
)
"""How a remix sounds. What it is made of, and what it is used for, is said in words."""

TRANSFORMING = frozenset({"era", "styles", "moods", "strength"})
"""Fields that make a technical edit of a recording a remix of it."""


def base_of(thread: Thread) -> RemixSpec | None:
    """The spec that the next change starts from: what waits for an answer, or else what is heard.

    A song that was only chosen is where a first remix of it starts.
    """
    version = thread.version(thread.current)
    if thread.draft is not None:
        return thread.draft
    if version is not None:
        return version.spec
    return RemixSpec(sources=(thread.source,)) if thread.source is not None else None


def edited(base: RemixSpec, text: str) -> RemixSpec:
    """A spec with the fields of a JSON object in place of its own; null leaves a field out.

    >>> edited(RemixSpec(kind="edit", tempo={"ratio": 2}), '{"tempo": null, "era": "80s"}').era
    '1980s'

    Raises:
        SpecError: it is no JSON object, names a field that is not edited this way, or a value is
            not one of a spec.
    """
    changes = _object(text)
    foreign = sorted(changes.keys() - EDITABLE)
    if foreign:
        raise SpecError(
            f"`{foreign[0]}` is not changed by a control", help="say it in words", place="edit"
        )
    if base.kind == "edit" and any(changes.get(name) is not None for name in TRANSFORMING):
        changes = {**changes, "kind": "remix"}
    return base.merged(changes)


def changed(before: RemixSpec, after: RemixSpec) -> tuple[str, ...]:
    """Names of the fields in which two specs differ, in the order of the spec."""
    was, now = before.as_json(), after.as_json()
    return tuple(name for name in RemixSpec.model_fields if was.get(name) != now.get(name))


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise SpecError("this is no change of a spec", help="reload the page", place="edit")
    return found
