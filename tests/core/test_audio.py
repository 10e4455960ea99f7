from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix.audio import (
    Audio,
    decode_to_wav,
    joined,
    read_audio,
    read_wav,
    require_sound,
    write_wav,
)
from clearmix.errors import AudioError


def sine(seconds: float = 1.0, rate: int = 44100, channels: int = 2) -> Audio:
    wave = np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate) * 0.5
    return Audio(np.repeat(wave[None, :], channels, axis=0).astype(np.float32), rate)


def encode(path: Path, audio: Audio, codec: str) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=audio.rate, layout="stereo")
        frame = av.AudioFrame.from_ndarray(audio.samples, format="fltp", layout="stereo")
        frame.rate = audio.rate
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout="stereo", rate=audio.rate,
            frame_size=stream.codec_context.frame_size or 1024,
        )  # fmt: skip
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.wav", "pcm_s16le", 44100),
        ("a.flac", "flac", 44100),
        ("a.mp3", "libmp3lame", 44100),
        ("a.m4a", "aac", 44100),
        ("a.opus", "libopus", 48000),
    ],
)
def test_every_common_format_is_read(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    audio = read_audio(encode(tmp_path / name, sine(rate=rate), codec))
    assert audio.rate == rate
    assert audio.channels == 2
    assert audio.seconds == pytest.approx(1.0, abs=0.08)
    middle = audio.samples[0, rate // 4 : rate // 2]
    assert np.sqrt((middle**2).mean()) == pytest.approx(0.354, abs=0.03)


def test_wav_keeps_every_sample(tmp_path: Path) -> None:
    audio = sine(0.1)
    write_wav(tmp_path / "a.wav", audio)
    assert np.array_equal(read_wav(tmp_path / "a.wav").samples, audio.samples)
    assert np.array_equal(read_audio(tmp_path / "a.wav").samples, audio.samples)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "the file is empty"), (b"this is no audio at all" * 50, "no sound that can be read")],
)
def test_a_file_that_is_no_audio_is_named_with_a_remedy(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "broken.mp3"
    path.write_bytes(content)
    with pytest.raises(AudioError) as caught:
        read_audio(path)
    assert caught.value.message == message, "and not in the decoder's words"
    assert caught.value.help
    assert caught.value.place == str(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="no file at"):
        read_audio(tmp_path / "absent.wav")


@pytest.mark.parametrize(
    ("format", "subtype"),
    [("FLAC", "PCM_16"), ("FLAC", "PCM_24"), ("WAV", "PCM_16"), ("WAV", "PCM_24"),
     ("WAV", "PCM_U8"), ("WAV", "FLOAT"), ("OGG", "VORBIS")],
)  # fmt: skip
def test_what_is_decoded_to_wav_is_what_is_read(tmp_path: Path, format: str, subtype: str) -> None:
    noise = np.random.default_rng(1).uniform(-1, 1, (5_000, 2))
    soundfile.write(tmp_path / "a", noise, 48_000, format=format, subtype=subtype)
    decode_to_wav(tmp_path / "a", tmp_path / "b.wav")

    found, expected = read_wav(tmp_path / "b.wav"), read_audio(tmp_path / "a")
    assert found.rate == expected.rate
    assert np.array_equal(found.samples, expected.samples)
    assert soundfile.info(tmp_path / "b.wav").subtype == (
        subtype if subtype in ("PCM_16", "PCM_24") else "FLOAT"
    )


def test_of_a_damaged_file_what_can_be_read_is_decoded(tmp_path: Path) -> None:
    whole = tmp_path / "whole.flac"
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, (200_000, 2))
    soundfile.write(whole, noise, 44_100, subtype="PCM_16")
    cut = tmp_path / "cut.flac"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    decode_to_wav(cut, tmp_path / "cut.wav")

    expected = read_audio(cut)
    assert 50_000 < expected.frames < 150_000
    assert np.array_equal(read_wav(tmp_path / "cut.wav").samples, expected.samples)
    (tmp_path / "text").write_text("no sound")
    for wrong in ("text", "missing"):
        with pytest.raises(AudioError):
            decode_to_wav(tmp_path / wrong, tmp_path / "none.wav")
    assert not (tmp_path / "none.wav").exists()


def test_a_file_over_the_limit_is_refused_while_reading(tmp_path: Path) -> None:
    write_wav(tmp_path / "long.wav", sine(3.0))
    with pytest.raises(AudioError, match="longer than 0 minutes"):
        read_audio(tmp_path / "long.wav", longest_seconds=2.0)


def test_silence_is_refused_and_quiet_music_is_not(tmp_path: Path) -> None:
    with pytest.raises(AudioError) as caught:
        require_sound(Audio.silence(seconds=1, rate=44100), place="a.wav")
    assert caught.value.message == "the recording is silent"
    quiet = Audio(sine().samples * np.float32(0.01), 44100)
    assert require_sound(quiet, place="a.wav") is quiet


def test_samples_that_are_not_numbers_are_refused(tmp_path: Path) -> None:
    samples = sine(0.1).samples.copy()
    samples[0, 5] = np.nan
    write_wav(tmp_path / "nan.wav", Audio(samples, 44100))
    with pytest.raises(AudioError, match="not numbers"):
        read_audio(tmp_path / "nan.wav")


def test_samples_of_another_shape_or_type_are_refused() -> None:
    with pytest.raises(AudioError, match="of shape"):
        Audio(np.zeros(10, np.float32), 44100)
    with pytest.raises(AudioError, match="float64"):
        Audio(np.zeros((2, 10)), 44100)  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(frames=st.integers(1, 5000), seconds=st.floats(0.001, 0.2))
def test_blocks_joined_are_the_whole(frames: int, seconds: float) -> None:
    samples = np.random.default_rng(frames).standard_normal((2, frames)).astype(np.float32)
    audio = Audio(samples, 8000)
    assert np.array_equal(joined(audio.blocks(seconds)).samples, samples)


def test_resampling_keeps_length_and_pitch() -> None:
    audio = sine(1.0, rate=48000).resampled(44100)
    assert audio.rate == 44100
    assert audio.seconds == pytest.approx(1.0, abs=1e-3)
    spectrum = np.abs(np.fft.rfft(audio.samples[0]))
    assert np.argmax(spectrum) * audio.rate / audio.frames == pytest.approx(440, abs=1.5)


def test_mono_becomes_stereo_and_wider_keeps_its_front_pair() -> None:
    assert sine(channels=1).as_stereo().samples.shape[0] == 2
    assert sine(channels=6).as_stereo().samples.shape[0] == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.mp3", b"no sound either"),
        ("broken.bin", b"ID3\x04\x00\x00\x00\x00\x0f\x76" + bytes(4000)),
        ("broken.dat", b"\xff\xfb\x90\x00" + bytes(20)),
    ],
)
def test_a_broken_mp3_writes_nothing_to_standard_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AudioError):
        read_audio(tmp_path / name)
    assert capfd.readouterr().err == ""


def test_what_ffmpeg_cannot_open_is_read_by_libsndfile(tmp_path: Path) -> None:
    path = tmp_path / "song.mat"
    rng = np.random.default_rng(1)
    samples = rng.uniform(-0.5, 0.5, (4410, 2)).astype(np.float32)
    soundfile.write(path, samples, 44100, format="MAT5", subtype="FLOAT")
    with pytest.raises(av.error.FFmpegError):
        av.open(str(path))
    assert np.array_equal(read_audio(path).samples, samples.T)
    with pytest.raises(AudioError, match="longer than"):
        read_audio(path, longest_seconds=0.05)


LISTS = {
    "list.wav": "ffconcat version 1.0\nfile song.wav\n",
    "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nsong.wav\n#EXT-X-ENDLIST\n",
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_leads_to_another_file_is_no_sound(
    tmp_path: Path, song: Path, name: str
) -> None:
    (tmp_path / "song.wav").write_bytes(song.read_bytes())
    (tmp_path / name).write_text(LISTS[name])

    with pytest.raises(AudioError, match="no sound that can be read"):
        read_audio(tmp_path / name)
