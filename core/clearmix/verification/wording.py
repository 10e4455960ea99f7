"""What is said of a verified file, in words for everyone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clearmix.verification.verdict import Verification


def statement_of(found: Verification) -> str:
    """The verdict in a sentence or two.

    It never says that a sound is human-made: the absence of a mark proves nothing.
    """
    named = f"render {found.render_id}"
    marks = _named(mark.labeler for mark in found.marks if mark.names == found.render_id)
    if found.entry is not None:
        titles = _named(f"“{source.title}”" for source in found.entry.sources)
        named = f"`{found.entry.render.title}` (render {found.render_id}), made from {titles}"
    removed = (
        " It has been removed from the service." if found.entry and found.entry.removed_at else ""
    )
    match found.verdict:
        case "confirmed":
            said = f"AI-made: {named}. {marks} say so, and the sound is that render.{removed}"
        case "marked":
            said = (
                f"AI-made: {named}. {marks} say so; the sound is too short, too quiet or too changed "
                f"to be compared.{removed}"
            )
        case "copied":
            said = f"{marks} name {named}, but this sound is not that render: the mark was copied."
            if found.sounds_like:
                said += f" The sound is render {found.sounds_like}, which is AI-made."
        case "unregistered":
            said = f"{marks} name {named}, which this service never published."
        case "recognised":
            said = f"AI-made: the sound is {named}, though no mark in the file names it.{removed}"
        case "disclosed":
            others = _named(mark.labeler for mark in found.marks if mark.believed)
            said = f"{others} say that AI took part, in marks that are not of this service."
        case "unmarked":
            said = "No mark of AI was found. That does not prove that people made it."
    broken = [mark.labeler for mark in found.marks if found.standing(mark) == "broken"]
    if broken:
        said += (
            f" {_named(broken)} do not fit this file: it was changed since, or they were copied."
        )
    disagreeing = [
        f"{mark.labeler} name render {mark.names}"
        for mark in found.marks
        if found.standing(mark) == "disagrees"
    ]
    return f"{said} But {' and '.join(disagreeing)}." if disagreeing else said


def _named(names: Iterable[str]) -> str:
    listed = list(names)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} and {listed[-1]}"
