"""What a finished render measures: tempo, beats, key, density, brightness, width, faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearmix.audio import Audio

HOP = 128
"""Frames between two values of the onset curve: 2.9 ms at 44.1 kHz."""

NEAR_SECONDS = 0.05
"""How far from a beat its stroke is looked for."""

TIGHT_SECONDS = 0.02
"""How far from its beat a stroke may lie and still be in time."""

LEAST_LIKENESS = 0.2
"""Correlation from which chroma that moves with the music is believed rather than its mean, into
which the leanings of the analysis itself go."""

_WINDOW = 512
_CHUNK = 8192
_LEAST_RISE = 0.25
_QUIET = 10 ** (-60 / 20)

Curve = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Onsets:
    """How fast the spectrum rises at each hop; `peaks` are the seconds of its clear maxima."""

    rise: Curve
    hop_seconds: float
    peaks: Curve


def onsets_of(audio: Audio) -> Onsets:
    """The onset curve of a sound: half-wave rectified differences of log magnitudes."""
    from scipy import fft, signal

    mono = audio.mono()
    count = max(0, (mono.size - _WINDOW) // HOP + 1)
    rise = np.zeros(count)
    window = np.hanning(_WINDOW).astype(np.float32)
    before = np.zeros(_WINDOW // 2 + 1, np.float32)
    padded = mono if count else np.zeros(_WINDOW, np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP]
    for start in range(0, count, _CHUNK):
        spectra = np.abs(fft.rfft(frames[start : start + _CHUNK] * window, axis=1))
        logs = np.log1p(50 * spectra)
        steps = np.diff(np.concatenate([before[None], logs]), axis=0)
        rise[start : start + len(logs)] = np.maximum(steps, 0).mean(axis=1)
        before = logs[-1]
    hop_seconds = HOP / audio.rate
    smooth = np.convolve(rise, np.hanning(5) / 2, mode="same") if count else rise
    height = np.percentile(smooth, 98) * _LEAST_RISE if count else 0.0
    found, _ = signal.find_peaks(smooth, height=max(height, 1e-6), distance=round(0.06 / 0.0029))
    # The window sees an attack when it has reached its middle.
    return Onsets(smooth, hop_seconds, found * hop_seconds + _WINDOW / 2 / audio.rate)


def beat_offsets(onsets: Onsets, beats: Sequence[float], window_seconds: float) -> Curve:
    """For every beat, seconds by which the strongest rise near it comes late."""
    reach = round(NEAR_SECONDS / onsets.hop_seconds)
    out = []
    for beat in beats:
        middle = round((beat - window_seconds) / onsets.hop_seconds)
        first, last = max(0, middle - reach), min(onsets.rise.size, middle + reach + 1)
        if last - first > reach:
            place = first + int(np.argmax(onsets.rise[first:last]))
            out.append(place * onsets.hop_seconds + window_seconds - beat)
    return np.asarray(out)


def measured_tempo(onsets: Onsets, near_bpm: float, beats: Sequence[float] = ()) -> float:
    """The tempo within 4 % of one, from the spectrum of the onset curve at its multiples.

    With `beats`, whose mean tempo that is, time is bent until they are even: where a band drifts,
    what is measured is how much faster or slower than these beats the sound goes.
    """
    if len(beats) > 1:
        onsets = _at_even_beats(onsets, beats, 60 / near_bpm)
    curve = onsets.rise - onsets.rise.mean()
    seconds = curve.size * onsets.hop_seconds
    if seconds < 8:
        return near_bpm
    size = 1 << (curve.size * 4 - 1).bit_length()
    spectrum = np.abs(np.fft.rfft(curve * np.hanning(curve.size), size))
    ratios = np.linspace(0.96, 1.04, 1601)
    bins = near_bpm / 60 * size * onsets.hop_seconds * ratios
    order = np.arange(spectrum.size)
    comb = sum(np.interp(bins * multiple, order, spectrum) for multiple in (1, 2, 4))
    return near_bpm * float(ratios[int(np.argmax(comb))])


def _at_even_beats(onsets: Onsets, beats: Sequence[float], beat_seconds: float) -> Onsets:
    """The onset curve from the first beat to the last one, with all beats of one length."""
    length = (len(beats) - 1) * beat_seconds
    even = np.arange(0.0, length, onsets.hop_seconds)
    real = np.interp(even, np.arange(len(beats)) * beat_seconds, np.asarray(beats))
    places = (real - _WINDOW / HOP / 2 * onsets.hop_seconds) / onsets.hop_seconds
    rise = np.interp(places, np.arange(onsets.rise.size), onsets.rise, left=0.0, right=0.0)
    return Onsets(np.asarray(rise, np.float64), onsets.hop_seconds, onsets.peaks)


def transposition(before: Audio, after: Audio) -> int | None:
    """Semitones, -5 to 6, by which `after` is higher than `before`, which is the same music.

    The chroma of one is turned until it goes along best with the other, moment by moment; their
    lengths may differ by a tempo. None where too little sounds.
    """
    from clearmix_sound.analysis.harmony import harmony
    from clearmix_sound.analysis.onsets import analysis_mono

    if min(before.seconds, after.seconds) < 2:
        return None
    one, other = (harmony(analysis_mono(audio)).chroma for audio in (before, after))
    places = np.linspace(0, len(one) - 1, len(other))
    one = one[np.round(places).astype(int)]
    if not one.any() or not other.any():
        return None
    sizes = [np.linalg.norm(rows, axis=1, keepdims=True) for rows in (one, other)]
    one, other = one / np.maximum(sizes[0], 1e-9), other / np.maximum(sizes[1], 1e-9)
    usual, common = one.mean(axis=0), other.mean(axis=0)
    one, other = one - usual, other - common
    alike = [_likeness(np.roll(one, turn, axis=1), other) for turn in range(12)]
    if max(alike) < LEAST_LIKENESS:
        # Nothing moves: one chord, or noise. What stands has to do.
        usual, common = usual - usual.mean(), common - common.mean()
        alike = [_likeness(np.roll(usual, turn), common) for turn in range(12)]
    best = int(np.argmax(alike))
    return best - 12 if best > 6 else best


def _likeness(one: Curve, other: Curve) -> float:
    return float((one * other).sum() / max(float(np.sqrt((one**2).sum() * (other**2).sum())), 1e-9))


def centroid_hz(audio: Audio) -> float:
    """The mean frequency of the power spectrum's square root: how bright a sound is."""
    size = 1 << 14
    rows = audio.mono()[: audio.frames // size * size].reshape(-1, size)
    if not len(rows):
        return 0.0
    spectrum = np.abs(np.fft.rfft(rows[:: max(1, len(rows) // 40)], axis=1)).mean(axis=0)
    hz = np.fft.rfftfreq(size, 1 / audio.rate)
    return float((spectrum * hz).sum() / max(float(spectrum.sum()), 1e-12))


def width(audio: Audio) -> float:
    """Level of the difference of both channels over that of their sum: 0 is mono."""
    left, right = audio.samples
    middle = float(np.sqrt(np.mean((left + right) ** 2, dtype=np.float64)))
    side = float(np.sqrt(np.mean((left - right) ** 2, dtype=np.float64)))
    return side / middle if middle > 1e-9 else 0.0


def mono_loss_db(audio: Audio) -> float:
    """How many dB the sum of both channels is below them apart; 0 for mono, 3 for noise."""
    apart = float(np.mean(audio.samples**2, dtype=np.float64))
    together = float(np.mean(audio.mono() ** 2, dtype=np.float64))
    return 10 * float(np.log10(max(apart, 1e-18) / max(together, 1e-18)))


def longest_silence_seconds(audio: Audio) -> float:
    """The longest stretch below -60 dB of full scale, in steps of 10 ms; the end may ring out."""
    step = audio.rate // 100
    whole = audio.frames // step * step
    quiet = np.abs(audio.samples[:, :whole]).max(axis=0).reshape(-1, step).max(axis=1) < _QUIET
    heard = np.flatnonzero(~quiet)
    quiet = quiet[: heard[-1] + 1] if heard.size else quiet
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(np.int8), [0]])))
    runs = edges[1::2] - edges[::2]
    return float(runs.max(initial=0)) / 100


def clicks_at(audio: Audio, seconds: Sequence[float]) -> tuple[float, ...]:
    """Those moments at which a sample jumps out of line with 50 ms on both sides of it.

    A step is out of line when its second difference is five times the greatest one around it.
    """
    found = []
    near, around = round(0.002 * audio.rate), round(0.05 * audio.rate)
    for moment in seconds:
        at = round(moment * audio.rate)
        if at - around < 1 or at + around >= audio.frames - 1:
            continue
        bend = np.abs(np.diff(audio.samples[:, at - around : at + around], n=2)).max(axis=0)
        middle = bend[around - near : around + near].max()
        rest = max(bend[: around - near].max(), bend[around + near :].max())
        if middle > 5 * rest + 1e-3:
            found.append(float(moment))
    return tuple(found)
