from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from clearmix.catalogue import NewRecording
from clearmix.discovery import Entry
from clearmix.discovery.folding import folded
from clearmix.discovery.lanes import LANES
from clearmix.discovery.measuring import HOLDOUT_BPS, is_held_out, measured
from clearmix.discovery.ranking import EACH_ORIGINAL, ranked
from clearmix.errors import CatalogueError
from clearmix.fingerprints import BITS, Fingerprint
from clearmix.kernel import Kernel
from clearmix.rendering.idle import doing
from clearmix.rendering.known_sounds import keep_in
from clearmix.storage.tables.catalogue import AttestationRow
from clearmix.storage.tables.delivery import PlayRow
from clearmix.storage.tables.rendering import SharedRow

NOW = datetime(2026, 11, 26, tzinfo=UTC)
SHOWN = next(f"listener-{number}" for number in range(99) if not is_held_out(f"listener-{number}"))
HELD = next(f"listener-{number}" for number in range(999) if is_held_out(f"listener-{number}"))


def entry(item: str, **fields: object) -> Entry:
    values = {"lane": "listener", "title": item, "original": "song", "since": NOW, **fields}
    return Entry(item, **values)  # type: ignore[arg-type]


@pytest.fixture
def shared(market: Kernel, publish: Callable[..., str]) -> list[str]:
    """Three shared remixes of two listeners: the first two are asked for as nearly the same."""
    made = []
    for number, (listener, tempo) in enumerate((("mia", 144), ("ben", 143), ("ben", 100))):
        made.append(publish(listener, id=f"{number:016x}", tempo=tempo))
        sounds(market, made[-1], drawn(number))
        assert market.delivery.items.share(made[-1], listener).decision.permitted
    return made


def drawn(seed: int, frames: int = 400) -> np.ndarray:
    return np.random.default_rng(seed).choice(np.array([-1, 1], np.int8), (frames, BITS))


def sounds(kernel: Kernel, render: str, signs: np.ndarray) -> None:
    """Has a render sound as a fingerprint says."""
    with kernel.database.session(write=True) as session:
        keep_in(session, render, Fingerprint(signs))


def items(kernel: Kernel, lane: str, listener: str = SHOWN) -> list[str]:
    return [one.item for one in kernel.feed(listener, lane).entries]  # type: ignore[arg-type]


def test_every_category_of_plays_is_in_one_lane() -> None:
    categories = [category for lane in LANES.values() for category in lane]

    assert len(categories) == len(set(categories)) == 5


def test_lanes_never_mix(market: Kernel, shared: list[str], song, tmp_path) -> None:
    version = tmp_path / "version.wav"
    version.write_bytes(song.read_bytes() + b"\0" * 8)
    market.catalogue.add(
        version,
        NewRecording(
            title="Open Road (Bo mix)", artists=("Bo",), lane="producer", version_of="open-road"
        ),
    )

    found = {lane: set(items(market, lane)) for lane in LANES}

    assert found["originals"] == {"open-road", "dusky"}
    assert found["producer"] == {"open-road-bo-mix"}
    assert found["official"] == set()
    assert found["listener"] <= set(shared)


def test_near_equal_remixes_stand_behind_one(market: Kernel, shared: list[str]) -> None:
    entries = market.feed(SHOWN, "listener").entries

    assert sorted(one.folded for one in entries) == [0, 1]


def test_remixes_that_sound_nearly_the_same_stand_behind_one_however_they_were_asked_for(
    market: Kernel, shared: list[str], publish: Callable[..., str]
) -> None:
    def share(number: int, signs: np.ndarray) -> None:
        render = publish("mia", id=f"{number:016x}", tempo=60 + 10 * number)
        sounds(market, render, signs)
        assert market.delivery.items.share(render, "mia").decision.permitted

    third = drawn(2)
    third[np.random.default_rng(9).random(third.shape) < 0.1] *= -1
    share(3, third)
    share(4, np.vstack([drawn(9, 5), drawn(2)]))  # which begins a quarter of a second later
    assert sorted(one.folded for one in market.feed(SHOWN, "listener").entries) == [1, 2]

    market.delivery.items.unshare(shared[2], "ben")
    share(5, third)  # like one that is gone, as the others are
    share(6, drawn(2, 500))  # begins in the same way, and goes on for longer
    assert sorted(one.folded for one in market.feed(SHOWN, "listener").entries) == [0, 1, 2]


def test_remixes_that_were_shared_before_they_were_compared_are_compared_later(
    market: Kernel, shared: list[str], publish: Callable[..., str]
) -> None:
    alike = publish("mia", id="e" * 16, tempo=70)
    sounds(market, alike, drawn(2))
    assert market.delivery.items.share(alike, "mia").decision.permitted
    folds = [one.folded for one in market.feed(SHOWN, "listener").entries]
    with market.database.session(write=True) as session:
        for row in session.exec(select(SharedRow)):
            row.sounds_like = None  # as rows of earlier versions are
            session.add(row)
    assert sorted(one.folded for one in market.feed(SHOWN, "listener").entries) == [0, 0, 1]

    done = list(doing(market, scores=False))

    assert done == [{"compared": id} for id in (*shared, alike)]
    assert sorted(one.folded for one in market.feed(SHOWN, "listener").entries) == sorted(folds)
    assert sorted(folds) == [1, 1]
    assert list(doing(market, scores=False)) == []


def test_what_is_not_shared_or_may_not_be_streamed_is_not_there(
    market: Kernel, shared: list[str], publish: Callable[..., str]
) -> None:
    publish("mia", id="f" * 16, tempo=90)
    market.delivery.items.unshare(shared[2], "ben")
    assert items(market, "listener") == [shared[0]] or items(market, "listener") == [shared[1]]

    market.consent.set("ada", "refuse", "any", existing="remove")

    assert items(market, "listener") == []


def test_a_listener_who_is_held_out_sees_no_remixes_of_others(
    market: Kernel, shared: list[str]
) -> None:
    feed = market.feed(HELD, "listener")

    assert feed.held_out
    assert feed.entries == ()
    assert items(market, "originals", HELD)


def test_an_unknown_lane_is_named(market: Kernel) -> None:
    with pytest.raises(CatalogueError, match="no lane `mixed`"):
        items(market, "mixed")


def test_versions_that_people_made_come_before_generated_ones(
    market: Kernel, shared: list[str]
) -> None:
    lanes = [one.lane for one in market.discovery.versions("open-road", SHOWN)]

    assert lanes == ["originals", "listener", "listener"]


def test_what_people_heard_comes_first_and_plays_that_are_not_believed_do_not_count(
    market: Kernel,
) -> None:
    def play(number: int, item: str, *, fraud: bool = False) -> PlayRow:
        return PlayRow(
            event_id=f"{item}-{number}",
            item_id=item,
            listener_id=f"l{number}",
            played_at=datetime.now(UTC) - timedelta(hours=1),
            milliseconds=60_000,
            category="original",
            territory="GB",
            tier="free",
            fraud=fraud,
        )

    with market.database.session(write=True) as session:
        session.add_all([play(number, "open-road") for number in range(3)])
        session.add_all([play(number, "dusky", fraud=True) for number in range(9)])

    assert items(market, "originals") == ["open-road", "dusky"]
    assert [one.listeners for one in market.feed(SHOWN, "originals").entries] == [3, 0]


def test_an_attestation_comes_from_who_holds_rights_in_the_original(
    market: Kernel, song, tmp_path
) -> None:
    version = tmp_path / "version.wav"
    version.write_bytes(song.read_bytes() + b"\0" * 8)
    new = NewRecording(
        title="Open Road 2", artists=("Ada Wren",), lane="official", version_of="open-road"
    )

    with pytest.raises(CatalogueError, match="holds no rights in `open-road`") as caught:
        market.catalogue.add(version, replace(new, attested_by="bo"))
    assert "ada" in caught.value.help
    added = market.catalogue.add(version, replace(new, attested_by="Ada Wren"))

    with market.database.session() as session:
        row = session.get(AttestationRow, added.recording.id)
    assert (row.party, "official version of open-road" in row.words) == ("ada", True)


# --- laws ---------------------------------------------------------------------------------------

entries = st.lists(
    st.builds(
        entry,
        st.uuids().map(str),
        original=st.sampled_from("abc"),
        sameness=st.sampled_from(["", "x", "y", "z"]),
        listeners=st.integers(0, 50),
    ),
    max_size=20,
    unique_by=lambda one: one.item,
)


@given(entries)
def test_folding_loses_nobody(found: list[Entry]) -> None:
    kept = folded(found)

    assert len(kept) + sum(one.folded for one in kept) == len(found)
    assert sum(one.listeners for one in kept) == sum(one.listeners for one in found)
    keys = [one.sameness for one in kept if one.sameness]
    assert len(keys) == len(set(keys))


def test_sameness_carries_on() -> None:
    sound = {"a": ("1",), "b": ("1", "2"), "c": ("2",)}
    found = [entry("a"), entry("c"), entry("b")]

    assert [one.item for one in folded(found, [lambda one: sound[one.item]])] == ["a"]


@given(entries)
def test_ranking_keeps_everything_and_gives_each_original_its_turn(found: list[Entry]) -> None:
    order = ranked(found, NOW)

    assert sorted(one.item for one in order) == sorted(one.item for one in found)
    counts = Counter(one.original for one in found)
    first = order[: sum(min(EACH_ORIGINAL, count) for count in counts.values())]
    assert max(Counter(one.original for one in first).values(), default=0) <= EACH_ORIGINAL


def test_the_holdout_is_a_fixed_share() -> None:
    held = sum(is_held_out(f"someone-{number}") for number in range(20_000))

    assert held / 20_000 == pytest.approx(HOLDOUT_BPS / 10_000, abs=0.006)


def test_the_holdout_says_whether_remixes_amplify() -> None:
    found = measured(
        [(SHOWN, "original")] * 6 + [(SHOWN, "listener-remix")] * 4 + [(HELD, "original")] * 4
    )

    assert (found.shown.human_made, found.shown.generated, found.held_out.human_made) == (6, 4, 4)
    assert found.lift == pytest.approx(0.5)
