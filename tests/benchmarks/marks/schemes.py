"""The watermarks that are compared: each marks a sound with a render id and reads one back."""

from __future__ import annotations

import json
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
from attacks import RATE, Sound

from clearmix import Audio, Disclosure, Settings
from clearmix.audio import joined, read_wav, write_wav
from clearmix_marks.watermark import ClearmixMark

HERE = Path(__file__).parent


class Scheme(Protocol):
    """One watermark under one key."""

    name: str

    def mark(self, sound: Sound, id: str) -> Sound: ...

    def read(self, sound: Sound, *, search: bool = True) -> str | None:
        """The id; `search` also looks for changed speed, tempo and pitch, if the scheme can."""


class Clearmix:
    """`clearmix-mark`, as a service uses it: blocks of a second."""

    name = "clearmix-mark"

    def __init__(self, home: Path) -> None:
        settings = Settings(home, "", "")
        self._plain = ClearmixMark(settings, search=False)
        self._searching = ClearmixMark(settings)
        self.mark(np.zeros((2, RATE), np.float32), "0" * 16)  # makes the key

    def mark(self, sound: Sound, id: str) -> Sound:
        said = Disclosure(id, "t", (), "l", (), (), "g", False, "", "s", "")
        blocks = Audio(sound, RATE).blocks(1.0)
        return np.asarray(joined(self._plain.mark(blocks, said)).samples)

    def read(self, sound: Sound, *, search: bool = True) -> str | None:
        reading = (self._searching if search else self._plain).read(Audio(sound, RATE))
        return reading.render_id if reading is not None else None


class Audiowmark:
    """The program audiowmark, with its whole 128-bit payload: any of its matches counts."""

    name = "audiowmark"

    def __init__(self, program: str, home: Path) -> None:
        self._program, self._home = program, home
        home.mkdir()
        self._run("gen-key", "key")

    def mark(self, sound: Sound, id: str) -> Sound:
        write_wav(self._home / "in.wav", Audio(sound, RATE))
        self._run("add", "--key", "key", "in.wav", "out.wav", id * 2)
        return np.asarray(read_wav(self._home / "out.wav").samples)

    def read(self, sound: Sound, *, search: bool = True) -> str | None:
        write_wav(self._home / "in.wav", Audio(np.clip(sound, -1, 1), RATE))
        speed = ("--detect-speed",) if search else ()
        self._run("get", "--key", "key", *speed, "--json", "found.json", "in.wav")
        matches = json.loads((self._home / "found.json").read_text()).get("matches", [])
        # It prints what its decoder finds on unmarked sound too; half of its payload repeats the
        # other half here, so that a wrong match is told apart, as the product's labeler does.
        whole = [match["bits"] for match in matches if match["bits"][:16] == match["bits"][16:]]
        return whole[0][:16] if whole else None

    def _run(self, *arguments: str) -> None:
        command = [self._program, arguments[0], "--quiet", *arguments[1:]]
        subprocess.run(command, cwd=self._home, capture_output=True, check=True)


class Perth:
    """resemble-perth, in a Python of its own because it needs torch; it has no payload."""

    name = "perth"
    PRESENT = "present"

    def __init__(self, python: str) -> None:
        self._worker = subprocess.Popen(
            [python, str(HERE / "perth_worker.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.seconds = 0.0
        """Processor time of the other Python so far."""

    def mark(self, sound: Sound, id: str) -> Sound:
        """Marked; the id is lost, because it has no payload."""
        with tempfile.TemporaryDirectory() as folder:
            np.save(f"{folder}/in.npy", sound)
            self._ask("mark", f"{folder}/in.npy", f"{folder}/out.npy")
            return np.load(f"{folder}/out.npy").astype(np.float32)

    def read(self, sound: Sound, *, search: bool = True) -> str | None:
        with tempfile.TemporaryDirectory() as folder:
            np.save(f"{folder}/in.npy", sound)
            return self.PRESENT if self._ask("read", f"{folder}/in.npy") == "1" else None

    def _ask(self, *words: str) -> str:
        assert self._worker.stdin is not None and self._worker.stdout is not None
        self._worker.stdin.write("\t".join(words) + "\n")
        self._worker.stdin.flush()
        seconds, answer = self._worker.stdout.readline().split()
        self.seconds += float(seconds)
        return answer


@contextmanager
def timed(scheme: Scheme, spent: dict[str, float], name: str) -> Iterator[None]:
    """Adds the processor time of what is done inside, here and in programs that are called."""

    def used() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        elsewhere = scheme.seconds if isinstance(scheme, Perth) else 0.0
        return time.process_time() + children.ru_utime + children.ru_stime + elsewhere

    began = used()
    yield
    spent[name] = spent.get(name, 0.0) + used() - began
