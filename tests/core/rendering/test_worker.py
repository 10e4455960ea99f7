"""A worker is killed, stopped and doubled; renders are neither lost nor made twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from clearmix.rendering.client import Workers
from clearmix.rendering.models import STEPS
from clearmix.rendering.worker import executor_id, system_database_url
from clearmix.settings import Settings
from clearmix.storage.tables.rendering import RenderRow

from .conftest import House, reached, until

ENDS = (
    ("decide", signal.SIGKILL),
    ("generate", signal.SIGTERM),
    *((step, signal.SIGKILL) for step in STEPS[1:]),
)
"""In which steps a worker is ended, and how: once it is only told to stop."""


def test_a_render_survives_a_stop_and_a_kill_in_every_step_and_is_made_once(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINY_SLOWNESS", "0.1")
    rendering = own_house.kernel.rendering
    job = own_house.submit("slow")
    stood: list[str] = []
    with ThreadPoolExecutor() as threads:
        # Nobody starts a worker again but the client that waits for its remix.
        waiting = threads.submit(rendering.wait, job.id)
        for step, number in ENDS:
            until(lambda step=step: reached(own_house, job.id, step))
            pid = own_house.await_worker()
            os.kill(pid, number)
            stood.append(rendering.job(job.id).step)
            until(lambda pid=pid: own_house.worker_pid() != pid)
        ended = waiting.result(timeout=120)
    assert ended.state == "published", (ended, stood)
    with own_house.kernel.database.session() as session:
        made = session.exec(select(RenderRow)).all()
    assert [row.id for row in made] == [ended.render_id]
    path = own_house.kernel.store.local_path(made[0].audio_key)
    assert own_house.kernel.verify(path).render_id == ended.render_id
    rendering.ensure_worker()
    until(lambda: own_house.left_behind() == [str(path)])
    hits = sum(step == at for (step, _), at in zip(ENDS, stood, strict=True))
    assert hits >= len(ENDS) - 2, stood  # a short step may be over before the signal is there


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
        client.ensure()  # one that is coming up is enough
    assert [client.starts for client in clients] == [1, 1]
    pid = own_house.await_worker()
    for client in clients:
        client.ensure()
    assert [client.starts for client in clients] == [1, 1]
    started = [client.started for client in clients]
    until(lambda: any(os.waitpid(other, os.WNOHANG)[0] for other in started if other != pid))
    assert own_house.worker_pid() == pid


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


HANGING = """
import os, time
from types import SimpleNamespace
from clearmix.errors import PluginError
from clearmix.guarding import asked
from clearmix.kernel import Kernel
from clearmix.rendering.worker import run_worker

print("a worker begins in", os.getpid(), flush=True)
if "HUNG" not in os.environ:
    os.environ["HUNG"] = "1"
    labeler = SimpleNamespace(id="stuck")
    try:
        asked("labeler", labeler, lambda: time.sleep(600), expect=object, seconds=0.1)
    except PluginError as error:
        print(error.message, flush=True)
run_worker(Kernel(), idle_exit_seconds=0.3)
"""


def test_a_worker_in_which_a_call_hangs_begins_anew(settings: Settings) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", HANGING],
        env=os.environ | settings.as_environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    first, hung, again = ran.stdout.splitlines()
    assert hung == "labeler `stuck` was not done after 0.1 seconds"
    assert first == again, "the same process, as a supervisor knows it"
