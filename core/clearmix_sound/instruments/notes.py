"""A player: notes on an instrument become stereo sound."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clearmix.audio import Samples
from clearmix.errors import AudioError
from clearmix_sound.instruments.events import Note
from clearmix_sound.instruments.patches import INSTRUMENTS, Patch
from clearmix_sound.instruments.singers import sing
from clearmix_sound.instruments.tones import Tone, Wave

VELOCITY_LAYERS = 6
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
        out = np.zeros((2, frames))
    elif patch is None:
        out = SINGER_GAIN * sing(heard, frames=frames, rate=rate, seed=seed)
    else:
        out = _note_by_note(patch, heard, frames, rate, seed)
    return np.ascontiguousarray(out, dtype=np.float32)


def _note_by_note(patch: Patch, notes: Sequence[Note], frames: int, rate: int, seed: int) -> Wave:
    out = np.zeros((2, frames))
    takes: dict[tuple[int, int, int, int], Wave] = {}
    turns: dict[int, int] = {}
    for note in sorted(notes, key=lambda note: (note.seconds, note.pitch)):
        velocity = min(note.velocity, 1.0)
        layer = max(1, round(velocity * VELOCITY_LAYERS))
        turn = turns[note.pitch] = (turns.get(note.pitch, -1) + 1) % ROUND_ROBIN
        key = (note.pitch, layer, round(note.duration_seconds * 200), turn)
        if key not in takes:
            takes[key] = _take(patch, note, layer, turn, rate, seed)
        start = round(note.seconds * rate)
        sound = takes[key][:, : frames - start]
        out[:, start : start + sound.shape[1]] += velocity**1.3 * sound
    return patch.after(out, rate) if patch.after else out


def _take(patch: Patch, note: Note, layer: int, turn: int, rate: int, seed: int) -> Wave:
    rng = np.random.default_rng([seed, note.pitch, layer, turn])
    hz = 440.0 * 2 ** ((note.pitch - 69) / 12)
    tone = Tone(hz, note.duration_seconds, layer / VELOCITY_LAYERS, rate, rng)
    wave = np.atleast_2d(patch.tone(tone))
    scaled: Wave = wave / np.abs(wave).max() * 10 ** (patch.peak_db / 20)
    return np.broadcast_to(scaled, (2, scaled.shape[1]))
