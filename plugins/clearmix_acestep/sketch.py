"""A score played plainly, for a model to play anew: it has the song's notes and no sample of it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from clearmix import Audio, ClearmixError, Score, ScoreChord, ScoreNote
from clearmix_sound.instruments import DRUMS, Hit, Note, play_drums, play_notes

CHORD_VELOCITY = 0.5
LOWEST_OF_CHORD = 52
"""Chords lie below the melody and above the bass: from the E below middle C on."""


def sketch_of(score: Score, *, tempo_bpm: float, semitones: int, rate: int, seed: int) -> Audio:
    """The score on piano, bass and drums, at a tempo and a pitch; the same for the same seed.

    Raises:
        ClearmixError: the score has no notes.
    """
    if not any(score.lines.values()):
        raise ClearmixError(
            "the score has no notes that could be played",
            help="correct it with `clearmix catalogue score`, or choose another generator",
            place=score.title,
        )
    beat = 60 / tempo_bpm
    lead = max(0.0, -min(note.beat for line in score.lines.values() for note in line))
    seconds = (lead + score.beats) * beat

    def notes(line: Iterable[ScoreNote]) -> list[Note]:
        return [
            Note((lead + one.beat) * beat, one.beats * beat, one.pitch + semitones, one.velocity)
            for one in line
        ]

    played = np.zeros((2, round(seconds * rate)), np.float32)
    lines = {**score.lines, "harmony": (*score.lines.get("harmony", ()), *_chords(score))}
    for part, line in sorted(lines.items()):
        instrument = "finger-bass" if part == "bass" else "piano"
        played += play_notes(instrument, notes(line), seconds=seconds, rate=rate, seed=seed)
    hits = [
        Hit((lead + one.beat) * beat, one.drum, one.velocity)
        for one in score.strokes
        if one.drum in DRUMS
    ]
    played += play_drums("acoustic", hits, seconds=seconds, rate=rate, seed=seed)
    return Audio(played, rate)


def _chords(score: Score) -> Iterable[ScoreNote]:
    """The chords as notes; none where a name cannot be read."""
    end = ScoreChord(score.beats, "")
    for chord, following in pairwise([*score.chords, end]):
        for pitch_class in chord.pitch_classes:
            root = chord.pitch_classes[0]
            lowest = LOWEST_OF_CHORD + (root - LOWEST_OF_CHORD) % 12
            pitch = lowest + (pitch_class - root) % 12
            yield ScoreNote(chord.beat, following.beat - chord.beat, pitch, CHORD_VELOCITY)
