"""Turns of processes: one writes at a time, a dead one loses its turn, and none waits for ever."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clearmix.storage.turns import turn_of_processes

ANOTHER = """
import sys, time
from clearmix.storage.turns import turn_of_processes
with turn_of_processes(sys.argv[1], 30):
    print("mine", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@contextmanager
def another(database: str, seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that has its turn for so long."""
    command = [sys.executable, "-c", ANOTHER, database, str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"mine\n"
    yield process
    process.kill()
    process.communicate()


def test_a_process_waits_until_the_other_has_had_its_turn(tmp_path: Path) -> None:
    database = str(tmp_path / "clearmix.db")
    with another(database, 0.5) as other:
        with turn_of_processes(database, 30):
            pass
        assert other.wait(timeout=5) == 0  # it was not begun before the other had ended


def test_a_process_that_dies_loses_its_turn(tmp_path: Path) -> None:
    database = str(tmp_path / "clearmix.db")
    with another(database, 60) as other:
        other.kill()
        began = time.monotonic()
        with turn_of_processes(database, 30):
            assert time.monotonic() - began < 10


def test_patience_ends_and_the_database_has_the_word(tmp_path: Path) -> None:
    database = str(tmp_path / "clearmix.db")
    with another(database, 60):
        began = time.monotonic()
        with turn_of_processes(database, 0.2):
            assert 0.2 <= time.monotonic() - began < 10


def test_a_database_without_a_file_and_one_in_no_folder_make_nobody_wait(tmp_path: Path) -> None:
    with turn_of_processes(":memory:", 0), turn_of_processes(":memory:", 0):
        pass
    with turn_of_processes(None, 0), turn_of_processes(str(tmp_path / "none" / "a.db"), 0):
        pass
    assert list(tmp_path.iterdir()) == []
