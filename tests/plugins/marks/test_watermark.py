from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from scipy import signal

from clearmix import Audio, Disclosure, Settings, SignalLabeler
from clearmix.audio import joined, read_audio
from clearmix.errors import MarkError
from clearmix_marks.detection import Detector
from clearmix_marks.watermark import ClearmixMark

from .conftest import played

RENDER_ID = "0123456789abcdef"


def part(audio: Audio, start_seconds: float, seconds: float) -> Audio:
    first = round(start_seconds * audio.rate)
    last = first + round(seconds * audio.rate)
    return Audio(np.ascontiguousarray(audio.samples[:, first:last]), audio.rate)


def encoded(audio: Audio, path: Path, codec: str, bit_rate: int) -> Audio:
    import av

    audio = audio.resampled(48000 if codec == "libopus" else audio.rate)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=audio.rate, layout="stereo")
        stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(audio.samples), format="fltp", layout="stereo"
        )
        frame.sample_rate = audio.rate
        frame.pts = 0
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout="stereo", rate=stream.codec_context.rate
        )
        fifo = av.AudioFifo()
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            fifo.write(piece)
        size = stream.codec_context.frame_size or 1152
        while piece := fifo.read(size, partial=True):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return read_audio(path)


@pytest.fixture(scope="module")
def labeler(shared_settings: Settings) -> ClearmixMark:
    return ClearmixMark(shared_settings)


@pytest.fixture(scope="module")
def marked(labeler: ClearmixMark, music: Audio, disclosure: Disclosure) -> Audio:
    return joined(labeler.mark([music], disclosure))


def test_it_is_a_signal_labeler(labeler: ClearmixMark) -> None:
    assert isinstance(labeler, SignalLabeler)
    assert labeler.layer == "signal"


def test_a_mark_reads_back(labeler: ClearmixMark, marked: Audio) -> None:
    reading = labeler.read(marked)
    assert reading is not None
    assert (reading.labeler, reading.render_id) == ("clearmix-mark", RENDER_ID)
    assert reading.confidence > 0.999


@pytest.mark.parametrize(
    ("codec", "suffix", "bit_rate"),
    [("aac", "m4a", 128_000), ("libmp3lame", "mp3", 128_000), ("libopus", "opus", 96_000)],
)
def test_ten_seconds_read_back_after_an_encoder(
    labeler: ClearmixMark, marked: Audio, tmp_path: Path, codec: str, suffix: str, bit_rate: int
) -> None:
    heard = encoded(marked, tmp_path / f"sound.{suffix}", codec, bit_rate)
    reading = labeler.read(part(heard, 1.3, 10.0))
    assert reading is not None
    assert reading.render_id == RENDER_ID


def test_bright_sound_gets_a_weaker_mark(labeler: ClearmixMark, disclosure: Disclosure) -> None:
    noise = np.random.default_rng(4).standard_normal((2, 5 * 44100))
    band = signal.butter(6, (1000, 8000), "bandpass", fs=44100, output="sos")
    bright = Audio(np.float32(0.2) * signal.sosfilt(band, noise).astype(np.float32), 44100)
    made = joined(labeler.mark([bright], disclosure))
    added = np.square(made.samples - bright.samples).sum()
    assert 28.0 < 10 * np.log10(np.square(bright.samples).sum() / added) < 30.0


@examples(max_examples=12, deadline=None)
@given(sizes=st.lists(st.integers(0, 90_000), min_size=1, max_size=12).filter(any))
def test_any_blocks_give_the_same_sound(
    labeler: ClearmixMark, music: Audio, marked: Audio, disclosure: Disclosure, sizes: list[int]
) -> None:
    blocks, at, turn = [], 0, 0
    while at < music.frames:
        size = max(sizes[turn % len(sizes)], 0)
        blocks.append(Audio(music.samples[:, at : at + size], music.rate))
        at, turn = at + size, turn + 1
    assert np.array_equal(joined(labeler.mark(blocks, disclosure)).samples, marked.samples)


def test_blocks_come_out_before_the_last_one_is_in(
    labeler: ClearmixMark, music: Audio, disclosure: Disclosure
) -> None:
    taken = 0

    def counted():
        nonlocal taken
        for block in music.blocks(1.0):
            taken += 1
            yield block

    next(iter(labeler.mark(counted(), disclosure)))
    assert taken <= 3


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 48000, 96000, 192000])
def test_another_rate_keeps_its_frames_and_reads_back(
    labeler: ClearmixMark, music: Audio, disclosure: Disclosure, rate: int
) -> None:
    other = music.resampled(rate)
    made = joined(labeler.mark([other], disclosure))
    assert (made.rate, made.samples.shape) == (rate, other.samples.shape)
    reading = labeler.read(made)
    assert reading is not None
    assert reading.render_id == RENDER_ID


def test_one_channel_reads_back(
    labeler: ClearmixMark, music: Audio, disclosure: Disclosure
) -> None:
    mono = Audio(music.samples[:1].copy(), music.rate)
    made = joined(labeler.mark([mono], disclosure))
    assert made.channels == 1
    assert labeler.read(made) is not None


def test_five_seconds_read_back(labeler: ClearmixMark, marked: Audio) -> None:
    for start_seconds in (0.3, 3.77, 6.1):
        reading = labeler.read(part(marked, start_seconds, 5.0))
        assert reading is not None
        assert reading.render_id == RENDER_ID


def test_sound_with_the_same_on_either_side_reads_back(
    labeler: ClearmixMark, music: Audio, disclosure: Disclosure
) -> None:
    twice = Audio(np.repeat(music.samples[:1], 2, axis=0), music.rate)
    assert labeler.read(joined(labeler.mark([twice], disclosure))) is not None


def test_more_than_two_channels_read_back(
    labeler: ClearmixMark, music: Audio, disclosure: Disclosure
) -> None:
    wide = Audio(np.concatenate([music.samples, music.samples[:1] * np.float32(0.5)]), music.rate)
    made = joined(labeler.mark([wide], disclosure))
    assert made.channels == 3
    assert labeler.read(made) is not None


def test_sound_under_noise_reads_back(labeler: ClearmixMark, marked: Audio) -> None:
    noise = np.random.default_rng(3).standard_normal(marked.samples.shape).astype(np.float32)
    loudness = np.sqrt(np.square(marked.samples).mean())
    heard = Audio(marked.samples + np.float32(0.1) * loudness * noise, marked.rate)
    assert labeler.read(heard) is not None


def test_a_mono_sum_reads_back(labeler: ClearmixMark, marked: Audio) -> None:
    assert labeler.read(Audio(marked.mono()[None], marked.rate)) is not None


def test_faster_sound_reads_back(labeler: ClearmixMark, marked: Audio) -> None:
    faster = soxr.resample(marked.samples.T, marked.rate * 1.03, marked.rate).T
    reading = labeler.read(Audio(np.ascontiguousarray(faster, dtype=np.float32), marked.rate))
    assert reading is not None
    assert reading.render_id == RENDER_ID


@pytest.mark.parametrize(("tempo", "semitones"), [(1.05, 0), (1, -1)])
def test_stretched_or_transposed_sound_reads_back(
    labeler: ClearmixMark, marked: Audio, tempo: float, semitones: float
) -> None:
    import python_stretch

    stretch = python_stretch.Signalsmith.Stretch()
    stretch.preset(2, marked.rate)
    stretch.setTransposeSemitones(float(semitones))
    stretch.timeFactor = tempo
    heard = np.ascontiguousarray(stretch.process(marked.samples), dtype=np.float32)
    reading = labeler.read(Audio(heard, marked.rate))
    assert reading is not None
    assert reading.render_id == RENDER_ID


def test_quiet_sound_reads_back(
    labeler: ClearmixMark, music: Audio, disclosure: Disclosure
) -> None:
    quiet = Audio(music.samples * np.float32(0.003), music.rate)
    assert labeler.read(joined(labeler.mark([quiet], disclosure))) is not None


def test_a_cut_beginning_and_silence_before_the_music_do_no_harm(
    labeler: ClearmixMark, marked: Audio
) -> None:
    late = np.pad(part(marked, 1.234, 10.5).samples, ((0, 0), (7777, 0)))
    assert labeler.read(Audio(late, marked.rate)) is not None


def test_a_sound_marked_twice_names_both_renders(
    labeler: ClearmixMark, marked: Audio, disclosure: Disclosure
) -> None:
    again = dataclasses.replace(disclosure, render_id="fedcba9876543210")
    reading = labeler.read(joined(labeler.mark([marked], again)))
    assert reading is not None
    assert set(reading.render_ids) == {RENDER_ID, again.render_id}
    assert reading.fields["also"] == reading.render_ids[1]


def test_marks_of_two_services_are_each_read_by_their_own(
    labeler: ClearmixMark, settings: Settings, marked: Audio, disclosure: Disclosure
) -> None:
    other = ClearmixMark(settings)
    theirs = dataclasses.replace(disclosure, render_id="fedcba9876543210")
    both = joined(other.mark([marked], theirs))
    readings = [one.read(both) for one in (labeler, other)]
    assert [one.render_ids if one else () for one in readings] == [
        (RENDER_ID,),
        (theirs.render_id,),
    ]


def test_unmarked_sound_names_nothing(labeler: ClearmixMark, music: Audio, marked: Audio) -> None:
    assert labeler.read(marked) is not None  # the key is there
    assert labeler.read(music) is None


def test_another_key_reads_nothing(
    settings: Settings, marked: Audio, music: Audio, disclosure: Disclosure
) -> None:
    stranger = ClearmixMark(settings, search=False)
    joined(stranger.mark([music], disclosure))
    assert stranger.read(marked) is None


@pytest.mark.full
@pytest.mark.timeout(900)
def test_three_hundred_unmarked_sounds_and_as_many_wrong_keys_name_nothing(marked: Audio) -> None:
    for seed in range(300):
        detector = Detector(seed.to_bytes(32, "big"), search=seed % 10 == 0)
        assert detector.find(played(5.0, seed=1000 + seed).samples) is None
        assert detector.find(part(marked, seed % 7, 5.0).samples) is None


def test_silence_passes_unchanged_and_names_nothing(
    labeler: ClearmixMark, disclosure: Disclosure
) -> None:
    silence = Audio.silence(seconds=3.0, rate=44100)
    made = joined(labeler.mark([silence], disclosure))
    assert np.array_equal(made.samples, silence.samples)
    assert labeler.read(made) is None


@pytest.mark.parametrize("frames", [0, 1, 1023, 5000])
def test_very_short_sound_keeps_its_length_and_names_nothing(
    labeler: ClearmixMark, music: Audio, disclosure: Disclosure, frames: int
) -> None:
    short = Audio(music.samples[:, :frames].copy(), music.rate)
    made = list(labeler.mark([short], disclosure))
    assert sum(block.frames for block in made) == frames
    assert labeler.read(short) is None


def test_no_blocks_give_no_blocks(labeler: ClearmixMark, disclosure: Disclosure) -> None:
    assert list(labeler.mark([], disclosure)) == []


def test_a_render_id_of_another_form_is_named(
    labeler: ClearmixMark, music: Audio, disclosure: Disclosure
) -> None:
    wrong = dataclasses.replace(disclosure, render_id="12 34")
    with pytest.raises(MarkError) as caught:
        list(labeler.mark([music], wrong))
    assert caught.value.message == "a render id of `12 34`"
    assert caught.value.help == "give 16 hexadecimal digits"
    assert caught.value.place == "disclosure.render_id"


def test_samples_that_are_not_numbers_are_refused(
    labeler: ClearmixMark, disclosure: Disclosure
) -> None:
    broken = Audio(np.full((2, 100), np.nan, np.float32), 44100)
    with pytest.raises(MarkError) as caught:
        list(labeler.mark([broken], disclosure))
    assert caught.value.message == "samples that are not numbers"
    assert caught.value.place == "watermark"
    assert labeler.read(broken) is None


def test_blocks_of_two_rates_are_refused(
    labeler: ClearmixMark, music: Audio, disclosure: Disclosure
) -> None:
    other = Audio.silence(seconds=1, rate=48000)
    with pytest.raises(MarkError, match="2 channels at 48000 Hz in a sound of 2 channels at 44100"):
        list(labeler.mark([music, other], disclosure))


def test_registering_loads_nothing_heavy_and_makes_no_key(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nimport clearmix_marks\n"
        "from clearmix import Settings\n"
        f"home = Path({str(tmp_path)!r})\n"
        "made = clearmix_marks.provide_labelers(Settings(home, '', ''))\n"
        "print(sorted(one.id for one in made))\n"
        "assert not list(home.iterdir())\n"
        "assert not {'scipy', 'librosa', 'av', 'gradio', 'ibis'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "['c2pa', 'clearmix-mark', 'tags']"), (
        done.stderr
    )
