"""Effects on the whole cover, stretch by stretch, each with enough of what came before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from clearmix import Audio
from clearmix_sound import effects, filters

Effect = Callable[[Audio, int, float], Audio]
"""The sound with an effect; it is told the seed and the second at which the sound begins."""

BEFORE_SECONDS = 2.5
"""What an effect has to hear of what came before, for its echoes and filters to be settled."""


def _telephone(audio: Audio, seed: int, at: float) -> Audio:
    thin = filters.low_pass(filters.high_pass(audio, 420, order=4), 3000, order=4)
    return effects.saturated(thin, 9)


def _warm(audio: Audio, seed: int, at: float) -> Audio:
    soft = filters.shelf(audio, side="high", corner_hz=4500, gain_db=-3.5)
    return effects.saturated(filters.shelf(soft, side="low", corner_hz=220, gain_db=2), 3)


EFFECTS: Mapping[str, Effect] = MappingProxyType({
    "echo": lambda audio, seed, at: effects.echoed(
        audio, delay_seconds=0.36, feedback=0.32, wet=0.3),
    "vinyl": lambda audio, seed, at: effects.crackling(
        filters.low_pass(audio, 9000, order=1), level_db=-38, seed=seed, at_seconds=at),
    "tape": lambda audio, seed, at: effects.saturated(
        effects.wavering(audio, at_seconds=at), 4),
    "telephone": _telephone,
    "bitcrush": lambda audio, seed, at: effects.crushed(audio, bits=8, hold_frames=4),
    "chorus-effect": lambda audio, seed, at: effects.chorused(audio, wet=0.5, at_seconds=at),
    "8d": lambda audio, seed, at: effects.turning(audio, at_seconds=at),
    "distortion": lambda audio, seed, at: effects.saturated(audio, 14),
    "bass-boost": lambda audio, seed, at: filters.shelf(
        audio, side="low", corner_hz=120, gain_db=5),
    "low-pass": lambda audio, seed, at: filters.low_pass(audio, 1800),
    "wide": lambda audio, seed, at: effects.widened(audio, 1.5),
    "warm": _warm,
    "bright": lambda audio, seed, at: filters.shelf(
        audio, side="high", corner_hz=5000, gain_db=4),
})  # fmt: skip
"""Effects by the vocabulary's term. What `nightcore` and `slowed-reverb` do to tempo and pitch is
arranged, not treated."""

LARGER_ROOM = frozenset({"reverb", "slowed-reverb"})
"""Effects that move the players to a larger hall."""
