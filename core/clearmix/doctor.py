"""The machine's readiness: each finding is something an operator can act on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from clearmix.contracts import Finding
from clearmix.errors import ClearmixError

if TYPE_CHECKING:
    from clearmix.kernel import Kernel

ROOM_FOR_RENDERS_BYTES = 2 * 2**30
"""Free space below which a few renders of long songs could fill the disk."""


def examine(kernel: Kernel) -> tuple[Finding, ...]:
    """Everything that was looked at, in the order in which it would fail a first render."""
    return tuple(_findings(kernel))


def _findings(kernel: Kernel) -> Iterator[Finding]:
    settings = kernel.settings
    yield _tried("home", lambda: _writable(kernel))
    yield _tried("database", lambda: f"{kernel.database.engine.dialect.name}, up to date")
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
    yield _tried("policies", lambda: f"{len(kernel.policies.current().hashes)} in force")
    yield from kernel.findings
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


def _encoder() -> str:
    import av

    missing = [name for name in ("aac", "libopus") if name not in av.codecs_available]
    if missing:
        raise ClearmixError(
            f"PyAV was built without {', '.join(missing)}",
            help="install its wheel: pip install --force-reinstall --only-binary av av",
        )
    return f"PyAV {av.__version__} with AAC and Opus"
