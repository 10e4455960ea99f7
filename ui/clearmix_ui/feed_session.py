"""What one user finds in the feed, and shares or takes back there; checked on the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clearmix import ClearmixError
from clearmix.catalogue.models import Recording
from clearmix.conversation.wording import minutes
from clearmix.discovery import LANES, Entry, Lane
from clearmix.display import Display, display_of_render
from clearmix_ui import cards
from clearmix_ui.hearing import EVERYBODY, stopped
from clearmix_ui.timelines import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clearmix import Kernel
    from clearmix.clearance.approvals import Approval
    from clearmix.conversation import Choice
    from clearmix.rendering.models import Render
    from clearmix.royalties.models import Earning

EACH_LANE = 24
"""How many entries a lane shows."""

OWN_AT_MOST = 12
"""How many of a listener's own remixes are offered to be shared."""

WITH_AI: tuple[Lane, ...] = ("producer", "listener")
"""The lanes whose badge says that AI took part: they stand apart from what people made."""


@dataclass(frozen=True)
class LaneWords:
    """How a lane is headed, and what is said when nothing is in it."""

    title: str
    about: str
    empty: str


LANE_WORDS: Mapping[Lane, LaneWords] = {
    "originals": LaneWords("Originals", "The recordings themselves.", "No recording yet."),
    "official": LaneWords(
        "Official remixes", "Released by the rights-holders, made by people.",
        "None has been released yet.",
    ),
    "producer": LaneWords(
        "Producers with AI", "Led by a producer, who says so.", "None has been released yet."
    ),
    "listener": LaneWords(
        "Remixes by listeners", "Made with AI on request, shared by whoever asked for them.",
        "Nobody has shared a remix yet. Make one on the page Listen, then share it here.",
    ),
}  # fmt: skip

HELD_OUT = (
    "For now you are among the few who are not shown other listeners’ remixes. That is how the "
    "service measures whether remixes bring plays to the originals or take them away."
)


@dataclass(frozen=True)
class Card:
    """An entry as it is shown: with its badge, always."""

    entry: Entry
    cover: str
    artists: str
    display: Display

    @property
    def like_it(self) -> str:
        """What stands behind an entry of which near-equal ones were folded."""
        count = self.entry.folded
        return "" if not count else f"and {count} like it"

    @property
    def heard(self) -> str:
        """How many people heard it lately, in words."""
        count = self.entry.listeners
        return "" if not count else f"{count} listener{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class Shelf:
    """A lane with its cards; `note` is said instead where there are none."""

    lane: Lane
    words: LaneWords
    cards: tuple[Card, ...]
    note: str


@dataclass(frozen=True)
class Own:
    """A remix of this listener: whether it is shared, and who is still asked about that.

    `stopped` is why it may not be heard now by those it is for; empty as long as it may. `heard` is
    whether its maker at least may hear it.
    """

    render: Render
    shared: bool
    asked: Approval | None
    stopped: str
    heard: bool

    @property
    def told_by(self) -> str:
        """What tells it from others of the same title: how long it is, and when it was made."""
        made = self.render.created_at
        return f"{minutes(self.render.seconds)} · {made.day} {made:%B, %H:%M} UTC"


class FeedSession:
    """The feed of whoever is signed in."""

    def __init__(self, kernel: Kernel, user: str) -> None:
        self._kernel = kernel
        self._user = user

    def act(self, message: Mapping[str, str]) -> str:
        """The feed after a message: `share` or `unshare` with the id of an own remix."""
        kind, id = message.get("kind"), message.get("value", "")
        notice = trouble = ""
        instead: Choice | None = None
        try:
            if kind == "share":
                notice, trouble = self._share(id)
            elif kind == "shareable":
                notice, trouble = self._make_to_share(id)
            elif kind == "unshare":
                self._kernel.delivery.items.unshare(id, self._user)
                notice = "Taken back: only you hear it now."
        except ClearmixError as error:
            trouble = f"{sentence(error.message)}. {sentence(error.help)}.".strip()
        if kind == "share" and trouble:
            instead = self._kernel.conversations.instead_of_sharing(self._user, id)
        return cards.html(
            "feed.html",
            people=[self._shelf(lane) for lane in LANES if lane not in WITH_AI],
            made=[self._shelf(lane) for lane in LANES if lane in WITH_AI],
            own=self._own(),
            about=id,
            notice=notice,
            trouble=trouble,
            instead=instead,
            making=kind == "shareable" and not trouble,
        )

    def shared(self, id: str) -> str:
        """The page of one remix, or why it cannot be heard now."""
        items = self._kernel.delivery.items
        try:
            item = items.item(id, self._user)
            items.require_streamable(item, self._user)
        except ClearmixError as error:
            return cards.html("shared.html", render=None, reason=error.message, help=error.help)
        if isinstance(item, Recording):
            return cards.html(
                "shared.html", render=None, reason="this link leads to no remix", help=""
            )
        return cards.html(
            "shared.html",
            render=item,
            display=display_of_render(item.label),
            artists=self._artists(item.sources),
            original=self._original(item),
            earned=self._earned(item.id),
        )

    def _share(self, id: str) -> tuple[str, str]:
        """What to say of sharing, as a notice or as trouble."""
        cleared = self._kernel.delivery.items.share(id, self._user)
        decision = cleared.decision
        if decision.permitted:
            return "Shared: everybody can hear it now, as long as its rights-holders agree.", ""
        reasons = " ".join(reason.text for reason in decision.reasons)
        if decision.duties.approvals:
            return f"Asked for approval; it is shared once that is given. {reasons}", ""
        return "", f"It cannot be shared. {reasons}"

    def _make_to_share(self, id: str) -> tuple[str, str]:
        """What to say of making the nearest version that might be shared."""
        conversations = self._kernel.conversations
        choice = conversations.instead_of_sharing(self._user, id)
        if choice is None:
            return "", "Nothing like that remix may be shared now."
        # What comes of it stands in the conversation, whoever reads it.
        next(conversations.say(self._user, choice.label, choice))
        return "Asked for: the page Listen says how it goes. Once made, it stands here too.", ""

    def _shelf(self, lane: Lane) -> Shelf:
        found = self._kernel.feed(self._user, lane, limit=EACH_LANE)
        words = LANE_WORDS[lane]
        note = HELD_OUT if found.held_out else "" if found.entries else words.empty
        return Shelf(lane, words, tuple(map(self._card, found.entries)), note)

    def _card(self, entry: Entry) -> Card:
        item = self._kernel.delivery.items.item(entry.item, self._user)
        if isinstance(item, Recording):
            display = self._kernel.catalogue.display(item)
            return Card(entry, item.id, ", ".join(item.artist_names), display)
        return Card(
            entry, self._original(item), self._artists(item.sources), display_of_render(item.label)
        )

    def _own(self) -> tuple[Own, ...]:
        asked = {
            one.render: one
            for one in self._kernel.clearance.approvals.listed(listener=self._user)
            if one.render is not None and one.state in ("waiting", "refused")
        }
        return tuple(
            self._own_remix(render, asked.get(render.id))
            for render in self._kernel.rendering.renders(self._user)[:OWN_AT_MOST]
        )

    def _own_remix(self, render: Render, asked: Approval | None) -> Own:
        shared = self._kernel.delivery.items.shared(render.id)
        own = stopped(self._kernel, render.id, self._user)
        reason = stopped(self._kernel, render.id, EVERYBODY) if shared else own
        return Own(render, shared, asked, reason, heard=not own)

    def _original(self, render: Render) -> str:
        recordings = self._kernel.clearance.recordings(render.sources)
        return recordings[0].id if recordings else render.id

    def _artists(self, sources: Sequence[str]) -> str:
        recordings = self._kernel.clearance.recordings(sources)
        return " and ".join(
            dict.fromkeys(name for recording in recordings for name in recording.artist_names)
        )

    def _earned(self, render: str) -> Sequence[Earning]:
        try:
            return self._kernel.royalties.estimate(render)
        except ClearmixError:
            return ()
