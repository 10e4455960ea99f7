"""A worker is killed, stopped and doubled; renders are neither lost nor made twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from sqlmodel import select

from clearmix.rendering.client import Workers
from clearmix.rendering.models import STEPS
from clearmix.rendering.worker import executor_id, system_database_url
from clearmix.settings import Settings
from clearmix.storage.tables.rendering import RenderRow

from .conftest import House, until


def test_a_render_survives_a_kill_in_every_step_and_is_made_once(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINY_SLOWNESS", "0.1")
    rendering = own_house.kernel.rendering
    job = own_house.submit("slow")
    killed = []
    for step in STEPS:
        until(lambda step=step: reached(own_house, job.id, step))
        pid = own_house.await_worker()
        os.kill(pid, signal.SIGKILL)
        killed.append((step, rendering.job(job.id).step))
        until(lambda: not rendering.worker_lives())
        rendering.ensure_worker()
    ended = rendering.wait(job.id)
    assert ended.state == "published", (ended, killed)
    with own_house.kernel.database.session() as session:
        made = session.exec(select(RenderRow)).all()
    assert [row.id for row in made] == [ended.render_id]
    path = own_house.kernel.store.local_path(made[0].audio_key)
    verified = own_house.kernel.verify(path)
    assert verified.render_id == ended.render_id
    until(lambda: own_house.left_behind() == [str(path)])
    assert [step for step, _ in killed] == list(STEPS)
    assert sum(step == stood for step, stood in killed) >= len(STEPS) - 2, killed


def reached(house: House, job_id: str, step: str) -> bool:
    """Whether a job stands in that step, well inside of it where that takes a while, or beyond."""
    job = house.kernel.rendering.job(job_id)
    at, wanted = STEPS.index(job.step), STEPS.index(step)
    if job.state == "queued" or at < wanted:
        return False
    return at > wanted or step != "generate" or job.fraction > 0.1


def test_a_waiting_client_replaces_a_worker_that_was_killed(own_house: House) -> None:
    job = own_house.submit("slow")
    until(lambda: own_house.kernel.rendering.job(job.id).state == "running")
    own_house.kill_worker()
    assert own_house.kernel.rendering.wait(job.id).state == "published"


def test_a_worker_that_is_told_to_stop_leaves_its_job_to_the_next_one(own_house: House) -> None:
    job = own_house.submit("slow")
    until(lambda: own_house.kernel.rendering.job(job.id).fraction > 0.1)
    own_house.kill_worker(signal.SIGTERM)
    assert own_house.kernel.rendering.job(job.id).state == "running"
    assert own_house.kernel.rendering.wait(job.id).state == "published"


def test_of_two_workers_one_stays_and_it_leaves_when_it_has_been_idle(own_house: House) -> None:
    command = [sys.executable, "-m", "clearmix.rendering.worker", "--idle-exit", "3"]
    environ = os.environ | own_house.settings.as_environment()
    both = [subprocess.Popen(command, env=environ) for _ in range(2)]
    own_house.await_worker()
    until(lambda: any(one.poll() is not None for one in both))
    assert sum(one.poll() is None for one in both) == 1
    assert own_house.kernel.rendering.worker_lives()
    assert [one.wait(timeout=60) for one in both] == [0, 0]
    assert not own_house.kernel.rendering.worker_lives()


def test_two_clients_at_once_start_workers_of_which_one_stays(own_house: House) -> None:
    clients = [Workers(own_house.settings) for _ in range(2)]
    for client in clients:
        client.ensure()
    own_house.await_worker()
    assert own_house.render().state == "published"
    assert sum(client.starts for client in clients) == 2
    before = time.monotonic()
    clients[0].ensure()
    assert time.monotonic() - before < 1
    assert sum(client.starts for client in clients) == 2


@pytest.mark.parametrize(
    ("url", "books"),
    [
        ("sqlite:////srv/clearmix/clearmix.db", "sqlite:////srv/clearmix/dbos.sqlite"),
        ("postgresql+psycopg://me:secret@db/clearmix", "postgresql://me:secret@db/clearmix"),
    ],
)
def test_dbos_keeps_its_books_beside_the_database(url: str, books: str) -> None:
    settings = Settings.from_environment(
        {"CLEARMIX_HOME": "/srv/clearmix", "CLEARMIX_DATABASE_URL": url}
    )
    assert system_database_url(settings) == books
    assert executor_id(settings).endswith(":/srv/clearmix")
