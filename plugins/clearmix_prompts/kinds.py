"""Which songs and what kind of remix a turn means, and which fields it changed."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from clearmix import Conversation, RemixSpec
from clearmix_prompts.draft import Draft
from clearmix_prompts.grammar import Ask
from clearmix_prompts.titles import Named

MADE = frozenset({"REMIX", "COVER", "MASH", "EDIT", "VERSION", "MIX"})
"""Classes of words that name the thing to be made."""

_CREATIVE = frozenset(
    ["era", "styles", "moods", "energy", "strength", "style_of", "voice", "lyrics", "use_case"]
)
"""Fields that transform a recording: with one of them a request is no mere edit."""

_ARRANGED = frozenset({"add", "replace"})

_BUILT = "build and drop"
"""The change of a section that is made of sounds which the recording lacks."""


def mashes(classes: AbstractSet[str]) -> bool:
    """Whether a turn asks for a mashup by name."""
    return "MASH" in classes


def sources(
    names: Named,
    classes: AbstractSet[str],
    asks: Sequence[Ask],
    context: Conversation,
    *,
    joined: bool,
) -> tuple[tuple[str, ...], str | None]:
    """The recordings that a turn works on, and what to ask when that is not clear."""
    if names.question:
        return (), names.question
    found = names.sources
    swapped = _swapped(names, classes, context)
    if swapped:
        return swapped, None
    current = context.spec.sources if context.spec else ()
    first = current[0] if current else context.source
    together = joined or len(found) == 2
    laid = classes & {"MIX", "ON", "TOGETHER"} or ("WITH" in classes and classes & {"SING", "PART"})
    instead = "INSTEAD" in classes and len(found) == 1
    mixing = mashes(classes) or (together and bool(laid) and bool(found) and not instead)
    if len(current) == 2 and len(found) == 1 and found[0] in current:
        return _of_both(found[0], current, classes), None
    if mixing and not found and len(current) == 2:
        return (), None  # `make the mashup faster`
    if mixing:
        if len(found) == 1 and first and first != found[0]:
            found = (first, *found)
        if len(found) > 2:
            return (), "A mashup has two songs. Which two do you mean?"
        if len(found) < 2:
            return found, "Which second song shall I mash it with?"
        return found, None
    if len(found) > 1:
        return (), "Which one of these songs do you mean, or shall I mash them up?"
    if not found and not any(ask.what in ("style_of", "voice") for ask in asks):
        return _by_artist(names, first)
    return found, None


def _of_both(named: str, current: tuple[str, ...], classes: AbstractSet[str]) -> tuple[str, ...]:
    """What is left of a mashup of which one song was named: none of it says both."""
    if classes & {"REMOVE", "DROP", "CUT", "FORGET", "NO", "OUT"} and not classes & {"PART"}:
        return tuple(one for one in current if one != named)
    return (named,) if classes & {"ONLY", "ONLYLEFT", "ALONE"} else ()


def _swapped(names: Named, classes: AbstractSet[str], context: Conversation) -> tuple[str, ...]:
    """The songs after `swap Danny Boy for Amazing Grace`, `Amazing Grace, not Danny Boy`."""
    found, current = names.sources, context.spec.sources if context.spec else ()
    denied = names.denied & {*found}
    if len(found) != 2 or not (denied or classes & {"REPLACE", "INSTEADOF", "TOUCH"}):
        return ()
    if len({*found} & {*current}) == 1:
        old = next(one for one in found if one in current)
        new = next(one for one in found if one != old)
        stays = new in denied and old not in denied
        return current if stays else tuple(new if one == old else one for one in current)
    meant = tuple(one for one in found if one not in denied)
    return meant if len(meant) == 1 else ()


def _by_artist(names: Named, current: str | None) -> tuple[tuple[str, ...], str | None]:
    """The song of an artist who was named without one."""
    rows = {match.recording_id: match for _, matches in names.artists.values() for match in matches}
    if len(rows) == 1:
        return tuple(rows), None
    if not rows or current in rows:
        return (), None
    titles = sorted({f"“{match.title}”" for match in rows.values()})
    return (), f"Which song do you mean: {', '.join(titles[:5])}?"


def settle(draft: Draft, classes: AbstractSet[str], base: RemixSpec | None) -> None:
    """Sets the kind: what was said, else what the fields amount to."""
    fields = draft.fields
    two = len(fields.get("sources") or ()) == 2
    if two and (base is None or base.sources != tuple(fields["sources"])):
        fields["kind"] = "mashup"
    elif "COVER" in classes:
        fields["kind"] = "cover"
    elif "REMIX" in classes and (base is None or base.kind != "mashup"):
        fields["kind"] = "remix"
    elif base is not None and base.kind != "edit":
        fields["kind"] = base.kind
    else:
        emptied = base is not None and not _wished(fields) - {"keep", "avoid"}
        technical = (_technical(fields) or emptied) and "arranged" not in draft.touched
        fields["kind"] = "edit" if technical and not mashes(classes) else "remix"
        if mashes(classes) and not two:
            fields["kind"] = "mashup"
    if fields["kind"] == "mashup" and not two and not mashes(classes):
        fields["kind"] = "remix"


def _wished(fields: dict[str, Any]) -> set[str]:
    """Fields that ask for a change; an edit of which all was taken back has none."""
    given = {name for name, value in fields.items() if value not in ([], {}, None)}
    return given - {"kind", "sources", "seed", "use"}


def _technical(fields: dict[str, Any]) -> bool:
    """Whether only tempo, pitch, length, levels and effects change."""
    given = _wished(fields)
    karaoke = fields.get("use_case") == "karaoke"
    if given & (_CREATIVE - ({"use_case"} if karaoke else set())):
        return (
            fields.get("lyrics") == "keep"
            and not given & (_CREATIVE - {"lyrics"})
            and bool(given - {"lyrics", "keep"})
        )
    if any(row["action"] in _ARRANGED for row in fields.get("parts") or ()):
        return False
    if any(row["change"] == _BUILT for row in fields.get("sections") or ()):
        return False
    return bool(given - {"keep", "avoid"})


def changed(
    before: RemixSpec | None, after: RemixSpec | None, source: str | None = None
) -> tuple[str, ...]:
    """Names of the spec's fields that differ, in the spec's order."""
    empty = RemixSpec(sources=(source,)) if source else RemixSpec()
    one, two = before or empty, after or empty
    return tuple(
        name for name in RemixSpec.model_fields if getattr(one, name) != getattr(two, name)
    )
