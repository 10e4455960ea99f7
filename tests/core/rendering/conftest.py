"""A house that renders: a private home, tiny generators, a song that can carry a watermark."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from clearmix.audio import Audio, write_wav
from clearmix.catalogue import NewRecording
from clearmix.kernel import Kernel
from clearmix.rendering.models import STEPS, Job
from clearmix.rendering.worker import lock_path
from clearmix.settings import Settings
from clearmix.spec import RemixSpec

PLUGINS = Path(__file__).parent / "plugins"


def rich_sound(seconds: float, *, seed: int = 1, rate: int = 44100) -> Audio:
    """Forty partials that beat at 120 bpm over a little noise: broad enough for a watermark."""
    time_s = np.arange(round(seconds * rate)) / rate
    frequencies = np.geomspace(80, 9000, 40)
    tones = sum(
        np.sin(2 * np.pi * hz * time_s + at) / (1 + at / 5) for at, hz in enumerate(frequencies)
    )
    noise = np.random.default_rng(seed).standard_normal((2, time_s.size))
    pulse = 1 + 0.6 * np.sin(4 * np.pi * time_s)
    return Audio((0.03 * tones * pulse + 0.02 * noise).astype(np.float32), rate)


class House:
    """A home with one recording, and the worker on it."""

    def __init__(self, home: Path, **values: str) -> None:
        environ = {
            "CLEARMIX_HOME": str(home),
            "CLEARMIX_PLUGINS": "rendering_test_plugin",
            "CLEARMIX_ANALYZER": "metronome",
            "CLEARMIX_GENERATOR": "tiny",
            "CLEARMIX_SCORES": "asked",
            **values,
        }
        self.settings = Settings.from_environment(environ)
        self.kernel = Kernel(self.settings)
        song = home / "song.wav"
        song.parent.mkdir(parents=True, exist_ok=True)
        write_wav(song, rich_sound(12))
        added = self.kernel.catalogue.add(song, NewRecording(title="Green", artists=("Ada Wren",)))
        self.recording = added.recording

    def spec(self, **fields: object) -> RemixSpec:
        """A remix of the recording."""
        return RemixSpec(sources=(self.recording.id,), **fields)  # type: ignore[arg-type]

    def submit(self, generator: str = "tiny", **fields: object) -> Job:
        """A job that was permitted."""
        submission = self.kernel.rendering.submit(self.spec(**fields), generator=generator)
        assert submission.job is not None, submission.cleared.decision
        return submission.job

    def render(self, generator: str = "tiny", **fields: object) -> Job:
        """The ended job."""
        return self.kernel.rendering.wait(self.submit(generator, **fields).id)

    def worker_pid(self) -> int | None:
        """The process id of the worker that lives, if one does."""
        if not self.kernel.rendering.worker_lives():
            return None
        return int(lock_path(self.settings).read_text() or 0) or None

    def await_worker(self) -> int:
        """The process id of the worker, once it is up."""
        return until(self.worker_pid)

    def kill_worker(self, number: int = signal.SIGKILL) -> None:
        """Ends the worker, and comes back when it is gone."""
        pid = self.worker_pid()
        if pid is not None:
            os.kill(pid, number)
            until(lambda: not self.kernel.rendering.worker_lives())

    def left_behind(self) -> list[str]:
        """Files of renders and of jobs that are on disk."""
        rooms = (self.settings.home / "store" / "renders", self.settings.work)
        return sorted(str(path) for room in rooms for path in room.rglob("*") if path.is_file())

    def left_when_done(self) -> list[str]:
        """Those that stay once no job goes on and the worker has cleared up after the last one.

        A job has ended for its listener a moment before that.
        """
        until(
            lambda: not self.kernel.rendering.jobs.open() and not any(self.settings.work.iterdir())
        )
        return self.left_behind()

    def close(self) -> None:
        """Ends everything."""
        self.kill_worker()
        self.kernel.database.close()


def until(seen: Callable[[], object], seconds: float = 90.0) -> object:
    """What a look gives, as soon as it gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := seen():
            return found
        time.sleep(0.01)
    raise AssertionError("waited in vain")


def reached(house: House, job_id: str, step: str) -> bool:
    """Whether a job stands in that step, well inside of it where that takes a while, or beyond."""
    job = house.kernel.rendering.job(job_id)
    at, wanted = STEPS.index(job.step), STEPS.index(step)
    if job.state == "queued" or at < wanted:
        return False
    return at > wanted or step != "generate" or job.fraction > 0.1


@pytest.fixture(scope="session")
def plugin_path() -> Iterator[None]:
    """Lets this process and its children import the plugin of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PLUGINS))
        paths = [str(PLUGINS), *filter(None, sys.path)]
        patch.setenv("PYTHONPATH", os.pathsep.join(paths))
        yield


@pytest.fixture(scope="session")
def house(plugin_path: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all tests that leave it as it was; its worker starts with the first job."""
    made = House(tmp_path_factory.mktemp("house") / "home")
    yield made
    made.close()


@pytest.fixture
def own_house(plugin_path: None, tmp_path: Path) -> Iterator[House]:
    """A house for one test."""
    made = House(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[Path, int], None]]:
    """Puts a file system of so many kilobytes over a folder, where the machine lets tests mount."""
    mounted: list[Path] = []

    def mount(folder: Path, kilobytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            pytest.skip("needs leave to mount a small file system")
        mounted.append(folder)

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


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

    def start(name: str, *generators: str, lease_seconds: float = 90) -> subprocess.Popen[bytes]:
        wanted = [word for one in generators for word in ("--generator", one)]
        code = (
            "import datetime, clearmix.rendering.worker as worker; "
            f"worker.LEASE = datetime.timedelta(seconds={lease_seconds}); worker.main()"
        )
        home = tmp_path / name
        environ = os.environ | shared_house.settings.as_environment() | {"CLEARMIX_HOME": str(home)}
        home.mkdir(exist_ok=True)
        with (home / "log").open("ab") as log:
            started.append(
                subprocess.Popen(
                    [sys.executable, "-c", code, *wanted],
                    env=environ, stdout=log, stderr=log,
                )
            )  # fmt: skip
        return started[-1]

    yield start
    for one in started:
        one.send_signal(signal.SIGCONT)
        one.kill()
        one.wait()
