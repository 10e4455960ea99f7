"""What happens to music on its way to a listener: the changes that a mark has to survive."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy import signal

Sound = npt.NDArray[np.float32]
"""Of shape (2, frames), at `RATE`."""
Attack = Callable[[Sound], Sound]

RATE = 44100
RAW = ("-f", "f32le", "-ac", "2", "-ar", str(RATE))
CODECS = {
    "MP3 128": ("libmp3lame", ("-b:a", "128k"), "mp3"),
    "MP3 64": ("libmp3lame", ("-b:a", "64k"), "mp3"),
    "AAC 128": ("aac", ("-b:a", "128k"), "adts"),
    "AAC 96": ("aac", ("-b:a", "96k"), "adts"),
    "AAC 64": ("aac", ("-b:a", "64k"), "adts"),
    "Opus 96": ("libopus", ("-b:a", "96k"), "ogg"),
    "Opus 48": ("libopus", ("-b:a", "48k"), "ogg"),
    "Vorbis q3": ("libvorbis", ("-q:a", "3"), "ogg"),
}


def piped(arguments: tuple[str, ...], sound: bytes = b"") -> bytes:
    """What ffmpeg makes of bytes."""
    command = ["ffmpeg", "-v", "error", "-threads", "1", *arguments, "-"]
    return subprocess.run(command, input=sound, capture_output=True, check=True).stdout


def unpacked(raw: bytes) -> Sound:
    return np.ascontiguousarray(np.frombuffer(raw, np.float32).reshape(-1, 2).T)


def coded(sound: Sound, *codecs: str) -> Sound:
    for codec in codecs:
        name, quality, container = CODECS[codec]
        packed = piped(
            (*RAW, "-i", "-", "-c:a", name, *quality, "-f", container), sound.T.tobytes()
        )
        sound = unpacked(piped(("-i", "-", *RAW), packed))
    return sound


def cut(sound: Sound, seconds: float) -> Sound:
    start = max(0, (sound.shape[1] - round(seconds * RATE)) // 2 + 311)
    return np.ascontiguousarray(sound[:, start : start + round(seconds * RATE)])


def stretched(sound: Sound, ratio: float, semitones: float = 0.0) -> Sound:
    """Slower and longer by that ratio at the same pitch, or transposed at the same speed."""
    import python_stretch

    stretch = python_stretch.Signalsmith.Stretch()
    stretch.preset(2, RATE)
    stretch.setTransposeSemitones(semitones)
    stretch.timeFactor = 1 / ratio
    return np.ascontiguousarray(stretch.process(np.ascontiguousarray(sound)), dtype=np.float32)


def sped(sound: Sound, ratio: float) -> Sound:
    import soxr

    return np.ascontiguousarray(soxr.resample(sound.T, RATE * ratio, RATE).T, dtype=np.float32)


def noisy(sound: Sound, snr_db: float) -> Sound:
    noise = np.random.default_rng(0).standard_normal(sound.shape)
    noise *= np.sqrt(np.square(sound).mean() / 10 ** (snr_db / 10))
    return (sound + noise).astype(np.float32)


def spoken_over(sound: Sound, voice: Sound, level_db: float) -> Sound:
    """With a voice on top, so much louder than the music."""
    repeats = -(-sound.shape[1] // voice.shape[1])
    over = np.tile(voice, repeats)[:, : sound.shape[1]]
    gain = np.sqrt(np.square(sound).mean() / np.square(over).mean()) * 10 ** (level_db / 20)
    return (sound + np.float32(gain) * over).astype(np.float32)


def lowpassed(sound: Sound, cutoff_hz: float) -> Sound:
    wanted = signal.butter(8, cutoff_hz, fs=RATE, output="sos")
    return signal.sosfilt(wanted, sound).astype(np.float32)


def tilted(sound: Sound) -> Sound:
    """6 dB down from 1 kHz on."""
    half = 0.5 * signal.sosfilt(signal.butter(1, 1000, fs=RATE, output="sos"), sound)
    return (0.5 * sound + half).astype(np.float32)


def resampled(sound: Sound, rate: int) -> Sound:
    import soxr

    there = soxr.resample(sound.T, RATE, rate)
    return np.ascontiguousarray(soxr.resample(there, rate, RATE).T, dtype=np.float32)


def echoed(sound: Sound) -> Sound:
    late = np.pad(sound, ((0, 0), (RATE // 8, 0)))[:, : sound.shape[1]]
    return sound + np.float32(0.4) * late


def compressed(sound: Sound) -> Sound:
    """4:1 above -24 dB re the peak, 5 ms of attack and 100 ms of release."""
    peak = float(np.abs(sound).max())
    options = f"threshold={max(0.001, 0.063 * peak):.5f}:ratio=4:attack=5:release=100"
    return unpacked(
        piped((*RAW, "-i", "-", "-af", f"acompressor={options}", *RAW), sound.tobytes("F"))
    )


def reverberant(sound: Sound) -> Sound:
    """In a room whose sound falls by 60 dB in half a second, as loud as what comes straight."""
    draw = np.random.default_rng(1)
    time = np.arange(RATE // 2) / RATE
    room = draw.standard_normal((2, len(time))) * 10 ** (-3 * time / 0.5)
    room /= np.sqrt(np.square(room).sum(axis=1, keepdims=True)) * 2
    room[:, 0] += 1
    return signal.fftconvolve(sound, room, axes=1)[:, : sound.shape[1]].astype(np.float32)


def attacks(voice: Sound | None) -> dict[str, Attack]:
    """Every change by name, in the order of the table; those with a voice only if there is one."""
    made: dict[str, Attack] = {
        "none": lambda x: x,
        **{name: partial(_coded_as, codec=name) for name in CODECS},
        "MP3, AAC, Opus": lambda x: coded(x, "MP3 128", "AAC 128", "Opus 96"),
        "22 kHz": lambda x: resampled(x, 22050),
        "16 kHz low-pass": lambda x: lowpassed(x, 16000),
        "8 bit": lambda x: (np.round(x * 127) / 127).astype(np.float32),
        "noise 30 dB": lambda x: noisy(x, 30),
        "noise 20 dB": lambda x: noisy(x, 20),
        "-12 dB": lambda x: x * np.float32(10 ** (-12 / 20)),
        "polarity": lambda x: -x,
        "limiter": lambda x: np.tanh(3 * x / np.abs(x).max()).astype(np.float32),
        "compression 4:1": compressed,
        "tilt": tilted,
        "echo": echoed,
        "reverb 0.5 s": reverberant,
        "mono": lambda x: np.repeat(x.mean(axis=0, keepdims=True), 2, axis=0).astype(np.float32),
        **{f"{seconds} s": partial(cut, seconds=seconds) for seconds in (20, 15, 10, 5)},
        "AAC 128, 5 s": lambda x: cut(coded(x, "AAC 128"), 5),
        **{
            f"stretch {change:+d} %": partial(stretched, ratio=1 + change / 100)
            for change in (1, 3, -3, 5)
        },
        **{f"speed {change:+d} %": partial(sped, ratio=1 + change / 100) for change in (1, 3, -3)},
        **{
            f"pitch {change:+d} semitone": partial(stretched, ratio=1.0, semitones=float(change))
            for change in (1, -1)
        },
    }
    if voice is not None:
        made["voice at -10 dB"] = partial(spoken_over, voice=voice, level_db=-10.0)
        made["voice at 0 dB"] = partial(spoken_over, voice=voice, level_db=0.0)
    return made


def _coded_as(sound: Sound, codec: str) -> Sound:
    return coded(sound, codec)
