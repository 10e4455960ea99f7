"""Fingerprints: what a sound is known again by, whatever file or excerpt it comes in.

Signs of 32 differences between neighbouring semitones, over time (after Haitsma and Kalker, "A
Highly Robust Audio Fingerprinting System", ISMIR 2002), on windows of 0.37 s. A difference of
differences of levels does not change with loudness or tone; 330 Hz to 2.2 kHz survive a telephone.
Bands stand on a logarithmic axis, so that a change of pitch is a shift, and one of tempo another
spacing of frames.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from clearmix.audio import SILENCE_PEAK, Audio

VERSION: Final = 1
"""Of the numbers below; fingerprints of other versions cannot be compared and are made anew."""

RATE: Final = 11025
WINDOW: Final = 4096
HOP: Final = 512
"""0.37 s and 46 ms, so that neighbouring frames overlap by 7/8 and any excerpt finds its place."""

BITS: Final = 32
LOWEST_HZ: Final = 329.6
LAG: Final = 3
"""Frames between the two levels whose difference makes a bit."""

BLOCK_FRAMES: Final = 215
"""10 s: long enough to be distinctive, short enough to stay in step at a tempo 0.75 % off."""

MOST_BLOCKS: Final = 8

SAME, OTHER = 0.3, 0.25
"""Similarity from which a block is that sound, and below which it is another. Measured in
docs/marks/verifying.md: no two different recordings came above the second."""

TEMPOS: Final = tuple(1 + step * 0.0125 for step in range(-6, 7))
SEMITONES: Final = (0.0, 0.5, -0.5, 1.0, -1.0, 1.5, -1.5)
"""Changes that are searched for: at least those at which a watermark is still read."""

_LONGEST: Final = round((BLOCK_FRAMES * HOP + WINDOW) * max(TEMPOS))
"""Samples of a block, enough for all its frames at the fastest tempo that is searched for."""

_BINS: Final = round(2600 / RATE * WINDOW)
"""What lies above the highest band, also of a sound that is to be shifted down, is not needed."""

Bits = npt.NDArray[np.int8]
Levels = npt.NDArray[np.float32]
Likeness = Literal["same", "unsure", "other"]


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """`signs` is +1 or -1 of shape (frames, BITS), a frame each 46 ms."""

    signs: Bits

    @property
    def seconds(self) -> float:
        """The length of sound that it covers."""
        return len(self.signs) * HOP / RATE

    def to_bytes(self) -> bytes:
        """Four bytes a frame: 86 a second."""
        return np.packbits(self.signs > 0, axis=1).tobytes()

    @classmethod
    def from_bytes(cls, packed: bytes) -> Fingerprint:
        """The fingerprint that `to_bytes` wrote."""
        rows = np.frombuffer(packed, np.uint8).reshape(-1, BITS // 8)
        return cls((np.unpackbits(rows, axis=1).astype(np.int8) * 2 - 1).astype(np.int8))

    @cached_property
    def _spectrum(self) -> npt.NDArray[np.complex64]:
        """Of each bit over time, for correlations at every offset at once."""
        return np.fft.rfft(self.signs.T.astype(np.float32), self._length).astype(np.complex64)

    @property
    def _length(self) -> int:
        return 1 << int(len(self.signs) + BLOCK_FRAMES).bit_length()

    def best(self, block: Levels) -> tuple[float, int]:
        """The similarity (-1..1) of a block's soft bits where they fit best, and that frame.

        A block may reach over either end by a third: what is outside counts for nothing.
        """
        spectrum = np.fft.rfft(block.T, self._length).astype(np.complex64)
        products = np.fft.irfft((self._spectrum * spectrum.conj()).sum(axis=0), self._length)
        frames, wanted = len(self.signs), len(block)
        weights = np.concatenate([[0.0], np.cumsum(np.abs(block).sum(axis=1))])
        outside = wanted // 3
        offsets = np.arange(-outside, max(frames - wanted + outside, -outside) + 1)
        first = np.clip(-offsets, 0, wanted)
        last = np.clip(frames - offsets, 0, wanted)
        overlap = weights[last] - weights[first]
        least = 0.6 * weights[-1]
        scores = np.where(overlap >= least, products[offsets] / np.maximum(overlap, 1e-9), -1.0)
        at = int(np.argmax(scores))
        return float(scores[at]), int(offsets[at])


@dataclass(frozen=True)
class Comparison:
    """How like a sound is to a fingerprint: by the share of its blocks that were found in it.

    `similarity` is the best block's, `at_seconds` where that lies in the fingerprint, `tempo` and
    `semitones` what was changed. `likeness` is `unsure` when the sound is too short or too
    silent, or lies between.
    """

    likeness: Likeness
    similarity: float
    share: float
    at_seconds: float
    tempo: float
    semitones: float


def fingerprint(audio: Audio) -> Fingerprint:
    """The fingerprint of a sound; empty when it is shorter than half a second."""
    return Fingerprint(np.where(_signs(_power(_mono(audio), 1.0), 0.0) > 0, 1, -1).astype(np.int8))


def compare(audio: Audio, known: Fingerprint, *, search: bool = True) -> Comparison:
    """How like a sound is to one that is known; `search` tries changes of tempo and pitch too."""
    return Heard(audio).compare(known, search=search)


class Heard:
    """A sound that is compared with one fingerprint or with many."""

    def __init__(self, audio: Audio) -> None:
        self._mono = _mono(audio)
        self._blocks = list(_blocks(self._mono, MOST_BLOCKS))
        self._plain = [_signs(_power(block, 1.0), 0.0) for block in self._blocks]

    def compare(self, known: Fingerprint, *, search: bool = True) -> Comparison:
        """How like the sound is to one that is known."""
        if not self._blocks or len(known.signs) < 2:
            return Comparison("unsure", 0.0, 0.0, 0.0, 1.0, 0.0)
        found = _judged(known, self._plain, 1.0, 0.0)
        if found.likeness == "same" or not search:
            return found
        # The loudest block finds the change; all are then compared under it.
        probe = max(self._blocks, key=lambda block: float(np.square(block).mean()))
        scored = [
            (known.best(_signs(power, semitones))[0], tempo, semitones)
            for tempo in TEMPOS
            for power in [_power(probe, tempo)]
            for semitones in SEMITONES
        ]
        _, tempo, semitones = max(scored)
        changed = [_signs(_power(block, tempo), semitones) for block in self._blocks]
        found = max(
            found, _judged(known, changed, tempo, semitones), key=lambda one: one.similarity
        )
        if found.likeness != "other" or len(self._every) == len(self._blocks):
            return found
        # It may lie between the blocks, as a song in a long programme does.
        return _judged(known, self._every, 1.0, 0.0)

    @cached_property
    def _every(self) -> list[Levels]:
        """Blocks without a gap, each overlapping the next by half."""
        count = max(MOST_BLOCKS, 2 * len(self._mono) // _LONGEST)
        if len(self._mono) <= MOST_BLOCKS * _LONGEST:
            return self._plain
        return [_signs(_power(block, 1.0), 0.0) for block in _blocks(self._mono, count)]

    def most_like(self, known: Iterable[Fingerprint]) -> Comparison | None:
        """How like the sound is to the one of these that it is most like; None without any."""
        found = [self.compare(one) for one in known]
        order = {"same": 2, "unsure": 1, "other": 0}
        return max(found, key=lambda one: (order[one.likeness], one.similarity), default=None)

    def nearest(self, known: Sequence[tuple[str, Fingerprint]]) -> tuple[str, Comparison] | None:
        """The known sound that this is, with how like; None when it is none of them.

        Changes of tempo and pitch are not searched for. Each known sound takes 2 ms for an excerpt
        and 8 ms for a song.
        """
        found = [(id, self.compare(one, search=False)) for id, one in known]
        same = [(id, how) for id, how in found if how.likeness == "same"]
        return max(same, key=lambda row: row[1].similarity) if same else None


def _judged(
    known: Fingerprint, blocks: Sequence[Levels], tempo: float, semitones: float
) -> Comparison:
    scores = [known.best(block) for block in blocks]
    similarity, frame = max(scores)
    share = sum(score >= SAME for score, _ in scores) / len(scores)
    likeness: Likeness = "unsure"
    if share >= 0.5:
        likeness = "same"
    elif similarity < OTHER:
        likeness = "other"
    return Comparison(likeness, similarity, share, frame * HOP / RATE, tempo, semitones)


def _mono(audio: Audio) -> Levels:
    return np.asarray(Audio(audio.mono()[None], audio.rate).resampled(RATE).samples[0])


def _blocks(mono: Levels, most: int) -> Iterator[Levels]:
    """Samples of up to so many blocks of 10 s, evenly spread, of those that are not silent.

    A shorter sound of 3 s or more is one block.
    """
    if len(mono) < 3 * RATE:
        return
    count = max(1, len(mono) // _LONGEST)
    count = most if most > MOST_BLOCKS else min(most, count)
    for start in np.linspace(0, max(0, len(mono) - _LONGEST), count).astype(int):
        block = mono[start : start + _LONGEST]
        if np.abs(block).max(initial=0.0) > SILENCE_PEAK:
            yield block


def _power(mono: Levels, tempo: float) -> Levels:
    """The power of the lower bins, of shape (frames, bins), as if the tempo were undone."""
    count = max(0, int((len(mono) - WINDOW) / (HOP * tempo)) + 1)
    power = np.empty((count, _BINS), np.float32)
    if count:
        starts = np.rint(np.arange(count) * HOP * tempo).astype(int)
        windows = np.lib.stride_tricks.sliding_window_view(mono, WINDOW)
        shape = np.hanning(WINDOW).astype(np.float32)
        for first in range(0, count, 256):  # in stretches, so that a song needs little memory
            frames = windows[starts[first : first + 256]] * shape
            lower = np.fft.rfft(frames, axis=1)[:, :_BINS]
            power[first : first + 256] = lower.real**2 + lower.imag**2
    return power


def _signs(power: Levels, semitones: float) -> Levels:
    """Soft bits, -2..2 by their certainty, of shape (frames, BITS), as if the pitch were undone."""
    if len(power) <= LAG:
        return np.zeros((0, BITS), np.float32)
    levels = np.log(power @ _bands(semitones).T + 1e-9)
    change = levels[LAG:] - levels[:-LAG]
    difference = change[:, :-1] - change[:, 1:]
    scale = float(np.median(np.abs(difference))) or 1.0
    return np.asarray(np.clip(difference / scale, -2.0, 2.0), np.float32)


@cache
def _bands(semitones: float) -> Levels:
    """Weights of the bins in each band, triangles of a semitone to either side."""
    bins_hz = np.fft.rfftfreq(WINDOW, 1 / RATE)[:_BINS]
    bins = 12 * np.log2(np.maximum(bins_hz, 1.0) / LOWEST_HZ) - semitones
    weights = np.maximum(0.0, 1.0 - np.abs(bins[None] - np.arange(BITS + 1)[:, None]))
    return np.asarray(weights, np.float32)
