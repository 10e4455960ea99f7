"""Music whose beats, bars, chords and sections are known because it is made here.

Small bands play on the house's own instruments: grooves with swing, syncopation, off-beat bass,
half-time feels, odd meters and tempos that drift, next to sounds that have no beat at all. Their
progressions return to the tonic: a loop such as Am F C G has two keys, and no truth about them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from scipy.signal import lfilter

from clearmix.audio import Audio
from clearmix.music import PITCH_CLASSES, split_key
from clearmix_sound.effects import reverberated
from clearmix_sound.instruments import Hit, Note, play_drums, play_notes

Clock = Callable[[float], float]
"""The moment in seconds at which a beat falls."""


@dataclass(frozen=True)
class Known:
    """Sound and the truth about it; `beats` is empty where there is no steady beat."""

    name: str
    audio: Audio
    tempo_bpm: float | None
    beats_per_bar: int
    beats: tuple[float, ...]
    downbeats: tuple[float, ...]
    key: str | None = None
    chords: tuple[tuple[float, str], ...] = ()
    boundaries: tuple[float, ...] = ()


@dataclass(frozen=True)
class Groove:
    """What a band plays in a bar: for each drum the places of its hits in beats.

    `bass` and `comp` are places where the bass and the harmony are struck, both also where a chord
    begins; a place beyond the bar falls in every second one. `soft` are quieter hits. `swing` moves
    every second eighth later by that share of a beat. Each letter of `form` is a section of eight
    bars: `i` harmony only, `v` everything but soft, `c` everything with a lead, `b` drums only.
    Chords last a bar, or `chord_beats`. A `melody`, if there is one, is played by `lead` in `v` and
    `c` and begins `pickup_beats` early. `balance_db` is of drums, bass and the rest.
    """

    tempo_bpm: float
    drums: Mapping[str, Sequence[float]] = field(default_factory=dict)
    bass: Sequence[float] = (0.0,)
    comp: Sequence[float] = (0.0,)
    beats_per_bar: int = 4
    swing: float = 0.0
    kit: str = "acoustic"
    harmony: str = "electric-piano"
    bass_sound: str = "finger-bass"
    key: str = "A minor"
    roots: Sequence[int] = (0, 8, 10, 0)
    form: str = "vcvc"
    scatter_seconds: float = 0.004
    soft: Mapping[str, Sequence[float]] = field(default_factory=dict)
    chord_beats: float | None = None
    lead: str = "voice-lead"
    melody: Sequence[float] = ()
    pickup_beats: float = 0.0
    balance_db: tuple[float, ...] = (0.0, 0.0, 0.0)
    room_seconds: float = 0.0


_EIGHTHS = tuple(np.arange(8) / 2)
_SIXTEENTHS = tuple(np.arange(16) / 4)
_ROCK = {"kick": (0, 2, 2.5), "snare": (1, 3), "hat": _EIGHTHS}

GROOVES: Mapping[str, Groove] = {
    "rock": Groove(118, _ROCK, _EIGHTHS, (0, 2), harmony="organ", key="E minor"),
    "house, off-beat bass": Groove(
        126, {"kick": (0, 1, 2, 3), "clap": (1, 3), "open-hat": (0.5, 1.5, 2.5, 3.5)},
        (0.5, 1.5, 2.5, 3.5), (0.75, 2.25, 3.5), kit="house-909", bass_sound="synth-bass",
        key="F minor",
    ),
    "techno": Groove(
        134, {"kick": (0, 1, 2, 3), "hat": (0.5, 1.5, 2.5, 3.5), "rim": (0.75, 2.75)},
        (0.25, 0.5, 0.75, 1.25, 1.5, 1.75, 2.25, 2.5, 2.75, 3.25, 3.5, 3.75), (0,),
        kit="house-909", bass_sound="synth-bass", harmony="pad", roots=(0, 0, 0, 8), key="C minor",
    ),
    "half-time": Groove(
        70, {"kick": (0, 0.75, 2.5), "snare": (1, 3), "hat": tuple(np.arange(16) / 4)},
        (0, 2.5), (0,), kit="electro-808", bass_sound="sub-bass", harmony="bell", key="C# minor",
    ),
    "drum and bass": Groove(
        174, {"kick": (0, 2.5), "snare": (1, 3), "hat": _EIGHTHS}, (0, 2.5), (0,),
        bass_sound="sub-bass", harmony="pad", key="D minor",
    ),
    "boom bap": Groove(
        90, {"kick": (0, 1.75, 2.5), "snare": (1, 3), "hat": _EIGHTHS}, (0, 1.75, 2.5), (0, 1.5),
        swing=0.12, key="G minor", bass_sound="upright-bass",
    ),
    "shuffle": Groove(
        124, {"kick": (0, 2), "snare": (1, 3), "ride": _EIGHTHS}, (0, 1, 2, 3), (0.5, 2.5),
        swing=0.167, key="A major", roots=(0, 5, 0, 7), harmony="piano",
    ),
    "swing": Groove(
        168, {"ride": (0, 1, 1.5, 2, 3, 3.5), "hat": (1, 3), "kick": (0,)}, (0, 1, 2, 3),
        (0.5, 1.5), swing=0.167, key="Bb major", roots=(0, 9, 2, 7), harmony="piano",
        bass_sound="upright-bass",
    ),
    "one drop": Groove(
        76, {"kick": (2,), "rim": (2,), "hat": _EIGHTHS}, (0, 0.75, 1.5, 3), (1, 3),
        key="D major", roots=(0, 7, 9, 5), harmony="organ",
    ),
    "reggaeton": Groove(
        95, {"kick": (0, 1, 2, 3), "snare": (0.75, 1.5, 2.75, 3.5), "hat": _EIGHTHS},
        (0, 1.5, 2, 3.5), (0,), kit="electro-808", key="B minor",
    ),
    "bossa": Groove(
        132, {"kick": (0, 1.5, 2, 3.5), "rim": (0, 1.5, 3), "shaker": _EIGHTHS}, (0, 1.5, 2, 3.5),
        (0, 1.5, 2.5), key="F major", roots=(0, 2, 7, 0), harmony="nylon-guitar",
        bass_sound="upright-bass",
    ),
    "disco": Groove(
        112, {"kick": (0, 1, 2, 3), "snare": (1, 3), "open-hat": (0.5, 1.5, 2.5, 3.5),
              "hat": _SIXTEENTHS},
        _EIGHTHS, (0.5, 1.75, 2.5), key="C major", roots=(0, 9, 5, 7), harmony="strings",
    ),
    "funk": Groove(
        104, {"kick": (0, 0.75, 2.25, 2.5), "snare": (1, 3), "hat": _SIXTEENTHS},
        (0, 0.75, 2.25, 3.5), (0.5, 1.25, 2.75), key="E minor", roots=(0, 0, 5, 0),
    ),
    "waltz": Groove(
        150, {"kick": (0,), "hat": (1, 2)}, (0,), (1, 2), beats_per_bar=3, harmony="piano",
        key="G major", roots=(0, 5, 7, 0),
    ),
    "waltz, no drums": Groove(
        162, {}, (0,), (1, 2), beats_per_bar=3, harmony="piano", key="D major",
        roots=(0, 9, 5, 7), bass_sound="upright-bass",
    ),
    "6/8": Groove(
        62, {"kick": (0,), "snare": (1,), "hat": tuple(np.arange(6) / 3)}, (0, 5 / 3),
        tuple(np.arange(6) / 3), beats_per_bar=2, harmony="nylon-guitar", key="E minor",
    ),
    "7/4": Groove(
        172, {"kick": (0, 4), "snare": (2, 5), "hat": tuple(np.arange(7))}, (0, 2, 4, 5.5),
        (0,), beats_per_bar=7, key="B minor",
    ),
    "7/8": Groove(
        216, {"kick": (0, 4), "snare": (2, 6), "hat": tuple(np.arange(7))}, (0, 3, 4), (0, 4),
        beats_per_bar=7, key="D minor",
    ),
    "5/4": Groove(
        170, {"ride": (0, 1, 2, 3, 4), "kick": (0, 3), "snare": (2,)}, (0, 3), (0, 1.5, 3),
        beats_per_bar=5, key="Eb minor", harmony="piano",
    ),
    "pads": Groove(84, {}, (), (0,), harmony="pad", key="Ab major", roots=(0, 5, 9, 7)),
    "strummed guitar": Groove(
        108, {}, (), (0, 1, 1.5, 2.5, 3, 3.5), harmony="nylon-guitar", key="G major",
        roots=(0, 7, 9, 5), scatter_seconds=0.008,
    ),
    "piano ballad": Groove(
        72, {}, (0, 2), _EIGHTHS, harmony="piano", key="C major", roots=(0, 7, 9, 5),
        bass_sound="upright-bass", scatter_seconds=0.008,
    ),
    "blast, 300 bpm": Groove(
        300, {"kick": (0, 1, 2, 3), "snare": (0.5, 1.5, 2.5, 3.5), "crash": (0,)}, (0, 1, 2, 3),
        (0, 2), harmony="saw-lead", key="E minor", form="vcvcvc",
    ),
}  # fmt: skip
"""Twenty-three bands, among them the awkward ones."""


def steady(tempo_bpm: float, start_seconds: float = 0.37) -> Clock:
    """A clock that keeps its tempo."""
    return lambda beat: start_seconds + beat * 60 / tempo_bpm


def drifting(tempo_bpm: float, share: float = 0.025, start_seconds: float = 0.37) -> Clock:
    """A band whose tempo sways by that share, up and down over 48 beats."""
    turn = 2 * np.pi / 48
    return lambda beat: (
        start_seconds + 60 / tempo_bpm * (beat + share / turn * (1 - np.cos(turn * beat)))
    )


def ramping(from_bpm: float, to_bpm: float, beats: int, start_seconds: float = 0.37) -> Clock:
    """A tempo that grows evenly from beat to beat."""
    step = (to_bpm - from_bpm) / beats
    return lambda beat: (
        start_seconds + 60 / step * float(np.log((from_bpm + step * beat) / from_bpm))
    )


def played(
    groove: Groove, *, name: str = "", clock: Clock | None = None, seed: int = 1, rate: int = 44100
) -> Known:
    """A band playing a groove, its chords on the groove's roots."""
    clock = clock or steady(groove.tempo_bpm)
    size, bars = groove.beats_per_bar, 8 * len(groove.form)
    rng = np.random.default_rng(seed)
    tonic, mode = split_key(groove.key)
    hits: list[Hit] = []
    bass: list[Note] = []
    harmony: list[Note] = []
    lead: list[Note] = []
    lasts = groove.chord_beats or size

    def at(beat: float) -> float:
        late = groove.swing if abs(beat % 1 - 0.5) < 0.01 else 0.0
        return clock(beat + late) + float(rng.normal(0, groove.scatter_seconds))

    def chord(beat: float) -> tuple[int, int]:
        root = groove.roots[int(beat / lasts + 1e-6) % len(groove.roots)]
        return (tonic + root) % 12, third_above(root, mode)

    def note(beat: float, beats: float, pitch: int, loud: float) -> Note:
        return Note(at(beat), clock(beat + beats) - clock(beat), pitch, loud)

    for bar in range(bars):
        section, opens = groove.form[bar // 8], bar * size
        loud = 0.85 if section == "c" else 0.6
        if section != "i":
            for drums, level in ((groove.drums, loud), (groove.soft, 0.4 * loud)):
                hits += [
                    Hit(at(opens + place), drum, level * float(rng.uniform(0.85, 1.0)))
                    for drum, places in drums.items()
                    for place in _in_bar(places, bar, size)
                ]
        if section == "b":
            continue
        changes = [place for place in np.arange(0.0, size, lasts) if place]
        if groove.bass and (section != "i" or not groove.drums):
            bass += [
                note(opens + place, 0.9, 36 + chord(opens + place)[0], loud)
                for place in sorted({*_in_bar(groove.bass, bar, size), *changes})
            ]
        strikes = sorted({*_in_bar(groove.comp, bar, size), *changes})
        for place, end in pairwise([*strikes, size]):
            root, third = chord(opens + place)
            harmony += [
                note(opens + place, 0.95 * (end - place), 60 + root + step, 0.8 * loud)
                for step in (0, third, 7)
            ]
        if groove.melody and section in "vc":
            starts = _in_bar(groove.melody, bar, size)
            for place, end in pairwise([*starts, size]):
                root, third = chord(opens + place)
                steps = (0, third, 7, 12) if place % 1 == 0 else (0, 2, third, 5, 7, 9)
                pitch = 60 + root + int(rng.choice(steps))
                lead.append(note(opens + place, 0.9 * (end - place), pitch, 0.9))
        elif section == "c":
            for place in (0.0, size / 2):
                root, third = chord(opens + place)
                pitch = 60 + root + int(rng.choice((0, third, 7)))
                lead.append(note(opens + place, 0.45 * size, pitch, 0.9))
    lead += [note(place, 0.9, 67 + tonic, 0.9) for place in np.arange(-groove.pickup_beats, 0.0)]
    seconds = clock(bars * size) + 1.5
    drums_gain, bass_gain, rest_gain = (10 ** (db / 20) for db in groove.balance_db)
    mix = drums_gain * play_drums(groove.kit, hits, seconds=seconds, rate=rate, seed=seed)
    for instrument, notes, gain in (
        (groove.bass_sound, bass, bass_gain),
        (groove.harmony, harmony, rest_gain),
        (groove.lead, lead, rest_gain),
    ):
        mix = mix + gain * play_notes(instrument, notes, seconds=seconds, rate=rate, seed=seed)
    audio = Audio(np.asarray(0.7 * mix / np.abs(mix).max(), np.float32), rate)
    if groove.room_seconds:
        audio = reverberated(audio, seconds=groove.room_seconds, wet=0.2, seed=seed)
    beats = tuple(clock(beat) for beat in range(bars * size))
    chords = [
        (clock(beat), f"{PITCH_CLASSES[root]} {'major' if third == 4 else 'minor'}")
        for beat in np.arange(0, bars * size, lasts)
        for root, third in [chord(beat)]
    ]
    turns = [i for i in range(1, len(groove.form)) if groove.form[i] != groove.form[i - 1]]
    return Known(
        name, audio, 60 * (len(beats) - 1) / (beats[-1] - beats[0]), size, beats, beats[::size],
        groove.key, _joined(chords), tuple(clock(8 * i * size) for i in turns),
    )  # fmt: skip


def _in_bar(places: Sequence[float], bar: int, size: int) -> list[float]:
    """Places of a pattern of one bar, or two, that fall into a bar."""
    bars = 2 if places and max(places) >= size else 1
    opens = bar % bars * size
    return [place - opens for place in places if opens <= place < opens + size]


def third_above(root: int, mode: str) -> int:
    """Semitones from a chord's root to its third, when it is built from the scale."""
    scale = (0, 2, 4, 5, 7, 9, 11) if mode == "major" else (0, 2, 3, 5, 7, 8, 10)
    return 4 if (root + 4) % 12 in scale else 3


def _joined(chords: Sequence[tuple[float, str]]) -> tuple[tuple[float, str], ...]:
    return tuple(chord for i, chord in enumerate(chords) if i == 0 or chord[1] != chords[i - 1][1])


def clicks(tempo_bpm: float, seconds: float, *, rate: int = 44100, start: float = 0.5) -> Audio:
    """A metronome."""
    burst = np.random.default_rng(0).standard_normal(round(0.03 * rate))
    burst *= 0.5 * np.exp(-np.arange(burst.size) / (0.006 * rate))
    mono = np.zeros(round(seconds * rate))
    for beat in np.arange(start, seconds - 0.05, 60 / tempo_bpm):
        mono[round(beat * rate) : round(beat * rate) + burst.size] += burst
    return Audio(mono.astype(np.float32)[None], rate)


# --- without a beat -----------------------------------------------------------------------------


def talk(seconds: float = 40.0, *, rate: int = 44100, seed: int = 3) -> Audio:
    """Speech-like sound: voiced syllables of uneven length, hisses between some, pauses."""
    rng = np.random.default_rng(seed)
    out = np.zeros(round(seconds * rate))
    at = 0.3
    while at < seconds - 1:
        for _ in range(rng.integers(4, 14)):
            length = float(np.clip(rng.lognormal(np.log(0.17), 0.35), 0.08, 0.45))
            if at + length > seconds - 0.2:
                break
            frames = round(length * rate)
            t = np.arange(frames) / rate
            hz = rng.uniform(95, 150) * np.exp(-0.5 * t)
            buzz = np.sign(np.sin(2 * np.pi * np.cumsum(hz) / rate)) - 0.98
            for formant in (rng.uniform(300, 800), rng.uniform(900, 2200), 2600):
                radius = np.exp(-np.pi * 90 / rate)
                angle = 2 * np.pi * formant / rate
                buzz = lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], buzz)
            start = round(at * rate)
            shape = np.minimum(1, np.minimum(t / 0.03, (length - t) / 0.06))
            out[start : start + frames] += buzz / (np.abs(buzz).max() + 1e-9) * shape
            if rng.random() < 0.4:
                hiss = rng.standard_normal(round(0.07 * rate)) * 0.12
                out[start : start + hiss.size] += np.diff(hiss, prepend=0.0) * np.hanning(hiss.size)
            at += length * rng.uniform(0.9, 1.3)
        at += rng.uniform(0.25, 0.9)
    out += 1e-4 * rng.standard_normal(out.size)
    return Audio((0.4 * out).astype(np.float32)[None], rate)


def free_time(seconds: float = 50.0, *, rate: int = 44100, seed: int = 4) -> Audio:
    """A piano played freely: no two gaps alike."""
    rng = np.random.default_rng(seed)
    notes: list[Note] = []
    at = 0.4
    while at < seconds - 2:
        chord = rng.choice((57, 60, 64, 67, 69, 72, 76), rng.integers(1, 4), replace=False)
        notes += [Note(at, 2.0, int(pitch), float(rng.uniform(0.4, 0.9))) for pitch in chord]
        at += float(np.clip(rng.lognormal(np.log(0.55), 0.6), 0.12, 2.5))
    return Audio(play_notes("piano", notes, seconds=seconds, rate=rate, seed=seed), rate)


def drum_solo(seconds: float = 40.0, *, rate: int = 44100, seed: int = 5) -> Audio:
    """Drums played freely, in flurries."""
    rng = np.random.default_rng(seed)
    drums = ("kick", "snare", "tom-low", "tom-mid", "tom-high", "crash", "hat")
    hits: list[Hit] = []
    at = 0.3
    while at < seconds - 1:
        gap = float(rng.uniform(0.07, 0.22))
        for _ in range(rng.integers(3, 12)):
            hits.append(Hit(at, str(rng.choice(drums)), float(rng.uniform(0.4, 1.0))))
            at += gap * float(rng.lognormal(0, 0.25))
        at += float(rng.uniform(0.05, 0.6))
    return Audio(play_drums("acoustic", hits, seconds=seconds, rate=rate, seed=seed), rate)


def wind(seconds: float = 40.0, *, rate: int = 44100, seed: int = 6) -> Audio:
    """Noise that swells."""
    rng = np.random.default_rng(seed)
    noise = lfilter([0.02], [1, -0.98], rng.standard_normal(round(seconds * rate)))
    swell = np.interp(
        np.arange(noise.size), np.linspace(0, noise.size, 30), rng.uniform(0.2, 1.0, 30)
    )
    return Audio((noise * swell).astype(np.float32)[None], rate)


def in_key_of(groove: Groove, key: str) -> Groove:
    """The same groove in another key of its mode."""
    return replace(groove, key=key)
