"""The added parts as sound, each at its level against the recording, in any stretch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from clearmix import Audio
from clearmix.audio import Samples
from clearmix_sound.effects import gated, pulsed, saturated, swell
from clearmix_sound.filters import low_pass
from clearmix_sound.instruments import Drummer, Hit, Player
from clearmix_sound.instruments.events import add
from clearmix_sound.mixing import gained, level_db, peak_db
from clearmix_studio.chain import SETTLING_SECONDS, Chain, Excerpt, Stage
from clearmix_studio.drumming import drum_hits, kick_times
from clearmix_studio.harmonising import notes_of
from clearmix_studio.palette import eras
from clearmix_studio.plan import Layer, Level, Plan
from clearmix_studio.shaping import WORKING_LEVEL_DB
from clearmix_studio.song import RATE

DRUMS_OVER_SONG_DB = 13.0
"""Peaks of the drums over the recording's RMS level: a kick stands clear of a dense mix."""

EXCERPT_BARS = 4
"""Bars of an added part by which its level is set: the fullest that it plays."""

_CABINET_HZ = 4200.0
_RISE_DB = -14.0

Playing = Callable[[int, int], Samples]
"""Samples between two frames of the result."""


class Sound:
    """One added part: what plays it, what it goes through, and its gain."""

    def __init__(self, part: str, playing: Playing, stages: Sequence[Stage]) -> None:
        self.part = part
        self._playing = playing
        self._chain = Chain(stages)
        self._gain_db = 0.0

    def set_level(
        self, span: tuple[int, int], wanted_db: float, measured: Callable[[Audio], float]
    ) -> None:
        """Sets the gain so that the part measures as wanted between two frames."""
        at = span[0] / RATE
        made = self._chain.tune([Excerpt(Audio(self._playing(*span), RATE), at)])
        level = measured(made[0].audio)
        self._gain_db = wanted_db - level if level > -119 else 0.0

    def between(self, start: int, stop: int) -> Audio:
        """The part between two frames of the result."""
        before = min(start, round(self._chain.before_seconds * RATE))
        sound = Audio(self._playing(start - before, stop), RATE)
        made = self._chain(sound, (start - before) / RATE)
        return gained(Audio(made.samples[:, before:], RATE), self._gain_db)


class Layers:
    """Every added part of a plan; `kicks` are the seconds at which the kick falls."""

    def __init__(self, plan: Plan) -> None:
        push_db = (plan.strength - 0.5) * 8 + plan.energy * 2
        self.drums: Sound | None = None
        self.pitched: list[Sound] = []
        self.hits: list[Hit] = []
        if plan.drums is not None and plan.bars:
            hits = drum_hits(plan.drums, plan.bars, busy=plan.energy, seed=plan.seed)
            self.hits = [hit for hit in hits if hit.seconds < plan.seconds]
        if self.hits and plan.drums is not None:
            self.drums = _drums(plan, self.hits, push_db + plan.drums.level_db)
        for layer in plan.layers:
            sound = _pitched(plan, layer, layer.level_db + push_db / (1 if layer.always else 2))
            self.pitched += [sound] if sound is not None else []
        rises = _rises(plan)
        self.pitched += [rises] if rises is not None else []
        self.kicks = tuple(kick_times(self.hits))


def _drums(plan: Plan, hits: Sequence[Hit], push_db: float) -> Sound | None:
    drums = plan.drums
    if drums is None:
        return None
    era = eras().get(plan.era) if plan.era else None
    gate = drums.gate_seconds or (era.gate_seconds if era else None) or 0.0
    stages = []
    if gate:
        stages.append(
            Stage(
                lambda audio, at: gated(audio, gate_seconds=gate, wet=0.35, seed=plan.seed),
                gate + SETTLING_SECONDS,
                "as made",
            )
        )
    player = Drummer(drums.kit, hits, rate=RATE, seed=plan.seed)
    sound = Sound("drums", player.between, stages)
    span = _fullest(plan, [hit.seconds for hit in hits])
    sound.set_level(span, WORKING_LEVEL_DB + DRUMS_OVER_SONG_DB + push_db, peak_db)
    return sound


def _pitched(plan: Plan, layer: Layer, level: float) -> Sound | None:
    notes = [note for note in notes_of(layer, plan) if note.seconds < plan.seconds]
    if not notes:
        return None
    stages = []
    if layer.drive_db:
        # An amplifier and its loudspeaker: hard drive, nothing above 4 kHz.
        stages = [
            Stage(lambda audio, at: audio, 0.0, -14.0),
            Stage(lambda audio, at: saturated(audio, layer.drive_db), 0.0, "as made"),
            Stage(lambda audio, at: low_pass(audio, _CABINET_HZ, order=4), level="as made"),
        ]
    if layer.wobble_steps and plan.bars:
        beats = plan.beats
        stages.append(
            Stage(
                lambda audio, at: pulsed(audio, beats, steps=layer.wobble_steps, at_seconds=at),
                0.0,
                "as made",
            )
        )
    player = Player(layer.instrument, notes, rate=RATE, seed=plan.seed)
    sound = Sound(layer.part, player.between, stages)
    span = _fullest(plan, [note.seconds for note in notes])
    sound.set_level(span, WORKING_LEVEL_DB + level, level_db)
    return sound


def _rises(plan: Plan) -> Sound | None:
    """Noise that swells through the bar before everything comes in, and through builds."""
    if plan.drums is None:
        return None
    spans = [
        (bar.beats[0], bar.beats[-1] if bar.build else bar.beats[-2])
        for bar, after in zip(plan.bars, plan.bars[1:], strict=False)
        if "drums" not in bar.without
        and ((plan.drums.rise and after.opens) or (bar.build == 1.0 and after.opens))
    ]
    spans = [(start, end) for start, end in spans if end <= plan.seconds]
    if not spans:
        return None
    swells = [
        (round(start * RATE), swell(end - start, rate=RATE, seed=plan.seed).samples)
        for start, end in spans
    ]

    def playing(start: int, stop: int) -> Samples:
        out = np.zeros((2, stop - start), np.float32)
        for at, sound in swells:
            add(out, sound, at - start, np.float32(1.0))
        return out

    sound = Sound("rise", playing, [])
    first, noise = swells[0]
    wanted = WORKING_LEVEL_DB + DRUMS_OVER_SONG_DB + _RISE_DB
    sound.set_level((first, first + noise.shape[1]), wanted, peak_db)
    return sound


def _fullest(plan: Plan, starts: Sequence[float]) -> tuple[int, int]:
    """Frames of the few bars in which a part has most to do; its first seconds without bars."""
    if not plan.bars:
        first = round(starts[0] * RATE)
        return first, min(first + 12 * RATE, round(plan.seconds * RATE))
    places = np.asarray(starts)
    groups = [plan.bars[at : at + EXCERPT_BARS] for at in range(0, len(plan.bars), EXCERPT_BARS)]

    def worth(number: int) -> tuple[int, int]:
        begin, end = groups[number][0].beats[0], groups[number][-1].beats[-1]
        count = int(((places >= begin) & (places < end)).sum())
        full = sum(bar.level is Level.FULL for bar in groups[number])
        return count, full

    best = groups[max(range(len(groups)), key=worth)]
    return round(best[0].beats[0] * RATE), min(
        round(best[-1].beats[-1] * RATE), round(plan.seconds * RATE)
    )
