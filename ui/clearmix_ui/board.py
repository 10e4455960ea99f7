"""What stands at the end of a conversation: its versions, and the settings to go on from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clearmix.conversation.editing import base_of
from clearmix.conversation.wording import differences
from clearmix.errors import ClearmixError
from clearmix_ui.controls import Controls, controls_of
from clearmix_ui.hearing import stopped

if TYPE_CHECKING:
    from clearmix import Kernel
    from clearmix.conversation import Thread, Version
    from clearmix.spec import RemixSpec

LONGEST_NAME = 32
"""Letters of a version's name; the whole is in its turn."""


@dataclass(frozen=True)
class Row:
    """A version: `name` says what it changes, `base` that the next words change it.

    `render` is its remix, where there is one that may be heard.
    """

    number: int
    name: str
    base: bool
    render: str | None


@dataclass(frozen=True)
class Board:
    """Versions, and the controls of what the next change starts from; none without a song.

    `redo` is the newest version that was made from the current one, as after going back from it.
    """

    source: str
    title: str
    versions: tuple[Row, ...]
    redo: int | None
    controls: Controls | None
    cost: str


def board_of(kernel: Kernel, thread: Thread) -> Board:
    """The board of a conversation."""
    base = base_of(thread)
    source = base.sources[0] if base is not None and base.sources else ""
    return Board(
        source=source,
        title=_title(kernel, thread, source),
        versions=tuple(_row(kernel, thread, version) for version in thread.versions),
        redo=_redo(thread),
        controls=_controls(kernel, base) if base is not None and base.sources else None,
        cost=_cost(kernel, base, thread.listener) if base is not None and base.sources else "",
    )


def _redo(thread: Thread) -> int | None:
    if thread.draft is not None:
        return None
    later = (one for one in reversed(thread.versions) if one.render is not None)
    return next((one.number for one in later if one.parent == thread.current), None)


def _title(kernel: Kernel, thread: Thread, source: str) -> str:
    if thread.draft is not None:
        return "your request"
    if thread.current is not None:
        return f"version {thread.current}"
    return kernel.conversations.named(source) if source else ""


def _row(kernel: Kernel, thread: Thread, version: Version) -> Row:
    parent = thread.version(version.parent)
    said = differences(parent.spec, version.spec) if parent else ("first take",)
    name = ", ".join(said) or "the same again"
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip(' ,')}…"
    base = thread.current == version.number and thread.draft is None
    render = version.render
    if render is not None and stopped(kernel, render, thread.listener):
        render = None
    return Row(version.number, short, base, render)


def _controls(kernel: Kernel, base: RemixSpec) -> Controls:
    try:
        song = kernel.catalogue.recording(base.sources[0]).analysis
    except ClearmixError:
        song = None  # a remix of a remix: its keys and tempo are those that were asked for
    return controls_of(base, song)


def _cost(kernel: Kernel, base: RemixSpec, listener: str) -> str:
    try:
        text = kernel.rendering.quote(base, listener).text
    except ClearmixError as error:
        text = error.message
    plain = text.replace("`", "")
    return f"{plain[:1].upper()}{plain[1:]}."
