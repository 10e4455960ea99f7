"""Whether the watermark is ever read where there is none, or by a key that did not write it.

    python tests/benchmarks/marks/false_readings.py FOLDER... [--clips 10000] [--keys 1000]
        [--seconds 5] [--search-every 20]

Reads that many excerpts of unmarked music, each under a key of its own, then one marked excerpt per
file under that many wrong keys. Every twentieth reading looks for other speed and pitch as well.
"""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

import numpy as np
from attacks import RATE, RAW, Sound, cut, piped, unpacked

from clearmix import Audio
from clearmix_marks.detection import Detector
from clearmix_marks.embedding import marked
from clearmix_marks.grid import layout_of

SUFFIXES = {".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a"}


def key(number: int) -> bytes:
    return number.to_bytes(32, "big")


def music(path: Path) -> Sound:
    return unpacked(piped(("-i", str(path), *RAW)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--clips", type=int, default=10000)
    parser.add_argument("--keys", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--search-every", type=int, default=20)
    given = parser.parse_args()
    files = [
        path
        for folder in given.folders
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES and path.stat().st_size > 500_000
    ]
    draw = np.random.default_rng(1)
    frames = round(given.seconds * RATE)
    read = {"unmarked": 0, "wrong key": 0}
    wrong = {"unmarked": 0, "wrong key": 0}

    def look(kind: str, sound: Sound) -> None:
        searched = read[kind] % given.search_every == 0
        detector = Detector(key(10**9 + read["unmarked"] + read["wrong key"]), search=searched)
        wrong[kind] += detector.find(np.ascontiguousarray(sound)) is not None
        read[kind] += 1

    for number, path in enumerate(files):
        try:
            whole = music(path)
        except subprocess.CalledProcessError:
            print(f"{path.name}: not readable, left out")
            continue
        if whole.shape[1] <= frames:
            continue
        while read["unmarked"] < given.clips * (number + 1) // len(files):
            start = int(draw.integers(0, whole.shape[1] - frames))
            look("unmarked", whole[:, start : start + frames])
        signs = layout_of(key(number)).signs(f"{number:016x}", key(number))
        blocks = marked([Audio(cut(whole, given.seconds), RATE)], signs)
        signed = np.concatenate([block.samples for block in blocks], axis=1)
        while read["wrong key"] < given.keys * (number + 1) // len(files):
            look("wrong key", signed)
        told = ", ".join(f"{kind} {wrong[kind]} of {read[kind]}" for kind in read)
        print(f"{path.name}: false readings so far: {told}", flush=True)


if __name__ == "__main__":
    main()
