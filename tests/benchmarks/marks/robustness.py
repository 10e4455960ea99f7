"""How much the watermark withstands, measured on a folder of music with real encoders.

    python tests/benchmarks/marks/robustness.py FOLDER [--clips 12] [--seconds 30]

Prints, per attack, how many clips give back their own payload, then false readings, signal-to-noise
ratio, log-spectral distance and speed per second of processor time. Needs the `ffmpeg` program.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from clearmix import Audio, Disclosure, Settings
from clearmix.audio import joined
from clearmix_marks.watermark import ClearmixMark

RATE = 44100
CODECS = {
    "aac 128": ("aac", "128k", "adts"),
    "aac 64": ("aac", "64k", "adts"),
    "mp3 128": ("libmp3lame", "128k", "mp3"),
    "mp3 64": ("libmp3lame", "64k", "mp3"),
    "opus 96": ("libopus", "96k", "ogg"),
    "opus 48": ("libopus", "48k", "ogg"),
}


def piped(arguments: list[str], sound: bytes) -> bytes:
    command = ["ffmpeg", "-v", "error", *arguments, "-"]
    return subprocess.run(command, input=sound, capture_output=True, check=True).stdout


def clip(path: Path, start_seconds: float, seconds: float) -> np.ndarray:
    place = ["-ss", str(start_seconds), "-t", str(seconds), "-i", str(path)]
    raw = piped([*place, "-f", "f32le", "-ac", "2", "-ar", str(RATE)], b"")
    return np.frombuffer(raw, np.float32).reshape(-1, 2).T.copy()


def coded(sound: np.ndarray, codec: str) -> np.ndarray:
    name, bit_rate, container = CODECS[codec]
    raw = ["-f", "f32le", "-ac", "2", "-ar", str(RATE)]
    encoded = piped(
        [*raw, "-i", "-", "-c:a", name, "-b:a", bit_rate, "-f", container],
        sound.T.astype(np.float32).tobytes(),
    )
    decoded = piped(["-i", "-", *raw], encoded)
    return np.frombuffer(decoded, np.float32).reshape(-1, 2).T.copy()


def stretched(sound: np.ndarray, tempo: float, semitones: float = 0.0) -> np.ndarray:
    import python_stretch

    stretch = python_stretch.Signalsmith.Stretch()
    stretch.preset(2, RATE)
    stretch.setTransposeSemitones(semitones)
    stretch.timeFactor = tempo
    return np.ascontiguousarray(stretch.process(np.ascontiguousarray(sound)))


def sped(sound: np.ndarray, ratio: float) -> np.ndarray:
    import soxr

    return np.ascontiguousarray(soxr.resample(sound.T, RATE * ratio, RATE).T, dtype=np.float32)


def noisy(sound: np.ndarray, snr_db: float) -> np.ndarray:
    noise = np.random.default_rng(0).standard_normal(sound.shape)
    noise *= np.sqrt(np.square(sound).mean() / 10 ** (snr_db / 10))
    return (sound + noise).astype(np.float32)


def cut(sound: np.ndarray, seconds: float) -> np.ndarray:
    start = max(0, (sound.shape[1] - round(seconds * RATE)) // 2 + 311)
    return np.ascontiguousarray(sound[:, start : start + round(seconds * RATE)])


def lowpassed(sound: np.ndarray, cutoff_hz: float) -> np.ndarray:
    from scipy import signal

    filter = signal.butter(8, cutoff_hz, fs=RATE, output="sos")
    return signal.sosfilt(filter, sound).astype(np.float32)


def echoed(sound: np.ndarray) -> np.ndarray:
    late = np.pad(sound, ((0, 0), (RATE // 8, 0)))[:, : sound.shape[1]]
    return sound + np.float32(0.4) * late


ATTACKS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "none": lambda x: x,
    **{name: (lambda x, name=name: coded(x, name)) for name in CODECS},
    "mp3, aac, opus": lambda x: coded(coded(coded(x, "mp3 128"), "aac 128"), "opus 96"),
    "aac 128, 20 s": lambda x: cut(coded(x, "aac 128"), 20),
    "aac 128, 10 s": lambda x: cut(coded(x, "aac 128"), 10),
    "mp3 128, 10 s": lambda x: cut(coded(x, "mp3 128"), 10),
    "opus 96, 10 s": lambda x: cut(coded(x, "opus 96"), 10),
    "10 s": lambda x: cut(x, 10),
    "5 s": lambda x: cut(x, 5),
    "aac 128, 5 s": lambda x: cut(coded(x, "aac 128"), 5),
    "noise 30 dB": lambda x: noisy(x, 30),
    "noise 20 dB": lambda x: noisy(x, 20),
    "8 bit": lambda x: (np.round(x * 127) / 127).astype(np.float32),
    "low-pass 4 kHz": lambda x: lowpassed(x, 4000),
    "mono": lambda x: np.repeat(x.mean(axis=0, keepdims=True), 2, axis=0).astype(np.float32),
    "limiter": lambda x: np.tanh(3 * x / np.abs(x).max()).astype(np.float32),
    "echo": echoed,
    "stretch +3 %": lambda x: stretched(x, 1.03),
    "stretch -5 %": lambda x: stretched(x, 0.95),
    "speed +1 %": lambda x: sped(x, 1.01),
    "speed -3 %": lambda x: sped(x, 0.97),
    "pitch +1 semitone": lambda x: stretched(x, 1.0, 1.0),
    "pitch -1 semitone": lambda x: stretched(x, 1.0, -1.0),
}


def spectra_db(sound: np.ndarray) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(sound.mean(axis=0), 2048)[::1024]
    return 10 * np.log10(np.abs(np.fft.rfft(windows * np.hanning(2048))) ** 2 + 1e-4)


def disclosure(render_id: str) -> Disclosure:
    return Disclosure(render_id, "t", (), "l", (), (), "g", False, "", "s", "")


def measure(clips: list[tuple[str, np.ndarray]], home: Path, attacks: list[str]) -> None:
    labeler = ClearmixMark(Settings(home / "a", "", ""))
    stranger = ClearmixMark(Settings(home / "b", "", ""))
    joined(stranger.mark([Audio.silence(seconds=1, rate=RATE)], disclosure("0" * 16)))
    read_back = dict.fromkeys(attacks, 0)
    missed: dict[str, list[str]] = {name: [] for name in attacks}
    snr_db, distance_db, claims = [], [], [0, 0]
    spent = {"embed": 0.0, "read": 0.0, "search": 0.0}
    total = sum(sound.shape[1] for _, sound in clips) / RATE
    for number, (name, sound) in enumerate(clips):
        id = f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}"
        began = time.process_time()
        marked = joined(labeler.mark(Audio(sound, RATE).blocks(1.0), disclosure(id))).samples
        spent["embed"] += time.process_time() - began
        snr_db.append(10 * np.log10(np.square(sound).sum() / np.square(marked - sound).sum()))
        gap = spectra_db(marked) - spectra_db(sound)
        distance_db.append(np.sqrt(np.square(gap).mean(axis=1)).mean())
        for attack in attacks:
            heard = Audio(ATTACKS[attack](marked), RATE)
            began = time.process_time()
            reading = labeler.read(heard)
            spent["read"] += (time.process_time() - began) * (attack == "none")
            if reading is not None and reading.render_id == id:
                read_back[attack] += 1
            else:
                missed[attack].append(name)
        began = time.process_time()
        claims[0] += labeler.read(Audio(sound, RATE)) is not None
        spent["search"] += time.process_time() - began
        claims[1] += stranger.read(Audio(marked, RATE)) is not None
        print(f"{name}: {snr_db[-1]:.1f} dB", flush=True)
    for attack in attacks:
        print(f"{attack:18s} {read_back[attack]}/{len(clips)} {' '.join(missed[attack])}")
    print(f"false readings: unmarked {claims[0]}, another key {claims[1]} of {len(clips)} each")
    print(f"snr {np.mean(snr_db):.1f} dB mean, {np.min(snr_db):.1f} dB least")
    print(f"log-spectral distance {np.mean(distance_db):.2f} dB")
    print(*(f"{name} {total / cpu:.0f} x real time" for name, cpu in spent.items() if cpu))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clips", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--start", type=float, default=20.0)
    parser.add_argument("--attacks", nargs="*", default=list(ATTACKS), choices=list(ATTACKS))
    given = parser.parse_args()
    suffixes = {".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a"}
    files = sorted(path for path in given.folder.rglob("*") if path.suffix.lower() in suffixes)
    clips: list[tuple[str, np.ndarray]] = []
    for path in files[:: max(1, len(files) // given.clips)]:
        try:
            sound = clip(path, given.start, given.seconds)
        except subprocess.CalledProcessError:
            print(f"{path.name}: not readable, left out")
            continue
        if sound.shape[1] > 0.9 * given.seconds * RATE and len(clips) < given.clips:
            clips.append((path.name, sound))
    with tempfile.TemporaryDirectory() as home:
        measure(clips, Path(home), given.attacks)


if __name__ == "__main__":
    main()
