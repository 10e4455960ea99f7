"""Struck bars, tines and gongs: inharmonic partials, each with its own decay.

Ratios of the partials after Fletcher and Rossing, "The Physics of Musical Instruments", chapter 19
(bars, undercut so that the second partial is two octaves up) and chapter 20 (gongs).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clearmix_sound.instruments.tones import (
    Tone,
    Wave,
    band_pass,
    damped,
    high_pass,
    partials,
    strike,
)


def struck(
    tone: Tone, ratios: Sequence[float], gains: Sequence[float], rings: Sequence[float], *,
    release: float, knock: float, knock_hz: tuple[float, float], rises: float = 0.0012,
) -> Wave:  # fmt: skip
    """Partials set going by a mallet: harder is brighter, and the mallet itself is heard."""
    t = tone.times(release)
    levels = np.asarray(gains, float).copy()
    levels[1:] *= 0.35 + 0.65 * tone.velocity
    higher = np.asarray(rings, float) * (440 / tone.hz) ** 0.35
    body = partials(t, tone.hz * np.asarray(ratios), levels, higher,
                    tone.rng.uniform(-0.4, 0.4, levels.size))  # fmt: skip
    mallet = band_pass(tone.rng.standard_normal(t.size), *knock_hz, tone.rate, 1)
    body = body + knock * (0.4 + 0.6 * tone.velocity) * mallet * strike(t, 0.001, 0.03)
    out: Wave = body * np.clip(t / rises, 0, 1) * damped(t, tone.seconds, release)
    return out


def vibraphone(tone: Tone) -> Wave:
    """Aluminium bars over tubes; the fans are heard by the sum of all notes."""
    return struck(tone, (1.0, 4.0, 10.2), (1.0, 0.22, 0.06), (5.0, 2.0, 0.5), release=0.45,
                  knock=0.05, knock_hz=(900, 4000), rises=0.002)  # fmt: skip


def marimba(tone: Tone) -> Wave:
    """Rosewood bars: round, short, with a knock."""
    return struck(tone, (1.0, 3.94, 9.4), (1.0, 0.3, 0.1), (1.3, 0.35, 0.12), release=0.3,
                  knock=0.14, knock_hz=(250, 2200))  # fmt: skip


def music_box(tone: Tone) -> Wave:
    """Tines of a steel comb plucked by the pins of a cylinder."""
    return struck(tone, (1.0, 2.001, 6.27, 17.5), (1.0, 0.28, 0.2, 0.04), (3.2, 1.8, 0.5, 0.08),
                  release=0.9, knock=0.06, knock_hz=(3000, 9000), rises=0.0008)  # fmt: skip


def glockenspiel(tone: Tone) -> Wave:
    """Small steel bars under hard mallets."""
    return struck(tone, (1.0, 2.756, 5.404), (1.0, 0.35, 0.16), (3.6, 1.5, 0.6), release=0.8,
                  knock=0.05, knock_hz=(4000, 11000), rises=0.0008)  # fmt: skip


def metallophone(tone: Tone) -> Wave:
    """Bronze keys in pairs that are tuned apart, so that they shimmer six times a second."""
    shimmer = 1 + 6.0 / tone.hz
    return struck(tone, (1.0, shimmer, 2.76, 2.77, 5.3, 8.9), (1.0, 0.55, 0.5, 0.3, 0.4, 0.3),
                  (2.6, 2.4, 1.4, 1.3, 0.8, 0.45), release=0.35, knock=0.16,
                  knock_hz=(1200, 8000))  # fmt: skip


def gong(tone: Tone) -> Wave:
    """A large bossed gong: a clear low note that beats slowly under a wash that fades sooner."""
    t = tone.times(2.0)
    ratios = np.concatenate([[1.0, 1.0 + 1.6 / tone.hz, 2.0, 2.02, 2.93],
                             tone.rng.uniform(3.2, 14.0, 18)])  # fmt: skip
    gains = np.concatenate([[1.0, 0.5, 0.45, 0.25, 0.2], 0.1 * tone.rng.uniform(0.4, 1.0, 18)])
    gains[2:] *= 0.4 + 0.6 * tone.velocity
    rings = np.concatenate([[7.0, 6.5, 4.5, 4.0, 2.5], tone.rng.uniform(0.5, 1.8, 18)])
    body = partials(t, tone.hz * ratios, gains, rings, tone.rng.uniform(0, np.pi, ratios.size))
    out: Wave = body * np.clip(t / 0.006, 0, 1) ** 0.7 * damped(t, tone.seconds, 2.0)
    return out


def timpani(tone: Tone) -> Wave:
    """A kettledrum: the nearly harmonic ratios 1, 1.5, 1.99, 2.44 of its air-loaded skin."""
    t = tone.times(0.7)
    body = partials(t, tone.hz * np.array([1.0, 1.504, 1.986, 2.44, 0.85]),
                    np.array([1.0, 0.55, 0.3, 0.14, 0.3]), np.array([2.2, 1.7, 1.2, 0.9, 0.35]),
                    tone.rng.uniform(-0.5, 0.5, 5))  # fmt: skip
    felt = band_pass(tone.rng.standard_normal(t.size), 90, 700, tone.rate, 1)
    body = body + 0.35 * felt * strike(t, 0.003, 0.09)
    out: Wave = body * np.clip(t / 0.003, 0, 1) * damped(t, tone.seconds, 0.7)
    return out


def harp(tone: Tone) -> Wave:
    """Gut strings plucked in their middle, which nobody damps."""
    order = np.arange(1.0, 1 + min(24, int(0.45 * tone.rate / tone.hz)))
    t = tone.times(0.9)
    gains = (np.abs(np.sin(np.pi * order * 0.42)) + 0.03) * order ** -(1.7 - 0.5 * tone.velocity)
    rings = 3.6 * (261.6 / tone.hz) ** 0.4 / (1 + (order * tone.hz / 1500) ** 1.1)
    body = partials(t, tone.hz * order, gains, rings, tone.rng.uniform(-np.pi, np.pi, order.size))
    finger = high_pass(tone.rng.standard_normal(t.size), 900, tone.rate, 1)
    body = body / np.abs(body).max() + 0.03 * finger * strike(t, 0.001, 0.03)
    out: Wave = body * np.clip(t / 0.0015, 0, 1) * damped(t, tone.seconds, 0.9)
    return out
