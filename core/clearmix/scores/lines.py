"""Which voice of a score sings, which is the bass, and what the others are."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from clearmix.contracts import ScoreNote

MELODY_WORDS = ("melod", "vocal", "voice", "vox", "lead", "sing", "solo", "soprano", "tune")
BASS_WORDS = ("bass",)
NOT_BASS_WORDS = ("bassoon", "double bassoon")

BASS_PROGRAMS = range(32, 40)
"""Basses of General MIDI, from 0."""

LEAST_SHARE = 0.25
"""A melody has at least this share of the notes that the busiest voice has."""

HELD_BEATS = 0.1
"""A note that sounds so much longer than the next one begins is held over it."""

MOST_AT_ONCE = 1.35
"""Notes that sound together in a melody, on average: more are chords."""


@dataclass
class Voice:
    """The notes of one track or part, with its name and its General MIDI program if it says one."""

    name: str = ""
    program: int | None = None
    notes: list[ScoreNote] = field(default_factory=list)

    def scaled(self, scale: float, *, shift: float = 0.0) -> Voice:
        """The same voice in other units of time, told from a moment of its own."""
        notes = [
            replace(
                note, beat=round((note.beat - shift) * scale, 4), beats=round(note.beats * scale, 4)
            )
            for note in self.notes
        ]
        return Voice(self.name, self.program, notes)

    @property
    def mean_pitch(self) -> float:
        """The mean of its pitches."""
        return sum(note.pitch for note in self.notes) / len(self.notes)

    @property
    def at_once(self) -> float:
        """How many of its notes sound together, on average while it sounds."""
        events = sorted(
            [(note.beat, 1) for note in self.notes]
            + [(note.beat + note.beats, -1) for note in self.notes]
        )
        sounding = weighted = heard = 0.0
        for (at, step), (after, _) in itertools.pairwise(events):
            sounding += step
            if sounding > 0:
                heard += after - at
                weighted += (after - at) * sounding
        return weighted / heard if heard else 0.0


def lines_of(voices: Sequence[Voice]) -> dict[str, tuple[ScoreNote, ...]]:
    """The melody, the bass and the harmony of some voices, each in order of time."""
    left = [voice for voice in voices if voice.notes]
    lines: dict[str, tuple[ScoreNote, ...]] = {}
    bass = _bass(left)
    if bass is not None and len(left) > 1:
        lines["bass"] = _in_order(bass.notes)
        left = [voice for voice in left if voice is not bass]
    melody = _melody(left)
    if melody is not None:
        lines["melody"] = _in_order(melody.notes)
        left = [voice for voice in left if voice is not melody]
    rest = [note for voice in left for note in voice.notes]
    if rest:
        lines["harmony"] = _in_order(rest)
    if melody is None and rest:  # chords only: their upper notes are what one would sing
        most = max(len(voice.notes) for voice in left)
        busy = [voice for voice in left if len(voice.notes) >= LEAST_SHARE * most]
        lines["melody"] = _upper(max(busy, key=lambda voice: voice.mean_pitch).notes)
    return lines


def _bass(voices: Sequence[Voice]) -> Voice | None:
    named = [voice for voice in voices if _is_named(voice, BASS_WORDS, NOT_BASS_WORDS)]
    named = named or [voice for voice in voices if voice.program in BASS_PROGRAMS]
    low = [voice for voice in voices if voice.mean_pitch < 52 and voice.at_once < MOST_AT_ONCE]
    return min(named or low, key=lambda voice: voice.mean_pitch, default=None)


def _melody(voices: Sequence[Voice]) -> Voice | None:
    named = [voice for voice in voices if _is_named(voice, MELODY_WORDS)]
    if named:
        return max(named, key=lambda voice: len(voice.notes))
    most = max((len(voice.notes) for voice in voices), default=0)
    lines = [
        voice
        for voice in voices
        if voice.at_once < MOST_AT_ONCE and len(voice.notes) >= LEAST_SHARE * most
    ]
    return max(lines, key=lambda voice: voice.mean_pitch, default=None)


def _is_named(voice: Voice, words: Sequence[str], but: Sequence[str] = ()) -> bool:
    name = voice.name.casefold()
    return any(word in name for word in words) and not any(word in name for word in but)


def _in_order(notes: Sequence[ScoreNote]) -> tuple[ScoreNote, ...]:
    return tuple(sorted(notes, key=lambda note: (note.beat, note.pitch)))


def _upper(notes: Sequence[ScoreNote]) -> tuple[ScoreNote, ...]:
    """The highest note at each onset, but for what begins below a note that is held."""
    upper: list[ScoreNote] = []
    for note in sorted(notes, key=lambda note: (note.beat, -note.pitch)):
        last = upper[-1] if upper else None
        if last and note.pitch < last.pitch and note.beat < last.beat + last.beats - HELD_BEATS:
            continue
        if last and note.beat == last.beat:
            continue
        upper.append(note)
    return tuple(upper)
