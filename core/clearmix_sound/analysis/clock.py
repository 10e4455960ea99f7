"""Time as the band counts it: where the tempo changes, a second is made to hold as many beats."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from clearmix_sound.analysis.onsets import FRAME_RATE, Curve, Onsets, flattened
from clearmix_sound.analysis.repetition import Repetition, held_repetition, repetition

_ROUNDS = 3
"""Each round finds what the one before smoothed away; the third changes next to nothing."""
_CLEARER = 1.15
"""By how much bars must repeat more clearly in band time: bands that sway by 1.5 % gain 0.9 and
more, recordings on a grid 0.01 at most."""


@dataclass(frozen=True, eq=False)
class BandTime:
    """The onsets and harmonic change of a recording at a constant tempo, and how to get back.

    `real` has the moment in the recording, in frames, of each frame of band time.
    """

    found: Onsets
    harmonic_change: Curve
    repetition: Repetition
    real: Curve

    @property
    def drifts(self) -> bool:
        """Whether band time differs from the recording's own."""
        return bool(np.abs(self.real - np.arange(self.real.size)).max(initial=0.0) > 0.5)

    def with_chords_as_onsets(self) -> BandTime:
        """The same where changes of chord take the place of onsets too soft to count by."""
        return replace(self, found=replace(self.found, strength=flattened(self.harmonic_change)))

    def seconds(self, frames: Curve) -> Curve:
        """Moments of the recording for frames of band time, also before and after it."""
        inside = np.interp(frames, np.arange(self.real.size), self.real)
        before = np.minimum(frames, 0.0)
        after = np.maximum(frames - (self.real.size - 1), 0.0)
        return np.asarray((inside + before + after) / FRAME_RATE, dtype=np.float64)


def band_time(found: Onsets, harmonic_change: Curve) -> BandTime:
    """The recording in band time: its own time, where the tempo is constant.

    A drift is believed when bars repeat more clearly without it; passages without a beat bend the
    tempo's curve too, and a grid that holds through them must not.
    """
    real = np.arange(found.frames, dtype=np.float64)
    own = BandTime(found, harmonic_change, held_repetition(found, harmonic_change), real)
    straight = replace(own, repetition=repetition(found, harmonic_change))
    for _ in range(_ROUNDS):
        if not straight.repetition.drifts:
            break
        straight = _straightened(straight, found, harmonic_change)
    clearer = straight.repetition.clearest() > _CLEARER * own.repetition.clearest()
    return straight if clearer else own


def _straightened(bent: BandTime, found: Onsets, harmonic_change: Curve) -> BandTime:
    """Band time with the drift taken out that is still in it."""
    frames = np.arange(bent.real.size, dtype=np.float64)
    rep = bent.repetition
    scale = np.interp(frames, rep.centres * FRAME_RATE, rep.scale)
    passed = np.concatenate([[0.0], np.cumsum(0.5 * (scale[1:] + scale[:-1]))])
    even = np.arange(int(passed[-1]) + 1, dtype=np.float64)
    real = np.interp(np.interp(even, passed, frames), frames, bent.real)
    whole = np.arange(found.frames)

    def read(curve: Curve) -> Curve:
        return np.asarray(np.interp(real, whole, curve), dtype=np.float64)

    curves = {name: read(getattr(found, name)) for name in ("strength", "low", "mid", "high")}
    straight = replace(found, **curves, level=read(found.level))
    change = read(harmonic_change)
    return BandTime(straight, change, repetition(straight, change), real)
