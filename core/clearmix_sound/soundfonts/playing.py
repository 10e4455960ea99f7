"""A zone of a bank becomes sound: its sample at a pitch, looped, filtered, in its envelope.

Velocity chooses the zone and closes its filter; its loudness is the player's. A bank's own
modulators and how a filter moves within a note are left out.
"""

from __future__ import annotations

import numpy as np

from clearmix_sound.instruments.tones import Wave, low_pass, times
from clearmix_sound.soundfonts.reading import Bank, Pcm, Zone

LONGEST_RELEASE_SECONDS = 3.0
QUIETEST_DB = -75.0
"""Where a note has ended, however long its bank goes on letting it go."""

STEP_SECONDS = 0.001
"""How finely an envelope is drawn."""

HEARD_ATTENUATION = 0.4
"""What synthesisers make of an attenuation, since the first cards did (FluidSynth, SpessaSynth)."""

OPEN_CENTS = 13500
"""A filter that is open so far is none."""

SOFTEST_CENTS = -2400
"""By how much the default modulator closes the filter of the softest note (8.4.2)."""


def struck(
    bank: Bank, preset: tuple[int, int], key: int, seconds: float, velocity: float, rate: int
) -> Wave | None:
    """A key held for so long, in stereo with its release; None where the preset has no sound."""
    force = max(1, min(127, round(127 * velocity)))
    sounds = [
        _sounded(bank, zone, key, seconds, 1 - force / 127, rate)
        for zone in bank.zones(*preset, key, force)
    ]
    frames = max((sound.shape[1] for sound in sounds), default=0)
    if frames == 0:
        return None
    out = np.zeros((2, frames))
    for sound in sounds:
        out[:, : sound.shape[1]] += sound
    fade = min(frames, round(0.004 * rate))
    out[:, frames - fade :] *= np.linspace(1, 0, fade)
    return out if np.abs(out).max() > 0 else None


def _sounded(bank: Bank, zone: Zone, key: int, seconds: float, softness: float, rate: int) -> Wave:
    key = zone.value(46) if zone.value(46) >= 0 else key
    rings = min(_seconds(zone, 38) * -QUIETEST_DB / 100, LONGEST_RELEASE_SECONDS)
    t = times(seconds + rings, rate)
    wave = _read(bank, zone, key, t, seconds, rate)
    drawn = np.arange(0, t[-1] + 2 * STEP_SECONDS, STEP_SECONDS)
    loudness = _envelope(zone, key, drawn, seconds)
    if zone.value(13):
        loudness *= 10 ** (zone.value(13) * _sway(zone, drawn, 21, 22) / 200)
    wave *= np.interp(t, drawn, loudness)
    cutoff = zone.value(8) + max(0, zone.value(11)) + SOFTEST_CENTS * softness
    if cutoff < OPEN_CENTS:
        wave = low_pass(wave, max(40.0, 8.176 * 2 ** (cutoff / 1200)), rate)
    wave = wave * 10 ** (-HEARD_ATTENUATION * max(0, zone.value(48)) / 200)
    angle = (np.clip(zone.value(17) / 500, -1, 1) + 1) * np.pi / 4
    out: Wave = np.sqrt(2) * np.stack([np.cos(angle) * wave, np.sin(angle) * wave])
    return out


def _read(bank: Bank, zone: Zone, key: int, t: Wave, seconds: float, rate: int) -> Wave:
    """The sample at the pitch of a key, looped as the zone says (8.1.2, `sampleModes`)."""
    sample = zone.sample
    pcm = bank.pcm(sample)
    root = zone.value(58) if zone.value(58) >= 0 else sample.pitch
    root = 60 if root > 127 else root
    cents = zone.value(56) * (key - root) + 100 * zone.value(51) + zone.value(52) + sample.cents
    step = 2 ** (cents / 1200) * sample.rate / rate
    first = zone.value(0) + 32768 * zone.value(4)
    place = first + step * rate * _bent(zone, t)
    base = 0 if sample.compressed else sample.start
    loop_start = sample.loop_start - base + zone.value(2) + 32768 * zone.value(45)
    loop_stop = sample.loop_stop - base + zone.value(3) + 32768 * zone.value(50)
    length = loop_stop - loop_start
    mode = zone.value(54) & 3
    if mode in (1, 3) and length > 1 and loop_start >= 0 and loop_stop <= pcm.size:
        held = t < seconds if mode == 3 else np.ones(t.size, bool)
        turns = np.maximum(0, np.floor((place - loop_start) / length))
        last = turns[held][-1] if mode == 3 and held.any() else 0.0
        place = place - length * np.where(held, turns, last)
    return _between(pcm, place)


def _bent(zone: Zone, t: Wave) -> Wave:
    """The time that a sample has played for, which its oscillators hasten and slow."""
    if not (zone.value(5) or zone.value(6)):
        return t
    cents = zone.value(5) * _sway(zone, t, 21, 22) + zone.value(6) * _sway(zone, t, 23, 24)
    out: Wave = np.cumsum(2 ** (cents / 1200)) * (t[1] - t[0])
    return out


def _sway(zone: Zone, t: Wave, delay: int, frequency: int) -> Wave:
    """A triangle between -1 and 1 that begins at 0 after its delay (8.1.2, the two LFOs)."""
    turns = np.maximum(0, t - _seconds(zone, delay)) * 8.176 * 2 ** (zone.value(frequency) / 1200)
    out: Wave = 1 - np.abs(np.mod(4 * turns + 1, 4) - 2)
    return out


def _between(pcm: Pcm, place: Wave) -> Wave:
    """The frames at places between them, by cubic Hermite curves; silence outside."""
    whole = np.clip(place.astype(np.intp), 0, pcm.size - 2)
    x = (place - whole).astype(np.float32)
    b, c = pcm[whole], pcm[whole + 1]
    a, d = pcm[np.maximum(whole - 1, 0)], pcm[np.minimum(whole + 2, pcm.size - 1)]
    slope, following = (c - a) / 2, (d - b) / 2
    curve = ((2 * (b - c) + slope + following) * x + 3 * (c - b) - 2 * slope - following) * x
    out: Wave = ((curve + slope) * x + b).astype(np.float64)
    out[(place < 0) | (place >= pcm.size - 1)] = 0.0
    return out


def _envelope(zone: Zone, key: int, t: Wave, seconds: float) -> Wave:
    """Delay, attack, hold, a decay that is straight in decibels, sustain, release (8.1.2)."""
    begins, attack = _seconds(zone, 33), max(0.001, _seconds(zone, 34))
    hold = _seconds(zone, 35) * 2 ** (zone.value(39) * (60 - key) / 1200)
    fall = max(0.001, _seconds(zone, 36) * 2 ** (zone.value(40) * (60 - key) / 1200))
    sustain_db = -min(100.0, max(0, zone.value(37)) / 10)

    def level_db(at: Wave) -> Wave:
        decayed = np.maximum(-100 * np.maximum(0, at - begins - attack - hold) / fall, sustain_db)
        risen = np.clip((at - begins) / attack, 1e-5, 1)
        out: Wave = decayed + 20 * np.log10(risen)
        return out

    held = level_db(np.minimum(t, seconds))
    let_go = -100 * np.maximum(0, t - seconds) / max(0.005, _seconds(zone, 38))
    whole = held + let_go
    out: Wave = np.where(whole > QUIETEST_DB, 10 ** (whole / 20), 0.0)
    return out


def _seconds(zone: Zone, generator: int) -> float:
    """A time in timecents as seconds; -12000 and less is none."""
    cents = zone.value(generator)
    return 0.0 if cents <= -12000 else float(2 ** (min(cents, 8000) / 1200))
