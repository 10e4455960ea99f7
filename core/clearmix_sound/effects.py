"""Effects on sounds, vectorised; each keeps length, rate and channels.

Those that change with time take `at_seconds`, where the sound lies in a longer one: pieces that are
worked on one by one, each with enough of what came before it, join without a seam.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from clearmix.audio import Audio, Samples
from clearmix_sound.filters import high_pass, low_pass

LEVELS_PER_SECOND = 900
"""How often a compressor looks at the level; it divides 44,100."""


def saturated(audio: Audio, drive_db: float) -> Audio:
    """Soft saturation by tanh; what is far below full scale keeps its level."""
    drive = 10 ** (drive_db / 20)
    return Audio((np.tanh(audio.samples * drive) / drive).astype(np.float32), audio.rate)


def reverberated(audio: Audio, *, seconds: float, wet: float, seed: int) -> Audio:
    """The sound in a room of that reverberation time (RT60), `wet` 0..1 of the dry level.

    The response is decaying noise, one for each channel.
    """
    time = np.arange(round(min(seconds, 6.0) * audio.rate)) / audio.rate
    return _in_room(audio, 10 ** (-3 * time / seconds), wet, seed)


def gated(audio: Audio, *, gate_seconds: float, wet: float, seed: int) -> Audio:
    """The sound in a dense room cut off after `gate_seconds`, as drums of the 1980s were."""
    time = np.arange(round((gate_seconds + 0.01) * audio.rate)) / audio.rate
    return _in_room(audio, np.clip((gate_seconds - time) / 0.01, 0, 1), wet, seed)


def _in_room(audio: Audio, envelope: npt.NDArray[np.float64], wet: float, seed: int) -> Audio:
    from scipy import signal

    noise = np.random.default_rng(seed).standard_normal((2, envelope.size))
    response = noise * envelope
    response /= np.sqrt((response**2).sum(axis=1, keepdims=True))
    room = low_pass(Audio(response.astype(np.float32), audio.rate), 7000, order=1).samples
    source = high_pass(audio, 180, order=1).as_stereo().samples
    tail = signal.oaconvolve(source, room, axes=1)[:, : audio.frames]
    return Audio(audio.samples + (wet * tail).astype(np.float32)[: audio.channels], audio.rate)


def echoed(audio: Audio, *, delay_seconds: float, feedback: float, wet: float) -> Audio:
    """The sound with repeats that grow darker; the repeats change sides."""
    out = audio.samples.copy()
    repeat = low_pass(high_pass(audio, 250, order=1), 5000, order=1).samples * np.float32(wet)
    delay = max(1, round(delay_seconds * audio.rate))
    for count in range(1, 1 + math.ceil(math.log(0.02) / math.log(max(0.05, feedback)))):
        start = count * delay
        if start >= audio.frames:
            break
        repeat = repeat[::-1]
        level = np.float32(feedback ** (count - 1))
        out[:, start:] += repeat[:, : audio.frames - start] * level
    return Audio(out, audio.rate)


def widened(audio: Audio, width: float) -> Audio:
    """Stereo width: 0 is mono, 1 as it is, above 1 wider; the middle stays."""
    if audio.channels != 2:
        return audio
    middle, side = audio.samples.mean(axis=0), (audio.samples[0] - audio.samples[1]) / 2
    side = side * np.float32(width)
    return Audio(np.stack([middle + side, middle - side]).astype(np.float32), audio.rate)


def chorused(
    audio: Audio,
    *,
    depth_ms: float = 2.5,
    rate_hz: float = 0.7,
    wet: float,
    centre_ms: float = 12.0,
    at_seconds: float = 0.0,
) -> Audio:
    """The sound with a copy whose delay swings about its centre, in opposite phase by side."""
    voices = []
    for number, channel in enumerate(audio.samples):
        swing = _swing(audio, rate_hz, at_seconds, number * np.pi)
        voices.append(_delayed(channel, (centre_ms + depth_ms * swing) * (audio.rate / 1000)))
    out = (audio.samples + np.float32(wet) * np.stack(voices)) / np.float32(1 + abs(wet) / 2)
    return Audio(out.astype(np.float32), audio.rate)


def wavering(
    audio: Audio, *, depth_ms: float = 1.2, rate_hz: float = 0.55, at_seconds: float = 0.0
) -> Audio:
    """Tape or turntable wow: the pitch swings by a few cents and the beat stays where it is."""
    swing = _swing(audio, rate_hz, at_seconds)
    delay = depth_ms * (1 + swing) * (audio.rate / 1000)
    return Audio(np.stack([_delayed(channel, delay) for channel in audio.samples]), audio.rate)


def crackling(audio: Audio, *, level_db: float, seed: int, at_seconds: float = 0.0) -> Audio:
    """The sound with a record's surface noise: hiss and some eight clicks a second."""
    first = round(at_seconds * audio.rate)
    noise = np.concatenate(
        [
            _surface(audio.channels, audio.rate, seed, second)
            for second in range(first // audio.rate, (first + audio.frames) // audio.rate + 1)
        ],
        axis=1,
    )[:, first % audio.rate :][:, : audio.frames]
    shaped = low_pass(high_pass(Audio(noise, audio.rate), 700), 7000).samples
    return Audio(audio.samples + shaped * np.float32(10 ** (level_db / 20)), audio.rate)


def _surface(channels: int, rate: int, seed: int, second: int) -> Samples:
    """One second of a record's surface, the same whenever it is asked for."""
    random = np.random.default_rng([seed, 17, second])
    noise = random.standard_normal((channels, rate), np.float32) * np.float32(0.15)
    places = random.integers(0, rate, random.poisson(8))
    noise[:, places] += random.standard_normal(places.size).astype(np.float32) * 6
    return noise


def crushed(audio: Audio, *, bits: int, hold_frames: int) -> Audio:
    """The sound with fewer bits and a lower sampling rate."""
    held = np.repeat(audio.samples[:, ::hold_frames], hold_frames, axis=1)[:, : audio.frames]
    steps = 2 ** (bits - 1)
    return Audio((np.round(held * steps) / steps).astype(np.float32), audio.rate)


def turning(audio: Audio, *, seconds: float = 8.0, at_seconds: float = 0.0) -> Audio:
    """The sound going round the head once in so many seconds (equal power)."""
    angle = (_swing(audio, 1 / seconds, at_seconds) + 1) * np.float32(np.pi / 4)
    middle = audio.mono()
    ambience = (audio.as_stereo().samples - middle) * np.float32(0.5)
    turned = np.stack([np.cos(angle), np.sin(angle)]) * middle * np.float32(math.sqrt(2))
    return Audio((turned + ambience).astype(np.float32), audio.rate)


def ducked(
    audio: Audio,
    beats: Sequence[float],
    *,
    depth: float,
    release_seconds: float,
    at_seconds: float = 0.0,
) -> Audio:
    """The sound pressed down on every beat, as by a compressor keyed with a kick drum."""
    gain = np.ones(audio.frames, np.float32)
    length = round(release_seconds * audio.rate)
    attack = max(2, round(0.004 * audio.rate))
    rise = np.concatenate([np.linspace(0, 1, attack), np.linspace(1, 0, max(2, length)) ** 1.6])
    dip = (1 - depth * rise).astype(np.float32)
    for beat in beats:
        start = round((beat - at_seconds) * audio.rate) - attack
        first, last = max(0, start), min(audio.frames, start + dip.size)
        if last > first:
            span = gain[first:last]
            np.minimum(span, dip[first - start : last - start], out=span)
    return Audio(audio.samples * gain, audio.rate)


def compressed(
    audio: Audio, *, threshold_db: float, ratio: float, window_seconds: float = 0.05
) -> Audio:
    """Linked compression of the level over a window, centred, so that no attack gets through."""
    from scipy import ndimage

    # The level is looked at 900 times a second: what a window of 50 ms says changes no faster.
    hop = max(1, audio.rate // LEVELS_PER_SECOND)
    count = -(-audio.frames // hop)
    power = np.zeros(count * hop, np.float32)
    power[: audio.frames] = np.einsum("cn,cn->n", audio.samples, audio.samples) / audio.channels
    size = max(1, round(window_seconds * LEVELS_PER_SECOND))
    coarse = ndimage.uniform_filter1d(power.reshape(count, hop).mean(axis=1), size, mode="nearest")
    over = np.maximum(0.0, 10 * np.log10(coarse + 1e-12) - threshold_db)
    gain = ndimage.uniform_filter1d(10 ** (-over * (1 - 1 / ratio) / 20), size, mode="nearest")
    places = (np.arange(audio.frames, dtype=np.float32) - (hop - 1) / 2) / np.float32(hop)
    smooth = np.interp(places, np.arange(count), gain).astype(np.float32)
    return Audio(audio.samples * smooth, audio.rate)


def pulsed(audio: Audio, beats: Sequence[float], *, steps: float, at_seconds: float = 0.0) -> Audio:
    """The sound swelling and sinking once in so many sixteenths, in step with the beats."""
    if len(beats) < 2:
        return audio
    time = at_seconds + np.arange(audio.frames) / audio.rate
    phase = np.interp(time, beats, np.arange(len(beats))) * 4 / steps
    gain = 0.25 + 0.75 * (0.5 - 0.5 * np.cos(2 * np.pi * phase))
    return Audio(audio.samples * gain.astype(np.float32), audio.rate)


def swell(seconds: float, *, rate: int, seed: int) -> Audio:
    """Noise that grows louder and brighter and stops at its end."""
    frames, edge = round(seconds * rate), round(0.006 * rate)
    noise = Audio(np.random.default_rng([seed, 13]).standard_normal((2, frames), np.float32), rate)
    place = np.linspace(0, 1, frames, dtype=np.float32)
    dark = low_pass(high_pass(noise, 300), 1500).samples
    bright = high_pass(noise, 2500).samples
    sound = (dark * (1 - place) * 1.5 + bright * place * 0.7) * place**2
    sound[:, -edge:] *= np.linspace(1, 0, min(edge, frames), dtype=np.float32)
    return Audio(sound, rate)


def _swing(audio: Audio, rate_hz: float, at_seconds: float, phase: float = 0.0) -> Samples:
    """A sine of that frequency along the sound, made from 200 values a second."""
    slow = at_seconds + np.arange(audio.frames * 200 // audio.rate + 2) / 200
    values = np.sin(2 * np.pi * rate_hz * slow + phase)
    places = np.arange(audio.frames) * (200 / audio.rate)
    return np.asarray(np.interp(places, np.arange(slow.size), values), np.float32)


def _delayed(channel: Samples, delay_frames: npt.NDArray[np.floating]) -> Samples:
    """The channel, each sample read so many frames earlier, in a straight line between two."""
    places = np.arange(channel.size) - delay_frames.astype(np.float64)
    whole = np.floor(places).astype(np.intp)
    rest = (places - whole).astype(np.float32)
    before = channel.take(whole, mode="clip")
    out: Samples = before + rest * (channel.take(whole + 1, mode="clip") - before)
    out[whole < 0] = 0.0
    return out
