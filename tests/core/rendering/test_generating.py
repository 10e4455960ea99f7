from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from clearmix.audio import Audio
from clearmix.errors import GeneratorError, StorageError
from clearmix.rendering.generating import Generating, session_memory_mb
from clearmix.rendering.jobs import Cancelled
from clearmix.rendering.spare import Spare
from clearmix.rendering.workfolder import WorkFolder

from .conftest import House, until


@pytest.fixture
def run(house: House, tmp_path: Path):
    """Runs a generator of the test plugin in its process; gives its sound and its progress."""
    folder = WorkFolder(tmp_path, "job")

    def run(generator: str, stop=lambda: None, **limits: float) -> tuple[Audio, list[str]]:
        import dataclasses

        settings = dataclasses.replace(house.settings, **limits)
        source = house.kernel.catalogue.source((house.recording.id,))
        told: list[str] = []
        try:
            key = Generating(settings, folder, generator).run(
                house.spec(), source, lambda fraction, message: told.append(message), stop
            )
        finally:
            kept = [path.name for path in folder.path.iterdir()]
            assert not [name for name in kept if name.endswith(".part")], "something half-written"
        return folder.audio(key), told

    return run


def test_a_render_comes_back_as_it_was_made(run, house: House) -> None:
    made, told = run("tiny")
    source = house.kernel.catalogue.source((house.recording.id,)).first.read()
    assert np.array_equal(made.samples, source.samples * np.float32(0.9))
    assert told[:2] == ["second 0", "second 1"]


def test_what_a_generator_prints_harms_nothing(run) -> None:
    made, _ = run("prints")
    assert made.seconds == pytest.approx(12)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("generator", ["forks", "closes"])
def test_copies_and_closed_channels_harm_nothing(run, generator: str) -> None:
    made, _ = run(generator)
    sound, _ = run("tiny")
    assert np.array_equal(made.samples, sound.samples)


@pytest.mark.parametrize(
    ("generator", "said"),
    [
        ("raises", "generator `raises` failed: ZeroDivisionError: no beat to divide by"),
        ("arrays", "generator `arrays` failed: TypeError: yielded `ndarray`"),
        ("doubles", "generator `doubles` failed: audio of shape"),
        ("not-numbers", "generator `not-numbers` returned samples that are not numbers"),
        ("exits", "generator `exits` ended with exit code 3 .* its last words: giving up"),
        ("leaves", "generator `leaves` ended with exit code 1 .* last words: I have had enough"),
        ("meddles", "generator `meddles` wrote into the kernel's channel"),
        ("nobody", "no generator `nobody`"),
    ],
)
def test_a_generator_that_fails_is_named_with_the_remedy(run, generator: str, said: str) -> None:
    with pytest.raises(GeneratorError, match=said) as caught:
        run(generator)
    assert caught.value.help


def test_a_generator_that_hangs_is_stopped_with_all_its_children(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child"
    monkeypatch.setenv("TINY_CHILD", str(child))
    with pytest.raises(GeneratorError, match="was stopped after 4 seconds") as caught:
        run("hangs-with-a-child", render_seconds=4)
    assert "CLEARMIX_RENDER_SECONDS" in caught.value.help
    until(lambda: not running(int(child.read_text())), seconds=5)


def test_a_generator_that_eats_memory_is_stopped(run) -> None:
    with pytest.raises(GeneratorError, match="MB of memory; 700 MB are allowed") as caught:
        run("eats-memory", render_memory_mb=700)
    assert "CLEARMIX_RENDER_MEMORY_MB" in caught.value.help


def test_a_cancelled_generator_is_stopped(run) -> None:
    looks = iter(range(100))

    def stop() -> None:
        if next(looks) == 3:
            raise Cancelled("the render was cancelled", help="ask again")

    with pytest.raises(Cancelled):
        run("hangs", stop)


def test_a_full_disk_is_named_as_such_and_not_as_the_generators_fault(
    house: House, tmp_path: Path
) -> None:
    class FullFolder(WorkFolder):
        def scratch(self, suffix: str) -> Path:
            path = super().scratch(suffix)
            path.symlink_to("/dev/full")
            return path

    folder = FullFolder(tmp_path, "job")
    source = house.kernel.catalogue.source((house.recording.id,))
    with pytest.raises(StorageError, match="the disk is full") as caught:
        Generating(house.settings, folder, "tiny").run(
            house.spec(), source, lambda fraction, message: None
        )
    assert "free some disk space" in caught.value.help
    assert [path.name for path in folder.path.iterdir()] == ["generator.log"]


def test_the_memory_of_a_session_counts_this_process() -> None:
    assert session_memory_mb(os.getsid(0)) > 20


def running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_process_in_waiting_renders_the_same_and_keeps_its_last_words(
    house: House, tmp_path: Path
) -> None:
    source = house.kernel.catalogue.source((house.recording.id,))
    spare = Spare(house.settings)

    def rendered(generator: str, name: str, waiting: Spare | None) -> str:
        folder = WorkFolder(tmp_path, name)
        return Generating(house.settings, folder, generator, waiting).run(
            house.spec(), source, lambda fraction, message: None
        )

    spare.prepare("tiny")
    with_spare = rendered("tiny", "with", spare)
    assert spare.take("tiny") is None  # it served once
    assert with_spare == rendered("tiny", "without", None)
    spare.prepare("exits")
    with pytest.raises(GeneratorError, match="its last words: giving up"):
        rendered("exits", "exits", spare)


def test_processes_wait_for_the_two_generators_that_were_asked_for_last(house: House) -> None:
    spare = Spare(house.settings)
    for generator in ("tiny", "slow"):
        spare.prepare(generator)
    spare.prepare("tiny")  # it waits already, and is the newest again
    tiny, slow = (spare._waiting[one] for one in ("tiny", "slow"))
    spare.prepare("hangs")

    assert slow.poll() is not None
    assert spare.take("slow") is None
    assert spare.take("tiny") is tiny
    assert tiny.poll() is None
    hangs = spare._waiting["hangs"]
    spare.close()
    tiny.kill()
    tiny.communicate()
    assert hangs.poll() is not None
