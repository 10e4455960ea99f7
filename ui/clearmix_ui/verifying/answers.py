"""What the page says of a verified file, for each verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clearmix.rendering.crediting import DDEX_ROLES
from clearmix.verification import MarkFound, Verdict, Verification
from clearmix_ui.cards import html


@dataclass(frozen=True)
class Headline:
    """A verdict in a few words, how it looks, and what to make of it."""

    title: str
    kind: str
    sign: str
    advice: str


HEADLINES: dict[Verdict, Headline] = {
    "confirmed": Headline(
        "AI-made, and made here",
        "ai",
        "wave",
        "Its marks and its sound agree. You can rely on it.",
    ),
    "marked": Headline(
        "Marked as AI-made here",
        "ai",
        "wave",
        "Its marks say so, and the sound neither proves nor denies it. Give a longer piece of it "
        "to be surer.",
    ),
    "recognised": Headline(
        "AI-made here; its marks are gone",
        "ai",
        "wave",
        "Somebody took the marks out, or they were lost on the way. The sound is known all the "
        "same.",
    ),
    "claimed": Headline(
        "It claims to be AI-made here",
        "wait",
        "ask",
        "Only what anybody can write says so, and the sound does not prove it. Do not rely on it.",
    ),
    "copied": Headline(
        "Its mark belongs to another sound",
        "no",
        "stop",
        "Do not rely on the mark: it was copied into this file.",
    ),
    "unregistered": Headline(
        "Its mark names a render that nobody here knows",
        "wait",
        "ask",
        "It may come from another service, or be made up. Ask whoever gave you the file.",
    ),
    "disclosed": Headline(
        "It says that AI took part elsewhere",
        "wait",
        "ask",
        "This service did not make it, and can say no more than who says so below.",
    ),
    "unmarked": Headline(
        "No mark of AI was found",
        "plain",
        "ask",
        "As far as its marks and its sound tell, it was not made here.",
    ),
}
"""By verdict."""

TOO_LITTLE = "So nothing can be told of it. Give ten seconds or more of it, with sound."
"""What to make of a file without marks that is too short or too quiet to carry any."""

IS_ORIGINAL = "What is made of it here is labelled AI-made and carries marks; this is not."

STILL_ORIGINAL = "The sound is an original of the catalogue, whatever is written into the file."

STANDINGS = {
    "agrees": "says so too",
    "disagrees": "names another render",
    "copied": "names a render that this sound is not",
    "broken": "does not fit this file",
    "of others": "was put there by somebody else",
    "not found": "not found",
    "unreadable": "could not be looked for",
}
"""How each mark stands to the verdict, in words."""

LAYERS = {
    "signal": "A watermark in the sound",
    "file": "A mark in the file",
    "unknown": "A mark in a layer of its own",
}


@dataclass(frozen=True)
class Row:
    """One mark as the page lists it."""

    name: str
    layer: str
    words: str
    sure: str
    kind: str


def answer(found: Verification, file_name: str) -> str:
    """The answer on a file as HTML."""
    rows = [_row(found, mark) for mark in found.marks]
    licence = found.entry.licence if found.entry else None
    return html(
        "verdict.html",
        found=found,
        headline=_headline(found),
        rows=sorted(rows, key=lambda row: row.kind == "none"),
        sure=percent(found.confidence) if found.confidence else "",
        credits=[credit_in_words(one) for one in licence.credits] if licence else [],
        file_name=file_name,
    )


def trouble(message: str, help: str = "", file_name: str = "") -> str:
    """Why there is no answer on a file, and what to do, as HTML."""
    return html("verify_trouble.html", message=message, help=help, file_name=file_name)


def _headline(found: Verification) -> Headline:
    headline = HEADLINES[found.verdict]
    if found.original is not None and found.verdict == "unmarked":
        return Headline(f"The original “{found.original.title}”", "plain", "check", IS_ORIGINAL)
    if found.original is not None:
        return replace(headline, advice=f"{headline.advice} {STILL_ORIGINAL}")
    unread = found.verdict == "unmarked" and found.notes
    return replace(headline, advice=TOO_LITTLE) if unread else headline


def credit_in_words(credit: str) -> str:
    """A credit as people say it, whatever it is called in files.

    >>> credit_in_words("MusicPublisher: Quill & Co"), credit_in_words("somebody")
    ('Quill & Co (publisher)', 'somebody')
    """
    role, _, name = credit.partition(": ")
    words = {ddex: ours for ours, ddex in DDEX_ROLES.items()}.get(role)
    return f"{name} ({words})" if words else credit


def percent(confidence: float) -> str:
    """How sure, never rounded up to certainty.

    >>> percent(0.99999), percent(0.504)
    ('99.9 %', '50 %')
    """
    return f"{int(confidence * 1000) / 10} %" if confidence >= 0.99 else f"{100 * confidence:.0f} %"


def _row(found: Verification, mark: MarkFound) -> Row:
    standing = found.standing(mark)
    kind = {"agrees": "yes", "not found": "none", "unreadable": "none", "of others": "wait"}
    sure = percent(mark.confidence) if mark.believed else ""
    words = STANDINGS[standing] + (f": {mark.problem}" if mark.problem else "")
    return Row(mark.labeler, LAYERS[mark.layer], words, sure, kind.get(standing, "no"))
