"""Tempo and pitch, each without the other: Signalsmith Stretch through `python-stretch`.

The library takes a whole sound at a time. `Stretching` gives it a long one in pieces that overlap,
and joins them where both agree best, so that the beginning can be heard before the end is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from clearmix.audio import Audio, Samples
from clearmix.errors import AudioError
from clearmix_sound.formants import with_formants_of

if TYPE_CHECKING:
    from python_stretch.Signalsmith import Stretch

LEAST_RATIO, MOST_RATIO = 0.2, 5.0
MOST_SEMITONES = 24.0
TONALITY_LIMIT_HZ = 8000.0
"""Above this, partials move by less than the full shift, which keeps sibilants and cymbals where
ears expect them; the limit is a parameter of the library."""

FIRST_PIECE_SECONDS, PIECE_SECONDS = 4.0, 24.0
"""Lengths of the pieces in seconds of the result: the first is short, so that it comes soon."""

_PAD_SECONDS = 0.25
"""Sound, or silence, before and after, which lets the first and the last attack through whole."""
_SEED = 20
"""The library draws phases at random where the past says nothing; with a seed it repeats them."""

_OVERLAP_SECONDS = 0.4
_JOIN_SECONDS = 0.04
_JOIN_STEP_SECONDS = 0.02
_LAG_SECONDS = 0.002
"""How far a piece may be moved so that it meets the one before in phase: less than is heard."""

_REST = 1e-5
"""Magnitude below which a part rests: 100 dB below full scale."""

_REST_PADS = 4
"""A rest is cut out when it is longer than so many pads."""

_ONE_CHANNEL = 1e-6
"""Difference between channels below which they are one."""

Reading = Callable[[int, int], Samples]
"""Samples of shape (channels, frames) between two frames of a sound; zeros beyond its edges."""


def stretched(audio: Audio, *, tempo_ratio: float = 1.0, semitones: float = 0.0) -> Audio:
    """The recording at `tempo_ratio` times its speed and `semitones` higher, in one piece.

    The result has `round(frames / tempo_ratio)` frames, and what was heard at t seconds is heard
    at t / tempo_ratio, to within a millisecond: the library's own latency is taken out. The same
    input gives the same samples. Formants move with the pitch.

    Raises:
        AudioError: a ratio outside 0.2..5 or a shift of more than 24 semitones.
    """
    _require_range(tempo_ratio, semitones)
    wanted = max(1, round(audio.frames / tempo_ratio))
    if audio.frames == 0 or _unchanged(tempo_ratio, semitones):
        return audio
    engine = _engine(audio.channels, audio.rate, tempo_ratio, semitones)
    pad = round(_PAD_SECONDS * audio.rate * max(1.0, tempo_ratio))
    padded = np.ascontiguousarray(np.pad(audio.samples, ((0, 0), (pad, pad))))
    out: Samples = np.asarray(engine.process(padded), np.float32)
    start = round(pad / tempo_ratio)
    kept = np.zeros((audio.channels, wanted), np.float32)
    piece = out[:, start : start + wanted]
    kept[:, : piece.shape[1]] = piece
    return Audio(kept, audio.rate)


class Stretching:
    """A long sound at another tempo and pitch, made piece by piece as it is asked for."""

    def __init__(
        self,
        reading: Reading,
        *,
        frames: int,
        channels: int,
        rate: int,
        tempo_ratio: float = 1.0,
        semitones: float = 0.0,
        keep_formants: bool = False,
        wanted: int | None = None,
    ) -> None:
        """Nothing is read before it is asked for.

        Args:
            reading: gives samples between two frames of the source.
            frames: of the source.
            channels: of the source.
            rate: of the source and the result, in hertz.
            tempo_ratio: times the speed.
            semitones: upwards.
            keep_formants: moves the resonances of a voice back to where they were.
            wanted: the frame of the result before which all that is usually asked for lies, so
                that no piece is made beyond it in vain; the end by default.

        Raises:
            AudioError: a ratio outside 0.2..5 or a shift of more than 24 semitones.
        """
        _require_range(tempo_ratio, semitones)
        self._reading = reading
        self._rate = rate
        self._ratio, self._semitones = tempo_ratio, semitones
        self._formants = keep_formants and abs(semitones) >= 0.5
        self._unchanged = _unchanged(tempo_ratio, semitones)
        self.frames = max(1, round(frames / tempo_ratio))
        self._wanted = self.frames if wanted is None else min(wanted, self.frames)
        self._channels = channels
        self._made = np.zeros((channels, 0), np.float32)
        self._first = self._done = 0

    def between(self, start: int, stop: int) -> Samples:
        """Samples between two frames of the result, which may lie beyond its edges.

        What lies before the first place that was ever asked for is made only when it is needed.
        """
        if self._unchanged:
            return self._reading(start, stop)
        out = np.zeros((self._channels, stop - start), np.float32)
        first, last = max(0, start), min(self.frames, stop)
        if first >= last:
            return out
        if self._made.size == 0 or first < self._first:
            self._made = np.zeros((self._channels, self.frames), np.float32)
            self._first = self._done = first
        while self._done < last:
            self._make()
        out[:, first - start : last - start] = self._made[:, first:last]
        return out

    def _make(self) -> None:
        """Makes the next piece and joins it to what there is."""
        early = self._done - self._first < FIRST_PIECE_SECONDS * self._rate
        length = FIRST_PIECE_SECONDS if early else PIECE_SECONDS
        last = self._wanted if self._done < self._wanted else self.frames
        stop = min(last, self._done + round(length * self._rate))
        if self._done == self._first:
            self._made[:, self._done : stop] = self._piece(self._done, stop)
        else:
            start = max(self._first, self._done - round(_OVERLAP_SECONDS * self._rate))
            lag = round(_LAG_SECONDS * self._rate)
            piece = self._piece(start - lag, stop + lag)
            before = self._made[:, start : self._done]
            self._made[:, start:stop] = _joined(before, piece, lag, self._rate)
        self._done = stop

    def _piece(self, start: int, stop: int) -> Samples:
        pad = round(_PAD_SECONDS * self._rate)
        first = math.floor((start - pad) * self._ratio)
        source = self._reading(first, math.ceil((stop + pad) * self._ratio))
        out = np.zeros((self._channels, stop - start), np.float32)
        for begin, end in _sounding(source, round(_PAD_SECONDS * self._rate)):
            made = self._process(source[:, begin:end])
            place = round((first + begin) / self._ratio) - start
            lead = max(0, -place)
            kept = made[:, lead : lead + out.shape[1] - max(0, place)]
            out[:, max(0, place) : max(0, place) + kept.shape[1]] += kept
        return out

    def _process(self, source: Samples) -> Samples:
        if _is_mono(source):  # a voice often is, and one channel takes little over half the time
            source = source[:1]
        engine = _engine(source.shape[0], self._rate, self._ratio, self._semitones)
        made = np.asarray(engine.process(np.ascontiguousarray(source)), np.float32)
        if self._formants:
            made = with_formants_of(Audio(made, self._rate), self._semitones).samples
        return np.broadcast_to(made, (self._channels, made.shape[1]))


def _sounding(source: Samples, pad: int) -> list[tuple[int, int]]:
    """Spans of frames outside of which a part rests, each with `pad` frames of rest around it.

    Rests that are not much longer than that are not worth the cut.
    """
    frames = source.shape[1]
    heard = np.flatnonzero(np.abs(source).max(axis=0) > _REST)
    if not heard.size:
        return []
    gaps = np.flatnonzero(np.diff(heard) > _REST_PADS * pad)
    starts = heard[np.concatenate([[0], gaps + 1])] - pad
    ends = heard[np.concatenate([gaps, [heard.size - 1]])] + 1 + pad
    return [
        (max(0, int(start)), min(frames, int(end))) for start, end in zip(starts, ends, strict=True)
    ]


def _joined(before: Samples, piece: Samples, lag: int, rate: int) -> Samples:
    """The piece, beginning as `before` does, with a crossfade where both are most alike.

    The piece has `lag` frames more on both sides, by which it may be moved. The gains keep the
    power even for signals of that correlation (Fink, Holters, Zölzer, "Signal-matched
    power-complementary cross-fading", 2016).
    """
    overlap, size = before.shape[1], round(_JOIN_SECONDS * rate)
    frames = piece.shape[1] - 2 * lag
    one, other = before.mean(axis=0), piece[:, : overlap + 2 * lag].mean(axis=0)
    best, place, moved = -2.0, 0, lag
    for start in range(0, overlap - size + 1, round(_JOIN_STEP_SECONDS * rate)):
        left, right = one[start : start + size], other[start : start + size + 2 * lag]
        power = np.convolve(right**2, np.ones(size, np.float32), "valid") * (left @ left)
        alike = np.correlate(right, left, "valid") / np.sqrt(np.maximum(power, 1e-12))
        if float(alike.max()) > best:
            best, place, moved = float(alike.max()), start, int(np.argmax(alike))
    out = piece[:, moved : moved + frames].copy()
    angle = np.linspace(0, np.pi / 2, size, dtype=np.float32)
    rise, fall = np.sin(angle), np.cos(angle)
    even = np.sqrt(1 + 2 * max(best, -0.5) * rise * fall)
    span = slice(place, place + size)
    out[:, span] = (before[:, span] * fall + out[:, span] * rise) / even
    out[:, :place] = before[:, :place]
    return out


def _require_range(tempo_ratio: float, semitones: float) -> None:
    if not LEAST_RATIO <= tempo_ratio <= MOST_RATIO or abs(semitones) > MOST_SEMITONES:
        raise AudioError(
            f"a tempo ratio of {tempo_ratio:g} and a shift of {semitones:g} semitones",
            help=f"stay within {LEAST_RATIO:g} to {MOST_RATIO:g} times the tempo and "
            f"{MOST_SEMITONES:g} semitones",
        )


def _is_mono(samples: Samples) -> bool:
    """Whether all channels are one, to within what 20 bits tell apart."""
    return bool(samples.shape[0] > 1 and np.abs(samples[1:] - samples[:1]).max() < _ONE_CHANNEL)


def _unchanged(tempo_ratio: float, semitones: float) -> bool:
    return math.isclose(tempo_ratio, 1.0) and semitones == 0


def _engine(channels: int, rate: int, tempo_ratio: float, semitones: float) -> Stretch:
    import python_stretch

    engine = python_stretch.Signalsmith.Stretch(_SEED)
    engine.preset(channels, float(rate))
    engine.setTimeFactor(tempo_ratio)
    if semitones:
        engine.setTransposeSemitones(semitones, TONALITY_LIMIT_HZ / rate)
    return engine
