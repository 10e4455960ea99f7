"""What the analyzer says as a whole, of good input and of bad."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from known_music import clicks, drum_solo, free_time, talk, wind

from clearmix.audio import Audio
from clearmix_sound.analysis import NO_STEADY_BEAT, STEADY_CONFIDENCE


@pytest.mark.parametrize("sound", [talk, free_time, drum_solo, wind])
def test_what_has_no_beat_gets_none_and_the_listener_is_told(analysed, sound):
    found = analysed(sound(rate=22050, seed=21))
    assert found.tempo_bpm is None
    assert found.tempo_confidence < STEADY_CONFIDENCE
    assert (found.beats, found.downbeats, found.constant_tempo) == ((), (), False)
    assert NO_STEADY_BEAT in found.notes


def test_speech_has_no_key_to_rely_on(analysed):
    assert analysed(talk(rate=22050, seed=23)).key_confidence < 0.2


@pytest.mark.parametrize("seed", [21, 11, 12])
def test_drums_have_no_key_to_rely_on_though_toms_are_tuned(analysed, seed):
    assert analysed(drum_solo(rate=22050, seed=seed)).key_confidence < 0.03


def test_a_band_keeps_its_sure_key(band, analysed):
    assert analysed(band("rock").audio).key_confidence > 0.5


def test_silence_says_that_it_is_silent(analysed):
    found = analysed(Audio.silence(seconds=3, rate=44100))
    assert found.notes == ("this recording is silent",)
    assert (found.key, found.tempo_bpm, found.loudness_lufs) == (None, None, -70.0)
    assert found.loudness_curve == (-70.0, -70.0, -70.0)


def spoiled(samples: np.ndarray, how: str) -> Audio:
    rate = 22050
    match how:
        case "mono":
            return Audio(samples[:1], rate)
        case "clipped":
            return Audio(np.clip(20 * samples, -1, 1), rate)
        case "shifted":
            return Audio(samples + np.float32(0.4), rate)
        case "faded in":
            fade = np.clip(np.arange(samples.shape[1]) / (15 * rate), 0, 1).astype(np.float32)
            return Audio(samples * fade, rate)
        case "telephone":
            return Audio(samples, rate).resampled(8000)
        case _:
            return Audio(samples[:, : 20 * rate], rate).resampled(192_000)


@pytest.mark.parametrize(
    "how", ["mono", "clipped", "shifted", "faded in", "telephone", "studio rate"]
)
def test_spoiled_sound_keeps_its_tempo_and_its_beats(band, analysed, how):
    known = band("rock")
    found = analysed(spoiled(known.audio.samples, how))
    assert found.tempo_bpm == pytest.approx(known.tempo_bpm, rel=0.001)
    first = min(abs(beat - known.beats[8]) for beat in found.beats)
    assert first < 0.02


@pytest.mark.parametrize("seconds", [0.5, 1.0, 3.0, 5.0])
def test_a_few_seconds_are_no_error_and_curves_have_a_value_each_second(band, analysed, seconds):
    known = band("rock")
    short = Audio(known.audio.samples[:, : round(seconds * 22050)], 22050)
    found = analysed(short)
    count = max(1, round(seconds))
    assert (
        len(found.onset_density) == len(found.vocal_presence) == len(found.loudness_curve) == count
    )
    assert found.sections[0].end_seconds == pytest.approx(seconds, abs=0.001)


def test_a_few_seconds_are_said_to_be_little_to_go_by(band, analysed):
    known = band("rock")
    short = Audio(known.audio.samples[:, : 8 * 22050], 22050)
    assert "8 seconds are little to go by; tempo and key may be wrong" in analysed(short).notes
    assert not any("seconds" in said for said in analysed(known.audio).notes)


def test_loudness_follows_the_level(analysed):
    beat = clicks(120, 20, rate=22050).samples
    louder = np.concatenate([0.1 * beat, beat], axis=1)
    curve = analysed(Audio(louder, 22050)).loudness_curve
    assert np.mean(curve[25:35]) - np.mean(curve[5:15]) == pytest.approx(20, abs=0.5)


@pytest.mark.parametrize("tempo_bpm", [60, 120])
def test_onsets_are_counted_by_the_second(analysed, tempo_bpm):
    density = analysed(clicks(tempo_bpm, 20, rate=22050)).onset_density
    assert np.mean(density[2:18]) == pytest.approx(tempo_bpm / 60, abs=0.1)


def test_the_same_sound_gives_the_same_analysis(band, analysed):
    audio = band("rock").audio
    assert analysed(Audio(audio.samples, audio.rate)) == analysed(audio)


def test_progress_grows_to_the_end(band):
    from clearmix_sound.analysis import SoundAnalyzer

    told: list[float] = []
    SoundAnalyzer().analyze(band("rock").audio, lambda part, said: told.append(part))
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_no_compiler_is_in_the_path_of_a_first_analysis():
    script = (
        "import sys\n"
        "import numpy as np\n"
        "from clearmix.audio import Audio\n"
        "from clearmix_sound.analysis import SoundAnalyzer\n"
        "noise = np.random.default_rng(0).standard_normal((1, 22050 * 4)).astype(np.float32)\n"
        "SoundAnalyzer().analyze(Audio(noise, 22050), lambda part, said: None)\n"
        "print([name for name in ('numba', 'librosa') if name in sys.modules])\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
