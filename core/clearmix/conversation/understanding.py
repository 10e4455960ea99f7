"""From words to a spec in one step, for whoever keeps the conversation elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from clearmix.errors import ClearmixError, SpecError
from clearmix.spec import RemixSpec

if TYPE_CHECKING:
    from clearmix.contracts import Conversation, Interpretation
    from clearmix.kernel import Kernel


def conversation_of(
    kernel: Kernel, fields: Mapping[str, Any], source: str | None = None, *, place: str = ""
) -> Conversation:
    """The conversation that JSON describes by `versions` (or `spec`), `turns` and `source`.

    Raises:
        SpecError: another field, or a version that is no spec.
        CatalogueError: the source is neither in the catalogue nor a render.
    """
    from clearmix.contracts import Conversation

    unknown = sorted(fields.keys() - {"versions", "spec", "turns", "source"})
    if unknown:
        raise SpecError(
            f"unknown field `{unknown[0]}`",
            help="a conversation has `versions` (or `spec`), `turns` and `source`",
            place=place,
        )
    versions = fields.get("versions") or ([fields["spec"]] if fields.get("spec") else [])
    named = source or fields.get("source")
    return Conversation(
        versions=tuple(RemixSpec.from_json(spec, place=place) for spec in versions),
        turns=tuple(fields.get("turns", ())),
        source=source_id(kernel, named) if named else None,
        titles=kernel.catalogue.titles,
    )


def source_id(kernel: Kernel, name: str) -> str:
    """The id of a render, or of the recording that an id, ISRC or title names."""
    if kernel.rendering.find(name) is not None:
        return name
    return kernel.catalogue.recording(name).id


def understood(kernel: Kernel, words: str, source: str | None) -> RemixSpec:
    """The spec that words ask for; raises ClearmixError when they ask for none."""
    return require_spec(kernel.interpret(words, conversation_of(kernel, {}, source)), words)


def require_spec(said: Interpretation, words: str) -> RemixSpec:
    """The spec of an interpretation; raises ClearmixError when there is nothing to render."""
    if said.question:
        raise ClearmixError(said.question, help="say it again with that answer")
    if said.spec is None or said.intent not in ("transform", "refine"):
        raise ClearmixError(
            f"nothing in `{words}` says how to change a song",
            help="say for example: make Greensleeves an upbeat 80s club remix, keep the melody",
        )
    if not said.spec.sources:
        raise ClearmixError(
            f"no song of the catalogue is named in `{words}`",
            help="name the song, or give it with --source; `clearmix catalogue list` shows all",
        )
    return said.spec
