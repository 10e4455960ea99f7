"""Several workers on one PostgreSQL, each with a home of its own, as on several machines."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable

import pytest
from postgres_server import PostgresServer
from sqlmodel import select

from clearmix.errors import PluginError, UnreachableError
from clearmix.rendering import run_worker
from clearmix.rendering.models import STEPS
from clearmix.storage.tables.rendering import RenderRow

from .conftest import House, reached, until

pytestmark = pytest.mark.postgres


def rows(house: House) -> list[RenderRow]:
    with house.kernel.database.session() as session:
        return list(session.exec(select(RenderRow)))


def test_each_worker_takes_the_jobs_of_its_generators_and_no_job_twice(
    shared_house: House, machine: Callable[..., subprocess.Popen[bytes]]
) -> None:
    jobs = [shared_house.submit(one) for one in ("slow", "tiny")]
    machine("one", "tiny")
    rendering = shared_house.kernel.rendering
    until(lambda: rendering.job(jobs[1].id).state == "published")
    assert rendering.job(jobs[0].id).state == "queued"

    machine("two", "slow")
    ended = [rendering.wait(job.id) for job in jobs]

    assert [job.state for job in ended] == ["published"] * 2
    assert sorted(row.id for row in rows(shared_house)) == sorted(job.render_id for job in ended)


def test_a_worker_for_a_generator_that_is_not_here_says_so(house: House) -> None:
    with pytest.raises(PluginError, match="`nobody`"):
        run_worker(house.kernel, idle_exit_seconds=1, generators=("nobody",))


# --- faults --------------------------------------------------------------------------------------


@pytest.mark.faults
def test_of_two_workers_on_one_job_one_publishes_it(
    shared_house: House, machine: Callable[..., subprocess.Popen[bytes]]
) -> None:
    """A worker that stands still for longer than its lease goes on when another has its job."""
    rendering = shared_house.kernel.rendering
    job = shared_house.submit("slow")
    first = machine("one", lease_seconds=4)
    until(lambda: rendering.job(job.id).fraction > 0.1)
    first.send_signal(signal.SIGSTOP)
    machine("two", lease_seconds=4)
    until(lambda: (shared_house.settings.home.parent / "two" / "work" / job.id).exists())
    first.send_signal(signal.SIGCONT)

    ended = rendering.wait(job.id)

    assert ended.state == "published"
    assert [row.id for row in rows(shared_house)] == [ended.render_id]
    stored = [key for key in shared_house.kernel.store.all_keys() if key.startswith("renders/")]
    assert stored == [rendering.render(str(ended.render_id)).audio_key]


@pytest.mark.faults
def test_a_render_survives_a_database_that_is_gone_for_half_a_minute(
    shared_house: House,
    machine: Callable[..., subprocess.Popen[bytes]],
    postgres: PostgresServer,
) -> None:
    rendering = shared_house.kernel.rendering
    job = shared_house.submit("slow")
    worker = machine("one")
    until(lambda: rendering.job(job.id).fraction > 0.1)

    postgres.stop(signal.SIGINT)
    try:
        with pytest.raises(UnreachableError, match="does not answer") as caught:
            shared_house.submit("tiny")
        assert "Nothing was changed" in caught.value.help
        time.sleep(30)
    finally:
        postgres.start()

    ended = rendering.wait(job.id)
    assert ended.state == "published", ended
    assert [row.id for row in rows(shared_house)] == [ended.render_id]
    assert shared_house.render("tiny").state == "published"
    assert worker.poll() is None
    assert shared_house.kernel.clearance.log.verify().broken is None


@pytest.mark.faults
@pytest.mark.timeout(900)  # a worker starts anew for each step, however busy the machine is
def test_a_worker_that_is_killed_at_each_step_loses_nothing_on_postgresql(
    shared_house: House,
    machine: Callable[..., subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TINY_SLOWNESS", "0.1")
    rendering = shared_house.kernel.rendering
    job = shared_house.submit("slow")
    stood = []
    for step in STEPS:
        worker = machine("one")
        until(lambda step=step: reached(shared_house, job.id, step), seconds=180)
        worker.kill()
        worker.wait()
        stood.append(rendering.job(job.id).step)
    machine("one")

    ended = rendering.wait(job.id)

    assert ended.state == "published", (ended, stood)
    assert [row.id for row in rows(shared_house)] == [ended.render_id]
    entitlement = shared_house.kernel.entitlement
    until(lambda: [one.state for one in entitlement.charged()] == ["charged"])
    assert entitlement.charge_due() == ()
