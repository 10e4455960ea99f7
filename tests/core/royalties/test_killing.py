"""`kill -9` at any point of closing leaves a month open or closed, never half."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from clearmix.storage.tables.royalties import (
    LedgerEntryRow,
    LedgerLineRow,
    SettledPoolRow,
    SettlementRow,
)

AFTERWARDS = datetime(2026, 11, 23, tzinfo=UTC)

CHILDREN = """
import json, os, signal, sys
from sqlalchemy import event
from clearmix.kernel import Kernel
from clearmix.settings import Settings
from clearmix_royalties.pro_rata import ProRata
import clearmix.royalties.room, ibis.backends.duckdb, pyarrow, alembic.config, alembic.command

home, points = sys.argv[1], json.loads(sys.argv[2])
def die():
    os.kill(os.getpid(), signal.SIGKILL)

def settle(point):
    kernel = Kernel(Settings.from_environment({"CLEARMIX_HOME": f"{home}/{point}"}))
    room = kernel.royalties
    where, _, count = point.partition("-")
    count = int(count)
    def progress(fraction, message):
        if where == "progress" and round(fraction * 10) == count:
            die()
    done = [0]
    def statement(connection, cursor, text, *rest):
        if text.startswith("INSERT"):
            done[0] += 1
            if where == "insert" and done[0] == count:
                die()
    event.listen(kernel.database.engine, "before_cursor_execute", statement)
    if where == "commit":
        event.listen(kernel.database.engine, "commit", lambda c: done[0] and die())
    room.settle("2026-10", "pro-rata", progress)

# What a child would load is loaded once, before anything is opened.
Kernel(Settings.from_environment({"CLEARMIX_HOME": f"{home}/none"})).formulas
for point in points:
    child = os.fork()
    if child == 0:
        settle(point)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(point, os.WTERMSIG(status) if os.WIFSIGNALED(status) else "lived", flush=True)
"""

POINTS = [
    "progress-0", "progress-6", "progress-8", "insert-1", "insert-2", "insert-3",
    "insert-4", "commit-0", "progress-10",
]  # fmt: skip
"""Between the steps, before each statement of the posting transaction, before its commit, after."""


@pytest.fixture(scope="module")
def killed(closed_home: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home for each point, left behind by a process that was killed there."""
    homes = tmp_path_factory.mktemp("killed")
    for point in POINTS:
        shutil.copytree(closed_home[0], homes / point)
    run = subprocess.run(
        [sys.executable, "-c", CHILDREN, str(homes), json.dumps(POINTS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.splitlines() == [f"{point} 9" for point in POINTS], run.stderr
    return homes


@pytest.mark.parametrize("point", POINTS)
def test_a_month_is_open_or_closed_and_settles_to_the_same_hash(
    open_home: Callable[[Path], Any], closed: Any, killed: Path, point: str
) -> None:
    market = open_home(killed / point)
    with market.database.session() as session:
        settled = session.exec(select(SettlementRow)).all()
        pools = session.exec(select(SettledPoolRow)).all()
        entries = session.exec(select(LedgerEntryRow)).all()
        lines = session.exec(select(LedgerLineRow)).all()
    counts = (len(settled), len(pools), len(entries), bool(lines))
    assert counts in ((0, 0, 0, False), (1, 1, 1, True)), "half a month is posted"
    assert (counts[0] == 1) == (point == "progress-10")
    again = market.room(AFTERWARDS).settle("2026-10")
    assert again.posted == (point != "progress-10")
    (undisturbed,) = closed.room(AFTERWARDS).settlements()
    assert again.hash == undisturbed.hash
