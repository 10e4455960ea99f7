"""The watermark found in sound: where its grid begins, then what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import fft

from clearmix_marks.convolution import Floats, decoded, encoded
from clearmix_marks.features import evidence, root_magnitudes
from clearmix_marks.grid import (
    BANDS,
    CODE_BITS,
    PLANES,
    RATE,
    SLOT_FRAMES,
    SLOTS,
    SYNC_CELLS,
    Layout,
    layout_of,
)
from clearmix_marks.payload import render_id_of
from clearmix_marks.search import Alignment, excerpts_to_search, warped_alignments

MOST_DECODINGS = 64
"""Guesses at one sound, over all candidates of all searches: the bound on false readings."""
_LEAST_SYNC = 3.0
"""Sync score, in standard deviations of what unmarked sound gives, below which nothing is tried:
the best of 430 alignments of unmarked sound has about this score."""
_KEPT_FOR_WARPS = 14
"""Decodings that must be left before an excerpt is read: five for it, and nine for changed speed or
pitch (three in each of three parts of the sound)."""
_SECOND_MARK = 0.4
"""Sync score, in parts of the first mark's, from which a second one is looked for."""
_SHORTEST_SECONDS = 1.0
_EXCERPT_SECONDS = 30.0
_FINE_FRAMES = (-256, 256, -384, 384, -128, 128)
"""Shifts of the analysis tried around a good alignment, which is known to half a slot only."""


@dataclass(frozen=True)
class Found:
    """A mark that was read; `agreement` (0..1) is the weighted share of evidence for it.

    `also` has the ids of weaker marks of the same key in the same sound.
    """

    render_id: str
    sync_score: float
    agreement: float
    start_seconds: float
    also: tuple[str, ...] = ()


class Detector:
    """Reads marks of one key from sound at 44.1 kHz."""

    def __init__(self, key: bytes, *, search: bool = True) -> None:
        """Reads with a key; `search` also looks for changed speed, tempo and pitch."""
        self._key = key
        self._search = search
        self._layout = layout_of(key)
        self._sync = fft.rfft(self._layout.sync.T, axis=1)
        self._share = SYNC_CELLS / BANDS

    def find(self, samples: Floats) -> Found | None:
        """The mark in samples of shape (channels, frames), or None.

        The whole sound is tried first, as it is and with its cells counted by their level, since
        most of it may be too soft to outlive an encoder; then, since only a part of it may be
        marked or it may have been cut and joined, excerpts of it.
        """
        if samples.shape[1] < _SHORTEST_SECONDS * RATE:
            return None
        budget = _Budget()
        for excerpt, begin in _excerpts(samples):
            roots_at = cache(partial(root_magnitudes, excerpt, SLOT_FRAMES))
            for by_level in (False, True) if excerpt is samples else (False,):
                if budget.left < _KEPT_FOR_WARPS:
                    break
                cells_at = partial(_cells_at, roots_at, by_level=by_level)
                found = self._find_aligned(cells_at, begin, budget)
                if found is not None:
                    return found
        return self._find_warped(samples, budget) if self._search else None

    def _find_warped(self, samples: Floats, budget: _Budget) -> Found | None:
        for begin, end in excerpts_to_search(samples.shape[1]):
            guesses = warped_alignments(samples[:, begin:end], self.alignments)
            for guess in guesses:
                found = self._read(guess, begin, budget)
                if found is not None:
                    return found
        return None

    def _find_aligned(
        self, cells_at: Callable[[int], Floats], begin: int, budget: _Budget
    ) -> Found | None:
        coarse = [
            guess
            for start in (0, SLOT_FRAMES // 2)
            for guess in self.alignments(cells_at(start), start)
        ]
        coarse.sort(key=lambda guess: -guess.score)
        for guess in coarse[:3]:
            found = self._read(guess, begin, budget)
            if found is not None:
                return self._with_others(found, guess, coarse, budget)
        if not coarse:
            return None
        best = coarse[0]
        fine = []
        for shift in _FINE_FRAMES:
            start = (best.start + shift) % SLOT_FRAMES
            fine += self.alignments(cells_at(start), start, most=1)
        fine.sort(key=lambda guess: -guess.score)
        for guess in fine[:2]:
            found = self._read(guess, begin, budget)
            if found is not None:
                return found
        return None

    def _with_others(
        self, found: Found, at: Alignment, guesses: list[Alignment], budget: _Budget
    ) -> Found:
        """That mark, and those of the same sound that begin elsewhere and are not much weaker."""
        read = [at]
        also: list[str] = []
        for guess in guesses:
            if guess.score < _SECOND_MARK * at.score or any(guess.is_near(one) for one in read):
                continue
            read.append(guess)
            other = self._read(guess, 0, budget)
            if other is not None and other.render_id not in (found.render_id, *also):
                also.append(other.render_id)
        return replace(found, also=tuple(also))

    def alignments(self, cells: Floats, start: int, most: int = 3) -> list[Alignment]:
        """The best guesses of where the grid lies in evidence of one row per slot; best first.

        Either plane may have been lost on the way, the balance in mono or in a narrow encoding, so
        each counts as much as its sync cells agree (maximum-ratio combining).
        """
        folded = _folded(cells)
        # Correlation with the sync chips at every offset, over its standard deviation if the chips
        # were drawn at random: the tail is that of a normal distribution (Hoeffding).
        products = fft.rfft(folded.T, axis=1).conj() * self._sync
        agreeing = fft.irfft(_planes(products).sum(axis=1), SLOTS, axis=1)
        energies = _planes(np.square(folded).sum(axis=0)).sum(axis=1)[:, None] + 1e-9
        deviations = np.maximum(0, agreeing / np.sqrt(self._share * energies))
        scores = np.sqrt(np.square(deviations).sum(axis=0))
        weights = np.repeat((deviations / np.sqrt(energies)).astype(np.float32), BANDS, axis=0)
        return [
            Alignment(float(scores[offset]), int(offset), start, folded * weights[:, offset])
            for offset in np.argsort(scores)[: -most - 1 : -1]
            if scores[offset] >= _LEAST_SYNC
        ]

    def _read(self, guess: Alignment, begin: int, budget: _Budget) -> Found | None:
        if not budget.spend():
            return None
        soft = self._soft_code(guess)
        message = decoded(soft)
        render_id = render_id_of(message, self._key)
        if render_id is None:
            return None
        agreeing = float((soft * (1.0 - 2.0 * encoded(message))).sum())
        share = 0.5 + 0.5 * agreeing / (float(np.abs(soft).sum()) + 1e-12)
        return Found(render_id, guess.score, share, (begin + guess.start) / RATE)

    def _soft_code(self, guess: Alignment) -> Floats:
        layout: Layout = self._layout
        chips = np.roll(layout.chips, -guess.offset, axis=0)
        owners = np.roll(layout.owners, -guess.offset, axis=0).ravel()
        values = (guess.folded * chips).ravel()
        carried = owners >= 0
        sums = np.bincount(owners[carried], weights=values[carried], minlength=CODE_BITS)
        return np.asarray(sums, dtype=np.float32)


class _Budget:
    """Counts decodings, so that the bound on false readings holds for a whole file."""

    def __init__(self) -> None:
        self.left = MOST_DECODINGS

    def spend(self) -> bool:
        """Whether one more guess may be made."""
        self.left -= 1
        return self.left >= 0


def _planes(cells: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """With the cells of each plane in a row of its own."""
    return cells.reshape(len(PLANES), BANDS, *cells.shape[1:])


def _folded(cells: Floats) -> Floats:
    repeats = -(-len(cells) // SLOTS)
    padded = np.zeros((repeats * SLOTS, cells.shape[1]), np.float32)
    padded[: len(cells)] = cells
    return np.asarray(padded.reshape(repeats, SLOTS, -1).sum(axis=0), dtype=np.float32)


def _cells_at(roots_at: Callable[[int], Floats], start: int, *, by_level: bool) -> Floats:
    """The evidence of the slots whose first begins at that frame."""
    return evidence(roots_at(start), by_level=by_level)


def _excerpts(samples: Floats) -> Iterator[tuple[Floats, int]]:
    """The whole sound, then overlapping excerpts of it, with the frame at which each begins."""
    yield samples, 0
    span = round(_EXCERPT_SECONDS * RATE)
    if samples.shape[1] < 1.5 * span:
        return
    for begin in range(0, samples.shape[1] - span // 2, span // 2):
        yield samples[:, begin : begin + span], begin
