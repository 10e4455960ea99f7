"""One listener at the page: what is shown to them, and what they say, checked on the server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from clearmix import ClearmixError
from clearmix.conversation import Choice
from clearmix.conversation.editing import base_of, edited
from clearmix.conversation.wording import differences
from clearmix_ui import cards
from clearmix_ui.board import board_of
from clearmix_ui.cards import time_in_words
from clearmix_ui.controls import changes_of
from clearmix_ui.hearing import EVERYBODY, stopped
from clearmix_ui.navigation import masthead
from clearmix_ui.shelf import shelf_of
from clearmix_ui.timelines import timeline_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clearmix import Kernel
    from clearmix.conversation import Thread
    from clearmix.rendering.models import Job, Render
    from clearmix.royalties.models import Earning

_RENDER = r"[0-9a-f]{16}"
"""What ids of renders look like, and those of songs do not."""

_KINDS = (
    "look", "say", "source", "allowed", "version", "retry", "reset", "cancel", "set", "edit",
    "share", "unshare", "shareable",
)  # fmt: skip


class SignedOutError(Exception):
    """A handler was called by nobody; the service lets no such call through."""


class Session:
    """What one signed-in listener sees and does."""

    def __init__(self, kernel: Kernel, user: str | None) -> None:
        # INVARIANT: every handler starts here, so none answers anybody who is not signed in.
        if not user:
            raise SignedOutError
        self._kernel = kernel
        self._user = user
        self._earnings: dict[str, Sequence[Earning]] = {}
        self._told: dict[tuple[int, int, bool], str] = {}

    # --- what is shown ---------------------------------------------------------------------------

    def masthead(self) -> str:
        """The top of the page."""
        return masthead(self._kernel, self._user, "Listen")

    def shelf(self, find: str = "", *, remixable: bool = False) -> str:
        """The songs that words find, with how far each is open to this listener."""
        try:
            shelf = shelf_of(self._kernel, self._user, find, remixable=remixable)
        except ClearmixError:
            return ""  # whoever signed in as something else than a listener has no shelf
        return cards.html("shelf.html", shelf=shelf, find=find)

    def timeline(self, item: str) -> str:
        """What plays when in a remix; nothing for a song, or where its generator does not say."""
        if not re.fullmatch(_RENDER, item) or not self._kernel.delivery.may_hear(item, self._user):
            return ""
        render = self._render(item)
        timeline = timeline_of(render) if render else None
        return cards.html("timeline.html", item=item, timeline=timeline) if timeline else ""

    def details(self, item: str) -> str:
        """What is known of an item that is played; nothing of one that is not theirs."""
        if not self._kernel.delivery.may_hear(item, self._user):
            return ""
        look = self._look(self._kernel.conversations.thread(self._user))
        if re.fullmatch(_RENDER, item):
            render = self._render(item)
            if render is None:  # what others share: who earns, and not what its maker said
                return cards.html("details.html", render=None, song=None, shared=item, look=look)
            return cards.details_of(render, look)
        song = self._kernel.catalogue.recording(item)
        label = self._kernel.catalogue.party(song.label).name if song.label else None
        work = self._kernel.catalogue.work(song.work) if song.work else None
        return cards.html(
            "details.html", render=None, song=song, shared=None, look=look, label=label,
            score=self._kernel.catalogue.scores.kept(song.id),
            free=work is not None and work.public_domain,
        )  # fmt: skip

    def conversation(self, thread: Thread) -> list[str]:
        """The turns as HTML and the board after them, or a welcome when there are none."""
        if thread.turns:
            turns = cards.conversation(self._look(thread), self._told)
            return [
                *turns,
                cards.html("board.html", thread=thread, board=board_of(self._kernel, thread)),
            ]
        songs = [song.id for song in self._kernel.catalogue.recordings()[:3]]
        examples = self._kernel.conversations.examples(self._user)
        return [cards.html("welcome.html", thread=thread, examples=examples, songs=songs)]

    # --- what is done ----------------------------------------------------------------------------

    def resume(self) -> Iterator[list[str]]:
        """The conversation as it stands, and on until a render in progress has ended."""
        for thread in self._kernel.conversations.resume(self._user):
            yield self.conversation(thread)

    def say(self, message: Mapping[str, str]) -> Iterator[list[str]]:
        """The conversation while a message is being answered."""
        kind = message.get("kind", "")
        if kind not in _KINDS:
            return
        conversations = self._kernel.conversations
        if kind == "look":
            yield from self.resume()
            return
        if kind == "reset":
            yield self.conversation(conversations.begin(self._user))
            return
        if kind == "cancel":
            conversations.cancel(self._user)
            return
        value, label = message.get("value", "").strip(), message.get("label", "")
        if kind == "set":
            kind, (value, label) = "edit", self._set(value)
        words = value if kind == "say" else label
        choice = Choice(label=label, kind=kind, value=value)
        if kind == "say" and not value:
            return
        for thread in conversations.say(self._user, words, choice):
            yield self.conversation(thread)

    def _set(self, moved: str) -> tuple[str, str]:
        """What moved controls ask for, as the conversation reads it, and the same in words."""
        base = base_of(self._kernel.conversations.thread(self._user))
        try:
            said = json.loads(moved)
        except ValueError:
            said = None
        if base is None or not isinstance(said, dict):
            return "", "Change the settings"
        text = json.dumps(changes_of(base, {str(name): str(value) for name, value in said.items()}))
        try:
            words = ", ".join(differences(base, edited(base, text)))
        except ClearmixError:
            words = ""  # the conversation says what is wrong with it
        return text, f"Make it {words}" if words else "Change the settings"

    # --- look-ups --------------------------------------------------------------------------------

    def _look(self, thread: Thread) -> cards.Look:
        return cards.Look(
            thread=thread,
            named=self._kernel.conversations.named,
            artists=self._artists,
            render=self._render,
            job=self._job,
            waiting=self._waiting,
            shared=self._kernel.delivery.items.shared,
            stopped=lambda render: stopped(self._kernel, render, self._user),
            unheard=lambda render: stopped(self._kernel, render, EVERYBODY),
            earnings=self._earned,
        )

    def _artists(self, source: str) -> str:
        try:
            return ", ".join(self._kernel.catalogue.recording(source).artist_names)
        except ClearmixError:
            return self._kernel.conversations.named(source)

    def _render(self, id: str) -> Render | None:
        try:
            render = self._kernel.rendering.render(id)
        except ClearmixError:
            return None
        return render if render.listener == self._user else None

    def _job(self, id: str) -> Job | None:
        try:
            return self._kernel.rendering.job(id)
        except ClearmixError:
            return None

    def _waiting(self, job: str) -> str:
        """How many come first and about how long it still takes, in words."""
        try:
            found = self._kernel.rendering.waiting(job)
        except ClearmixError:
            return ""
        before = f"{found.before} before you" if found.before else ""
        left = f"about {time_in_words(found.seconds)} left" if found.seconds is not None else ""
        return " · ".join(filter(None, (before, left)))

    def _earned(self, render: str) -> Sequence[Earning]:
        if render not in self._earnings:
            try:
                self._earnings[render] = self._kernel.royalties.estimate(render)
            except ClearmixError:
                self._earnings[render] = ()
        return self._earnings[render]
