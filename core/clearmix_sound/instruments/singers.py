"""Voices by formants: a glottal wave through the resonances of a mouth that forms vowels.

Formant frequencies, bandwidths and levels are those of the tenor in the tables of the Csound manual
(appendix "Formant Values", after Bennett and Rodet), moved up for a smaller head.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from scipy import signal

from clearmix_sound.instruments.events import Note
from clearmix_sound.instruments.tones import (
    SHAPES,
    Tone,
    Wave,
    band_pass,
    held,
    high_pass,
    oscillate,
)

Formants = tuple[tuple[float, float, float], ...]
"""Frequency in hertz, bandwidth in hertz, level in decibels of each resonance."""

VOWELS: Mapping[str, Formants] = MappingProxyType({
    "a": ((650, 80, 0), (1080, 90, -6), (2650, 120, -7), (2900, 130, -8), (3250, 140, -22)),
    "e": ((400, 70, 0), (1700, 80, -14), (2600, 100, -12), (3200, 120, -14), (3580, 120, -20)),
    "i": ((290, 40, 0), (1870, 90, -15), (2800, 100, -18), (3250, 120, -20), (3540, 120, -30)),
    "o": ((400, 70, 0), (800, 80, -10), (2600, 100, -12), (2800, 130, -12), (3000, 135, -26)),
    "u": ((350, 40, 0), (600, 60, -20), (2700, 100, -17), (2900, 120, -14), (3300, 120, -26)),
    "m": ((250, 60, 0), (1100, 200, -26), (2100, 200, -30), (2900, 200, -34), (3300, 200, -40)),
})  # fmt: skip

SYLLABLES = ("na", "-o", "la", "me", "-u", "da", "mo", "-a", "li", "no", "-e", "ha")
"""What the wordless singer sings: an onset (`-` for none) and a vowel."""

CONTROL_SECONDS = 0.002
"""How often pitch and loudness of the singer are set; between, they are straight lines."""

EVEN_LEVEL = 0.33
"""Level of an open vowel at a middling pitch, which the others are brought near to."""

WIDER = 1.7
"""Formants are widened so that the tone stays even when few harmonics meet them."""


def evenness(hz: float, vowel: str, size: float, rate: int) -> float:
    """The gain that makes a vowel at a pitch as loud as any other.

    Where harmonics miss the formants a tone is faint; a singer adjusts, and so does this, by most
    of what the formants' response to the source's harmonics says.
    """
    order: Wave = np.arange(1.0, max(2.0, 0.4 * rate / hz))
    angle = np.exp(-2j * np.pi * order * hz / rate)
    response = np.zeros(order.size, complex)
    for number, (formant_hz, width_hz, level_db) in enumerate(VOWELS[vowel]):
        radius = np.exp(-np.pi * width_hz * WIDER / rate)
        turn = np.cos(2 * np.pi * formant_hz * size / rate)
        gain = (1 - radius) * (-1) ** number * 10 ** (level_db / 20)
        response += gain * (1 - angle**2) / (1 - 2 * radius * turn * angle + (radius * angle) ** 2)
    level = np.sqrt((np.abs(response * SHAPES["glottis"](order)) ** 2).sum())
    return float((EVEN_LEVEL / level) ** 0.8)


def mouth(source: Wave, vowel: str, size: float, rate: int) -> Wave:
    """The source through a vowel's formants in parallel; `size` above 1 is a smaller head."""
    out = np.zeros_like(source)
    for number, (hz, width_hz, level_db) in enumerate(VOWELS[vowel]):
        radius = np.exp(-np.pi * width_hz * WIDER / rate)
        angle = 2 * np.pi * hz * size / rate
        gain = (1 - radius) * (-1) ** number * 10 ** (level_db / 20)
        out += signal.lfilter(
            [gain, 0, -gain], [1.0, -2 * radius * np.cos(angle), radius * radius], source
        )
    return out


def choir_voice(tone: Tone) -> Wave:
    """Five singers of one part on their way to a common vowel, before the mouth."""
    t = tone.times(0.4)
    sides = np.zeros((2, t.size))
    for place in np.linspace(0.08, 0.92, 5):
        singer = Tone(tone.hz * 2 ** (tone.rng.normal(0, 7) / 1200), tone.seconds, tone.velocity,
                      tone.rate, tone.rng)  # fmt: skip
        wave = singer.wavering("glottis", t, 22, tone.rng.uniform(4.7, 5.9), 0.15)
        sides += np.array([[np.cos(place * np.pi / 2)], [np.sin(place * np.pi / 2)]]) * wave
    breath = band_pass(tone.rng.standard_normal((2, t.size)), 1500, 7000, tone.rate, 1)
    return (sides + 0.12 * breath) * held(t, tone.seconds, attack=0.13, release=0.38)


def doo_voice(tone: Tone) -> Wave:
    """Three singers who touch a note and let it fade, before the mouth."""
    t = tone.times(0.25)
    sides = np.zeros((2, t.size))
    for place in (0.2, 0.5, 0.8):
        singer = Tone(tone.hz * 2 ** (tone.rng.normal(0, 4) / 1200), tone.seconds, tone.velocity,
                      tone.rate, tone.rng)  # fmt: skip
        wave = singer.wavering("glottis", t, 12, tone.rng.uniform(4.7, 5.9), 0.25)
        sides += np.array([[np.cos(place * np.pi / 2)], [np.sin(place * np.pi / 2)]]) * wave
    return sides * held(t, tone.seconds, attack=0.03, release=0.2, fall=1.6, floor=0.3)


def doo_mouth(sound: Wave, rate: int, start: int) -> Wave:
    """Rounded lips: "doo"."""
    return mouth(sound, "u", 1.08, rate) + 0.6 * mouth(sound, "o", 1.05, rate)


def choir_mouth(sound: Wave, rate: int, start: int) -> Wave:
    """The whole choir on "ah" with some "oo" behind it."""
    return mouth(sound, "a", 1.06, rate) + 0.5 * mouth(sound, "u", 1.1, rate)


def sing(notes: Sequence[Note], *, frames: int, rate: int, seed: int) -> Wave:
    """A solo singer's line, of shape (2, frames): legato, glides, vibrato, changing syllables.

    Notes that overlap are given to a second singer, and so on.
    """
    out = np.zeros((2, frames))
    for number, line in enumerate(_lines(notes)):
        rng = np.random.default_rng([seed, 0x5106, number])
        voice = _sung(line, frames, rate, rng)
        pan = (0.0, -0.35, 0.35, -0.6, 0.6)[number % 5]
        angle = (pan + 1) * np.pi / 4
        out += np.sqrt(2) * np.array([[np.cos(angle)], [np.sin(angle)]]) * voice
    return out


def _lines(notes: Sequence[Note]) -> list[list[Note]]:
    lines: list[list[Note]] = []
    for note in sorted(notes, key=lambda note: (note.seconds, -note.pitch)):
        for line in lines:
            if line[-1].seconds + line[-1].duration_seconds <= note.seconds + 0.04:
                line.append(note)
                break
        else:
            lines.append([note])
    return lines


def _sung(line: Sequence[Note], frames: int, rate: int, rng: np.random.Generator) -> Wave:
    starts = np.array([note.seconds for note in line])
    ends = np.minimum(
        starts + [note.duration_seconds for note in line], np.append(starts[1:], np.inf)
    )
    joined = np.append(False, starts[1:] - ends[:-1] < 0.06)
    syllables = [SYLLABLES[(index + int(rng.integers(3))) % len(SYLLABLES)]
                 for index in range(len(line))]  # fmt: skip
    slow = np.arange(0, frames / rate + CONTROL_SECONDS, CONTROL_SECONDS)
    pitch = _pitch(line, starts, joined, slow.size, rng)
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
        source = (source + 0.035 * breath) * np.interp(now, slow, loud)
        source += 0.5 * breath * np.interp(now, slow, airy)
        middle_hz = float(np.interp(times[1] + 0.05, slow, hz))
        source *= np.interp(now, times, gains) * evenness(middle_hz, vowel, 1.13, rate)
        out[first:last] += mouth(source, vowel, 1.13, rate)
    return out


def _pitch(
    line: Sequence[Note], starts: Wave, joined: Wave, count: int, rng: np.random.Generator
) -> Wave:
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
        depth[first:last] = 0.32 if note.duration_seconds > 0.38 else 0.06
    slow = np.exp(-1 / (0.022 * rate))
    start = np.array([slow * steps[0]])
    for _ in range(2):  # two one-poles make an S-shaped glide
        steps = signal.lfilter([1 - slow], [1, -slow], steps, zi=start)[0]
    slower = np.exp(-1 / (0.15 * rate))
    wander = signal.lfilter([1 - slower], [1, -slower], rng.standard_normal(count))
    t = np.arange(count) / rate
    vibrato = depth * np.clip((since - 0.2) / 0.35, 0, 1) * np.sin(2 * np.pi * 5.3 * t + wander)
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
