"""What is said of a verified file, in words for everyone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clearmix.verification.originals import Original
    from clearmix.verification.reading import MarkFound
    from clearmix.verification.verdict import Verification


LONGEST_NAME = 80
"""Characters of a signer's name, which is whatever they wrote into their certificate."""


def statement_of(found: Verification) -> str:
    """The verdict in a sentence or two.

    It never says by itself that a sound is human-made: the absence of a mark proves nothing. Of a
    recording of the catalogue it says how the catalogue shows it.
    """
    naming = [mark for mark in found.marks if found.render_id in mark.renders]
    named = f"render {found.render_id}"
    removed = ""
    if found.entry is not None:
        titles = _listed(f"“{source.title}”" for source in found.entry.sources)
        named = f"`{found.entry.render.title}` (render {found.render_id}), made from {titles}"
        if found.entry.removed_at is not None:
            removed = " It has been removed from the service."
    match found.verdict:
        case "confirmed":
            said = f"AI-made: {named}. {_do(naming, 'say')} so, and the sound is that render."
        case "marked":
            said = f"AI-made: {named}. {_do(naming, 'say')} so; the sound {_unsettled(found)}."
        case "claimed":
            said = (
                f"{_do(naming, 'claim')} that this is {named}. Anybody could have written that, "
                f"and the sound {_unsettled(found)}."
            )
        case "copied":
            said = f"{_do(naming, 'name')} {named}, but this sound is not that render."
            if found.sounds_like:
                said += f" The sound is render {found.sounds_like}, which is AI-made."
        case "unregistered":
            said = f"{_do(naming, 'name')} {named}, which is not in this service's registry."
            if not found.ai_made:
                said += " Anybody could have written that."
        case "recognised":
            said = f"AI-made: the sound is {named}, though no mark in the file names it."
        case "disclosed":
            others = [mark for mark in found.marks if mark.believed]
            said = f"{_do(others, 'say')} that AI took part; this service did not make it."
            if not found.ai_made:
                said += " Anybody could have written that, and no signer who is trusted here did."
        case "unmarked" if found.original is not None:
            said = "No mark of AI was found in it."
        case "unmarked":
            said = "No mark of AI was found. That does not prove that people made it."
    if found.original is not None:
        said = f"{_original(found.original)} {said}"
    if found.verdict in ("claimed", "unregistered", "disclosed") and not found.ai_made:
        said += " So it is not called AI-made."
    for mark in found.marks:
        if also := found.also_named(mark):
            said += f" {_do([mark], 'also name')} {_renders(also)}."
    broken = [mark for mark in found.marks if found.standing(mark) == "broken"]
    if broken:
        said += (
            f" {_do(broken, 'do')} not fit this file: it was changed after it was signed, or it "
            "was copied from another."
        )
    for mark in found.marks:
        if found.standing(mark) == "disagrees":
            said += f" But {_subject(mark)} names {_renders(mark.renders)}."
    unread = [mark for mark in found.marks if found.standing(mark) == "unreadable"]
    if unread:
        names = _listed(f"`{mark.labeler}`" for mark in unread)
        said += f" Not every layer could be read: marks of {names} may be there all the same."
    for note in found.notes:
        said += f" {note[:1].upper()}{note[1:]}."
    return said + removed


def _original(found: Original) -> str:
    by = f" by {_listed(found.artists)}" if found.artists else ""
    how = "the file" if found.same_file else "the sound, from beginning to end,"
    return (
        f"This is the original recording of “{found.title}”{by}, not a remix made here: {how} is "
        f"that of the catalogue, which shows it as “{found.display.badge}”."
    )


def _unsettled(found: Verification) -> str:
    """Why the sound does not make a render known."""
    if found.sound is not None and found.sound.likeness == "same":
        return "is as like the recording that the render was made from"
    return (
        "does not settle it: it is too short, too changed, only in part that render, or as like "
        "its source"
    )


def _renders(ids: Sequence[str]) -> str:
    return f"render{'s' if len(ids) > 1 else ''} {_listed(ids)}"


def _do(marks: Sequence[MarkFound], verb: str) -> str:
    """Marks as the subject of a sentence, and their verb."""
    subject = _listed(map(_subject, marks))
    if len(marks) == 1:
        verb += "es" if verb.endswith("o") else "s"
    return f"{subject[:1].upper()}{subject[1:]} {verb}"


def _subject(mark: MarkFound) -> str:
    kind = "the watermark" if mark.layer == "signal" else "the file's mark"
    signer = mark.reading.fields.get("signed_by", "") if mark.reading and not mark.keyed else ""
    shown = "".join(filter(str.isprintable, signer))[:LONGEST_NAME]
    return f"{kind} `{mark.labeler}`" + (f" (signed as “{shown}”)" if shown else "")


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} and {listed[-1]}"
