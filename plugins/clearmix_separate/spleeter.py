"""The separator `spleeter`: the voice by Spleeter's network, the band's parts without weights.

The network knows the voice and the rest. The rest is the mix less the voice, so nothing is lost
above 11 kHz where the masks end, and its drums, bass and harmony are the studio's own estimates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from clearmix import Audio, Progress
from clearmix.audio import Samples
from clearmix_separate.network import BINS, FRAMES
from clearmix_sound.estimating import MARGIN_FRAMES, estimated
from clearmix_sound.spectra import Spectra, with_spectra

RATE = 44100
WINDOW = 4096
"""Samples of a spectrum, every quarter of it one: as Spleeter was trained."""

STRETCH_FRAMES, STRETCH_MARGIN = 60 * RATE, 128 * 1024
"""How much is held as spectra at once, and how much more is heard on both sides of it."""

BAND = ("drums", "bass")
"""Parts of the band that are told apart; what is left of it is the harmony."""

Mask = Callable[[np.ndarray], np.ndarray]
"""From magnitudes of shape (2, 512, 1024) to the share of the voice in each, 0..1."""


class Spleeter:
    """Estimated stems of voice, drums, bass and harmony, with the weights in a file."""

    id = "spleeter"
    version = "1"

    def __init__(self, weights: Path) -> None:
        self._weights = weights

    def separate(self, audio: Audio, progress: Progress) -> Mapping[str, Audio]:
        """Four stems as long as the mix, which add up to it; two channels at 44.1 kHz."""
        mix = audio.resampled(RATE).as_stereo().samples
        mask = network_mask(self._weights)
        stems = {part: np.zeros_like(mix) for part in ("vocals", *BAND, "harmony")}
        for start, stop, wide in _stretches(mix, STRETCH_MARGIN):
            inside = slice(STRETCH_MARGIN, STRETCH_MARGIN + stop - start)
            stems["vocals"][:, start:stop] = voice_of(wide, mask)[:, inside]
            progress(0.8 * stop / mix.shape[1], "finding the voice")
        band = mix - stems["vocals"]
        stems["harmony"] += band
        for start, stop, wide in _stretches(band, MARGIN_FRAMES):
            inside = slice(MARGIN_FRAMES, MARGIN_FRAMES + stop - start)
            for part in BAND:
                alone = {"drums": 0.0, "bass": 0.0, "vocals": 0.0, "harmony": 0.0, part: 1.0}
                share = estimated(Audio(wide, RATE), alone).samples[:, inside]
                stems[part][:, start:stop] = share
                stems["harmony"][:, start:stop] -= share
            progress(0.8 + 0.2 * stop / mix.shape[1], "taking the band apart")
        return {part: Audio(samples, RATE) for part, samples in stems.items()}


def network_mask(weights: Path) -> Mask:
    """The network of a file as a function; it uses one core."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(weights), options, providers=["CPUExecutionProvider"]
    )

    def mask(magnitudes: np.ndarray) -> np.ndarray:
        return np.asarray(session.run(None, {"magnitudes": magnitudes[None]})[0][0])

    return mask


def voice_of(samples: Samples, mask: Mask) -> Samples:
    """The voice in a stretch of two channels; nothing above 11 kHz is in it."""

    def change(spectra: Spectra) -> Spectra:
        heard: Any = np.zeros_like(spectra)
        for first in range(0, spectra.shape[1], FRAMES):
            block = spectra[:, first : first + FRAMES, :BINS]
            missing = FRAMES - block.shape[1]
            magnitudes = np.pad(np.abs(block), ((0, 0), (0, missing), (0, 0)))
            share = mask(np.ascontiguousarray(magnitudes, dtype=np.float32))
            heard[:, first : first + FRAMES, :BINS] = block * share[:, : block.shape[1]]
        return np.asarray(heard, np.complex64)

    return with_spectra(samples, WINDOW, change)


def _stretches(samples: Samples, margin: int) -> Iterator[tuple[int, int, Samples]]:
    """Starts, ends and sounds of stretches, with `margin` more on both sides, zeros beyond."""
    padded = np.pad(samples, ((0, 0), (margin, margin)))
    for start in range(0, samples.shape[1], STRETCH_FRAMES):
        stop = min(start + STRETCH_FRAMES, samples.shape[1])
        yield start, stop, padded[:, start : stop + 2 * margin]
