"""The studio on a small song whose tempo, beats and chords are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from clearmix import Analysis, Audio, RemixSpec, Source, SourceRecording, joined, write_wav
from clearmix.vocabulary import TermKind, terms
from clearmix_sound.instruments import DRUMS, INSTRUMENTS, KITS
from clearmix_sound.mixing import level_db
from clearmix_studio.chain import Chain, Excerpt
from clearmix_studio.generator import Studio
from clearmix_studio.palette import eras, styles
from clearmix_studio.shaping import EFFECTS, MOODS, Desk

RATE = 44100
TEMPO_BPM = 120.0
SECONDS = 16.0


def quiet(fraction: float, message: str) -> None:
    """A progress that tells nobody."""


def clicks(tempo_bpm: float, seconds: float) -> np.ndarray:
    out = np.zeros(round(seconds * RATE), np.float32)
    burst = np.random.default_rng(0).standard_normal(1500) * np.exp(-np.arange(1500) / 250)
    for beat in np.arange(0.25, seconds - 0.1, 60 / tempo_bpm):
        at = round(beat * RATE)
        out[at : at + burst.size] += burst * 0.3
    return out


def tone(hz: float, seconds: float, level: float = 0.1) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype("f4")


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> SourceRecording:
    folder = tmp_path_factory.mktemp("song")
    stems = {
        "drums": clicks(TEMPO_BPM, SECONDS),
        "vocals": tone(880, SECONDS),
        "harmony": tone(220, SECONDS) + tone(261.63, SECONDS) + tone(329.63, SECONDS),
    }
    for name, samples in {**stems, "mix": sum(stems.values())}.items():
        write_wav(folder / f"{name}.wav", Audio(np.stack([samples, samples]), RATE))
    beats = tuple(float(beat) for beat in np.arange(0.25, SECONDS - 0.1, 60 / TEMPO_BPM))
    analysis = Analysis(
        "truth", SECONDS, TEMPO_BPM, 1.0, beats, beats[::4], "A minor", 1.0, -14.0, (),
        tuple((beat, "A minor") for beat in beats[::4]),
    )  # fmt: skip
    paths = {part: folder / f"{part}.wav" for part in stems}
    return SourceRecording("song", "Song", ("Ada",), folder / "mix.wav", paths, analysis)


def rendered(song: SourceRecording, **fields) -> Audio:
    spec = RemixSpec.from_json({"sources": ["song"], **fields})
    return joined(Studio().render(spec, Source((song,)), quiet))


def onsets(audio: Audio, low_hz: float = 2000, high_hz: float = 8000) -> np.ndarray:
    """Seconds at which the band rises fast: the attacks of drums."""
    band = signal.sosfiltfilt(
        signal.butter(4, (low_hz, high_hz), "bandpass", fs=RATE, output="sos"), audio.mono()
    )
    envelope = np.abs(band).reshape(-1)[: band.size // 64 * 64].reshape(-1, 64).max(axis=1)
    rise = np.maximum(0, np.diff(envelope, prepend=0))
    peaks, _ = signal.find_peaks(rise, height=rise.max() * 0.3, distance=round(0.15 * RATE / 64))
    return peaks * 64 / RATE


def pitch_hz(audio: Audio, near_hz: float) -> float:
    spectrum = np.abs(np.fft.rfft(audio.mono() * np.hanning(audio.frames)))
    hz = np.fft.rfftfreq(audio.frames, 1 / RATE)
    window = (hz > near_hz * 0.9) & (hz < near_hz * 1.1)
    return float(hz[window][np.argmax(spectrum[window])])


def test_the_same_spec_and_seed_give_the_same_sound(song: SourceRecording) -> None:
    one = rendered(song, styles=["house"], era="1980s", seed=7)
    again = rendered(song, styles=["house"], era="1980s", seed=7)
    assert np.array_equal(one.samples, again.samples)
    other = rendered(song, styles=["house"], era="1980s", seed=8)
    assert not np.array_equal(one.samples, other.samples)


@pytest.mark.parametrize(("tempo", "ratio"), [({"bpm": 132}, 1.1), ({"ratio": 0.8}, 0.8)])
def test_the_tempo_changes_and_the_pitch_stays(
    song: SourceRecording, tempo: dict, ratio: float
) -> None:
    made = rendered(song, kind="edit", tempo=tempo)
    assert made.seconds == pytest.approx(SECONDS / ratio, abs=0.02)
    found = onsets(made)
    gaps = np.diff(found)
    assert np.median(gaps) == pytest.approx(60 / (TEMPO_BPM * ratio), rel=0.005)
    assert pitch_hz(made, 880) == pytest.approx(880, rel=0.006)


def test_the_pitch_changes_and_the_tempo_stays(song: SourceRecording) -> None:
    made = rendered(song, kind="edit", pitch={"key": "C minor"})
    assert made.seconds == pytest.approx(SECONDS, abs=0.01)
    assert pitch_hz(made, 880 * 2 ** (3 / 12)) == pytest.approx(880 * 2 ** (3 / 12), rel=0.006)


def test_added_drums_fall_on_the_beats(song: SourceRecording) -> None:
    """The recording's own clicks are taken out, so that only added drums are heard."""
    parts = [{"part": "drums", "action": "remove"}, {"part": "drums", "action": "add"}]
    made = rendered(song, styles=["house"], tempo={"bpm": 126}, parts=parts)
    truth = np.asarray(song.analysis.beats) * TEMPO_BPM / 126
    found = onsets(made)
    distances = [np.abs(found - beat).min() for beat in truth if beat < made.seconds - 1]
    assert np.mean(np.asarray(distances) < 0.02) >= 0.95


@pytest.mark.parametrize(
    ("part", "hz"), [("vocals", 880.0), ("harmony", 220.0)], ids=["vocals", "harmony"]
)
def test_a_removed_part_is_gone_and_a_kept_one_is_there(
    song: SourceRecording, part: str, hz: float
) -> None:
    def strength(audio: Audio) -> float:
        spectrum = np.abs(np.fft.rfft(audio.mono()))
        return float(spectrum[round(hz * audio.seconds)] / spectrum.max())

    kept = rendered(song, kind="edit", parts=[{"part": part, "action": "keep"}])
    gone = rendered(song, kind="edit", parts=[{"part": part, "action": "remove"}])
    assert strength(kept) > 0.1
    assert strength(gone) < 0.01


def test_a_solo_leaves_only_its_part(song: SourceRecording) -> None:
    made = rendered(song, kind="edit", parts=[{"part": "vocals", "action": "solo"}])
    spectrum = np.abs(np.fft.rfft(made.mono()))
    assert spectrum[round(880 * made.seconds)] > 100 * spectrum[round(220 * made.seconds)]


@pytest.mark.parametrize("seconds", [5.0, 16.0, 37.5])
def test_the_length_is_what_was_asked_for(song: SourceRecording, seconds: float) -> None:
    made = rendered(song, structure={"seconds": seconds})
    assert made.seconds == pytest.approx(seconds, abs=0.001)
    assert np.abs(made.samples[:, -1]).max() < 0.01


def test_a_longer_version_comes_back_without_a_click_and_on_the_beat(
    song: SourceRecording,
) -> None:
    made = rendered(song, kind="edit", structure={"seconds": 30})
    jumps = np.abs(np.diff(made.mono()))
    assert jumps.max() < 4 * np.percentile(jumps, 99.9)
    gaps = np.diff(onsets(made))
    steady = np.abs(gaps / (60 / TEMPO_BPM) - np.round(gaps / (60 / TEMPO_BPM))) < 0.05
    assert steady.mean() > 0.95


def test_energy_makes_it_brighter_or_darker(song: SourceRecording) -> None:
    def centroid(audio: Audio) -> float:
        spectrum = np.abs(np.fft.rfft(audio.mono()))
        return float((spectrum * np.fft.rfftfreq(audio.frames, 1 / RATE)).sum() / spectrum.sum())

    low = centroid(rendered(song, kind="edit", energy=-0.8))
    high = centroid(rendered(song, kind="edit", energy=0.8))
    assert high > 1.2 * low


def test_an_early_decade_is_narrow_in_band_and_picture(song: SourceRecording) -> None:
    old = rendered(song, kind="edit", era="1930s")
    spectrum = np.abs(np.fft.rfft(old.mono())) ** 2
    hz = np.fft.rfftfreq(old.frames, 1 / RATE)
    assert spectrum[hz > 9000].sum() < 1e-3 * spectrum.sum()
    assert np.allclose(old.samples[0], old.samples[1], atol=1e-3)


def test_a_recording_without_a_beat_keeps_its_timing_and_says_so(song: SourceRecording) -> None:
    from dataclasses import replace

    analysis = replace(song.analysis, tempo_bpm=None, beats=(), downbeats=())
    free = replace(song, analysis=analysis)
    spec = RemixSpec.from_json({"styles": ["house"], "tempo": {"bpm": 126}})
    plan = Studio().plan(spec, Source((free,)))
    assert (plan.bars, plan.drums, plan.tracks[0].tempo_ratio) == ((), None, 1.0)
    made = joined(Studio().render(spec, Source((free,)), quiet))
    assert made.seconds == pytest.approx(SECONDS, abs=0.01)
    (said,) = Studio().notes(spec, analysis, frozenset(song.stems))
    assert "no steady beat" in said


def test_parts_without_stems_are_estimates_and_it_says_so(song: SourceRecording) -> None:
    spec = RemixSpec.from_json({"parts": [{"part": "vocals", "action": "remove"}]})
    said = Studio().notes(spec, song.analysis, frozenset())
    assert said == ("no stems: vocals are estimated from the mix",)
    assert Studio().notes(spec, song.analysis, frozenset(song.stems)) == ()


def test_the_level_leaves_headroom_and_nothing_is_silent_or_off_centre(
    song: SourceRecording,
) -> None:
    made = rendered(song, styles=["house"], era="1980s", energy=0.6)
    assert level_db(made) == pytest.approx(-20, abs=1.5)
    assert np.abs(made.samples.mean(axis=1)).max() < 1e-3
    seconds = made.samples[:, : RATE * 15].reshape(2, -1, RATE)
    assert np.abs(seconds).max(axis=(0, 2)).min() > 0.01


def test_every_style_names_drums_kits_and_instruments_that_exist() -> None:
    for style in styles().values():
        assert style.kit in KITS, style.id
        assert set(style.drums) <= set(DRUMS), style.id
        assert style.bass_instrument in INSTRUMENTS, style.id
        assert style.harmony_instrument in INSTRUMENTS, style.id
        assert set(style.effects) <= set(EFFECTS), style.id
        assert all(len(pattern) == 16 for pattern in style.drums.values()), style.id
        assert style.id in terms(TermKind.STYLE), style.id
    assert {era.kit for era in eras().values()} <= set(KITS)
    assert set(eras()) == set(terms(TermKind.ERA))
    assert set(EFFECTS) == set(terms(TermKind.EFFECT))
    assert set(MOODS) == set(terms(TermKind.MOOD))


@pytest.mark.parametrize("effect", sorted(EFFECTS))
def test_every_effect_changes_the_sound_and_keeps_length_and_level(effect: str) -> None:
    noise = np.random.default_rng(3).standard_normal((2, RATE * 2)) * 0.1
    audio = Audio(noise.astype(np.float32), RATE)
    desk = Desk([np.arange(start, start + 2.1, 0.5) for start in np.arange(-6, 4, 2.0)], 0.5, 1)
    chain = Chain(EFFECTS[effect](desk))
    chain.tune([Excerpt(audio, 0.0)])
    made = chain(audio, 0.0)
    assert made.frames == audio.frames
    assert np.isfinite(made.samples).all()
    assert level_db(made) == pytest.approx(level_db(audio), abs=0.1)
    assert not np.allclose(made.samples, audio.samples, atol=1e-3)
