"""Effects, eras, moods and energy as changes of the whole sound, in the order of a mixing desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from clearmix import Audio
from clearmix_sound import effects, filters
from clearmix_sound.mixing import at_level, level_db
from clearmix_studio.grid import Grid
from clearmix_studio.palette import Era


@dataclass(frozen=True)
class Desk:
    """What an effect may need to know: the bars, the beat in seconds, and the seed."""

    grid: Grid | None
    beat_seconds: float
    seed: int


def with_era(audio: Audio, era: Era, desk: Desk, *, added: bool) -> Audio:
    """The sound as a record of that decade: band, tape, room, width, surface.

    Where drums were `added` they have the decade's room already, and chorus is held back.
    """
    out = filters.high_pass(audio, era.low_cut_hz)
    if era.high_cut_hz is not None:
        out = filters.low_pass(out, era.high_cut_hz, order=4)
    out = filters.shelf(out, side="high", corner_hz=6000, gain_db=era.bright_db)
    out = effects.saturated(at_level(out, -18), era.drive_db)
    if era.chorus:
        out = effects.chorused(out, wet=era.chorus * (0.4 if added else 1.0))
    if era.gate_seconds is not None and not added:
        out = effects.gated(out, gate_seconds=era.gate_seconds, wet=0.12, seed=desk.seed)
    if era.room_seconds is not None:
        out = effects.reverberated(out, seconds=era.room_seconds, wet=0.14, seed=desk.seed)
    if era.crackle_db is not None:
        out = effects.crackling(out, level_db=era.crackle_db, seed=desk.seed)
    out = effects.widened(out, era.width)
    return at_level(out, level_db(audio))


def with_energy(audio: Audio, energy: float) -> Audio:
    """Brighter and denser above 0, darker and softer below."""
    out = filters.shelf(audio, side="high", corner_hz=4000, gain_db=4.0 * energy)
    out = filters.shelf(out, side="low", corner_hz=110, gain_db=2.0 * energy)
    if energy > 0:
        level = level_db(out)
        out = effects.compressed(out, threshold_db=level, ratio=1 + 1.5 * energy)
    elif energy < -0.3:
        out = filters.low_pass(out, 14000 + 9000 * energy, order=2)
    return at_level(out, level_db(audio))


def with_mood(audio: Audio, mood: str, desk: Desk) -> Audio:
    """The sound in a mood; the energy and mode of a mood are part of the plan, not of this."""
    change = MOODS.get(mood)
    return change(audio, desk) if change else audio


def with_effect(audio: Audio, effect: str, desk: Desk) -> Audio:
    """The sound under one effect of the vocabulary, at the level it had."""
    made = EFFECTS[effect](audio, desk)
    return at_level(made, level_db(audio))


def _stuttered(audio: Audio, desk: Desk) -> Audio:
    """The last beat of every fourth bar repeated as four sixteenths."""
    if desk.grid is None:
        return audio
    out = audio.samples.copy()
    edge = round(0.004 * audio.rate)
    window = np.ones(1, np.float32)
    for bar in desk.grid.bars[3::4]:
        start, stop = round(bar[-2] * audio.rate), min(round(bar[-1] * audio.rate), audio.frames)
        size = (stop - start) // 4
        if size <= 2 * edge:
            continue
        ramp = np.linspace(0, 1, edge, dtype=np.float32)
        window = np.concatenate([ramp, np.ones(size - 2 * edge, np.float32), ramp[::-1]])
        grain = audio.samples[:, start : start + size] * window
        for place in range(4):
            out[:, start + place * size : start + (place + 1) * size] = grain
        rest = stop - start - 4 * size
        if rest > 0:
            out[:, stop - rest : stop] = 0
    return Audio(out, audio.rate)


def _pumped(audio: Audio, desk: Desk) -> Audio:
    if desk.grid is None:
        return audio
    return effects.ducked(
        audio, desk.grid.beats, depth=0.7, release_seconds=desk.beat_seconds * 0.6
    )


def _telephone(audio: Audio, desk: Desk) -> Audio:
    narrow = filters.low_pass(filters.high_pass(audio, 400, order=4), 3200, order=4)
    return effects.widened(effects.saturated(at_level(narrow, -14), 6), 0.0)


ON_THE_SONG = frozenset({"sidechain", "distortion", "chorus-effect", "flanger", "phaser"})
"""Effects that are heard on the recording and not on drums that are added to it."""

EFFECTS: Mapping[str, Callable[[Audio, Desk], Audio]] = {
    "reverb": lambda audio, desk: effects.reverberated(
        audio, seconds=2.2, wet=0.3, seed=desk.seed
    ),
    "echo": lambda audio, desk: effects.echoed(
        audio, delay_seconds=desk.beat_seconds * 0.75, feedback=0.45, wet=0.4
    ),
    "vinyl": lambda audio, desk: effects.crackling(
        effects.wavering(audio), level_db=-36, seed=desk.seed
    ),
    "telephone": _telephone,
    "8d": lambda audio, desk: effects.turning(
        effects.reverberated(audio, seconds=1.2, wet=0.15, seed=desk.seed)
    ),
    "slowed-reverb": lambda audio, desk: effects.reverberated(
        audio, seconds=2.8, wet=0.35, seed=desk.seed
    ),
    "nightcore": lambda audio, desk: filters.shelf(
        audio, side="high", corner_hz=5000, gain_db=2.5
    ),
    "gated-reverb": lambda audio, desk: effects.gated(
        audio, gate_seconds=0.28, wet=0.22, seed=desk.seed
    ),
    "sidechain": _pumped,
    "distortion": lambda audio, desk: effects.saturated(at_level(audio, -14), 10),
    "chorus-effect": lambda audio, desk: effects.chorused(audio, wet=0.6),
    "flanger": lambda audio, desk: effects.chorused(audio, depth_ms=5, rate_hz=0.25, wet=0.8),
    "phaser": lambda audio, desk: effects.chorused(audio, depth_ms=0.8, rate_hz=0.4, wet=0.9),
    "tape": lambda audio, desk: effects.wavering(
        effects.saturated(filters.low_pass(at_level(audio, -16), 11000, order=1), 5)
    ),
    "bitcrush": lambda audio, desk: effects.crushed(
        at_level(audio, -16), bits=8, hold_frames=4
    ),
    "bass-boost": lambda audio, desk: filters.shelf(
        audio, side="low", corner_hz=120, gain_db=7
    ),
    "low-pass": lambda audio, desk: filters.low_pass(audio, 900, order=2),
    "stutter": _stuttered,
    "wide": lambda audio, desk: effects.widened(audio, 1.6),
    "warm": lambda audio, desk: filters.shelf(
        filters.shelf(audio, side="low", corner_hz=250, gain_db=2), side="high",
        corner_hz=5000, gain_db=-4,
    ),
    "bright": lambda audio, desk: filters.shelf(
        audio, side="high", corner_hz=5000, gain_db=5
    ),
}  # fmt: skip
"""Effects of the vocabulary that the studio can play."""

MOODS: Mapping[str, Callable[[Audio, Desk], Audio]] = {
    "dark": lambda audio, desk: filters.shelf(audio, side="high", corner_hz=3000, gain_db=-6),
    "dreamy": lambda audio, desk: effects.reverberated(
        effects.chorused(audio, wet=0.3), seconds=2.6, wet=0.28, seed=desk.seed
    ),
    "epic": lambda audio, desk: effects.reverberated(
        effects.widened(audio, 1.25), seconds=2.4, wet=0.2, seed=desk.seed
    ),
    "happy": lambda audio, desk: filters.shelf(audio, side="high", corner_hz=5000, gain_db=2),
    "sad": lambda audio, desk: filters.shelf(audio, side="high", corner_hz=4000, gain_db=-3),
    "calm": lambda audio, desk: filters.low_pass(audio, 9000, order=1),
    "aggressive": lambda audio, desk: effects.saturated(at_level(audio, -15), 6),
    "romantic": lambda audio, desk: effects.reverberated(
        audio, seconds=1.6, wet=0.15, seed=desk.seed
    ),
    "nostalgic": lambda audio, desk: effects.wavering(
        filters.low_pass(audio, 10000, order=1), depth_ms=0.8
    ),
    "playful": lambda audio, desk: effects.widened(audio, 1.15),
}
"""Moods of the vocabulary that the studio can play."""
