"""A player: notes on an instrument become stereo sound."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clearmix.audio import Samples
from clearmix.errors import AudioError
from clearmix_sound.instruments.events import Note, add
from clearmix_sound.instruments.patches import INSTRUMENTS, Patch
from clearmix_sound.instruments.singers import Manner, sing
from clearmix_sound.instruments.tones import Tone, decay, times

VELOCITY_LAYERS = 4
"""How many strengths a note is played at; each note takes the nearest and is scaled to its own."""

ROUND_ROBIN = 2
"""How many different takes of one note take turns."""

LONGEST_RELEASE_SECONDS = 4.0
"""No note is heard longer after it is let go."""

SETTLING_SECONDS = 0.5
"""What an amplifier or a mouth has to hear before it sounds as if it had played all along."""

SINGER_GAIN = 10 ** (-3 / 20)
"""Brings the solo voice, which is made as a line, to the level of a single note elsewhere."""


def play_notes(
    instrument: str, notes: Sequence[Note], *, seconds: float, rate: int, seed: int
) -> Samples:
    """The notes as samples of shape (2, frames); one full note peaks between -15 and -8 dBFS.

    Notes that start outside the `seconds` are not heard. The same arguments give the same samples.

    Raises:
        AudioError: the instrument does not exist.
    """
    if instrument not in INSTRUMENTS:
        raise AudioError(
            f"unknown instrument `{instrument}`", help=f"one of {', '.join(INSTRUMENTS)}"
        )
    frames = round(seconds * rate)
    heard = [note for note in notes if 0 <= round(note.seconds * rate) < frames]
    return Player(instrument, heard, rate=rate, seed=seed).between(0, frames)


class Player:
    """Notes on an instrument, played in any order of stretches and always the same."""

    def __init__(
        self, instrument: str | Patch, notes: Sequence[Note], *, rate: int, seed: int
    ) -> None:
        """Raises AudioError when the instrument does not exist; nothing is played yet."""
        if isinstance(instrument, str) and instrument not in INSTRUMENTS:
            raise AudioError(
                f"unknown instrument `{instrument}`", help=f"one of {', '.join(INSTRUMENTS)}"
            )
        self._patch = INSTRUMENTS[instrument] if isinstance(instrument, str) else instrument
        self._rate, self._seed = rate, seed
        self._sung: Samples | None = None
        self._takes: dict[tuple[int, int, int, int], Samples] = {}
        self._notes = sorted(
            (note for note in notes if note.velocity > 0 and note.duration_seconds > 0),
            key=lambda note: (note.seconds, note.pitch),
        )
        self._starts = np.array([round(note.seconds * rate) for note in self._notes], np.int64)
        self._longest: dict[int, float] = {}
        turns: dict[int, int] = {}
        self._turns: list[int] = []
        for note in self._notes:
            self._longest[note.pitch] = max(
                self._longest.get(note.pitch, 0.0), note.duration_seconds
            )
            turns[note.pitch] = (turns.get(note.pitch, -1) + 1) % ROUND_ROBIN
            self._turns.append(turns[note.pitch])
        self._ring = max(self._longest.values(), default=0.0) + LONGEST_RELEASE_SECONDS

    def between(self, start: int, stop: int) -> Samples:
        """The sound between two frames, with what still rings from notes before."""
        if not self._notes:
            return np.zeros((2, stop - start), np.float32)
        if isinstance(self._patch, Manner):
            out = np.zeros((2, stop - start), np.float32)
            add(out, self._line(self._patch), -start, np.float32(SINGER_GAIN))
            return out
        after = self._patch.after
        settling = round(SETTLING_SECONDS * self._rate) if after else 0
        out = np.zeros((2, stop - start + settling), np.float32)
        earliest = start - settling - round(self._ring * self._rate)
        first, last = np.searchsorted(self._starts, [earliest, stop])
        for index in range(int(first), int(last)):
            note = self._notes[index]
            gain = np.float32(min(note.velocity, 1.0) ** 1.3)
            place = int(self._starts[index]) - start + settling
            add(out, self._sound(self._patch, note, self._turns[index]), place, gain)
        if after:
            heard = after(out.astype(np.float64), self._rate, start - settling)
            out = np.ascontiguousarray(heard[:, settling:], dtype=np.float32)
        return out

    def _line(self, manner: Manner) -> Samples:
        """The whole line of a singer, who knows what comes next; sung once."""
        if self._sung is None:
            line = sing(self._notes, manner, rate=self._rate, seed=self._seed)
            self._sung = line.astype(np.float32)
        return self._sung

    def _sound(self, patch: Patch, note: Note, turn: int) -> Samples:
        layer = max(1, round(min(note.velocity, 1.0) * VELOCITY_LAYERS))
        seconds = note.duration_seconds
        if patch.release_seconds is not None:
            seconds = self._longest[note.pitch]
        key = (note.pitch, layer, round(seconds * 100), turn)
        if key not in self._takes:
            self._takes[key] = _take(
                patch, note.pitch, seconds, layer, turn, self._rate, self._seed
            )
        sound = self._takes[key]
        if patch.release_seconds is not None and note.duration_seconds < seconds - 0.01:
            return _let_go(sound, note.duration_seconds, patch.release_seconds, self._rate)
        return sound


def _take(
    patch: Patch, pitch: int, seconds: float, layer: int, turn: int, rate: int, seed: int
) -> Samples:
    rng = np.random.default_rng([seed, pitch, layer, turn])
    hz = 440.0 * 2 ** ((pitch - 69) / 12)
    wave = np.atleast_2d(patch.tone(Tone(hz, seconds, layer / VELOCITY_LAYERS, rate, rng)))
    scaled = (wave / np.abs(wave).max() * 10 ** (patch.peak_db / 20)).astype(np.float32)
    return np.broadcast_to(scaled, (2, scaled.shape[1]))


def _let_go(sound: Samples, seconds: float, release_seconds: float, rate: int) -> Samples:
    """The sound damped by 60 dB within the release after it was held for so long."""
    held, rings = round(seconds * rate), round(release_seconds * rate)
    cut = sound[:, : held + rings].copy()
    t = times((cut.shape[1] - held) / rate, rate)[: cut.shape[1] - held]
    cut[:, held:] *= (decay(t, release_seconds) * np.linspace(1, 0, t.size)).astype(np.float32)
    return cut
