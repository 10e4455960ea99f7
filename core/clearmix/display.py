"""How a sound is shown: a badge and a sentence, the same on every page, in every answer and mark.

Four classes are kept apart: what a listener had made, what a producer led with AI, an official
remix, and what people made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

MadeBy = Literal["listener-ai", "producer-ai", "official-remix", "human-made"]

BADGES: Final[dict[MadeBy, str]] = {
    "listener-ai": "AI-made",
    "producer-ai": "Made with AI",
    "official-remix": "Official remix",
    "human-made": "Human-made",
}
"""The words of each badge: short enough for a cover, and never a mere symbol."""

TITLE_SUFFIX: Final = f"[{BADGES['listener-ai']}]"
"""Follows the title of a render wherever only titles are shown."""

_LANES: Final[dict[str, MadeBy]] = {
    "original": "human-made",
    "official": "official-remix",
    "producer": "producer-ai",
}

_SENTENCES: Final[dict[MadeBy, str]] = {
    "listener-ai": "Made with AI at a listener's request.",
    "producer-ai": "Made by a producer with the help of AI.",
    "official-remix": "A remix released by the rights-holders, made by people.",
    "human-made": "Made by people.",
}


@dataclass(frozen=True)
class Display:
    """The class of a sound, its badge, and the sentence that goes with it."""

    made_by: MadeBy
    badge: str
    sentence: str

    def as_json(self) -> dict[str, Any]:
        """The display in JSON's types."""
        return {"class": self.made_by, "badge": self.badge, "sentence": self.sentence}


def display_of_render(label: str) -> Display:
    """How a render is shown: its label is what the rights-holders ask for.

    >>> display_of_render("Made with AI from “Green”.").badge
    'AI-made'
    """
    return _display("listener-ai", label)


def display_of_recording(lane: str, *, ai_disclosed: bool = False) -> Display:
    """How a recording of the catalogue is shown, by its lane.

    `ai_disclosed` says that its own file carries a disclosure: it is never human-made then.

    >>> display_of_recording("official").badge
    'Official remix'
    """
    if ai_disclosed:
        return _display("producer-ai", "Its own file says that AI took part in making it.")
    return _display(_LANES[lane])


def with_badge(title: str) -> str:
    """The title of a render with its suffix, once.

    >>> with_badge(with_badge("Green (remix)"))
    'Green (remix) [AI-made]'
    """
    return title if title.endswith(TITLE_SUFFIX) else f"{title} {TITLE_SUFFIX}".strip()


def _display(made_by: MadeBy, sentence: str = "") -> Display:
    return Display(made_by, BADGES[made_by], sentence or _SENTENCES[made_by])
