"""Effects, eras, moods and energy as stages of a chain, in the order of a mixing desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from clearmix import Audio
from clearmix_sound import effects, filters
from clearmix_sound.mixing import gained, softly_limited
from clearmix_studio.chain import SETTLING_SECONDS, Stage
from clearmix_studio.palette import Era

WORKING_LEVEL_DB = -20.0
"""RMS level of the recording and of the sum before mastering: headroom for 17 dB of peaks."""

CEILING_DB = -2.0
"""Peaks are bent below this, so that mastering has little left to limit."""

LOWEST_HZ = 22.0
"""What lies below is taken out, and with it any constant part."""


@dataclass(frozen=True)
class Desk:
    """What an effect may need to know: the beats of each bar, the beat in seconds, the seed."""

    bars: Sequence[Sequence[float]]
    beat_seconds: float
    seed: int

    @property
    def beats(self) -> list[float]:
        """Every beat once."""
        return sorted({beat for bar in self.bars for beat in bar})


def era_stages(era: Era, desk: Desk, *, added: bool) -> list[Stage]:
    """The sound as a record of that decade: band, tape, room, width, surface.

    Where drums were `added` they have the decade's room already, and chorus is held back.
    """
    high_cut = era.high_cut_hz
    stages = [Stage(lambda audio, at: filters.high_pass(audio, era.low_cut_hz))]
    if high_cut is not None:
        stages.append(Stage(lambda audio, at: filters.low_pass(audio, high_cut, order=4)))
    stages.append(_shelf("high", 6000, era.bright_db))
    stages.append(_driven(era.drive_db, -18))
    if era.chorus:
        wet = era.chorus * (0.4 if added else 1.0)
        stages.append(Stage(lambda audio, at: effects.chorused(audio, wet=wet, at_seconds=at)))
    if era.gate_seconds is not None and not added:
        stages.append(_gated(era.gate_seconds, 0.12, desk))
    if era.room_seconds is not None:
        stages.append(_in_room(era.room_seconds, 0.14, desk))
    if era.crackle_db is not None:
        stages.append(_crackling(era.crackle_db, desk))
    stages.append(Stage(lambda audio, at: effects.widened(audio, era.width), 0.0))
    return stages


def energy_stages(energy: float) -> list[Stage]:
    """Brighter and denser above 0, darker and softer below."""
    stages = [_shelf("high", 4000, 4.0 * energy), _shelf("low", 110, 2.0 * energy)]
    if energy > 0:
        stages.append(
            Stage(
                lambda audio, at: effects.compressed(
                    audio, threshold_db=WORKING_LEVEL_DB, ratio=1 + 1.5 * energy
                )
            )
        )
    elif energy < -0.3:
        stages.append(_low_pass(14000 + 9000 * energy))
    return stages


def final_stages() -> list[Stage]:
    """The bus: no constant part, gentle compression, peaks below the ceiling."""
    return [
        Stage(lambda audio, at: filters.high_pass(audio, LOWEST_HZ), 0.5, WORKING_LEVEL_DB),
        Stage(
            lambda audio, at: effects.compressed(
                audio, threshold_db=WORKING_LEVEL_DB + 2, ratio=1.6
            ),
            level=WORKING_LEVEL_DB,
        ),
        Stage(lambda audio, at: softly_limited(audio, CEILING_DB), 0.0, "as made"),
    ]


def _stage(change: Callable[[Audio], Audio], before_seconds: float = SETTLING_SECONDS) -> Stage:
    return Stage(lambda audio, at: change(audio), before_seconds)


def _shelf(side: str, corner_hz: float, gain_db: float) -> Stage:
    return _stage(
        lambda audio: filters.shelf(
            audio, side="low" if side == "low" else "high", corner_hz=corner_hz, gain_db=gain_db
        )
    )


def _low_pass(cutoff_hz: float, order: int = 2) -> Stage:
    return _stage(lambda audio: filters.low_pass(audio, cutoff_hz, order=order))


def _driven(drive_db: float, at_db: float) -> Stage:
    """Saturation of a sound that is first brought from the working level to `at_db`."""
    lift = at_db - WORKING_LEVEL_DB
    return _stage(lambda audio: effects.saturated(gained(audio, lift), drive_db), 0.0)


def _in_room(seconds: float, wet: float, desk: Desk) -> Stage:
    return _stage(
        lambda audio: effects.reverberated(audio, seconds=seconds, wet=wet, seed=desk.seed),
        seconds + SETTLING_SECONDS,
    )


def _gated(seconds: float, wet: float, desk: Desk) -> Stage:
    return _stage(
        lambda audio: effects.gated(audio, gate_seconds=seconds, wet=wet, seed=desk.seed),
        seconds + SETTLING_SECONDS,
    )


def _crackling(level_db: float, desk: Desk) -> Stage:
    return Stage(
        lambda audio, at: effects.crackling(audio, level_db=level_db, seed=desk.seed, at_seconds=at)
    )


def _swaying(depth_ms: float = 1.2) -> Stage:
    return Stage(lambda audio, at: effects.wavering(audio, depth_ms=depth_ms, at_seconds=at), 0.1)


def _chorused(depth_ms: float, rate_hz: float, wet: float, centre_ms: float) -> Stage:
    return Stage(
        lambda audio, at: effects.chorused(
            audio, depth_ms=depth_ms, rate_hz=rate_hz, wet=wet, centre_ms=centre_ms, at_seconds=at
        ),
        0.1,
    )


def _echoed(desk: Desk) -> Stage:
    delay = desk.beat_seconds * 0.75
    return _stage(
        lambda audio: effects.echoed(audio, delay_seconds=delay, feedback=0.45, wet=0.4),
        6 * delay + SETTLING_SECONDS,
    )


def _crushed(audio: Audio, at: float) -> Audio:
    """Eight bits, each sample held four times, counted from the start of the result."""
    late = -round(at * audio.rate) % 4
    rest = Audio(audio.samples[:, late:], audio.rate)
    held = effects.crushed(gained(rest, 4.0), bits=8, hold_frames=4).samples
    return Audio(np.concatenate([audio.samples[:, :late], held], axis=1), audio.rate)


def _stuttering(desk: Desk) -> Stage:
    """The last beat of every fourth bar repeated as four sixteenths."""
    bars = desk.bars[3::4]

    def change(audio: Audio, at: float) -> Audio:
        out = audio.samples.copy()
        edge = round(0.004 * audio.rate)
        ramp = np.linspace(0, 1, edge, dtype=np.float32)
        for bar in bars:
            start, stop = (round((beat - at) * audio.rate) for beat in (bar[-2], bar[-1]))
            size = (stop - start) // 4
            if start < 0 or size <= 2 * edge or start + size > audio.frames:
                continue
            window = np.concatenate([ramp, np.ones(size - 2 * edge, np.float32), ramp[::-1]])
            grain = audio.samples[:, start : start + size] * window
            for place in range(start, start + 4 * size, size):
                end = min(place + size, audio.frames)
                out[:, place:end] = grain[:, : max(0, end - place)]
        return Audio(out, audio.rate)

    longest = max((bar[-1] - bar[-2] for bar in bars), default=0.0)
    return Stage(change, 1.2 * longest)


def _pumped(desk: Desk) -> Stage:
    beats, release = desk.beats, desk.beat_seconds * 0.6
    return Stage(
        lambda audio, at: effects.ducked(
            audio, beats, depth=0.7, release_seconds=release, at_seconds=at
        ),
        0.0,
    )


def _widened(width: float) -> Stage:
    return _stage(lambda audio: effects.widened(audio, width), 0.0)


def _turning(desk: Desk) -> Stage:
    return Stage(lambda audio, at: effects.turning(audio, at_seconds=at), 0.0)


ON_THE_SONG = frozenset({"sidechain", "distortion", "chorus-effect", "flanger", "phaser"})
"""Effects that are heard on the recording and not on drums that are added to it."""

Stages = Callable[[Desk], Sequence[Stage]]

EFFECTS: Mapping[str, Stages] = {
    "reverb": lambda desk: [_in_room(2.2, 0.3, desk)],
    "echo": lambda desk: [_echoed(desk)],
    "vinyl": lambda desk: [_swaying(), _crackling(-36, desk)],
    "telephone": lambda desk: [
        _stage(lambda audio: filters.high_pass(audio, 400, order=4)), _low_pass(3200, 4),
        _driven(6, -14), _widened(0.0),
    ],
    "8d": lambda desk: [_in_room(1.2, 0.15, desk), _turning(desk)],
    "slowed-reverb": lambda desk: [_in_room(2.8, 0.35, desk)],
    "nightcore": lambda desk: [_shelf("high", 5000, 2.5)],
    "gated-reverb": lambda desk: [_gated(0.28, 0.22, desk)],
    "sidechain": lambda desk: [_pumped(desk)],
    "distortion": lambda desk: [_driven(10, -14)],
    "chorus-effect": lambda desk: [_chorused(2.5, 0.7, 0.6, 12.0)],
    "flanger": lambda desk: [_chorused(2.2, 0.25, 0.85, 3.0)],
    "phaser": lambda desk: [_chorused(0.35, 0.4, -0.8, 0.6)],
    "tape": lambda desk: [_low_pass(11000, 1), _driven(5, -16), _swaying()],
    "bitcrush": lambda desk: [Stage(_crushed, 0.0)],
    "bass-boost": lambda desk: [_shelf("low", 120, 7)],
    "low-pass": lambda desk: [_low_pass(900)],
    "stutter": lambda desk: [_stuttering(desk)],
    "wide": lambda desk: [_widened(1.6)],
    "warm": lambda desk: [_shelf("low", 250, 2), _shelf("high", 5000, -4)],
    "bright": lambda desk: [_shelf("high", 5000, 5)],
}  # fmt: skip
"""Effects of the vocabulary that the studio can play."""

MOODS: Mapping[str, Stages] = {
    "dark": lambda desk: [_shelf("high", 3000, -6)],
    "dreamy": lambda desk: [_chorused(2.5, 0.7, 0.3, 12.0), _in_room(2.6, 0.28, desk)],
    "epic": lambda desk: [_widened(1.25), _in_room(2.4, 0.2, desk)],
    "happy": lambda desk: [_shelf("high", 5000, 2)],
    "sad": lambda desk: [_shelf("high", 4000, -3)],
    "calm": lambda desk: [_low_pass(9000, 1)],
    "aggressive": lambda desk: [_driven(6, -15)],
    "romantic": lambda desk: [_in_room(1.6, 0.15, desk)],
    "nostalgic": lambda desk: [_low_pass(10000, 1), _swaying(0.8)],
    "playful": lambda desk: [_widened(1.15)],
}  # fmt: skip
"""Moods of the vocabulary that the studio can play."""
