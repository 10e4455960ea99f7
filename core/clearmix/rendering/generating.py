"""Running a generator in a process of its own, so that nothing it does harms anything else.

The child gets a time limit and a memory limit; its whole process group is killed when it breaks
one, when the job is cancelled, or when this process dies. Every block is read back from its file
and checked before the next step sees it.
"""

from __future__ import annotations

import json
import math
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from pydantic import TypeAdapter

from clearmix.audio import Audio
from clearmix.contracts import Progress, Source
from clearmix.errors import GeneratorError
from clearmix.rendering.checking import BlockChecker
from clearmix.rendering.reporting import keep_report
from clearmix.rendering.spare import CHILD, Spare
from clearmix.rendering.workfolder import RATE, WorkFolder, disk_error, read_samples
from clearmix.settings import Settings
from clearmix.spec import RemixSpec

POLL_SECONDS = 0.1
"""How often limits are looked at: memory can grow by some 200 MB in between."""

STARTING_SECONDS = 60.0
"""Granted on top until the generator is found: loading plugins on a busy machine is slow."""

MESSAGES = ("started", "progress", "block", "report", "files", "done", "error")
"""What a child may say."""

ELSEWHERE = "try another seed, another generator or a simpler request"

Message = dict[str, Any]


class Generating:
    """One run of a generator."""

    def __init__(
        self,
        settings: Settings,
        folder: WorkFolder,
        generator: str,
        spare: Spare | None = None,
    ) -> None:
        self._settings = settings
        self._spare = spare
        self._folder = folder
        self._generator = generator

    def run(
        self,
        spec: RemixSpec,
        source: Source,
        progress: Progress,
        stop: Callable[[], None] = lambda: None,
        plan: Mapping[str, Any] | None = None,
        heard: Callable[[Audio], None] = lambda block: None,
    ) -> str:
        """The key of the sound in the work folder.

        An edited `plan` is rendered in place of the one that the generator would make of the spec,
        if it stays within that. `stop` is asked ten times a second and may raise to end the run;
        `heard` is given every block that was checked, at once.

        Raises:
            GeneratorError: the generator raised, died, took too long or too much memory, or
                returned something unusable.
            StorageError: the disk is full.
        """
        samples = self._folder.scratch(".part")
        checker = BlockChecker(self._generator, spec, source)
        edited = {} if plan is None else {"plan": dict(plan)}
        request = self._request(source, spec=spec.as_json(), samples=str(samples), **edited)
        try:
            with self._process(request) as process:
                frames = 0
                for message in self._messages(process, stop):
                    if message["type"] == "progress":
                        _pass_on(message, progress)
                    elif message["type"] == "block":
                        block = self._block(samples, message, frames)
                        checker.check(block)
                        heard(block)
                        frames += int(message["frames"])
                    elif message["type"] == "report":
                        keep_report(self._folder, message)
                    elif message["type"] == "error":
                        raise self._said(message, samples.parent)
            checker.finish()
            return self._folder.adopt(samples, "generated")
        finally:
            samples.unlink(missing_ok=True)

    def session(
        self, plan: Mapping[str, Any], source: Source, folder: Path, progress: Progress
    ) -> tuple[str, ...]:
        """The names of the files that the generator wrote into the folder for that plan.

        Raises:
            GeneratorError: the generator raised, died, took too long or too much memory, or names
                a file that is not there.
            StorageError: the disk is full.
        """
        request = self._request(source, job="session", plan=dict(plan), folder=str(folder))
        names: tuple[str, ...] = ()
        with self._process(request) as process:
            for message in self._messages(process, lambda: None):
                if message["type"] == "progress":
                    _pass_on(message, progress)
                elif message["type"] == "files":
                    names = tuple(str(name) for name in message["files"])
                elif message["type"] == "error":
                    raise self._said(message, folder)
        for name in names:
            if not _is_file_inside(folder, name):
                raise GeneratorError(
                    f"generator `{self._generator}` names `{name}`, which is no file in its folder",
                    help="update the generator, or tell its author",
                )
        return names

    def _request(self, source: Source, **more: object) -> Message:
        return {
            "protocol": 1,
            "generator": self._generator,
            "log": str(self._log),
            "source": TypeAdapter(Source).dump_python(source, mode="json"),
            **more,
        }

    @contextmanager
    def _process(self, request: Message) -> Iterator[subprocess.Popen[bytes]]:
        log = self._log
        waiting = self._spare.take(self._generator) if self._spare else None
        with log.open("wb") as errors:
            process = waiting or subprocess.Popen(
                [sys.executable, "-m", CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=os.environ | self._settings.as_environment(),
                start_new_session=True,
            )
        talk, _ = pipes_of(process)
        try:
            with suppress(BrokenPipeError):  # a child that died at once is reported by its exit
                talk.write(json.dumps(request).encode() + b"\n")
                talk.flush()
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            with suppress(BrokenPipeError):
                talk.close()

    @property
    def _log(self) -> Path:
        return self._folder.make() / "generator.log"

    def _messages(
        self, process: subprocess.Popen[bytes], stop: Callable[[], None]
    ) -> Iterator[Message]:
        """What the child says, until it is done; limits are watched while waiting."""
        _, listen = pipes_of(process)
        lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        threading.Thread(target=_read_lines, args=(listen, lines), daemon=True).start()
        deadline = time.monotonic() + STARTING_SECONDS + self._settings.render_seconds
        looked = 0.0
        while True:
            now = time.monotonic()
            if now - looked >= POLL_SECONDS:
                looked = now
                stop()
                self._require_within_limits(process.pid, now - deadline)
            try:
                line = lines.get(timeout=POLL_SECONDS)
            except queue.Empty:
                continue
            if line is None:
                raise self._died(process)
            message = self._parsed(line)
            if message["type"] == "started":  # loading plugins is not the generator's time
                deadline = time.monotonic() + self._settings.render_seconds
            yield message
            if message["type"] == "done":
                return

    def _parsed(self, line: bytes) -> Message:
        try:
            message = json.loads(line)
            if message["type"] in MESSAGES:
                return dict(message)
        except (ValueError, TypeError, KeyError):
            pass
        raise GeneratorError(
            f"generator `{self._generator}` wrote into the kernel's channel: {line[:60]!r}",
            help="it must not touch the file descriptors of its process; try another generator",
        )

    def _require_within_limits(self, pid: int, seconds_over: float) -> None:
        if seconds_over > 0:
            raise GeneratorError(
                f"generator `{self._generator}` was stopped after "
                f"{self._settings.render_seconds:g} seconds",
                help=f"{ELSEWHERE}, or raise CLEARMIX_RENDER_SECONDS",
            )
        used_mb = session_memory_mb(pid)
        if used_mb > self._settings.render_memory_mb:
            raise GeneratorError(
                f"generator `{self._generator}` was stopped at {used_mb:.0f} MB of memory; "
                f"{self._settings.render_memory_mb} MB are allowed",
                help=f"{ELSEWHERE}, or raise CLEARMIX_RENDER_MEMORY_MB",
            )

    def _block(self, samples: Path, message: Message, start_frame: int) -> Audio:
        frames, channels, rate = (int(message[name]) for name in ("frames", "channels", "rate"))
        if channels != 2 or rate != RATE:
            return Audio.silence(seconds=0, rate=max(rate, 1), channels=channels)
        return read_samples(samples, start_frame=start_frame, frames=frames)

    def _said(self, message: Message, folder: Path) -> Exception:
        if message.get("errno"):
            return disk_error(OSError(message["errno"], str(message["message"])), folder)
        return GeneratorError(
            str(message["message"]),
            help=str(message["help"]) or ELSEWHERE,
            place=f"generator {self._generator}",
        )

    def _died(self, process: subprocess.Popen[bytes]) -> GeneratorError:
        code = process.wait()
        how = f"with exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"
        last = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        said = f"; its last words: {last[0][:200]}" if last else ""
        return GeneratorError(
            f"generator `{self._generator}` ended {how} before it was done{said}",
            help=f"{ELSEWHERE}, and tell its author",
        )


def session_memory_mb(session: int) -> float:
    """Resident memory in MB of all processes of a session; 0 where there is no /proc."""
    pages = 0
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # a process may end while it is looked at
            # After the name in brackets: state, parent, group, session; 22nd is the resident size.
            fields = entry.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                pages += int(fields[21])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def pipes_of(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """Standard input and output of a process that was started with pipes for both."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process was started without pipes")
    return process.stdin, process.stdout


def _pass_on(message: Message, progress: Progress) -> None:
    fraction = float(message["fraction"])
    progress(
        min(max(fraction, 0.0), 1.0) if math.isfinite(fraction) else 0.0,
        str(message["message"])[:200],
    )


def _is_file_inside(folder: Path, name: str) -> bool:
    path = (folder / name).resolve()
    return path.is_file() and path.is_relative_to(folder.resolve())


def _read_lines(pipe: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    with pipe:  # it ends when the process group is killed
        for line in pipe:
            lines.put(line)
    lines.put(None)
