"""The watermark put into sound: block by block, the same for any blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from clearmix import Audio
from clearmix.errors import MarkError
from clearmix_marks.convolution import Floats
from clearmix_marks.grid import (
    BALANCE_SHARE,
    BANDS,
    CELLS,
    CENTRES_HZ,
    RATE,
    SLOT_FRAMES,
    SLOTS,
    WIDTHS_HZ,
    band_shares,
)
from clearmix_marks.products import product

STRENGTH_DB = 0.73
"""How far both planes together move a band at `_TILT_HZ`: root of the sum of their squares."""
_TILT_HZ = 2500.0
_TILT = 0.3
"""Cells get weaker with frequency to this power: wide cells need less for the same evidence."""
_PEAK_LIMIT = 0.1
"""Cells this many times denser than the mean of their moment would be at the root of half their
strength: a peak makes most of the change's energy, and carries no more evidence than a valley."""
_MOST_CHANGE = 10 ** (-28.5 / 10)
"""Energy of the change, relative to the music of its slot: bright music, which has all of its
energy where the cells are, gets weaker cells."""
_OVERLAP = 0.75
"""Part of the slots' changes that is left when their windows overlap: the mean of sin^4 + cos^4."""
_ATTACK_RATIO = 30.0
"""A slot whose second half has this many times the energy of its first (15 dB) holds an attack;
backward masking covers only some 20 ms before it, so the mark fades there."""
_SLOTS_AT_ONCE = 64
_TINY = np.float32(1e-12)
_NEPERS = np.float32(np.log(10) / 20)
"""One decibel."""


class Embedder:
    """Marks a stream of one rate; gives back exactly the frames that it takes.

    Every slot's spectrum (root-Hann window of two slots, half overlapped) gets small gains, one
    per cell. Only the change is transformed back and added, so that whatever is not marked stays
    bit for bit as it was.
    """

    def __init__(self, signs: Floats, rate: int, channels: int) -> None:
        self._signs = signs
        self._rate = rate
        self._half = round(SLOT_FRAMES * rate / RATE)
        self._length = _next_fast(2 * self._half)
        ramp = (np.arange(2 * self._half) + 0.5) / (2 * self._half)
        self._window = np.sin(np.pi * ramp).astype(np.float32)
        shares = band_shares(self._length // 2 + 1, rate / self._length)
        used = np.nonzero(shares.any(axis=1))[0]
        self._bins = slice(int(used[0]), int(used[-1]) + 1) if len(used) else slice(0, 0)
        self._shares = np.ascontiguousarray(shares[self._bins])
        self._held = np.zeros((channels, self._half), np.float32)
        self._tail = np.zeros((channels, 0), np.float32)
        self._slot = 0
        self._taken = 0
        self._given = 0

    def take(self, samples: Floats) -> Iterator[Floats]:
        """Whatever is finished after these samples of shape (channels, frames)."""
        self._taken += samples.shape[1]
        self._held = np.concatenate([self._held, samples], axis=1)
        needed = self._start(_SLOTS_AT_ONCE - 1) + 2 * self._half
        while self._held.shape[1] >= needed:
            yield self._marked(_SLOTS_AT_ONCE)
            needed = self._start(_SLOTS_AT_ONCE - 1) + 2 * self._half

    def finish(self) -> Iterator[Floats]:
        """The rest, after the last samples."""
        while self._given < self._taken:
            last = self._start(_SLOTS_AT_ONCE - 1) + 2 * self._half
            short = max(0, last - self._held.shape[1])
            self._held = np.pad(self._held, ((0, 0), (0, short)))
            yield self._marked(_SLOTS_AT_ONCE)

    def _start(self, ahead: int) -> int:
        """Where in `_held` the slot that many after the next one starts."""
        first = round(self._slot * SLOT_FRAMES * self._rate / RATE)
        return round((self._slot + ahead) * SLOT_FRAMES * self._rate / RATE) - first

    def _marked(self, count: int) -> Floats:
        """The finished frames of `count` slots; keeps what later slots still need."""
        starts = [self._start(ahead) for ahead in range(count + 1)]
        span = 2 * self._half
        windows = np.stack([self._held[:, at : at + span] for at in starts[:-1]], axis=1)
        change = self._change(windows)
        step, end = starts[-1], starts[-2] + span
        added = np.zeros((len(self._held), end), np.float32)
        added[:, : self._tail.shape[1]] = self._tail
        for place, at in enumerate(starts[:-1]):
            added[:, at : at + span] += change[:, place]
        done = self._held[:, :step] + added[:, :step]
        self._tail = added[:, step:]
        self._held = self._held[:, step:]
        # The first window reaches half a window before the first frame: nothing is given for it.
        skip = self._half if self._slot == 0 else 0
        self._slot += count
        done = done[:, skip : skip + self._taken - self._given]
        self._given += done.shape[1]
        return np.asarray(done, dtype=np.float32)

    def _change(self, windows: Floats) -> Floats:
        """What the mark adds to windows of shape (channels, slots, frames)."""
        windowed = windows * self._window
        spectrum = np.fft.rfft(windowed, self._length, axis=2)
        chosen = spectrum[:, :, self._bins]
        power = product((chosen.real**2 + chosen.imag**2).sum(axis=0), self._shares)
        energy = np.square(windowed).sum(axis=(0, 2)) * np.float32(self._length / 2)
        strength = strengths_db(power, energy) * _calm(windows)[:, None]
        slots = (self._slot + np.arange(windows.shape[1])) % SLOTS
        for channel, (level, balance) in enumerate(_parts(len(windows))):
            signs = level * self._signs[slots, :BANDS] + balance * self._signs[slots, BANDS:]
            change_db = product(signs * strength, self._shares.T)
            chosen[channel] *= np.exp(change_db * _NEPERS) - np.float32(1)
        spectrum[:, :, : self._bins.start] = 0
        spectrum[:, :, self._bins.stop :] = 0
        back = np.fft.irfft(spectrum, self._length, axis=2)[:, :, : windows.shape[2]]
        return np.asarray(back * self._window, dtype=np.float32)


def _parts(channels: int) -> Iterator[tuple[np.float32, np.float32]]:
    """Per channel, the part that the level cells and that the balance cells have in its change."""
    if channels == 1:
        yield np.float32(1), np.float32(0)
        return
    level, balance = np.sqrt(np.array([1 - BALANCE_SHARE, BALANCE_SHARE], np.float32))
    for channel in range(channels):
        yield level, -balance if channel % 2 else balance


def strengths_db(powers: Floats, energies: Floats) -> Floats:
    """How far each cell may move, of shape (slots, BANDS).

    Args:
        powers: of each slot's bands.
        energies: of each slot with everything outside the bands, of shape (slots,).
    """
    density = powers / WIDTHS_HZ.astype(np.float32)
    peak = density / (density.mean(axis=1, keepdims=True) + _TINY)
    tilt = (STRENGTH_DB * (CENTRES_HZ / _TILT_HZ) ** -_TILT).astype(np.float32)
    strength = tilt / np.sqrt(1 + np.float32(_PEAK_LIMIT) * peak)
    change = (powers * np.square(strength * _NEPERS)).sum(axis=1) * np.float32(_OVERLAP)
    room = np.float32(_MOST_CHANGE) * energies / (change + _TINY)
    return np.asarray(np.sqrt(np.minimum(1, room))[:, None] * strength, dtype=np.float32)


def _calm(windows: Floats) -> Floats:
    """1 for a slot without an attack, towards 0 the sharper it is; of shape (slots,)."""
    half = windows.shape[2] // 2
    early = np.square(windows[:, :, :half]).sum(axis=(0, 2))
    late = np.square(windows[:, :, half:]).sum(axis=(0, 2))
    calm = np.minimum(1, _ATTACK_RATIO * (early + _TINY) / (late + _TINY))
    return np.asarray(np.sqrt(calm), dtype=np.float32)


def marked(blocks: Iterable[Audio], signs: Floats) -> Iterator[Audio]:
    """The same sound with a mark of these cell signs, of shape (SLOTS, CELLS).

    Raises:
        MarkError: blocks differ in rate or channels, or hold samples that are not finite.
    """
    if signs.shape != (SLOTS, CELLS):
        raise ValueError(f"signs of shape {signs.shape}")
    embedder: Embedder | None = None
    rate = channels = 0
    for block in blocks:
        if embedder is None:
            rate, channels = block.rate, block.channels
            embedder = Embedder(signs, rate, channels)
        if (block.rate, block.channels) != (rate, channels):
            raise MarkError(
                f"a block of {block.channels} channels at {block.rate} Hz in a sound of "
                f"{channels} channels at {rate} Hz",
                help="give every block one rate and one channel count",
                place="watermark",
            )
        if not np.isfinite(block.samples).all():
            raise MarkError(
                "samples that are not numbers",
                help="find out which step made them: they cannot be marked",
                place="watermark",
            )
        for done in embedder.take(block.samples):
            yield Audio(done, rate)
    if embedder is not None:
        for done in embedder.finish():
            yield Audio(done, rate)


def _next_fast(length: int) -> int:
    """The next even length whose only prime factors are 2, 3 and 5, quick to transform."""
    while True:
        rest = length
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1 and length % 2 == 0:
            return length
        length += 1
