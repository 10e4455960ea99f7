"""What MusicGen follows: the score's melody as a plain tone, and not a sample of the master."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from clearmix import Audio, ClearmixError, Score, ScoreChord
from clearmix.music import pitch_class

GUIDE_RATE = 32000
"""Hertz; MusicGen's own rate."""

LEVEL = 0.5
PARTIALS = (1.0, 0.3, 0.1)
"""A tone that leaves no doubt of its pitch class: its overtones are weak."""

REST_BEATS = 1.0
"""A rest longer than that is filled by the root of the chord, so that the harmony goes on."""

FADE_SECONDS = 0.01
ROOT_OCTAVE = 48


@dataclass(frozen=True)
class Tone:
    """One tone of the guide, in beats and as a MIDI number."""

    beat: float
    beats: float
    pitch: float


def guide_of(score: Score, *, tempo_bpm: float, semitones: float, seconds: float) -> Audio:
    """One channel of that length; a score that is shorter begins anew.

    Raises:
        ClearmixError: the score has no melody to follow.
    """
    melody = [Tone(one.beat, one.beats, one.pitch) for one in score.lines.get("melody", ())]
    if not melody or score.beats <= 0:
        raise ClearmixError(
            "the score has no melody that could be followed",
            help="correct it with `clearmix catalogue score`, or choose another generator",
            place=score.title,
        )
    tones = [*melody, *_roots(melody, score)]
    out = np.zeros(round(seconds * GUIDE_RATE))
    beat = 60 / tempo_bpm
    first = 0.0
    while first * beat < seconds:
        for tone in tones:
            _add(out, (first + tone.beat) * beat, tone.beats * beat, tone.pitch + semitones)
        first += score.beats
    peak = float(np.abs(out).max(initial=0.0)) or 1.0
    return Audio((out * (LEVEL / peak)).astype(np.float32)[None], GUIDE_RATE)


def _roots(melody: Sequence[Tone], score: Score) -> Iterable[Tone]:
    """The roots of the chords where the melody rests."""
    busy = sorted((tone.beat, tone.beat + tone.beats) for tone in melody)
    ends = [0.0]
    for _, end in busy:
        ends.append(max(ends[-1], end))
    rests = [
        (end, start)
        for end, (start, _) in zip(ends, [*busy, (score.beats, score.beats)], strict=True)
        if start - end > REST_BEATS
    ]
    last = ScoreChord(score.beats, "")
    for chord, following in pairwise([*score.chords, last]):
        if chord.name[:1] not in tuple("ABCDEFG"):
            continue
        pitch = ROOT_OCTAVE + pitch_class(chord.name[: 2 if chord.name[1:2] in ("#", "b") else 1])
        for start, stop in rests:
            begin, end = max(start, chord.beat), min(stop, following.beat)
            if end > begin:
                yield Tone(begin, end - begin, pitch)


def _add(out: np.ndarray, start: float, seconds: float, pitch: float) -> None:
    place = round(start * GUIDE_RATE)
    lead = max(0, -place)
    frames = min(round(seconds * GUIDE_RATE), out.size - place)
    if frames <= lead:
        return
    time = np.arange(frames) / GUIDE_RATE
    hz = 440 * 2 ** ((pitch - 69) / 12)
    wave = np.sum(
        [gain * np.sin(2 * np.pi * (n + 1) * hz * time) for n, gain in enumerate(PARTIALS)], axis=0
    )
    wave *= np.clip(np.minimum(time, time[-1] - time) / FADE_SECONDS, 0, 1)
    out[max(0, place) : place + frames] += wave[lead:]
