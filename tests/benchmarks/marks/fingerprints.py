"""How often fingerprints know a sound again, and how often they take one for another.

    python tests/benchmarks/marks/fingerprints.py FOLDER [--songs 20]

FOLDER holds recordings of 40 s or more. Every excerpt is compared with every recording: its own
must come out as `same`, the others must not. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import scipy.signal

from clearmix.audio import Audio, read_audio
from clearmix.fingerprints import Heard, fingerprint
from clearmix.rendering.encoding import write_m4a
from clearmix_sound.stretch import stretched

RATE = 44100


def cut(audio: Audio, seconds: float, start: float = 20.0) -> Audio:
    first = round(start * audio.rate)
    return Audio(
        np.ascontiguousarray(audio.samples[:, first : first + round(seconds * audio.rate)]),
        audio.rate,
    )


def coded(audio: Audio) -> Audio:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "coded.m4a"
        write_m4a(path, audio)
        return read_audio(path)


def noisy(audio: Audio, snr_db: float) -> Audio:
    noise = np.random.default_rng(1).standard_normal(audio.samples.shape)
    loud = audio.samples + noise * audio.samples.std() * 10 ** (-snr_db / 20)
    return Audio(loud.astype(np.float32), audio.rate)


def phone(audio: Audio) -> Audio:
    low = audio.resampled(16000).mono()
    band = scipy.signal.butter(4, [250, 5000], "band", fs=16000, output="sos")
    mono = scipy.signal.sosfilt(band, low).astype(np.float32)
    return coded(noisy(Audio(np.stack([mono, mono]), 16000).resampled(RATE), 15))


def faster(audio: Audio, ratio: float) -> Audio:
    """By linear interpolation, as a turntable would and not better."""
    at = np.arange(0, audio.frames - 1, ratio)
    rows = [np.interp(at, np.arange(audio.frames), row) for row in audio.samples]
    return Audio(np.array(rows, np.float32), audio.rate)


ATTACKS: dict[str, Callable[[Audio], Audio]] = {
    "15 s": lambda song: cut(song, 15),
    "10 s": lambda song: cut(song, 10),
    "5 s": lambda song: cut(song, 5),
    "15 s, AAC": lambda song: coded(cut(song, 15)),
    "15 s, noise 10 dB": lambda song: noisy(cut(song, 15), 10),
    "15 s, noise 0 dB": lambda song: noisy(cut(song, 15), 0),
    "15 s, as by phone": lambda song: phone(cut(song, 15)),
    "speed +3 %": lambda song: faster(cut(song, 16), 1.03),
    "speed -5 %": lambda song: faster(cut(song, 16), 0.95),
    "speed +7 %": lambda song: faster(cut(song, 18), 1.07),
    "tempo +4 %": lambda song: stretched(cut(song, 16), tempo_ratio=1.04),
    "pitch -1 semitone": lambda song: stretched(cut(song, 16), semitones=-1),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--songs", type=int, default=20)
    arguments = parser.parse_args()
    songs: list[Audio] = []
    for path in sorted(arguments.folder.rglob("*")):
        if (
            path.suffix in (".ogg", ".flac", ".wav", ".mp3", ".m4a")
            and len(songs) < arguments.songs
        ):
            audio = read_audio(path)
            if audio.seconds >= 40:
                songs.append(cut(audio.as_stereo().resampled(RATE), 90, 0.0))
    known = [fingerprint(song) for song in songs]
    print("| excerpt | its own: same | unsure | other | least | others: same | most | CPU-s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, attack in ATTACKS.items():
        own, others, spent = [], [], 0.0
        for at, song in enumerate(songs):
            heard = Heard(attack(song))
            started = time.process_time()
            own.append(heard.compare(known[at]))
            spent += time.process_time() - started
            others += [heard.compare(one) for one in (known[at + 1 :] + known[:at])[:3]]
        counts = [sum(one.likeness == kind for one in own) for kind in ("same", "unsure", "other")]
        print(
            f"| {name} | {counts[0]} of {len(own)} | {counts[1]} | {counts[2]} "
            f"| {min(one.similarity for one in own):.2f} "
            f"| {sum(one.likeness == 'same' for one in others)} of {len(others)} "
            f"| {max(one.similarity for one in others):.2f} | {spent / len(songs):.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
