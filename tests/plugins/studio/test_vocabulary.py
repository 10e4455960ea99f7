"""Every term of the vocabulary is heard: its own measure tells a spec with it from one without."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations

import numpy as np
import pytest
from scipy import signal

from clearmix import Audio
from clearmix.vocabulary import TermKind, terms
from clearmix_sound.measuring import centroid_hz, width
from clearmix_sound.mixing import at_level
from clearmix_studio.chain import Chain, Excerpt, Stage
from clearmix_studio.palette import eras, styles
from clearmix_studio.shaping import (
    EFFECTS,
    MOODS,
    WORKING_LEVEL_DB,
    Desk,
    energy_stages,
    era_stages,
)

from .conftest import RATE

SECONDS = 8.0
BEAT = 0.5
DESK = Desk([tuple(np.arange(bar, bar + 2.1, BEAT)) for bar in np.arange(0, 8, 2.0)], BEAT, 1)

Measure = Callable[[Audio], float]


def noise_and_tone() -> Audio:
    """Wide noise with a tone in the middle: what bands, width and colour are measured on."""
    random = np.random.default_rng(4)
    wide = random.standard_normal((2, round(SECONDS * RATE))) * 0.05
    time = np.arange(wide.shape[1]) / RATE
    return Audio((wide + 0.1 * np.sin(2 * np.pi * 330 * time)).astype(np.float32), RATE)


def bursts() -> Audio:
    """A short burst on every second beat and silence between: what tails are measured on."""
    out = np.zeros((2, round(SECONDS * RATE)), np.float32)
    burst = np.random.default_rng(5).standard_normal(800) * np.hanning(800)
    for at in np.arange(0, SECONDS - 0.5, 4 * BEAT):
        place = round(at * RATE)
        out[:, place : place + 800] += burst.astype(np.float32)
    return at_level(Audio(out, RATE), WORKING_LEVEL_DB)


def tone() -> Audio:
    """A pure tone: what distortion and swaying pitch are measured on."""
    time = np.arange(round(SECONDS * RATE)) / RATE
    wave = (0.14 * np.sin(2 * np.pi * 1000 * time)).astype(np.float32)
    return Audio(np.stack([wave, wave]), RATE)


def under(stages: list[Stage], audio: Audio) -> Audio:
    chain = Chain(stages)
    chain.tune([Excerpt(audio, 0.0)])
    return chain(audio, 0.0)


def band_db(low_hz: float, high_hz: float) -> Measure:
    """Level of a band against the whole."""

    def measure(audio: Audio) -> float:
        power = np.abs(np.fft.rfft(audio.samples, axis=1)) ** 2
        hz = np.fft.rfftfreq(audio.frames, 1 / RATE)
        inside = power[:, (hz >= low_hz) & (hz < high_hz)].sum()
        return float(10 * np.log10(inside / power.sum() + 1e-12))

    return measure


def tail_db(start: float, end: float) -> Measure:
    """Level between two moments after each burst, against the burst."""

    def measure(audio: Audio) -> float:
        levels = []
        for at in np.arange(0, SECONDS - 2.5, 4 * BEAT):
            first = round(at * RATE)
            burst = audio.samples[:, first : first + 1000]
            rest = audio.samples[:, first + round(start * RATE) : first + round(end * RATE)]
            levels.append(np.mean(rest**2) / max(float(np.mean(burst**2)), 1e-12))
        return float(10 * np.log10(np.mean(levels) + 1e-9))

    return measure


def beside_db(audio: Audio) -> float:
    """What lies within 60 Hz beside the tone, but not in it: swaying pitch."""
    power = np.abs(np.fft.rfft(audio.samples[0] * np.hanning(audio.frames))) ** 2
    hz = np.fft.rfftfreq(audio.frames, 1 / RATE)
    near = (np.abs(hz - 1000) < 60) & (np.abs(hz - 1000) > 0.4)
    return float(10 * np.log10(power[near].sum() / power.sum() + 1e-12))


def harmonics_db(audio: Audio) -> float:
    """The third harmonic and those above against the tone: saturation."""
    power = np.abs(np.fft.rfft(audio.samples[0] * np.hanning(audio.frames))) ** 2
    hz = np.fft.rfftfreq(audio.frames, 1 / RATE)
    return float(10 * np.log10(power[hz > 2900].sum() / power.sum() + 1e-12))


def balance_swing(audio: Audio) -> float:
    """How far the level wanders between the sides."""
    rows = (audio.samples.reshape(2, -1, RATE // 4) ** 2).mean(axis=2)
    return float(np.ptp(10 * np.log10((rows[0] + 1e-12) / (rows[1] + 1e-12))))


def dips(audio: Audio) -> float:
    """Level between beats over that just after them, in dB."""
    at = np.arange(1, SECONDS - 1, BEAT)
    power = (audio.samples**2).mean(axis=0)
    on = np.mean([power[round(beat * RATE) :][:2000].mean() for beat in at])
    off = np.mean([power[round((beat + 0.4) * RATE) :][:2000].mean() for beat in at])
    return float(10 * np.log10(off / on))


def repeats(audio: Audio) -> float:
    """Likeness of the first and the third sixteenth of the last beat of every fourth bar."""
    one = audio.samples[0, round(7.5 * RATE) : round(7.61 * RATE)]
    other = audio.samples[0, round(7.75 * RATE) : round(7.86 * RATE)]
    return float(np.corrcoef(one, other)[0, 1])


def comb(audio: Audio) -> float:
    """How much noise is like itself 0.25 to 6 ms later, in the best of some moments."""
    found = []
    for at in range(RATE, 7 * RATE, RATE // 8):
        piece = signal.lfilter([1, -1], 1, audio.samples[0, at : at + RATE // 50])
        spectrum = np.abs(np.fft.rfft(piece, 1 << 11)) ** 2
        likeness = np.fft.irfft(spectrum)
        found.append(float(np.abs(likeness[11:265]).max() / likeness[0]))
    return float(np.median(found))


OWN: Mapping[str, tuple[Callable[[], Audio], Measure, float]] = {
    "reverb": (bursts, tail_db(0.5, 1.5), 10),
    "echo": (bursts, tail_db(0.36, 0.42), 10),
    "vinyl": (bursts, tail_db(1.5, 1.9), 5),
    "telephone": (noise_and_tone, band_db(4000, 20000), -15),
    "8d": (noise_and_tone, balance_swing, 6),
    "slowed-reverb": (bursts, tail_db(0.5, 1.5), 10),
    "nightcore": (noise_and_tone, band_db(6000, 20000), 1),
    "gated-reverb": (bursts, tail_db(0.05, 0.25), 10),
    "sidechain": (noise_and_tone, dips, 3),
    "distortion": (tone, harmonics_db, 15),
    "chorus-effect": (tone, beside_db, 10),
    "flanger": (noise_and_tone, comb, 0.04),
    "phaser": (noise_and_tone, comb, 0.04),
    "tape": (tone, beside_db, 10),
    "bitcrush": (tone, harmonics_db, 15),
    "bass-boost": (noise_and_tone, band_db(20, 110), 4),
    "low-pass": (noise_and_tone, band_db(3000, 20000), -12),
    "stutter": (noise_and_tone, repeats, 0.5),
    "wide": (noise_and_tone, width, 0.1),
    "warm": (noise_and_tone, band_db(6000, 20000), -1.5),
    "bright": (noise_and_tone, band_db(6000, 20000), 1.5),
    "dark": (noise_and_tone, band_db(5000, 20000), -1.5),
    "dreamy": (bursts, tail_db(0.5, 1.5), 10),
    "epic": (bursts, tail_db(0.5, 1.5), 10),
    "happy": (noise_and_tone, band_db(6000, 20000), 0.5),
    "sad": (noise_and_tone, band_db(6000, 20000), -1),
    "calm": (noise_and_tone, band_db(9000, 20000), -1.5),
    "aggressive": (tone, harmonics_db, 15),
    "romantic": (bursts, tail_db(0.3, 0.9), 10),
    "nostalgic": (tone, beside_db, 10),
    "playful": (noise_and_tone, width, 0.05),
}
"""For each term the sound that shows it, its own measure, and how far it must move at least."""


def test_every_effect_and_mood_has_a_measure_of_its_own() -> None:
    assert set(OWN) == set(terms(TermKind.EFFECT)) | set(terms(TermKind.MOOD))


@pytest.mark.parametrize("term", sorted(OWN))
def test_every_effect_and_mood_moves_its_own_measure(term: str) -> None:
    sound, measure, least = OWN[term]
    plain = sound()
    made = under(list({**EFFECTS, **MOODS}[term](DESK)), plain)
    moved = measure(made) - measure(plain)
    assert moved * np.sign(least) >= abs(least), f"{term}: {moved:.2f} where {least} was due"


@pytest.mark.parametrize("energy", [-0.8, -0.3, 0.4, 0.9])
def test_energy_moves_brightness_its_way(energy: float) -> None:
    plain = noise_and_tone()
    moved = centroid_hz(under(energy_stages(energy), plain)) - centroid_hz(plain)
    assert moved * np.sign(energy) > 100


def era_measures(era: str) -> np.ndarray:
    """Lowest and highest octave against the middle, width, tail, harmonics, surface noise."""
    stages = era_stages(eras()[era], DESK, added=False)
    wide = under(stages, noise_and_tone())
    short = under(stages, bursts())
    middle = band_db(800, 1600)(wide)
    return np.array(
        [
            band_db(25, 90)(wide) - middle,
            band_db(9000, 16000)(wide) - middle,
            20 * width(wide),
            0.5 * tail_db(0.15, 0.3)(short),
            0.5 * tail_db(1.5, 1.9)(short),
            0.5 * harmonics_db(under(stages, tone())),
        ]
    )


def test_every_decade_is_told_from_every_other_by_its_sound() -> None:
    heard = {era: era_measures(era) for era in terms(TermKind.ERA)}
    for one, other in combinations(heard, 2):
        apart = np.abs(heard[one] - heard[other]).max()
        assert apart > 0.8, f"{one} and {other} sound alike: {apart:.2f}"


def style_measures(id: str) -> dict[str, object]:
    """What a listener could name: who plays, where the strokes fall, how it swings."""
    style = styles()[id]
    return {
        "kit": style.kit if style.drums else None,
        "kick": style.drums.get("kick"),
        "backbeat": tuple(style.drums.get(drum) for drum in ("snare", "clap", "rim")),
        "tops": tuple(sorted(set(style.drums) - {"kick", "snare", "clap", "rim"})),
        "bass": (style.bass_instrument, style.bass),
        "chords": (style.harmony_instrument, style.harmony, style.harmony_mode),
        "swing": round(style.swing, 1),
        "room": (style.effects, style.song_high_cut_hz, style.duck),
        "tempo": tuple(terms(TermKind.STYLE)[id].meaning.get("tempo_bpm", ())),  # type: ignore[arg-type]
    }


def test_every_style_differs_from_every_other_in_three_things_at_least() -> None:
    assert set(styles()) == set(terms(TermKind.STYLE))
    for one, other in combinations(styles(), 2):
        first, second = style_measures(one), style_measures(other)
        differ = [name for name in first if first[name] != second[name]]
        assert len(differ) >= 3, f"{one} and {other} differ in {differ} only"
