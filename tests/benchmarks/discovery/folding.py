"""Precision and recall of folding remixes that sound nearly the same, over a range of thresholds.

    python tests/benchmarks/discovery/folding.py [--home HOME] [--songs 4] [--seconds 40]

Each song of `HOME`, which is read and not changed, is remixed by the studio in several ways, and in
each way again as one does who asks for nearly the same: another seed, a little more strength, one
beat a minute faster; and once more encoded, at half the level. Pairs of one way are near-equal,
pairs of two ways of one song are not; those of two songs are not compared, nor are they by feeds.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from clearmix import Audio, Kernel, RemixSpec, Settings, Source, SourceRecording, joined
from clearmix.audio import read_audio
from clearmix.fingerprints import Fingerprint, fingerprint
from clearmix.rendering.encoding import write_m4a
from clearmix.rendering.likeness import ALIKE, likeness
from clearmix_studio.generator import Studio

WAYS: dict[str, dict[str, Any]] = {
    "house": {"styles": ["house"], "tempo": {"bpm": 124}},
    "techno": {"styles": ["techno"], "tempo": {"bpm": 124}},
    "house without vocals": {
        "styles": ["house"],
        "tempo": {"bpm": 124},
        "parts": [{"part": "vocals", "action": "remove"}],
    },
    "80s": {"era": "1980s", "styles": ["synthwave"]},
    "lo-fi": {"styles": ["lo-fi"]},
    "faster": {"kind": "edit", "tempo": {"ratio": 1.06}},
}

AGAIN: dict[str, dict[str, Any]] = {
    "seed": {"seed": 2},
    "strength": {"strength": 0.55},
    "tempo": {"tempo": {"bpm": 125}},
}
"""What is asked for beside the first, which has seed 1 and strength 0.5."""


@dataclass(frozen=True)
class Made:
    """A remix of a song in one way, and what is different from the first of that way."""

    song: str
    way: str
    change: str
    sound: Fingerprint


def remixes(song: SourceRecording, seconds: float) -> Iterator[Made]:
    for way, fields in WAYS.items():
        first = {"seed": 1, "strength": 0.5, "structure": {"seconds": seconds}, **fields}
        audio = _rendered(song, first)
        yield Made(song.id, way, "", fingerprint(audio))
        yield Made(song.id, way, "encoded", fingerprint(_encoded(audio)))
        for change, other in AGAIN.items():
            if "tempo" in other and fields.get("tempo") != {"bpm": 124}:
                continue
            yield Made(song.id, way, change, fingerprint(_rendered(song, {**first, **other})))


def _rendered(song: SourceRecording, fields: dict[str, Any]) -> Audio:
    spec = RemixSpec.from_json({"sources": [song.id], **fields})
    return joined(Studio().render(spec, Source((song,)), lambda part, said: None))


def _encoded(audio: Audio) -> Audio:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "quiet.m4a"
        write_m4a(path, Audio(audio.samples * np.float32(0.5), audio.rate))
        return read_audio(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--songs", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=40.0)
    given = parser.parse_args()
    catalogue = Kernel(Settings.from_environment({"CLEARMIX_HOME": str(given.home)})).catalogue
    same: dict[str, list[float]] = {}
    other: list[float] = []
    for recording in catalogue.recordings()[: given.songs]:
        made = list(remixes(catalogue.source((recording.id,)).first, given.seconds))
        for one, two in combinations(made, 2):
            found = likeness(one.sound, two.sound)
            if one.way != two.way:
                other.append(found)
            elif "" in (one.change, two.change):
                same.setdefault(one.change or two.change, []).append(found)
        print(recording.id, flush=True)
    for name, values in {**same, "two ways": other}.items():
        low, middle, high = np.percentile(values, [0, 50, 100])
        print(f"{name:10} {len(values):4} pairs: {low:.3f} .. {middle:.3f} .. {high:.3f}")
    every = np.concatenate([*same.values()])
    for threshold in sorted({*np.arange(0.2, 0.95, 0.05).round(2), ALIKE}):
        right, wrong = (every >= threshold).sum(), (np.array(other) >= threshold).sum()
        recalls = ", ".join(
            f"{name} {np.mean(np.array(values) >= threshold):.2f}" for name, values in same.items()
        )
        print(
            f"{'>' if threshold == ALIKE else ' '} {threshold:.2f} "
            f"precision {right / max(1, right + wrong):.3f}, "
            f"recall {right / len(every):.3f} ({recalls})"
        )


if __name__ == "__main__":
    main()
