"""A plan becomes sound: every player and the drummer, levelled, placed in a room, in blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from clearmix import Audio, Progress
from clearmix.audio import Samples
from clearmix_covers.effects import BEFORE_SECONDS, EFFECTS
from clearmix_covers.plan import Plan
from clearmix_covers.room import Hall
from clearmix_sound.filters import high_pass
from clearmix_sound.instruments import Drummer, Hit, Note, Player
from clearmix_sound.mixing import level_db, softly_limited
from clearmix_sound.soundfonts import Bank, kit_of, patch_of

RATE = 44100
STRETCH_SECONDS = 4.0
SOUND_CHECK_SECONDS = 5.0
"""How much of its fullest stretch a player plays before the gain is set."""

CEILING_DB = -1.0
HEADROOM_DB = -6.0
"""What the desk is turned down by: the plan's levels are those of players heard alone."""

FADE_SECONDS = 0.9
"""The end of the room's last echo, so that nothing is cut off."""

LEAST_GAIN_DB, MOST_GAIN_DB = -30.0, 14.0


@dataclass(frozen=True)
class Channel:
    """One player at the desk: who plays, how loud, and where."""

    player: Player | Drummer
    gain: np.float32
    left: np.float32
    right: np.float32

    def between(self, start: int, stop: int) -> Samples:
        """The sound at its level and place; a stereo instrument leans instead of moving."""
        sound = self.player.between(start, stop) * self.gain
        sound[0] *= self.left
        sound[1] *= self.right
        return sound


def rendered(plan: Plan, progress: Progress, bank: Bank | None = None) -> Iterator[Audio]:
    """One-second blocks of a plan, while the rest is made; a loop joins its own start.

    A bank plays the instruments that it has; ours play the others.
    """
    progress(0.0, f"tuning up: {plan.label}")
    frames = round(plan.seconds * RATE)
    channels = list(desk(plan, bank))
    hall = Hall(plan.room_seconds, plan.wet, RATE, plan.seed)
    step = round(STRETCH_SECONDS * RATE)
    if plan.loops:
        # What rings over the end is heard at the start: the last bars are played into the room.
        lead = min(frames, round(3 * RATE))
        ringing = mixed(channels, frames - lead, frames)
        hall.add(ringing)
    before = np.zeros((2, 0), np.float32)
    spare = np.zeros((2, 0), np.float32)
    for start in range(0, frames, step):
        stop = min(frames, start + step)
        dry = mixed(channels, start, stop)
        if plan.loops:
            dry += _over_the_end(channels, frames, start, stop)
        sound = hall.add(dry)
        sound, before = _treated(sound, before, plan, start)
        if not plan.loops:
            sound = _faded(sound, start, frames)
        sound = softly_limited(Audio(sound, RATE), CEILING_DB).samples
        spare = np.concatenate([spare, sound], axis=1)
        while spare.shape[1] >= RATE or (stop == frames and spare.shape[1]):
            yield Audio(np.ascontiguousarray(spare[:, :RATE]), RATE)
            spare = spare[:, RATE:]
        progress(stop / frames, f"playing: {plan.label}")


def mixed(channels: Iterable[Channel], start: int, stop: int) -> Samples:
    """What everybody plays between two frames."""
    out = np.zeros((2, stop - start), np.float32)
    for channel in channels:
        out += channel.between(start, stop)
    return out


def _over_the_end(channels: Iterable[Channel], frames: int, start: int, stop: int) -> Samples:
    """What the last notes of a loop still ring at its start."""
    if start > round(STRETCH_SECONDS * RATE):
        return np.zeros((2, stop - start), np.float32)
    return mixed(channels, frames + start, frames + stop)


def _treated(sound: Samples, before: Samples, plan: Plan, start: int) -> tuple[Samples, Samples]:
    """The stretch through the effects, and what the next one must hear of it."""
    whole = np.concatenate([before, sound], axis=1)
    kept = np.ascontiguousarray(whole[:, -round(BEFORE_SECONDS * RATE) :])
    audio = Audio(whole, RATE)
    at = (start - before.shape[1]) / RATE
    for effect in plan.effects:
        audio = EFFECTS[effect](audio, plan.seed, at)
    return audio.samples[:, before.shape[1] :], kept


def _faded(sound: Samples, start: int, frames: int) -> Samples:
    length = round(FADE_SECONDS * RATE)
    left = frames - start - np.arange(sound.shape[1])
    if left[-1] >= length:
        return sound
    gain = 0.5 - 0.5 * np.cos(np.pi * np.clip(left / length, 0, 1))
    return (sound * gain).astype(np.float32)


def desk(plan: Plan, bank: Bank | None = None) -> Iterator[Channel]:
    """Every player with the gain that brings it to its level, found by a sound check."""
    for number, one in enumerate(plan.players):
        notes = [Note(*note) for note in one.notes]
        patch = patch_of(bank, one.play) if bank else None
        player = Player(patch or one.play, notes, rate=RATE, seed=plan.seed + 7 * number)
        gain = _gain(player, [(note.seconds, note.duration_seconds * note.velocity)
                              for note in notes], one.target_db)  # fmt: skip
        angle = (one.pan + 1) * np.pi / 4
        yield Channel(player, gain, *(np.float32(np.sqrt(2) * side(angle))
                                      for side in (np.cos, np.sin)))  # fmt: skip
    if plan.drums is not None:
        hits = [Hit(*stroke) for stroke in plan.drums.strokes]
        kit = kit_of(bank, plan.drums.kit) if bank else plan.drums.kit
        drummer = Drummer(kit, hits, rate=RATE, seed=plan.seed)
        gain = _gain(drummer, [(hit.seconds, hit.velocity) for hit in hits], plan.drums.target_db)
        yield Channel(drummer, gain, np.float32(1), np.float32(1))


def _gain(
    player: Player | Drummer, weights: list[tuple[float, float]], wanted_db: float
) -> np.float32:
    """The gain after a sound check where the player has most to do."""
    seconds = np.array([at for at, _ in weights])
    bins = np.bincount((seconds / SOUND_CHECK_SECONDS).astype(int), [row[1] for row in weights])
    first = int(np.argmax(bins)) * round(SOUND_CHECK_SECONDS * RATE)
    heard = Audio(player.between(first, first + round(SOUND_CHECK_SECONDS * RATE)), RATE)
    # The ear hears little of the lowest octaves: a bass is levelled by what one hears of it.
    now = level_db(high_pass(heard, 80, order=1))
    change = float(np.clip(wanted_db + HEADROOM_DB - now, LEAST_GAIN_DB, MOST_GAIN_DB))
    return np.float32(10 ** (change / 20))
