"""Several workers on one PostgreSQL, each with a home of its own, as on several machines."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlmodel import select

from clearmix.storage.tables.rendering import RenderRow

from .conftest import House, until

pytestmark = pytest.mark.postgres


@pytest.fixture
def shared_house(
    plugin_path: None, tmp_path: Path, new_postgres: Callable[[], str]
) -> Iterator[House]:
    """A house on PostgreSQL whose clients start no workers."""
    made = House(
        tmp_path / "home",
        CLEARMIX_DATABASE_URL=new_postgres(),
        CLEARMIX_STORE=str(tmp_path / "store"),
        CLEARMIX_WORKERS="apart",
    )
    yield made
    made.close()


@pytest.fixture
def machine(
    shared_house: House, tmp_path: Path
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts a worker with a home of its own on the database of the house."""
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *generators: str) -> subprocess.Popen[bytes]:
        wanted = [word for one in generators for word in ("--generator", one)]
        home = tmp_path / name
        environ = os.environ | shared_house.settings.as_environment() | {"CLEARMIX_HOME": str(home)}
        home.mkdir(exist_ok=True)
        with (home / "log").open("ab") as log:
            started.append(
                subprocess.Popen(
                    [sys.executable, "-m", "clearmix.rendering.worker", *wanted],
                    env=environ, stdout=log, stderr=log,
                )
            )  # fmt: skip
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()


def rows(house: House) -> list[RenderRow]:
    with house.kernel.database.session() as session:
        return list(session.exec(select(RenderRow)))


def test_each_worker_takes_the_jobs_of_its_generators_and_no_job_twice(
    shared_house: House, machine: Callable[..., subprocess.Popen[bytes]]
) -> None:
    jobs = [shared_house.submit(one, seed=seed) for seed in (1, 2) for one in ("tiny", "slow")]
    machine("one", "tiny")
    rendering = shared_house.kernel.rendering
    until(lambda: all(rendering.job(job.id).state == "published" for job in jobs[::2]))
    assert [rendering.job(job.id).state for job in jobs[1::2]] == ["queued", "queued"]

    machine("two", "slow")
    with ThreadPoolExecutor() as threads:
        ended = list(threads.map(lambda job: rendering.wait(job.id), jobs))

    assert [job.state for job in ended] == ["published"] * 4
    assert sorted(row.id for row in rows(shared_house)) == sorted(job.render_id for job in ended)
