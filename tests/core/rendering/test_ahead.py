"""What an idle worker does before anybody asks: scores of songs that may be covered, no others."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clearmix.contracts import Score
from clearmix.kernel import Kernel
from clearmix.rendering import ahead as ahead_module
from clearmix.rendering.ahead import IDLE_SECONDS, Ahead
from clearmix.rendering.idle import to_write
from clearmix.rendering.spare import Spare
from clearmix.storage.tables.catalogue import ListenerRow

from .conftest import House, until

IDLE = IDLE_SECONDS + 1


@pytest.fixture
def made(own_house: House) -> Iterator[Callable[..., Ahead]]:
    """Makes what a worker looks at in every turn; looks at the catalogue in each of them."""
    made: list[Ahead] = []

    def make(scores: str = "ahead", *, covers: bool = True) -> Ahead:
        kernel = own_house.kernel
        settings = dataclasses.replace(own_house.settings, scores=scores)
        made.append(
            Ahead(
                settings,
                Spare(settings),
                lambda: (kernel.catalogue.newest(), kernel.rendering.state()),
                covers=covers,
            )
        )
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ahead_module, "LOOK_SECONDS", 0.0)
        patch.setattr(ahead_module, "CHILD", "idle_without_patience")
        yield make
    for one in made:
        one.close()
        one._spare.close()


def test_an_idle_worker_writes_a_score_and_leaves_nothing_but_that(
    own_house: House, made: Callable[..., Ahead]
) -> None:
    ahead, kernel = made(), own_house.kernel
    for _ in range(3):
        ahead.look(IDLE_SECONDS - 1)
    assert ahead._process is None, "somebody may ask for a remix in a moment"

    def written() -> Score | None:
        ahead.look(IDLE)
        return kernel.catalogue.scores.kept(own_house.recording.id)

    score = until(written)
    assert isinstance(score, Score)
    assert score.title == "Green"
    until(lambda: (ahead.look(IDLE), ahead._process is None)[1])
    assert list(own_house.settings.work.iterdir()) == []
    assert not list((own_house.settings.home / "cache" / "decoded").glob("*.wav"))
    for _ in range(3):
        ahead.look(IDLE)
    assert ahead._process is None, "nothing was recorded since"
    assert list(ahead._spare._waiting) == ["covers"]


@pytest.mark.parametrize(("scores", "covers"), [("asked", True), ("ahead", False)])
def test_no_score_is_written_where_nobody_wants_it(
    own_house: House, made: Callable[..., Ahead], scores: str, covers: bool
) -> None:
    ahead = made(scores, covers=covers)
    ahead.look(IDLE)
    until(lambda: (ahead.look(IDLE), ahead._process is None)[1])
    assert own_house.kernel.catalogue.scores.missing() == (own_house.recording.id,)
    assert list(ahead._spare._waiting) == ["covers"] * covers


def test_a_song_costs_nothing_that_has_a_score_or_may_not_be_covered(own_house: House) -> None:
    kernel, id = own_house.kernel, own_house.recording.id
    assert list(to_write(kernel)) == [id]
    assert list(to_write(kernel, [id])) == [], "nothing could be written down of it"
    kernel.consent.set("ada-wren", "refuse", "cover")
    assert list(to_write(kernel)) == []
    kernel.consent.set("ada-wren", "allow", "cover")
    kernel.catalogue.scores.keep(id, Score("Green", "score", "by hand", 120.0, 24.0, None))
    assert list(to_write(kernel)) == []


def test_a_song_that_may_be_covered_where_listeners_are_is_got_ready(market: Kernel) -> None:
    market.consent.set("quill", "refuse", "cover", territory="GB")
    assert list(to_write(market)) == []
    with market.database.session(write=True) as session:
        session.add(ListenerRow(id="kiri", name="Kiri", tier="free", territory="NZ"))
    assert set(to_write(market)) == {"open-road", "dusky"}


def test_a_song_that_cannot_be_written_down_is_tried_once(
    own_house: House, made: Callable[..., Ahead]
) -> None:
    for path in own_house.settings.home.glob("store/masters/*"):
        path.write_bytes(b"no sound")
    ahead = made()
    until(lambda: (ahead.look(IDLE), ahead._given_up)[1] == {own_house.recording.id})
    until(lambda: (ahead.look(IDLE), ahead._process is None)[1])


def test_a_process_that_dies_is_started_again_after_a_rest_only(
    own_house: House, made: Callable[..., Ahead], monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = made()
    ahead.look(IDLE)
    ahead.look(IDLE)
    assert ahead._process is not None
    os.kill(ahead._process.pid, 9)
    until(lambda: (ahead.look(IDLE), ahead._process is None)[1])
    for _ in range(3):
        ahead.look(IDLE)
    assert ahead._process is None
    monkeypatch.setattr(ahead_module, "REST_SECONDS", 0.0)
    ahead.look(IDLE)
    assert ahead._process is not None


def test_an_answer_that_is_none_is_told_and_costs_the_worker_nothing(
    made: Callable[..., Ahead], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    (tmp_path / "mumbles.py").write_text(
        "import sys\nfor _ in sys.stdin: print('hm', flush=True)\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.setattr(ahead_module, "CHILD", "mumbles")
    ahead = made()
    ahead.look(IDLE)
    ahead.look(IDLE)
    until(lambda: (ahead.look(IDLE), ahead._process is None)[1])
    assert "what is done ahead went wrong" in caplog.text


@pytest.mark.postgres
def test_two_machines_are_never_at_one_song(shared_house: House) -> None:
    database = shared_house.kernel.database
    with database.claimed("score green") as ours, database.claimed("score green") as theirs:
        assert (ours, theirs) == (True, False)
        with database.claimed("score open-road") as other:
            assert other
    with database.claimed("score green") as again:
        assert again
