"""Songs whose every note is known because it is made here: tunes over bands, in stems.

Tunes walk through their key in rhythms with repeated notes, rests and leaps; singers sway wide,
scoop and come late; leads are bowed, blown, plucked and struck, high and low.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from known_music import GROOVES, Groove, third_above

from clearmix.audio import Audio
from clearmix.music import PITCH_CLASSES, split_key
from clearmix_sound.instruments import Hit, Note, play_drums, play_notes

RATE = 44100
START_SECONDS = 0.4
BARS = 24
WIDE_SINGER = "wide singer"
"""No instrument of the house: additive, with a vibrato of 80 cents either way and long scoops."""

_RHYTHMS = (
    (0, 1, 2, 3), (0, 1.5, 2, 3), (0, 0.5, 1, 2, 2.5, 3), (0, 2), (1, 1.5, 2, 3.5),
    (0, 0.5, 1, 1.5, 2, 3), (0, 0.75, 1, 2, 2.25, 2.5, 3), (0,),
)  # fmt: skip
"""Where in a bar of four a tune's notes begin."""


@dataclass(frozen=True)
class Tune:
    """Who plays a tune: over what band, around which pitch, how far off the beat in seconds."""

    name: str
    groove: str
    lead: str
    centre: int
    late: float = 0.008
    stem: str = "vocals"
    level: float = 1.0
    tempo_bpm: float | None = None


TUNES = (
    Tune("soprano over rock", "rock", WIDE_SINGER, 74, 0.015),
    Tune("baritone over disco", "disco", WIDE_SINGER, 52, 0.015),
    Tune("alto over a ballad", "piano ballad", WIDE_SINGER, 64, 0.02),
    Tune("singer over bossa", "bossa", "voice-lead", 66),
    Tune("singer over boom bap", "boom bap", "voice-lead", 60, 0.015),
    Tune("flute over strummed guitar", "strummed guitar", "flute", 79, stem="melody"),
    Tune("trumpets over funk", "funk", "brass", 67, stem="melody"),
    Tune("saw over house", "house, off-beat bass", "saw-lead", 72, stem="melody"),
    Tune("guitar over one drop", "one drop", "nylon-guitar", 64, stem="melody"),
    Tune("piano over half-time", "half-time", "piano", 72, stem="melody"),
    Tune("fiddle over a fast waltz", "waltz", "strings", 72, stem="melody"),
    Tune("singer over 6/8", "6/8", "voice-lead", 64),
)  # fmt: skip


@dataclass(frozen=True)
class KnownSong:
    """A song in stems with the truth about it; notes are (start, end, pitch) in seconds."""

    name: str
    stems: Mapping[str, Audio]
    mix: Audio
    tune: Sequence[tuple[float, float, int]]
    bass: Sequence[tuple[float, float, int]]
    hits: Sequence[Hit]
    chords: Sequence[tuple[float, str]]
    key: str
    tempo_bpm: float
    downbeats: Sequence[float]


def known_songs() -> Iterator[KnownSong]:
    """Every tune, played by its band."""
    for number, tune in enumerate(TUNES):
        yield played(tune, seed=number + 1)


def played(tune: Tune, *, seed: int, swing: float | None = None) -> KnownSong:
    """One tune over one groove, which swings as it does or as it is told to."""
    groove = GROOVES[tune.groove]
    if swing is not None:
        groove = replace(groove, swing=swing)
    rng = np.random.default_rng(seed)
    beat = 60 / (tune.tempo_bpm or groove.tempo_bpm)
    size = groove.beats_per_bar
    tonic, mode = split_key(groove.key)
    roots = [groove.roots[bar % len(groove.roots)] for bar in range(BARS)]

    def at(bar: int, place: float) -> float:
        swung = groove.swing if abs(place % 1 - 0.5) < 0.01 else 0.0
        return START_SECONDS + (bar * size + place + swung) * beat

    steps = _line(groove, tune, mode, roots, rng)
    melody = [(at(bar, place), at(bar, place) + 0.92 * beats * beat, pitch)
              for bar, place, beats, pitch in steps]  # fmt: skip
    bass, harmony, hits, chords = [], [], [], []
    for bar, root in enumerate(roots):
        third = third_above(root, mode)
        low = 33 + (tonic + root - 33) % 12
        name = f"{PITCH_CLASSES[(tonic + root) % 12]} {'major' if third == 4 else 'minor'}"
        chords.append((at(bar, 0), name))
        for place, end in zip(groove.bass, [*groove.bass, size][1:], strict=True):
            bass.append((at(bar, place), at(bar, place + 0.9 * (end - place)), low))
        for place, end in zip(groove.comp, [*groove.comp[1:], size], strict=True):
            harmony += [(at(bar, place), at(bar, place + 0.9 * (end - place)),
                         low + 24 + step) for step in (0, third, 7)]  # fmt: skip
        hits += [Hit(at(bar, place), drum, float(rng.uniform(0.6, 0.9)))
                 for drum, places in groove.drums.items() for place in places]  # fmt: skip
    seconds = at(BARS, 0) + 2.0

    def sound(player: str, notes: Sequence[tuple[float, float, int]], late: float) -> Audio:
        loose = [Note(max(0.0, start + float(rng.normal(0, late))), end - start, pitch,
                      float(rng.uniform(0.65, 0.9))) for start, end, pitch in notes]  # fmt: skip
        if player == WIDE_SINGER:
            return Audio(wide_singer(loose, seconds, rng), RATE)
        return Audio(play_notes(player, loose, seconds=seconds, rate=RATE, seed=seed), RATE)

    stems = {tune.stem: _level(sound(tune.lead, melody, tune.late), 0.11 * tune.level)}
    if bass:
        stems["bass"] = _level(sound(groove.bass_sound, bass, 0.003), 0.10)
    if hits:
        kit = play_drums(groove.kit, hits, seconds=seconds, rate=RATE, seed=seed)
        stems["drums"] = _level(Audio(kit, RATE), 0.09)
    stems["harmony"] = _level(sound(groove.harmony, harmony, 0.005), 0.07)
    total = np.sum([stem.samples for stem in stems.values()], axis=0)
    gain = np.float32(0.9 / np.abs(total).max())
    stems = {name: Audio(stem.samples * gain, RATE) for name, stem in stems.items()}
    return KnownSong(
        tune.name, stems, Audio(total * gain, RATE), melody, bass, hits, chords, groove.key,
        60 / beat, [at(bar, 0) for bar in range(BARS)],
    )  # fmt: skip


def _line(
    groove: Groove, tune: Tune, mode: str, roots: Sequence[int], rng: np.random.Generator
) -> list[tuple[int, float, float, int]]:
    """Bar, place, beats and pitch: a walk through the key that meets the chords on downbeats."""
    tonic, _ = split_key(groove.key)
    steps = (0, 2, 4, 5, 7, 9, 11) if mode == "major" else (0, 2, 3, 5, 7, 8, 10)
    scale = [p for p in range(tune.centre - 9, tune.centre + 10) if (p - tonic) % 12 in steps]
    place_in_scale = len(scale) // 2
    out = []
    for bar, root in enumerate(roots):
        if bar % 8 == 7:
            continue  # a breath
        rhythm = [place for place in _RHYTHMS[rng.integers(len(_RHYTHMS))]
                  if place < groove.beats_per_bar]  # fmt: skip
        if groove.beats_per_bar == 2:
            rhythm = [(0, 1 / 3, 2 / 3, 1), (0, 1), (0, 2 / 3, 1, 5 / 3)][rng.integers(3)]
        for index, place in enumerate(rhythm):
            following = [*rhythm[1:], groove.beats_per_bar][index]
            move = int(rng.choice((-3, -2, -1, -1, 0, 0, 1, 1, 2, 4)))
            place_in_scale = int(np.clip(place_in_scale + move, 0, len(scale) - 1))
            if place == 0:
                tones = {(tonic + root + step) % 12 for step in (0, third_above(root, mode), 7)}
                near = sorted(range(len(scale)), key=lambda i: abs(i - place_in_scale))
                place_in_scale = next(i for i in near if scale[i] % 12 in tones)
            out.append((bar, float(place), float(following - place), scale[place_in_scale]))
    return out


def wide_singer(
    notes: Sequence[Note], seconds: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """A voice of 24 partials under two formants, with wide vibrato, scoops and breath."""
    from scipy.ndimage import gaussian_filter1d
    from scipy.signal import lfilter

    frames = round(seconds * RATE)
    slow = np.arange(0, frames, 64) / RATE
    pitch = np.full(slow.size, float(notes[0].pitch))
    loud = np.zeros(slow.size)
    sway = np.zeros(slow.size)
    for note in notes:
        end = note.seconds + note.duration_seconds
        inside = (slow >= note.seconds) & (slow < end)
        since = slow - note.seconds
        pitch[slow >= note.seconds] = note.pitch
        pitch[inside] -= 0.8 * np.exp(-since[inside] / 0.04)
        sway[inside] = 0.8 * np.clip((since[inside] - 0.15) / 0.2, 0, 1)
        loud[inside] = note.velocity * np.clip(since[inside] / 0.03, 0, 1)
    pitch = gaussian_filter1d(pitch, 0.012 * RATE / 64)
    pitch += sway * np.sin(2 * np.pi * 5.8 * slow + rng.uniform(0, 6))
    loud = gaussian_filter1d(loud, 0.010 * RATE / 64)
    now = np.arange(frames) / RATE
    hz = 440 * 2 ** ((np.interp(now, slow, pitch) - 69) / 12)
    phase = 2 * np.pi * np.cumsum(hz) / RATE
    out = np.zeros(frames)
    for partial in range(1, 25):
        at = partial * hz
        shape = 1 / (1 + ((at - 600) / 250) ** 2) + 0.4 / (1 + ((at - 1500) / 300) ** 2) + 0.03
        out += np.where(at < 9000, shape, 0.0) * np.sin(partial * phase)
    breath = lfilter([1, -0.9], [1], rng.standard_normal(frames))
    out = (out + 0.08 * breath) * np.interp(now, slow, loud)
    return np.repeat(out[None], 2, axis=0).astype(np.float32)


def _level(audio: Audio, rms: float) -> Audio:
    own = float(np.sqrt(np.mean(np.square(audio.samples, dtype=np.float64)))) or 1.0
    return Audio(audio.samples * np.float32(rms / own), audio.rate)
