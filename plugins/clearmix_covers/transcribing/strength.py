"""Pitch strength: how well a harmonic tone of each pitch explains each moment of a sound.

SWIPE' (Camacho and Harris, "A sawtooth waveform inspired pitch estimator for speech and music",
JASA 124, 2008): the square roots of the magnitudes at the first and the prime harmonics count for
a pitch, those midway between harmonics count against it, which keeps octaves apart. It needs no
training, hears a voice as well as a plucked string, and in a mix still favours who leads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearmix.audio import Audio, Samples
from clearmix_sound.analysis.onsets import ANALYSIS_RATE, Curve

Strengths = npt.NDArray[np.float32]

_STEPS = 5
"""Places looked at in a semitone."""
_TOP_PITCH = 111
"""Partials above 5 kHz tell no pitch."""
_HARMONICS = (1, 2, 3, 5, 7, 11)
_FULL = 3.0
"""Strength of a clear voice before it is scaled to about 1."""
_QUIET = 0.08
"""Share of a song's loud moments (90th percentile) below which strength fades out."""
_CHUNK = 1024


@dataclass(frozen=True)
class Range:
    """The pitches listened for, from `low` to `high` inclusive, and how long one looks at once."""

    low: int
    high: int
    window: int
    hop: int

    @property
    def rate(self) -> float:
        """Moments in a second."""
        return ANALYSIS_RATE / self.hop


LEAD_RANGE = Range(low=43, high=91, window=2048, hop=256)
"""From G2 to G6: voices and what leads in their place; 93 ms hold eight periods of 86 Hz."""

BASS_RANGE = Range(low=16, high=55, window=4096, hop=512)
"""From E0, an octave below the lowest string, to G3."""


@dataclass(frozen=True, eq=False)
class Heard:
    """Strength of shape (moments, pitches), about 0..1, and the level of each moment (RMS).

    `place` says where in its semitone a pitch sounds, in semitones from its middle; `tuning` is the
    distance of the line from A = 440 Hz in semitones, -0.5..0.5.
    """

    range: Range
    strength: Strengths
    place: Strengths
    level: Curve
    tuning: float


def pitch_strength(audio: Audio, over: Range, tuning: float | None = None) -> Heard:
    """How strongly each semitone of a range sounds in each moment of a sound.

    Without a tuning the sound's own is found, which low and struck sounds blur.
    """
    mono = Audio(audio.mono()[None], audio.rate).resampled(ANALYSIS_RATE).samples[0]
    spectrum, level = _log_spectrum(mono, over)
    fine = _kernel(spectrum, over)
    size = np.sqrt(np.square(spectrum).mean(axis=1))
    loud = max(float(np.percentile(size, 90)), 1e-9)
    fine /= np.maximum(size, _QUIET * loud)[:, None]
    tuning = _tuning(fine) if tuning is None else tuning
    return Heard(over, *_by_semitone(fine, over, tuning), level, tuning)


def _log_spectrum(mono: Samples, over: Range) -> tuple[Strengths, Curve]:
    """Square roots of magnitudes, five to the semitone, from an octave below the range."""
    from scipy.fft import rfft
    from scipy.signal.windows import hann

    size = 2 * over.window
    window = hann(over.window, sym=False).astype(np.float32)
    padded = np.pad(mono, (over.window // 2, over.window))
    frames = np.lib.stride_tricks.sliding_window_view(padded, over.window)[:: over.hop]
    pitches = over.low - 12 + np.arange((_TOP_PITCH - over.low + 12) * _STEPS) / _STEPS
    places = 440 * 2 ** ((pitches - 69) / 12) * size / ANALYSIS_RATE
    left = places.astype(np.intp)
    part = (places - left).astype(np.float32)
    spectrum = np.empty((len(frames), len(pitches)), np.float32)
    level = np.empty(len(frames))
    for start in range(0, len(frames), _CHUNK):
        piece = frames[start : start + _CHUNK] * window
        level[start : start + _CHUNK] = np.sqrt(np.mean(np.square(piece), axis=1))
        root = np.sqrt(np.abs(rfft(piece, n=size, axis=1)))
        spectrum[start : start + _CHUNK] = root[:, left] * (1 - part) + root[:, left + 1] * part
    return spectrum, level


def _kernel(spectrum: Strengths, over: Range) -> Strengths:
    count = (over.high - over.low + 1) * _STEPS
    out = np.zeros((len(spectrum), count), np.float32)
    total = 0.0
    for harmonic in _HARMONICS:
        weight = harmonic**-0.5
        total += weight
        for multiple, share in ((harmonic - 0.5, -0.5), (harmonic, 1.0), (harmonic + 0.5, -0.5)):
            first = round((12 + 12 * np.log2(multiple)) * _STEPS)
            piece = spectrum[:, first : first + count]
            out[:, : piece.shape[1]] += np.float32(weight * share) * piece
    return out / np.float32(_FULL * total)


def _tuning(fine: Strengths) -> float:
    """Circular mean of where in its semitone the strongest pitch of each moment lies."""
    best = np.argmax(fine, axis=1)
    weight = np.maximum(fine[np.arange(len(fine)), best], 0.0).astype(np.float64) ** 2
    turn = np.sum(weight * np.exp(2j * np.pi * (best % _STEPS) / _STEPS))
    return float(np.angle(turn) / (2 * np.pi)) if abs(turn) > 0 else 0.0


def _by_semitone(fine: Strengths, over: Range, tuning: float) -> tuple[Strengths, Strengths]:
    """The strongest place within half a semitone of each pitch, and where it is.

    Vibrato so stays on its note; the place lies on the parabola through the strongest and its
    neighbours.
    """
    half = _STEPS // 2
    edge = half + _STEPS + 1
    padded = np.pad(fine, ((0, 0), (edge, edge)), mode="edge")
    count = over.high - over.low + 1
    start = _STEPS + round(tuning * _STEPS)
    rows = np.stack(
        [padded[:, start + step : start + step + count * _STEPS : _STEPS]
         for step in range(_STEPS + 2)]
    )  # fmt: skip
    best = np.argmax(rows[1:-1], axis=0)
    below, top, above = (np.take_along_axis(rows, best[None] + by, 0)[0] for by in range(3))
    bend = below - 2 * top + above
    aside = np.divide(0.5 * (below - above), bend, out=np.zeros_like(top), where=bend < -1e-6)
    place = (best - half + np.clip(aside, -1, 1)) / _STEPS
    return np.asarray(top, dtype=np.float32), place.astype(np.float32)
