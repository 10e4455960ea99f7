"""A solo singer: a line of notes becomes legato on changing vowels, with glides and vibrato."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import signal

from clearmix_sound.instruments.events import Note
from clearmix_sound.instruments.tones import Wave, high_pass, oscillate
from clearmix_sound.instruments.vowels import evenness, mouth

CONTROL_SECONDS = 0.002
"""How often pitch and loudness of the singer are set; between, they are straight lines."""

HEAD_SIZE = 1.13
"""How far the formants lie above a tenor's: a smaller head, a voice between the sexes."""

TURNING_SECONDS = 0.022
"""How lazily pitch follows: it comes twice as late, so that a slide begins so much earlier."""

NEAR_SEMITONES = 4
"""Widest step that a singer slides over; a leap is reached at once."""

LEGATO_SECONDS = 0.12
"""How long a note may last into the next one of the same singer; longer, two sing."""

RING_SECONDS = 1.0
"""What is made after the last note, so that a voice ends by itself."""


@dataclass(frozen=True)
class Manner:
    """How a singer sings a line; nobody's voice, and no words.

    `syllables` take turns, an onset (`-` for none) and a vowel each; `again` is sung where a joined
    note repeats the pitch before it, which a vowel alone would not part. Vibrato of `sway`
    semitones sets in `still_seconds` after a note's start, within `grow_seconds`, where the note is
    longer than `short_seconds`. A step to a near note is a slide of `slide_seconds` about the
    note's start. `breath` is the noise in the tone.
    """

    syllables: Sequence[str]
    again: str = ""
    sway: float = 0.32
    still_seconds: float = 0.2
    grow_seconds: float = 0.35
    short_seconds: float = 0.38
    slide_seconds: float = 0.0
    breath: float = 0.035


SYLLABIC = Manner(("na", "-o", "la", "me", "-u", "da", "mo", "-a", "li", "no", "-e", "ha"))
"""A song's singer: every note has its syllable."""

VOCALISE = Manner(
    ("mo", "-o", "-u", "-a", "-o", "-u"), again="nu", sway=0.26, still_seconds=0.4,
    grow_seconds=0.5, short_seconds=0.65, slide_seconds=0.13, breath=0.06,
)  # fmt: skip
"""A voice as an instrument: hums into dark vowels, slides, sways late, with air in the tone."""


def sing(notes: Sequence[Note], manner: Manner, *, rate: int, seed: int) -> Wave:
    """A solo singer's line to its end, of shape (2, frames): legato, glides, vibrato, vowels.

    Notes that overlap are given to a second singer, and so on.
    """
    ends = max((note.seconds + note.duration_seconds for note in notes), default=-RING_SECONDS)
    out = np.zeros((2, round((ends + RING_SECONDS) * rate)))
    for number, line in enumerate(_lines(notes)):
        rng = np.random.default_rng([seed, 0x5106, number])
        voice = _sung(line, manner, out.shape[1], rate, rng)
        pan = (0.0, -0.35, 0.35, -0.6, 0.6)[number % 5]
        angle = (pan + 1) * np.pi / 4
        out += np.sqrt(2) * np.array([[np.cos(angle)], [np.sin(angle)]]) * voice
    return out


def _lines(notes: Sequence[Note]) -> list[list[Note]]:
    lines: list[list[Note]] = []
    for note in sorted(notes, key=lambda note: (note.seconds, -note.pitch)):
        for line in lines:
            if line[-1].seconds + line[-1].duration_seconds <= note.seconds + LEGATO_SECONDS:
                line.append(note)
                break
        else:
            lines.append([note])
    return lines


def _sung(
    line: Sequence[Note], manner: Manner, frames: int, rate: int, rng: np.random.Generator
) -> Wave:
    starts = np.array([note.seconds for note in line])
    ends = np.minimum(
        starts + [note.duration_seconds for note in line], np.append(starts[1:], np.inf)
    )
    joined = np.append(False, starts[1:] - ends[:-1] < 0.06)
    syllables = _syllables(line, joined, manner, rng)
    slow = np.arange(0, frames / rate + CONTROL_SECONDS, CONTROL_SECONDS)
    pitch = _pitch(line, starts, joined, manner, slow.size, rng)
    hz = 440 * 2 ** ((pitch - 69) / 12)
    turns = np.cumsum(hz) * CONTROL_SECONDS
    loud = _loudness(line, starts, ends, joined, syllables, slow)
    airy = _aspiration(starts, syllables, slow)
    out = np.zeros(frames)
    pieces = _formed(starts, ends, syllables)
    for vowel, times, gains in pieces:
        first, last = (round(at * rate) for at in (times[0], times[-1] + 0.05))
        first, last = max(0, first), min(frames, last)
        if last <= first:
            continue
        now = np.arange(first, last) / rate
        source = oscillate("glottis", np.interp(now, slow, turns), hz.max(), rate)
        breath = high_pass(rng.standard_normal(now.size), 900, rate, 1)
        source = (source + manner.breath * breath) * np.interp(now, slow, loud)
        source += 0.5 * breath * np.interp(now, slow, airy)
        middle_hz = float(np.interp(times[1] + 0.05, slow, hz))
        source *= np.interp(now, times, gains) * evenness(middle_hz, vowel, HEAD_SIZE, rate)
        out[first:last] += mouth(source, vowel, HEAD_SIZE, rate)
    return out


def _syllables(
    line: Sequence[Note], joined: Wave, manner: Manner, rng: np.random.Generator
) -> list[str]:
    """What is sung on each note."""
    count = len(manner.syllables)
    taken = [manner.syllables[(index + int(rng.integers(3))) % count] for index in range(len(line))]
    for index in range(1, len(line)):
        if manner.again and joined[index] and line[index].pitch == line[index - 1].pitch:
            taken[index] = manner.again
    return taken


def _pitch(
    line: Sequence[Note], starts: Wave, joined: Wave, manner: Manner, count: int,
    rng: np.random.Generator,
) -> Wave:  # fmt: skip
    """Pitch in semitones at the control rate: steps made into glides, scoops, vibrato, wander."""
    rate = 1 / CONTROL_SECONDS
    steps = np.full(count, float(line[0].pitch))
    since = np.zeros(count)
    depth = np.zeros(count)
    edges = np.append(np.round(starts * rate).astype(int), count)
    for index, note in enumerate(line):
        first, last = edges[index], edges[index + 1]
        if not joined[index]:
            steps[max(0, first - round(0.09 * rate)) : first] = note.pitch - 0.9
        steps[first:last] = note.pitch
        since[first:last] = np.arange(max(0, last - first)) / rate
        depth[first:last] = manner.sway if note.duration_seconds > manner.short_seconds else 0.06
        step = abs(note.pitch - line[index - 1].pitch)
        if joined[index] and 0 < step <= NEAR_SEMITONES:
            middle = max(edges[index - 1], first - round(2 * TURNING_SECONDS * rate))
            reach = min(round(manner.slide_seconds / 2 * rate), middle - edges[index - 1])
            slide = slice(middle - reach, middle + reach)
            steps[slide] = np.linspace(line[index - 1].pitch, note.pitch, 2 * reach)
            steps[middle + reach : first] = note.pitch
    slow = np.exp(-1 / (TURNING_SECONDS * rate))
    start = np.array([slow * steps[0]])
    for _ in range(2):  # two one-poles make an S-shaped glide
        steps = signal.lfilter([1 - slow], [1, -slow], steps, zi=start)[0]
    slower = np.exp(-1 / (0.15 * rate))
    wander = signal.lfilter([1 - slower], [1, -slower], rng.standard_normal(count))
    t = np.arange(count) / rate
    vibrato = depth * np.clip((since - manner.still_seconds) / manner.grow_seconds, 0, 1)
    vibrato *= np.sin(2 * np.pi * 5.3 * t + wander)
    out: Wave = steps + vibrato + 0.1 * wander
    return out


def _loudness(
    line: Sequence[Note], starts: Wave, ends: Wave, joined: Wave, syllables: Sequence[str],
    slow: Wave,
) -> Wave:  # fmt: skip
    """The singer's loudness at the control rate: phrases swell, syllables part the notes."""
    times: list[float] = [-1.0]
    levels: list[float] = [0.0]
    for index, note in enumerate(line):
        level = note.velocity**1.3
        start, end = starts[index], ends[index]
        dip = {"-": 0.8, "n": 0.45, "m": 0.4, "l": 0.55, "d": 0.08, "h": 0.15}[syllables[index][0]]
        goes_on = index + 1 < len(line) and joined[index + 1]
        rise = min(0.05, 0.4 * (end - start))
        times += [start - 0.012, start + rise, max(start + rise, end - 0.07)]
        levels += [level * dip if joined[index] else 0.0, level, level * 0.86]
        if not goes_on:
            times.append(end + 0.05)
            levels.append(0.0)
    curve = np.interp(slow, np.maximum.accumulate(np.array(times)), levels, right=0.0)
    soft = np.exp(-CONTROL_SECONDS / 0.006)
    out: Wave = signal.lfilter([1 - soft], [1, -soft], curve)
    return out


def _aspiration(starts: Wave, syllables: Sequence[str], slow: Wave) -> Wave:
    """Breath before an `h`, a burst on a `d`."""
    out = np.zeros_like(slow)
    for start, syllable in zip(starts, syllables, strict=True):
        gain = {"h": 0.5, "d": 0.25}.get(syllable[0], 0.0)
        near = np.abs(slow - start - 0.005) < 0.035
        out[near] += gain * np.cos(np.pi * (slow[near] - start - 0.005) / 0.07) ** 2
    return out


def _formed(
    starts: Wave, ends: Wave, syllables: Sequence[str]
) -> Iterator[tuple[str, Sequence[float], Sequence[float]]]:
    """Each vowel with the moments and gains of its cross-fade into the next one."""
    for index, (start, syllable) in enumerate(zip(starts, syllables, strict=True)):
        hums = syllable[0] in "mn"
        if hums:
            yield "m", (start - 0.05, start - 0.03, start + 0.012, start + 0.055), (0, 1, 1, 0)
        opens = (start + 0.012, start + 0.055) if hums else (start - 0.05, start + 0.03)
        following = starts[index + 1] if index + 1 < len(starts) else np.inf
        if following > ends[index] + 0.2:
            closes = (ends[index] + 0.1, ends[index] + 0.15)
        elif syllables[index + 1][0] in "mn":
            closes = (following - 0.05, following - 0.03)
        else:
            closes = (following - 0.05, following + 0.03)
        middle = max(opens[1], closes[0])
        yield syllable[1], (*opens, middle, max(middle, closes[1])), (0, 1, 1, 0)
