"""A plugin of tiny generators, good and bad, and of an analyzer; loaded by CLEARMIX_PLUGINS.

Each generator is real: it yields sound made from the recording, and misbehaves as its id says.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from clearmix import (
    Abilities,
    Analysis,
    Audio,
    PlanError,
    Progress,
    RemixSpec,
    Report,
    Source,
    hookimpl,
    write_wav,
)

BLOCK = 44100


class Tiny:
    """A generator that turns the recording's level down a little, then does what it is told."""

    version = "1"

    def __init__(self, id: str, spoil: Callable[[Iterator[Audio]], Iterable[object]]) -> None:
        self.id = id
        self._spoil = spoil

    def abilities(self) -> Abilities:
        return Abilities(
            kinds=frozenset({"remix", "edit"}),
            fields=frozenset({"energy", "structure"}),
            terms=frozenset({"house"}),
            longest_seconds=60,
            uses_master=True,
        )

    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[object]:
        sound = source.first.read().as_stereo().resampled(44100)
        wanted = spec.structure.seconds if spec.structure else None
        frames = round((wanted or sound.seconds) * 44100)
        whole = Audio(sound.samples[:, :frames] * np.float32(0.9), 44100)

        def blocks() -> Iterator[Audio]:
            for at, block in enumerate(whole.blocks(1.0)):
                progress(at / whole.seconds, f"second {at}")
                yield block

        return self._spoil(blocks())


class Explaining(Tiny):
    """A generator that says what it did."""

    def plan_json(self, spec: RemixSpec, source: Source) -> dict[str, object]:
        return {"bars": 6, "title": source.first.title}

    def report(self, spec: RemixSpec, source: Source, made: Audio) -> Report:
        if self.id == "explains-badly":
            raise ZeroDivisionError("no beat to divide by")
        return Report(self.plan_json(spec, source), {"heard_seconds": made.seconds}, ("quietly",))


class Amending(Explaining):
    """A generator that renders edited plans, of as many bars as it planned itself."""

    def beyond(self, plan: Mapping[str, Any], spec: RemixSpec, source: Source) -> tuple[str, ...]:
        if "bars" not in plan:
            raise PlanError("`bars` is missing", help="leave the plan's shape", place="plan")
        planned = self.plan_json(spec, source)["bars"]
        return () if plan["bars"] <= planned else (f"`bars`: {planned} are the most",)

    def render_plan(
        self, plan: Mapping[str, Any], source: Source, progress: Progress
    ) -> Iterable[Audio]:
        sound = source.first.read().as_stereo().resampled(44100)
        return Audio(sound.samples[:, : round(plan["bars"] * 2 * 44100)], 44100).blocks(1.0)

    def report_plan(self, plan: Mapping[str, Any], source: Source, made: Audio) -> Report:
        return Report(plan, {"heard_seconds": made.seconds}, ("as edited",))


class Parting(Explaining):
    """A generator that writes sessions, and does so as `TINY_SESSION` says."""

    def session(
        self, plan: Mapping[str, Any], source: Source, folder: Path, progress: Progress
    ) -> None:
        progress(0.5, "writing the song")
        write_wav(folder / "song.wav", source.first.read())
        (folder / "plan.json").write_text(json.dumps(dict(plan)))
        match os.environ.get("TINY_SESSION", ""):
            case "raises":
                raise ZeroDivisionError("no beat to divide by")
            case "hangs":
                time.sleep(600)
            case "links":
                (folder / "link.wav").symlink_to(source.first.path)
            case "full-disk":
                Path("/dev/full").write_bytes(b"sound")
            case "hides":
                (folder / "song.wav").rename(folder / "song.txt")
            case "quiet":
                rest = Audio.silence(seconds=12, rate=44100, channels=2)
                write_wav(folder / "rest.wav", rest)


def raises(blocks: Iterator[Audio]) -> Iterator[Audio]:
    yield next(blocks)
    raise ZeroDivisionError("no beat to divide by")


def hangs(blocks: Iterator[Audio]) -> Iterator[Audio]:
    yield next(blocks)
    time.sleep(600)


def hangs_with_a_child(blocks: Iterator[Audio]) -> Iterator[Audio]:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(os.environ["TINY_CHILD"]).write_text(str(child.pid))
    yield next(blocks)
    time.sleep(600)


def eats_memory(blocks: Iterator[Audio]) -> Iterator[Audio]:
    eaten = []
    while True:
        eaten.append(np.ones(2_000_000))
        time.sleep(0.005)
        if len(eaten) > 400:  # 6 GB: it should have been stopped long before
            yield from blocks
            return


def not_numbers(blocks: Iterator[Audio]) -> Iterator[Audio]:
    yield next(blocks)
    bad = next(blocks).samples.copy()
    bad[0, 7] = np.nan
    yield Audio(bad, 44100)


def overload(blocks: Iterator[Audio]) -> Iterator[Audio]:
    for block in blocks:
        yield Audio(block.samples * 32768, 44100)


def clips(blocks: Iterator[Audio]) -> Iterator[Audio]:
    for block in blocks:
        yield Audio(np.clip(block.samples * 100, -1, 1), 44100)


def silent(blocks: Iterator[Audio]) -> Iterator[Audio]:
    for block in blocks:
        yield Audio.silence(seconds=block.seconds, rate=44100)


def too_short(blocks: Iterator[Audio]) -> Iterator[Audio]:
    yield next(blocks)


def endless(blocks: Iterator[Audio]) -> Iterator[Audio]:
    first = next(blocks)
    while True:
        yield first


def mono(blocks: Iterator[Audio]) -> Iterator[Audio]:
    for block in blocks:
        yield Audio(block.samples[:1], 44100)


def slow_rate(blocks: Iterator[Audio]) -> Iterator[Audio]:
    for block in blocks:
        yield Audio(block.samples, 48000)


def empty(blocks: Iterator[Audio]) -> Iterator[Audio]:
    return iter(())


def arrays(blocks: Iterator[Audio]) -> Iterator[object]:
    for block in blocks:
        yield block.samples


def doubles(blocks: Iterator[Audio]) -> Iterator[Audio]:
    for block in blocks:
        yield Audio(block.samples.astype(np.float64), 44100)


def exits(blocks: Iterator[Audio]) -> Iterator[Audio]:
    print("giving up", file=sys.stderr, flush=True)
    os._exit(3)
    yield next(blocks)


def prints(blocks: Iterator[Audio]) -> Iterator[Audio]:
    print('{"type": "done"}')
    os.write(1, b"garbage \xff\xfe\n")
    for block in blocks:
        print("working")
        yield block


def meddles(blocks: Iterator[Audio]) -> Iterator[Audio]:
    yield next(blocks)
    for descriptor in range(3, 12):
        try:
            os.write(descriptor, b"not a message\n")
        except OSError:
            continue
    yield from blocks


def forks(blocks: Iterator[Audio]) -> Iterator[Audio]:
    yield next(blocks)
    os.fork()  # both come out of it
    yield from blocks


def closes(blocks: Iterator[Audio]) -> Iterator[Audio]:
    yield next(blocks)
    for descriptor in range(3):
        os.close(descriptor)
    yield from blocks


def leaves(blocks: Iterator[Audio]) -> Iterator[Audio]:
    yield next(blocks)
    raise SystemExit("I have had enough")


def slow(blocks: Iterator[Audio]) -> Iterator[Audio]:
    for block in blocks:
        time.sleep(float(os.environ.get("TINY_SLOWNESS", "0.05")))
        yield block


SPOILERS = (
    *(raises, hangs, hangs_with_a_child, eats_memory, not_numbers, overload, clips, silent),
    *(too_short, endless, mono, slow_rate, empty, arrays, exits, prints, meddles, slow),
    *(forks, closes, leaves, doubles),
)


class Metronome:
    """An analyzer that hears 120 bpm in everything."""

    id = "metronome"
    version = "1"

    def analyze(self, audio: Audio, progress: Progress) -> Analysis:
        return Analysis("metronome 1", audio.seconds, 120.0, 1.0, (), (), "A minor", 1.0, -20.0)


@hookimpl
def provide_generators(settings):
    yield Tiny("tiny", lambda blocks: blocks)
    yield Explaining("explains", lambda blocks: blocks)
    yield Explaining("explains-badly", lambda blocks: blocks)
    yield Parting("parts", lambda blocks: blocks)
    yield Amending("amends", lambda blocks: blocks)
    for spoil in SPOILERS:
        yield Tiny(spoil.__name__.replace("_", "-"), spoil)


@hookimpl
def provide_analyzers(settings):
    yield Metronome()
