"""Changes of sound in a row, worked on in stretches that join without a seam.

A stage says how far back it hears. A stretch is given that much more at its beginning, so that
filters and rooms have settled, and a little more at its end; both are cut off afterwards. Levels
are set once, on excerpts of the whole, so that no stage has to wait for the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from clearmix import Audio
from clearmix_sound.mixing import gained, level_db

Change = Callable[[Audio, float], Audio]
"""A change of a sound that begins at a second of the result."""

SETTLING_SECONDS = 0.3
"""What a filter or a compressor hears of the past: its ringing is 80 dB down by then."""

AHEAD_SECONDS = 0.2
"""What compressors look at of the future."""


@dataclass(frozen=True)
class Stage:
    """One change, how many seconds of the past it hears, and the level that it leaves.

    `level` is `kept` for the level that the sound had, `as made`, or a number in dB of full scale.
    """

    change: Change
    before_seconds: float = SETTLING_SECONDS
    level: str | float = "kept"


def levelled(wanted_db: float) -> Stage:
    """A stage that only sets the level."""
    return Stage(lambda audio, at: audio, 0.0, wanted_db)


@dataclass
class Chain:
    """Stages in order, with the gains that their levels come to."""

    stages: Sequence[Stage]
    _gains_db: list[float] = field(default_factory=list)

    @property
    def before_seconds(self) -> float:
        """How much of the past the whole row hears."""
        return sum(stage.before_seconds for stage in self.stages)

    def tune(self, excerpts: Sequence[Excerpt]) -> list[Excerpt]:
        """Sets the gains on excerpts of what will go through; returns what came out."""
        self._gains_db = []
        for stage in self.stages:
            made = [Excerpt(stage.change(one.audio, one.at), one.at) for one in excerpts]
            before, after = common_level_db(excerpts), common_level_db(made)
            wanted = stage.level if isinstance(stage.level, float) else before
            silent = min(before, after) <= -119 or stage.level == "as made"
            self._gains_db.append(0.0 if silent else wanted - after)
            excerpts = [one.gained(self._gains_db[-1]) for one in made]
        return list(excerpts)

    def __call__(self, audio: Audio, at: float) -> Audio:
        """The sound of one stretch after every stage."""
        for stage, gain_db in zip(self.stages, self._gains_db, strict=True):
            audio = stage.change(audio, at)
            if gain_db:
                audio = gained(audio, gain_db)
        return audio


@dataclass(frozen=True)
class Excerpt:
    """Some seconds of a sound, and where they begin in the result."""

    audio: Audio
    at: float

    def gained(self, gain_db: float) -> Excerpt:
        """The excerpt louder or softer."""
        return Excerpt(gained(self.audio, gain_db), self.at)


def common_level_db(excerpts: Iterable[Excerpt]) -> float:
    """The level of what sounds in all of them together."""
    rows = [one.audio.samples for one in excerpts]
    if not rows:
        return -120.0
    return level_db(Audio(np.concatenate(rows, axis=1), 44100))


def blended(stage: Stage, share: Callable[[float, int, int], np.ndarray]) -> Stage:
    """A stage that is heard only by a share (0..1) that changes with time.

    `share` gives it for a second of the result, a number of frames and a rate.
    """

    def change(audio: Audio, at: float) -> Audio:
        wet = share(at, audio.frames, audio.rate).astype(np.float32)
        if not wet.any():
            return audio
        made = stage.change(audio, at).samples
        return Audio(audio.samples + wet * (made - audio.samples), audio.rate)

    return Stage(change, stage.before_seconds, "as made")


def during(
    start: float, end: float, edge_seconds: float = 0.02
) -> Callable[[float, int, int], np.ndarray]:
    """A share of 1 between two moments; its edges lie before them, so that attacks stay whole."""

    def share(at: float, frames: int, rate: int) -> np.ndarray:
        time = at + np.arange(frames) / rate
        return np.interp(time, [start - edge_seconds, start, end - edge_seconds, end], [0, 1, 1, 0])

    return share


def rising(start: float, end: float) -> Callable[[float, int, int], np.ndarray]:
    """A share that rises from 0 to 1 between two moments and is 0 again at once."""

    def share(at: float, frames: int, rate: int) -> np.ndarray:
        time = at + np.arange(frames) / rate
        return np.interp(time, [start, end - 0.01, end], [0, 1, 0])

    return share
