"""Effects on whole sounds, vectorised; each keeps length, rate and channels."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from clearmix.audio import Audio, Samples
from clearmix_sound.filters import high_pass, low_pass

Curve = npt.NDArray[np.float32]
"""One value for each frame."""


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


def chorused(audio: Audio, *, depth_ms: float = 2.5, rate_hz: float = 0.7, wet: float) -> Audio:
    """The sound with a copy whose delay swings, in opposite phase on the two sides."""
    time = np.arange(audio.frames) / audio.rate
    voices = []
    for number, channel in enumerate(audio.samples):
        swing = np.sin(2 * np.pi * rate_hz * time + number * np.pi)
        delay = (12.0 + depth_ms * swing) * audio.rate / 1000
        voices.append(_read_at(channel, np.arange(audio.frames) - delay))
    out = (audio.samples + np.float32(wet) * np.stack(voices)) / np.float32(1 + wet / 2)
    return Audio(out.astype(np.float32), audio.rate)


def wavering(audio: Audio, *, depth_ms: float = 1.2, rate_hz: float = 0.55) -> Audio:
    """Tape or turntable wow: the pitch swings by a few cents and the beat stays where it is."""
    time = np.arange(audio.frames) / audio.rate
    delay = depth_ms * (1 + np.sin(2 * np.pi * rate_hz * time)) * audio.rate / 1000
    places = np.arange(audio.frames) - delay
    rows = [_read_at(channel, places) for channel in audio.samples]
    return Audio(np.stack(rows).astype(np.float32), audio.rate)


def crackling(audio: Audio, *, level_db: float, seed: int) -> Audio:
    """The sound with a record's surface noise: hiss and some eight clicks a second."""
    random = np.random.default_rng(seed)
    noise = random.standard_normal((audio.channels, audio.frames)).astype(np.float32) * 0.15
    clicks = random.random(audio.frames) < 8 / audio.rate
    noise[:, clicks] += random.standard_normal(int(clicks.sum())).astype(np.float32) * 6
    shaped = low_pass(high_pass(Audio(noise, audio.rate), 700), 7000).samples
    return Audio(audio.samples + shaped * np.float32(10 ** (level_db / 20)), audio.rate)


def crushed(audio: Audio, *, bits: int, hold_frames: int) -> Audio:
    """The sound with fewer bits and a lower sampling rate."""
    held = np.repeat(audio.samples[:, ::hold_frames], hold_frames, axis=1)[:, : audio.frames]
    steps = 2 ** (bits - 1)
    return Audio((np.round(held * steps) / steps).astype(np.float32), audio.rate)


def turning(audio: Audio, *, seconds: float = 8.0) -> Audio:
    """The sound going round the head once in so many seconds (equal power)."""
    time = np.arange(audio.frames) / audio.rate
    angle = (np.sin(2 * np.pi * time / seconds) + 1) * np.pi / 4
    middle = audio.mono()
    ambience = (audio.as_stereo().samples - middle) * np.float32(0.5)
    turned = np.stack([np.cos(angle), np.sin(angle)]) * middle * math.sqrt(2)
    return Audio((turned + ambience).astype(np.float32), audio.rate)


def ducked(audio: Audio, beats: Sequence[float], *, depth: float, release_seconds: float) -> Audio:
    """The sound pressed down on every beat, as by a compressor keyed with a kick drum."""
    gain = np.ones(audio.frames, np.float32)
    length = round(release_seconds * audio.rate)
    attack = max(2, round(0.004 * audio.rate))
    rise = np.concatenate([np.linspace(0, 1, attack), np.linspace(1, 0, max(2, length)) ** 1.6])
    dip = (1 - depth * rise).astype(np.float32)
    for beat in beats:
        start = round(beat * audio.rate) - attack
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

    size = max(1, round(window_seconds * audio.rate))
    power = (audio.samples**2).mean(axis=0, dtype=np.float64)
    level_db = 10 * np.log10(ndimage.uniform_filter1d(power, size, mode="nearest") + 1e-12)
    over = np.maximum(0.0, level_db - threshold_db)
    gain = 10 ** (-over * (1 - 1 / ratio) / 20)
    smooth = ndimage.uniform_filter1d(gain, size, mode="nearest")
    return Audio(audio.samples * smooth.astype(np.float32), audio.rate)


def pulsed(audio: Audio, bars: Sequence[Sequence[float]], *, steps: float) -> Audio:
    """The sound swelling and sinking once in so many sixteenths, in step with the beats of bars."""
    beats = np.array(sorted({beat for bar in bars for beat in bar}))
    if beats.size < 2:
        return audio
    time = np.arange(audio.frames) / audio.rate
    phase = np.interp(time, beats, np.arange(beats.size)) * 4 / steps
    gain = 0.25 + 0.75 * (0.5 - 0.5 * np.cos(2 * np.pi * phase))
    return Audio(audio.samples * gain.astype(np.float32), audio.rate)


def swelling(
    spans: Sequence[tuple[float, float]], *, seconds: float, rate: int, seed: int
) -> Audio:
    """Noise that grows louder and brighter through each span and stops at its end."""
    out = np.zeros((2, round(seconds * rate)), np.float32)
    random = np.random.default_rng([seed, 13])
    edge = round(0.006 * rate)
    for start, end in spans:
        first, frames = round(start * rate), round((end - start) * rate)
        frames = min(frames, out.shape[1] - first)
        if first < 0 or frames <= 2 * edge:
            continue
        noise = Audio(random.standard_normal((2, frames)).astype(np.float32), rate)
        place = np.linspace(0, 1, frames, dtype=np.float32)
        dark = low_pass(high_pass(noise, 300), 1500).samples
        bright = high_pass(noise, 2500).samples
        sound = (dark * (1 - place) * 1.5 + bright * place * 0.7) * place**2
        sound[:, -edge:] *= np.linspace(1, 0, edge, dtype=np.float32)
        out[:, first : first + frames] += sound
    return Audio(out, rate)


def _read_at(channel: Samples, places: npt.NDArray[np.float64]) -> Samples:
    return np.interp(places, np.arange(channel.size), channel, left=0.0).astype(np.float32)
