"""A drummer: hits on a kit become stereo sound, each starting on its own sample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar
from zlib import crc32

import numpy as np

from clearmix.audio import Samples
from clearmix.errors import AudioError
from clearmix_sound.instruments.drum_voices import Stroke
from clearmix_sound.instruments.events import Hit, add
from clearmix_sound.instruments.kits import KITS, Drum, Kit
from clearmix_sound.instruments.tones import coarse, low_pass, room

VELOCITY_LAYERS = 5
"""How many strokes from soft to hard a drum has; a hit takes the nearest and scales it."""

ROUND_ROBIN = 3
"""How many different strokes of one strength take turns."""

CHOKES = {"hat": ("open-hat",), "open-hat": ("open-hat",)}
"""Which ringing drums a stroke stops: the pedal closes both halves of one pair of cymbals."""

CHOKE_SECONDS = 0.012

LONGEST_RING_SECONDS = 8.0
"""No drum in its room is heard longer after its hit."""

BUS_GAIN = 10 ** (-3.3 / 20)
"""Leaves a full kick and snare, struck together, near -6 dBFS."""

Thing = TypeVar("Thing")


def play_drums(kit: str, hits: Sequence[Hit], *, seconds: float, rate: int, seed: int) -> Samples:
    """The hits as samples of shape (2, frames), a full kick and snare peaking near -6 dBFS.

    Hits outside the `seconds` are not heard. The same arguments give the same samples.

    Raises:
        AudioError: the kit or a drum does not exist.
    """
    frames = round(seconds * rate)
    heard = [hit for hit in hits if 0 <= round(hit.seconds * rate) < frames]
    return Drummer(kit, heard, rate=rate, seed=seed).between(0, frames)


class Drummer:
    """Hits on a kit, played in any order of stretches and always the same."""

    def __init__(self, kit: str | Kit, hits: Sequence[Hit], *, rate: int, seed: int) -> None:
        """Raises AudioError when the kit or a drum does not exist; nothing is played yet."""
        self._kit = _known(kit, KITS, "kit") if isinstance(kit, str) else kit
        self._rate, self._seed = rate, seed
        self._strokes: dict[tuple[str, int, int], Samples] = {}
        self._hits = sorted(
            (hit for hit in hits if hit.velocity > 0), key=lambda hit: (hit.seconds, hit.drum)
        )
        self._stops = list(_choked(self._hits))
        self._keys: list[tuple[str, int, int]] = []
        turns: dict[str, int] = {}
        for hit in self._hits:
            _known(hit.drum, self._kit.drums, "drum")
            layer = max(1, round(min(hit.velocity, 1.0) * VELOCITY_LAYERS))
            turn = turns[hit.drum] = (turns.get(hit.drum, -1) + 1) % ROUND_ROBIN
            self._keys.append((hit.drum, layer, turn))
        self._starts = np.array([round(hit.seconds * rate) for hit in self._hits], np.int64)

    def between(self, start: int, stop: int) -> Samples:
        """The sound between two frames, with what still rings from hits before."""
        out = np.zeros((2, stop - start), np.float32)
        first, last = np.searchsorted(
            self._starts, [start - round(LONGEST_RING_SECONDS * self._rate), stop]
        )
        for index in range(int(first), int(last)):
            hit, at = self._hits[index], int(self._starts[index])
            sound = self._stroke(self._keys[index])
            ends = self._stops[index]
            if ends is not None:
                held = round((ends - hit.seconds) * self._rate)
                sound = _cut(sound, held, round(CHOKE_SECONDS * self._rate))
            add(out, sound, at - start, np.float32(min(hit.velocity, 1.0) ** 1.5))
        return out

    def _stroke(self, key: tuple[str, int, int]) -> Samples:
        if key not in self._strokes:
            drum = self._kit.drums[key[0]]
            self._strokes[key] = _stroke(self._kit, drum, key, self._rate, self._seed)
        return self._strokes[key]


def _known(name: str, known: Mapping[str, Thing], kind: str) -> Thing:
    if name not in known:
        raise AudioError(f"unknown {kind} `{name}`", help=f"one of {', '.join(known)}")
    return known[name]


def _stroke(kit: Kit, drum: Drum, key: tuple[str, int, int], rate: int, seed: int) -> Samples:
    """One stroke of a drum in its room, scaled to its level and panned with constant power."""
    name, layer, turn = key
    rng = np.random.default_rng([seed, crc32(name.encode()), layer, turn])
    wave = np.atleast_2d(drum.voice(Stroke(layer / VELOCITY_LAYERS, rate, rng)))
    fade = min(wave.shape[1], round(0.004 * rate))
    wave[:, wave.shape[1] - fade :] *= np.linspace(1, 0, fade)
    wave = wave / np.abs(wave).max()
    if kit.bits:
        wave = coarse(wave, kit.bits, kit.hold)
    angle = (drum.pan + 1) * np.pi / 4
    sides = np.sqrt(2) * np.array([[np.cos(angle)], [np.sin(angle)]])
    wave = BUS_GAIN * wave * sides * 10 ** (drum.peak_db / 20)
    if kit.darkest_hz:
        wave = low_pass(wave, kit.darkest_hz, rate)
    wave = room(wave, seconds=kit.room_seconds, mix=kit.room_mix, rate=rate, seed=seed)
    return np.ascontiguousarray(wave, dtype=np.float32)


def _choked(ordered: Sequence[Hit]) -> Iterable[float | None]:
    """For each hit the moment when a later one stops it, if any."""
    stops: list[float | None] = [None] * len(ordered)
    ringing: dict[str, int] = {}
    for index, hit in enumerate(ordered):
        for stopped in CHOKES.get(hit.drum, ()):
            if stopped in ringing:
                stops[ringing.pop(stopped)] = hit.seconds
        ringing[hit.drum] = index
    return stops


def _cut(sound: Samples, frames: int, fade: int) -> Samples:
    """The sound faded out from that frame on."""
    if frames >= sound.shape[1]:
        return sound
    cut = sound[:, : frames + fade].copy()
    cut[:, frames:] *= np.linspace(1, 0, cut.shape[1] - frames, dtype=np.float32)
    return cut
