"""A player: notes on an instrument become stereo sound."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clearmix.audio import Samples
from clearmix.errors import AudioError
from clearmix_sound.instruments.events import Note
from clearmix_sound.instruments.patches import INSTRUMENTS, Patch
from clearmix_sound.instruments.singers import sing
from clearmix_sound.instruments.tones import Tone, Wave, decay, times

VELOCITY_LAYERS = 4
"""How many strengths a note is played at; each note takes the nearest and is scaled to its own."""

ROUND_ROBIN = 2
"""How many different takes of one note take turns."""

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
    heard = [
        note
        for note in notes
        if 0 <= round(note.seconds * rate) < frames
        and note.velocity > 0
        and note.duration_seconds > 0
    ]
    patch = INSTRUMENTS[instrument]
    if not heard:
        return np.zeros((2, frames), np.float32)
    if patch is None:
        out: Wave | Samples = SINGER_GAIN * sing(heard, frames=frames, rate=rate, seed=seed)
    else:
        out = _note_by_note(patch, heard, frames, rate, seed)
    return np.ascontiguousarray(out, dtype=np.float32)


def _note_by_note(
    patch: Patch, notes: Sequence[Note], frames: int, rate: int, seed: int
) -> Wave | Samples:
    out = np.zeros((2, frames), np.float32)
    longest: dict[int, float] = {}
    for note in notes:
        longest[note.pitch] = max(longest.get(note.pitch, 0.0), note.duration_seconds)
    takes: dict[tuple[int, int, int, int], Samples] = {}
    turns: dict[int, int] = {}
    for note in sorted(notes, key=lambda note: (note.seconds, note.pitch)):
        velocity = min(note.velocity, 1.0)
        layer = max(1, round(velocity * VELOCITY_LAYERS))
        turn = turns[note.pitch] = (turns.get(note.pitch, -1) + 1) % ROUND_ROBIN
        seconds = note.duration_seconds if patch.release_seconds is None else longest[note.pitch]
        key = (note.pitch, layer, round(seconds * 100), turn)
        if key not in takes:
            takes[key] = _take(patch, note.pitch, seconds, layer, turn, rate, seed)
        sound = takes[key]
        if patch.release_seconds is not None and note.duration_seconds < seconds - 0.01:
            sound = _let_go(sound, note.duration_seconds, patch.release_seconds, rate)
        start = round(note.seconds * rate)
        sound = sound[:, : frames - start]
        out[:, start : start + sound.shape[1]] += np.float32(velocity**1.3) * sound
    return patch.after(out.astype(np.float64), rate) if patch.after else out


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
