"""Which channel plays what of a score: sounds with their places in seconds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from clearmix import Score, ScoreChord, ScoreNote, ScoreStroke
from clearmix_chiptune.channels import (
    FRAMES_PER_SECOND,
    Wave,
    noise,
    pitch_hz,
    pulse,
    triangle,
)

LEAD, ECHO, CHORDS, BASS, DRUMS = 0.2, 0.07, 0.09, 0.3, 0.2
"""How loud the channels are."""

ECHO_BEATS = 0.75
"""The echo comes three quarters of a beat later, on the other side."""

ARPEGGIO_FRAMES = 2
"""A chord on one channel: its notes one after the other, thirty a second."""

VIBRATO_AFTER, VIBRATO_FRAMES, VIBRATO_SEMITONES = 14, 10, 0.18
"""A held note begins to tremble after a quarter of a second, six times a second."""

LOWEST_CHORD, LOWEST_BASS = 57, 33


@dataclass(frozen=True)
class Sound:
    """A sound, where it begins, how loud it is, and its place from -1 left to 1 right."""

    seconds: float
    wave: Wave
    gain: float
    place: float


def arranged(score: Score, *, beat_seconds: float, semitones: int) -> list[Sound]:
    """Every sound of one time through the score, in order."""
    chords = [chord for chord in score.chords if chord.pitch_classes]
    end = ScoreChord(score.beats, "")
    spans = [(one, following.beat) for one, following in pairwise([*chords, end])]
    sounds = [
        *_lead(score, beat_seconds, semitones),
        *_chords(spans, beat_seconds, semitones),
        *_bass(score.lines.get("bass") or _roots(spans), beat_seconds, semitones),
        *_drums(score.strokes or _beat(score), beat_seconds),
    ]
    return sorted(sounds, key=lambda sound: sound.seconds)


def _lead(score: Score, beat: float, semitones: int) -> Iterator[Sound]:
    choruses = [one for one in score.sections if one.name == "chorus"]
    for note in score.lines.get("melody", ()):
        open_ = any(one.beat <= note.beat < one.beat + one.beats for one in choruses)
        frames = _frames(note.beats * beat)
        duty = 0.5 if open_ else 0.25
        wave = _sung(note.pitch + semitones, frames, round(note.velocity, 1), duty)
        yield Sound(note.beat * beat, wave, LEAD, -0.15)
        echo = _sung(note.pitch + semitones, frames, round(note.velocity, 1), 0.125)
        yield Sound((note.beat + ECHO_BEATS) * beat, echo, ECHO, 0.5)


@lru_cache(maxsize=256)
def _sung(pitch: int, frames: int, velocity: float, duty: float) -> Wave:
    at = np.arange(frames)
    tremble = np.clip((at - VIBRATO_AFTER) / 20, 0, 1) * VIBRATO_SEMITONES
    bent = pitch + tremble * np.sin(2 * np.pi * at / VIBRATO_FRAMES)
    volume = (0.5 + 0.5 * velocity) * np.maximum(1 - 0.018 * at, 0.5)
    volume[-2:] *= (0.6, 0.25) if frames > 2 else 0.6
    return pulse([pitch_hz(one) for one in bent], list(volume), duty)


def _chords(spans: list[tuple[ScoreChord, float]], beat: float, semitones: int) -> Iterator[Sound]:
    """Each chord struck anew on every beat."""
    for chord, end in spans:
        pitches = tuple(LOWEST_CHORD + (one - LOWEST_CHORD) % 12 for one in chord.pitch_classes)
        for number in range(int(np.ceil(end - chord.beat))):
            length = min(1.0, end - chord.beat - number)
            wave = _arpeggio(tuple(sorted(pitches)), semitones, _frames(length * beat))
            yield Sound((chord.beat + number) * beat, wave, CHORDS, 0.35)


@lru_cache(maxsize=256)
def _arpeggio(pitches: tuple[int, ...], semitones: int, frames: int) -> Wave:
    climb = (*pitches, pitches[0] + 12)
    hz = [
        pitch_hz(climb[frame // ARPEGGIO_FRAMES % len(climb)] + semitones)
        for frame in range(frames)
    ]
    return pulse(hz, [max(0.9 - 0.03 * frame, 0.25) for frame in range(frames)], 0.5)


def _bass(notes: Iterable[ScoreNote], beat: float, semitones: int) -> Iterator[Sound]:
    for note in notes:
        wave = _low(note.pitch + semitones, _frames(0.9 * note.beats * beat))
        yield Sound(note.beat * beat, wave, BASS, 0.0)


@lru_cache(maxsize=256)
def _low(pitch: int, frames: int) -> Wave:
    return triangle([pitch_hz(pitch)] * frames, [1.0] * frames)


def _roots(spans: list[tuple[ScoreChord, float]]) -> Iterator[ScoreNote]:
    """A bass for a score that has none: the roots in eighths, every second one an octave up."""
    for chord, end in spans:
        root = LOWEST_BASS + (chord.pitch_classes[0] - LOWEST_BASS) % 12
        for number in range(int(2 * (end - chord.beat))):
            yield ScoreNote(chord.beat + number / 2, 0.5, root + 12 * (number % 2))


def _beat(score: Score) -> Iterator[ScoreStroke]:
    """Drums for a score that has none."""
    for number in range(int(score.beats)):
        on = number % score.beats_per_bar % 2 == 0
        yield ScoreStroke(float(number), "kick" if on else "snare")
        yield ScoreStroke(number + 0.5, "hat", 0.5)


def _drums(strokes: Iterable[ScoreStroke], beat: float) -> Iterator[Sound]:
    for stroke in strokes:
        wave = _struck(stroke.drum)
        yield Sound(stroke.beat * beat, wave, DRUMS * (0.4 + 0.6 * stroke.velocity), 0.0)


@lru_cache(maxsize=16)
def _struck(drum: str) -> Wave:
    """A drum by its name; whatever is no kick, snare or tom is a hat."""
    if drum == "kick":
        low = triangle([190, 130, 90, 65, 50, 45], [1, 1, 1, 1, 0.8, 0.4])
        click = noise(12, [0.5, 0.2, 0, 0, 0, 0])
        return np.asarray(1.5 * low + 0.5 * click, np.float32)
    if drum in ("snare", "clap", "rim"):
        body = triangle([230, 180, 150, 140] + [140] * 6, [0.8, 0.5, 0.2] + [0] * 7)
        return np.asarray(noise(4, [0.7 - 0.07 * at for at in range(10)]) + 0.7 * body, np.float32)
    if drum.startswith("tom"):
        return triangle([220, 190, 165, 145, 130, 115], [1, 0.9, 0.8, 0.6, 0.4, 0.2])
    long_ = drum in ("open-hat", "crash", "ride")
    return noise(2, [0.5 * 0.8**at for at in range(16)] if long_ else [0.5, 0.3, 0.1])


def _frames(seconds: float) -> int:
    return max(2, round(seconds * FRAMES_PER_SECOND))
