"""The machine's readiness: each finding is something an operator can act on."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import func, select

from clearmix.contracts import Finding
from clearmix.entitlement.plans import read_plans
from clearmix.errors import ClearmixError
from clearmix.operations.retention import Retention, read_retention
from clearmix.storage.columns import utc_now
from clearmix.storage.tables.clearance import DecisionRow

if TYPE_CHECKING:
    from clearmix.kernel import Kernel

ROOM_FOR_RENDERS_BYTES = 2 * 2**30
"""Free space below which a few renders of long songs could fill the disk."""

CLOCK_SLACK_SECONDS = 5.0
"""How far the clocks of several machines may lie apart."""


def examine(kernel: Kernel) -> tuple[Finding, ...]:
    """Everything that was looked at, in the order in which it would fail a first render."""
    return tuple(_findings(kernel))


def _findings(kernel: Kernel) -> Iterator[Finding]:
    settings = kernel.settings
    yield _tried("home", lambda: _writable(kernel))
    yield _tried("database", lambda: f"{kernel.database.engine.dialect.name}, up to date")
    yield _tried("store", lambda: _keeps(kernel))
    yield _tried("keys", lambda: _private(kernel))
    yield _tried("clock", lambda: _going_on(kernel))
    yield _tried("plans", lambda: f"tiers {', '.join(read_plans(settings.home).tiers)}")
    yield _tried("retention", lambda: _kept_for(read_retention(settings.home)))
    yield _tried("jobs", lambda: _served(kernel))
    yield _tried("encoder", _encoder)
    for name, things, preferred in (
        ("generator", kernel.generators, settings.generator),
        ("cover_generator", kernel.generators, settings.cover_generator),
        ("interpreter", kernel.interpreters, settings.interpreter),
        ("analyzer", kernel.analyzers, settings.analyzer),
    ):
        yield Finding(
            name.replace("_", " "),
            preferred in things,
            f"`{preferred}` of {', '.join(things) or 'none'}",
            "" if preferred in things else f"install its plugin, or set CLEARMIX_{name.upper()}",
        )
    signals = [id for id, labeler in kernel.labelers.items() if labeler.layer == "signal"]
    yield Finding(
        "watermark",
        bool(signals),
        ", ".join(signals) or "no signal labeler: nothing can be published",
        "" if signals else "install a plugin that provides one",
    )
    yield _tried("watermark key", lambda: _keys_kept(kernel))
    yield _tried("policies", lambda: f"{len(kernel.policies.current().hashes)} in force")
    yield from kernel.findings
    kernel.ask_all()
    for problem in kernel.problems:
        yield Finding(f"plugin {problem.plugin}", False, problem.reason, problem.help)


def _tried(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, look())
    except ClearmixError as error:
        return Finding(name, False, error.message, error.help)
    except OSError as error:
        return Finding(name, False, str(error), "check that this user may write there")


def _writable(kernel: Kernel) -> str:
    home = kernel.settings.home
    home.mkdir(parents=True, exist_ok=True)
    probe = home / ".writable"
    probe.write_text("")
    probe.unlink()
    free = shutil.disk_usage(home).free
    if free < ROOM_FOR_RENDERS_BYTES:
        raise ClearmixError(
            f"only {free / 2**30:.1f} GiB free at {home}",
            help="free some disk space or move CLEARMIX_HOME",
        )
    return f"{home}, {free / 2**30:.0f} GiB free"


def _keeps(kernel: Kernel) -> str:
    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder) / "probe.txt"
        probe.write_text("clearmix doctor")
        key = kernel.store.put(probe, "probes")
    with kernel.store.open(key) as opened:
        same = opened.read() == b"clearmix doctor"
    kernel.store.remove(key)
    if not same:
        raise ClearmixError(
            f"{kernel.store.url} does not give back what was put there", help="check its disk"
        )
    return kernel.store.url


def _private(kernel: Kernel) -> str:
    folder = kernel.settings.keys
    open_ones = [
        path.name for path in (folder, *folder.rglob("*")) if path.exists() and _others_read(path)
    ]
    if open_ones:
        raise ClearmixError(
            f"others on this machine can read {', '.join(open_ones)}",
            help=f"chmod -R go= {folder}",
        )
    return f"{folder}, for its owner only"


def _keys_kept(kernel: Kernel) -> str:
    from clearmix.verification import lost_keys

    lost = list(lost_keys(kernel.labelers, kernel.registry))
    if lost:
        raise ClearmixError(
            f"the key of {', '.join(lost)} is gone, and renders were marked with it",
            help=f"restore {kernel.settings.keys} from a backup before anything else is marked",
        )
    return "none is missing"


def _others_read(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


def _going_on(kernel: Kernel) -> str:
    with kernel.database.session() as session:
        last = session.exec(select(func.max(DecisionRow.decided_at))).one()
    ahead = (last - utc_now()).total_seconds() if last else 0.0
    if ahead > CLOCK_SLACK_SECONDS:
        raise ClearmixError(
            f"the last decision was made {ahead:.0f} s from now: the clock has gone back",
            help="set the clock by NTP; until it has caught up, plays are not counted",
        )
    return "not behind what was recorded"


def _kept_for(rules: Retention) -> str:
    said = (
        f"{name.removesuffix('_days').replace('_', ' ')} "
        + ("for ever" if days is None else f"{days} days")
        for name, days in rules
    )
    return ", ".join(said)


def _served(kernel: Kernel) -> str:
    waiting = len(kernel.rendering.jobs.open("queued"))
    lives = kernel.rendering.worker_lives()
    if waiting and not lives and kernel.settings.workers == "started":
        raise ClearmixError(f"{waiting} wait and no worker lives", help="run `clearmix worker`")
    worker = "a worker lives here" if lives else "no worker lives here"
    return f"{waiting} waiting, {worker}"


def _encoder() -> str:
    import av

    missing = [name for name in ("aac", "libopus") if name not in av.codecs_available]
    if missing:
        raise ClearmixError(
            f"PyAV was built without {', '.join(missing)}",
            help="install its wheel: pip install --force-reinstall --only-binary av av",
        )
    return f"PyAV {av.__version__} with AAC and Opus"
