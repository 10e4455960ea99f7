"""Levels, layers and edges: putting sounds together without clicks."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from clearmix.audio import Audio

_ACTIVE_DB = 30.0
"""Blocks this far below the loudest one do not count for a layer's level."""


def level_db(audio: Audio) -> float:
    """RMS level of the parts that sound, in dB of full scale; -120 for silence."""
    frames = audio.frames // 4410 * 4410
    if frames == 0:
        return -120.0
    blocks = (audio.mono()[:frames].reshape(-1, 4410) ** 2).mean(axis=1, dtype=np.float64)
    loudest = float(blocks.max())
    if loudest <= 1e-12:
        return -120.0
    active = blocks[blocks > loudest * 10 ** (-_ACTIVE_DB / 10)]
    return 10 * math.log10(float(active.mean()))


def peak_db(audio: Audio) -> float:
    """The level that one sample in a thousand exceeds, in dB of full scale; -120 for silence."""
    if audio.frames == 0:
        return -120.0
    magnitude = np.abs(audio.samples).max(axis=0)
    place = min(magnitude.size - 1, int(0.999 * magnitude.size))
    peak = float(np.partition(magnitude, place)[place])
    return 20 * math.log10(peak) if peak > 1e-6 else -120.0


def softly_limited(audio: Audio, ceiling_db: float, knee_db: float = 4.0) -> Audio:
    """The sound with peaks bent so that none passes the ceiling; below the knee it is untouched."""
    ceiling = 10 ** (ceiling_db / 20)
    start = ceiling * 10 ** (-knee_db / 20)
    magnitude = np.abs(audio.samples)
    over = magnitude > start
    if not over.any():
        return audio
    out = audio.samples.copy()
    bent = start + (ceiling - start) * np.tanh((magnitude[over] - start) / (ceiling - start))
    out[over] = np.copysign(bent, out[over])
    return Audio(out.astype(np.float32), audio.rate)


def at_level(audio: Audio, wanted_db: float) -> Audio:
    """The sound at another level; silence stays silent."""
    now = level_db(audio)
    return audio if now <= -119 else gained(audio, wanted_db - now)


def gained(audio: Audio, gain_db: float) -> Audio:
    """The sound louder or softer."""
    return Audio(audio.samples * np.float32(10 ** (gain_db / 20)), audio.rate)


def layered(base: Audio, layers: Iterable[Audio]) -> Audio:
    """The sum, as long as the base; layers start together with it."""
    out = base.samples.copy()
    for layer in layers:
        frames = min(base.frames, layer.frames)
        out[:, :frames] += layer.samples[:, :frames]
    return Audio(out, base.rate)


def faded(audio: Audio, *, in_seconds: float = 0.0, out_seconds: float = 0.0) -> Audio:
    """The sound with raised-cosine fades at its edges."""
    out = audio.samples.copy()
    for seconds, at_end in ((in_seconds, False), (out_seconds, True)):
        frames = min(audio.frames, round(seconds * audio.rate))
        if frames > 1:
            curve = (0.5 - 0.5 * np.cos(np.pi * np.arange(frames) / frames)).astype(np.float32)
            if at_end:
                out[:, -frames:] *= curve[::-1]
            else:
                out[:, :frames] *= curve
    return Audio(out, audio.rate)


def spliced(first: Audio, second: Audio, *, crossfade_seconds: float = 0.02) -> Audio:
    """One sound after the other over an equal-power crossfade, which the length loses once."""
    frames = min(first.frames, second.frames, round(crossfade_seconds * first.rate))
    if frames < 2:
        return Audio(np.concatenate([first.samples, second.samples], axis=1), first.rate)
    angle = np.linspace(0, np.pi / 2, frames, dtype=np.float32)
    seam = first.samples[:, -frames:] * np.cos(angle) + second.samples[:, :frames] * np.sin(angle)
    pieces = [first.samples[:, :-frames], seam, second.samples[:, frames:]]
    return Audio(np.concatenate(pieces, axis=1).astype(np.float32), first.rate)


def without_dc(audio: Audio) -> Audio:
    """The sound without its constant part."""
    means = audio.samples.mean(axis=1, keepdims=True, dtype=np.float64)
    return Audio((audio.samples - means).astype(np.float32), audio.rate)
