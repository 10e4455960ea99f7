from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from clearmix import RemixSpec
from clearmix.errors import RenderError
from clearmix.rendering.waiting import waiting
from clearmix.storage.tables.rendering import JobRow

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def queue(kernel, id: str, minute: int, **fields: object) -> None:
    spec = RemixSpec(sources=("open-road",))
    number = kernel.decide(spec, "mia").number
    row = {"listener": "mia", "spec": spec.as_json(), "generator": "idle", "decision": number}
    with kernel.database.session(write=True) as session:
        created = NOW + timedelta(minutes=minute)
        session.add(JobRow(id=id, created_at=created, **row, **fields))


def lasted(kernel, publish, *seconds: float) -> None:
    """Renders that were published so long after they were asked for."""
    for number, one in enumerate(seconds):
        id = publish("mia", id=f"{number:016x}")
        with kernel.database.session(write=True) as session:
            job = session.exec(select(JobRow).where(JobRow.id == f"job-{id}")).one()
            job.created_at, job.updated_at = NOW, NOW + timedelta(seconds=one)
            session.add(job)


def test_the_place_in_the_queue_counts_those_who_came_before(market) -> None:
    queue(market, "first", 1, state="running")
    queue(market, "second", 2)
    queue(market, "third", 3)

    assert [waiting(market.database, id).before for id in ("first", "second", "third")] == [0, 0, 1]


def test_without_any_render_nothing_is_known_of_how_long(market) -> None:
    queue(market, "first", 1)

    assert waiting(market.database, "first").seconds is None


def test_the_time_left_goes_down_with_progress_and_up_with_the_queue(market, publish) -> None:
    lasted(market, publish, 20, 20, 20, 20)
    queue(market, "running", 1, state="running", fraction=0.75)
    queue(market, "next", 2)
    queue(market, "last", 3)

    left = [waiting(market.database, id).seconds for id in ("running", "next", "last")]

    assert left == [5, 20, 40]


def test_renders_that_stood_in_a_queue_say_little_of_how_long_one_takes(market, publish) -> None:
    lasted(market, publish, 20, 21, 300, 400, 500)
    queue(market, "one", 1)

    assert waiting(market.database, "one").seconds == 21


def test_there_is_no_waiting_for_what_was_never_asked_for(market) -> None:
    with pytest.raises(RenderError, match="no job `gone`"):
        waiting(market.database, "gone")
