"""How much the watermark withstands, on real music with real encoders, beside two others.

    python tests/benchmarks/marks/robustness.py FOLDER... [--clips 12] [--skip 0] [--seconds 30]
        [--voice FOLDER] [--audiowmark PROGRAM] [--perth PYTHON] [--only NAME...] [--out FILE]

Writes, after every clip, a table in Markdown: per change of the sound, of how many clips the render
id is read back; then false readings, signal-to-noise ratio, log-spectral distance, loudness, true
peak and speed per second of processor time. Needs the `ffmpeg` program. The voice is a folder of
spoken WAV files, as Debian's alsa-utils has them; audiowmark is unpacked by `.ci/audiowmark.sh`;
PYTHON is one that can import perth (resemble-perth 1.0.1 with torch and torchaudio).
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

import av
import numpy as np
from attacks import RATE, RAW, Sound, attacks, piped, unpacked
from schemes import Audiowmark, Clearmix, Perth, Scheme, timed

SUFFIXES = {".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a"}
SLOW = ("speed", "stretch +1 %")
"""Changes for which audiowmark is told to search for another speed, which costs it much time."""


def clips(folders: list[Path], most: int, seconds: float, skip: int) -> dict[str, Sound]:
    """The middle of files spread evenly over folders, by name; shorter files are passed over.

    The first `skip` of them are left out, so that a long run can be gone on with.
    """
    found: list[tuple[Path, float]] = []
    for path in sorted(one for folder in folders for one in folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES:
            try:
                with av.open(str(path)) as file:
                    length = (file.duration or 0) / 1e6
            except av.FFmpegError:
                continue
            if length > seconds + 1:
                found.append((path, length))
    picked = [found[number * len(found) // most] for number in range(min(most, len(found)))]
    random.Random(0).shuffle(picked)  # so that the first few stand for all
    return {
        path.name: unpacked(
            piped(("-ss", str((length - seconds) / 2), "-t", str(seconds), "-i", str(path), *RAW))
        )
        for path, length in list(dict.fromkeys(picked))[skip:]
    }


def spoken(folder: Path) -> Sound:
    """All spoken files of a folder, one after the other."""
    words = [unpacked(piped(("-i", str(path), *RAW))) for path in sorted(folder.glob("*_*.wav"))]
    return np.concatenate(words, axis=1)


def spectra_db(sound: Sound) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(sound.mean(axis=0), 2048)[::1024]
    return 10 * np.log10(np.abs(np.fft.rfft(windows * np.hanning(2048))) ** 2 + 1e-4)


def loudness(sound: Sound) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP."""
    import pyloudnorm
    import soxr

    heard = pyloudnorm.Meter(RATE).integrated_loudness(sound.T)
    peak = np.abs(soxr.resample(sound.T, RATE, 4 * RATE)).max()
    return float(heard), float(20 * np.log10(peak + 1e-9))


class Figures:
    """What is measured of one scheme over all clips."""

    def __init__(self, scheme: Scheme, rows: list[str]) -> None:
        self.scheme = scheme
        self.read_back = dict.fromkeys(rows, 0)
        self.missed: dict[str, list[str]] = {}
        self.claims = [0, 0]
        self.snr_db: list[float] = []
        self.distance_db: list[float] = []
        self.louder_db: list[float] = []
        self.higher_db: list[float] = []
        self.spent: dict[str, float] = {}

    def measure(self, name: str, sound: Sound, id: str, changes: dict, stranger: Scheme) -> None:
        scheme = self.scheme
        with timed(scheme, self.spent, "embed"):
            marked = scheme.mark(sound, id)
        # One of the others works at another rate and gives some samples fewer back.
        sound = sound[:, : marked.shape[1]]
        added = marked[:, : sound.shape[1]] - sound
        self.snr_db.append(float(10 * np.log10(np.square(sound).sum() / np.square(added).sum())))
        gap = spectra_db(marked) - spectra_db(sound)
        self.distance_db.append(float(np.sqrt(np.square(gap).mean(axis=1)).mean()))
        before, after = loudness(sound), loudness(marked)
        self.louder_db.append(after[0] - before[0])
        self.higher_db.append(after[1] - before[1])
        wanted = Perth.PRESENT if isinstance(scheme, Perth) else id
        for change, made in changes.items():
            heard = made(marked)
            search = isinstance(scheme, Clearmix) or change.startswith(SLOW)
            read = scheme.read(heard, search=search)
            self.read_back[change] += read == wanted
            if read != wanted:
                self.missed.setdefault(change, []).append(name)
        with timed(scheme, self.spent, "read, no search"):
            self.claims[0] += scheme.read(sound, search=False) is not None
        with timed(scheme, self.spent, "read, every search"):
            self.claims[0] += scheme.read(sound, search=True) is not None
        self.claims[1] += stranger.read(marked, search=isinstance(scheme, Clearmix)) is not None


def table(all: list[Figures], count: int, seconds: float) -> str:
    """Everything as Markdown."""
    rows = [[change, *(f"{one.read_back[change]}" for one in all)] for change in all[0].read_back]
    head = [f"render id read, of {count}", *(one.scheme.name for one in all)]

    def row(name: str, form: str, values: list[float]) -> list[str]:
        return [name, *(form.format(value) for value in values)]

    def speed(name: str) -> list[float]:
        return [count * seconds / max(1e-9, one.spent[name]) for one in all]

    quality = [
        [
            "false readings: unmarked; another key",
            *(f"{a}; {b}" for a, b in (one.claims for one in all)),
        ],
        row("signal-to-noise ratio, mean, dB", "{:.1f}", [np.mean(one.snr_db) for one in all]),
        row("the same, least", "{:.1f}", [min(one.snr_db) for one in all]),
        row("log-spectral distance, dB", "{:.2f}", [np.mean(one.distance_db) for one in all]),
        row(
            "loudness moved by at most, dB", "{:.2f}", [np.abs(one.louder_db).max() for one in all]
        ),
        row("true peak raised by at most, dB", "{:.2f}", [max(one.higher_db) for one in all]),
        *(row(f"{name}, x real time", "{:.0f}", speed(name)) for name in all[0].spent),
    ]
    lines = [head, ["---"] * len(head), *rows, *quality]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--clips", type=int, default=12)
    parser.add_argument("--skip", type=int, default=0, help="clips that were measured before")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--voice", type=Path)
    parser.add_argument("--audiowmark")
    parser.add_argument("--perth")
    parser.add_argument("--out", type=Path, help="a file for the table, else it is printed")
    parser.add_argument("--only", nargs="*", help="names of changes, all if left out")
    given = parser.parse_args()
    changes = attacks(spoken(given.voice) if given.voice else None)
    changes = {
        name: made
        for name, made in changes.items()
        if given.only in (None, []) or name in given.only
    }
    sounds = clips(given.folders, given.clips, given.seconds, given.skip)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        pairs: list[tuple[Scheme, Scheme]] = [(Clearmix(home / "a"), Clearmix(home / "b"))]
        if given.audiowmark:
            program = str(Path(given.audiowmark).resolve())
            pairs.append((Audiowmark(program, home / "c"), Audiowmark(program, home / "d")))
        if given.perth:
            perth = Perth(given.perth)
            pairs.append((perth, perth))
        measured = [Figures(one, list(changes)) for one, _ in pairs]
        for number, (name, sound) in enumerate(sounds.items()):
            id = f"{(number + given.skip + 1) * 0x9E3779B97F4A7C15 % 2**64:016x}"
            for figures, (_, stranger) in zip(measured, pairs, strict=True):
                figures.measure(name, sound, id, changes, stranger)
            print(f"{name}: {measured[0].snr_db[-1]:.1f} dB", flush=True)
            if given.out:
                given.out.write_text(table(measured, number + 1, given.seconds) + "\n")
        for figures in measured:
            for change, names in figures.missed.items():
                print(f"{figures.scheme.name}, {change}: missed {', '.join(names)}")
        if not given.out:
            print(table(measured, len(sounds), given.seconds))


if __name__ == "__main__":
    main()
