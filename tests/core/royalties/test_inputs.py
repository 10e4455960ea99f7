"""What a settlement is given: of items that are known now, what the house knows of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clearmix.royalties import Royalties
from clearmix.storage.tables.catalogue import FollowRow
from clearmix_royalties.pro_rata import ProRata

AFTERWARDS = datetime(2026, 11, 23, tzinfo=UTC)

Play = Callable[..., dict[str, Any]]
Write = Callable[..., Path]


def test_of_plays_logged_before_their_item_was_known_the_house_says_what_it_is(
    royalties: Royalties, play: Play, write_plays: Write, logged: Any
) -> None:
    """A maker's own plays do not count, whoever the file said had it made."""
    rows = [
        play("own", "later", listener_id="ann", maker_id="bo"),
        play("mine", "later", listener_id="bo", maker_id="bo", category="listener-cover"),
        play("other", "dawn-remix"),
        play("unknown", "unheard-of", maker_id="bo", listener_id="cy"),
    ]
    assert royalties.import_plays(write_plays(rows)).accepted == 4
    royalties.import_renders([logged("later", ["dawn"])])
    settled = royalties.settle("2026-10", "pro-rata")
    assert settled.eligible_plays == 3, "Ann's play of what she had made herself does not count"
    found = {line.item_id: (line.category, line.units) for line in settled.lines}
    assert found["later"] == ("listener-remix", 1)
    assert found["unheard-of"] == ("listener-remix", 1)
    assert royalties.verify(settled.hash).same
    assert not royalties.correct("2026-10", "pro-rata").posted


class Devoted(ProRata):
    """Only plays of followed artists earn."""

    id = "devoted"
    version = "1"

    def claims(self, events: Any, context: Any) -> Any:
        known = context.catalogue.select("item_id", "artist_id")
        wanted = events.join(known, "item_id").semi_join(
            context.follows, ["listener_id", "artist_id"]
        )
        return wanted.select("event_id", "item_id", group_id=wanted.pool, weight=1)


def test_a_formula_is_told_whom_listeners_follow(october: Any) -> None:
    with october.database.session(write=True) as session:
        session.add(FollowRow(listener="bo", party="ben"))
    room = october.room(AFTERWARDS, Devoted())
    settled = room.settle("2026-10", "devoted")
    assert {line.item_id for line in settled.lines} == {"tide-remix"}
    with october.database.session(write=True) as session:
        session.delete(session.get(FollowRow, ("bo", "ben")))
    assert room.verify(settled.hash).same, "what was known then is kept"
    assert not room.correct("2026-10", "devoted").posted
