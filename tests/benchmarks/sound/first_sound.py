"""Seconds from a listener's yes to the first sound, beside those until the remix is whole.

    python tests/benchmarks/sound/first_sound.py --home HOME [--song canon-in-d] [--seconds 180]

A copy of `HOME` gets one more song: that one again and again, with its stems, until it lasts so
long. It is then remixed in several ways by a worker as `clearmix serve` has one, and its preview
is asked for as a player does. The clock runs from asking to the bytes of the first segment.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from clearmix import Audio, Kernel, RemixSpec, Settings
from clearmix.audio import read_audio, write_wav
from clearmix.catalogue import NewRecording
from clearmix.catalogue.models import Recording
from clearmix.delivery import Delivery, Sent

WAYS: dict[str, dict[str, Any]] = {
    "house": {"styles": ["house"]},
    "80s club": {"era": "1980s", "styles": ["synthwave"], "energy": 0.8},
    "lo-fi": {"styles": ["lo-fi"]},
    "slower": {"kind": "edit", "tempo": {"ratio": 0.9}},
    "no drums": {"kind": "edit", "parts": [{"part": "drums", "action": "remove"}]},
    "string quartet": {"kind": "cover", "lineup": "string-quartet"},
}

LISTENER = "local"


def lasting(audio: Audio, seconds: float) -> Audio:
    """The sound again and again, for so many seconds."""
    frames = round(seconds * audio.rate)
    times = -(-frames // audio.frames)
    return Audio(np.tile(audio.samples, times)[:, :frames], audio.rate)


def added(kernel: Kernel, song: str, seconds: float, folder: Path) -> Recording:
    """The song made longer, as one more recording of the catalogue."""
    short = kernel.catalogue.recording(song)
    stems = folder / "stems"
    stems.mkdir()
    files = {folder / "whole.wav": short.audio_key}
    files |= {stems / f"{part}.wav": key for part, key in short.stems.items()}
    for path, key in files.items():
        write_wav(path, lasting(read_audio(kernel.store.local_path(key)), seconds))
    new = NewRecording(f"{short.title}, at length", short.artists, stems=stems)
    for artist in short.artists:
        kernel.consent.set(artist, "allow", "any")
    return kernel.catalogue.add(folder / "whole.wav", new).recording


def segment(delivery: Delivery, job: str) -> float:
    """Seconds until the first segment of a preview is there."""
    began = time.monotonic()
    while (link := delivery.preview_link(job, LISTENER)) is None:
        time.sleep(0.02)
    _, _, expires, signed, listening, _ = link.url_path.split("/")
    for file in ("main.m3u8", "aac.m3u8", "aac-init.mp4", "aac-0.m4s"):
        assert isinstance(delivery.open(expires, signed, listening, file, LISTENER), Sent)
    return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--song", default="canon-in-d")
    parser.add_argument("--seconds", type=float, default=180.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = shutil.copytree(given.home, Path(folder) / "home", ignore_dangling_symlinks=True)
        kernel = Kernel(Settings.from_environment({**os.environ, "CLEARMIX_HOME": str(home)}))
        kernel.database.upgrade()
        song = added(kernel, given.song, given.seconds, Path(folder))
        kernel.rendering.ensure_worker()
        time.sleep(20)  # by then a process waits and the score is written, as in a service
        heard: list[float] = []
        for way, fields in WAYS.items():
            spec = RemixSpec.from_json({"sources": [song.id], **fields})
            began = time.monotonic()
            made = kernel.rendering.submit(spec, LISTENER)
            assert made.job is not None, made.cleared.reasons
            decided = time.monotonic() - began
            first = decided + segment(kernel.delivery, made.job.id)
            ended = kernel.rendering.wait(made.job.id)
            whole = time.monotonic() - began
            print(
                f"{way:15} decided {decided:5.2f} s, first sound {first:5.2f} s, "
                f"{ended.state} {whole:6.2f} s",
                flush=True,
            )
            heard.append(first)
        print(f"first sound: median {statistics.median(heard):.2f} s, most {max(heard):.2f} s")
        if os.name == "posix":
            print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
