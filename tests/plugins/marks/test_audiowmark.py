"""The wrapper around the audiowmark program, with the real program."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from clearmix import Audio, Disclosure, Settings, SignalLabeler, joined
from clearmix.audio import read_audio, write_wav
from clearmix.errors import MarkError
from clearmix_marks.audiowmark import Audiowmark, program

from .conftest import played

PROGRAM = os.environ.get("AUDIOWMARK") or shutil.which("audiowmark")

needs_program = pytest.mark.skipif(
    PROGRAM is None, reason="needs the program audiowmark: AUDIOWMARK=$(.ci/audiowmark.sh FOLDER)"
)


@pytest.fixture
def labeler(settings: Settings) -> Audiowmark:
    return Audiowmark(settings, PROGRAM or "audiowmark")


@needs_program
def test_a_render_id_is_read_back_from_the_sound(
    labeler: Audiowmark, disclosure: Disclosure
) -> None:
    sound = played(20.0)
    marked = joined(labeler.mark(sound.blocks(), disclosure))
    assert (marked.rate, marked.samples.shape) == (sound.rate, sound.samples.shape)
    added = marked.samples - sound.samples
    ratio = 10 * np.log10(np.mean(sound.samples**2) / np.mean(added**2))
    assert ratio > 25
    reading = labeler.read(marked)
    assert reading is not None
    assert (reading.labeler, reading.render_id) == ("audiowmark", disclosure.render_id)


@needs_program
def test_unmarked_sound_and_another_key_name_nothing(
    labeler: Audiowmark, disclosure: Disclosure, tmp_path: Path
) -> None:
    sound = played(20.0)
    marked = joined(labeler.mark(sound.blocks(), disclosure))
    assert labeler.read(sound) is None
    home = Settings(home=tmp_path / "other", database_url="", store="")
    other = Audiowmark(home, PROGRAM or "")
    assert other.read(marked) is None
    joined(other.mark(sound.blocks(), disclosure))  # now it has a key of its own
    assert other.read(marked) is None


@needs_program
def test_silence_names_nothing(labeler: Audiowmark, disclosure: Disclosure) -> None:
    silence = Audio.silence(seconds=12, rate=44100)
    marked = joined(labeler.mark(silence.blocks(), disclosure))
    assert labeler.read(marked) is None


def write_stream(folder: Path, sound: Audio) -> Path:
    """The playlist of that sound as HLS: MPEG-TS segments of 10 s, AAC."""
    import av

    folder.mkdir()
    playlist = folder / "playlist.m3u8"
    options = {
        "hls_time": "10",
        "hls_list_size": "0",
        "hls_segment_filename": str(folder / "part%02d.ts"),
    }
    with av.open(str(playlist), "w", format="hls", options=options) as target:
        stream = target.add_stream("aac", rate=sound.rate, layout="stereo")
        stream.bit_rate = 192_000
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound.samples), format="fltp", layout="stereo"
        )
        frame.sample_rate, frame.pts = sound.rate, 0
        target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return playlist


@needs_program
def test_every_listener_gets_a_stream_with_an_id_of_its_own(
    labeler: Audiowmark, tmp_path: Path
) -> None:
    sound = played(30.0)
    master = tmp_path / "master.wav"
    write_wav(master, sound)
    playlist = write_stream(tmp_path / "segments", sound)
    prepared = tmp_path / "prepared"
    try:
        labeler.prepare_stream(playlist.parent, prepared, playlist.name, master)
    except MarkError as error:
        assert "--with-ffmpeg" in error.help
        pytest.skip("needs an audiowmark that was built with FFmpeg's libraries")
    segments = sorted(prepared.glob("*.ts"))
    assert len(segments) == 3
    for stream_id in ("00000000000000aa", "00000000000000bb"):
        heard = tmp_path / f"{stream_id}.ts"
        for segment in segments:
            labeler.mark_segment(segment, tmp_path / "one.ts", stream_id)
            with heard.open("ab") as whole:
                whole.write((tmp_path / "one.ts").read_bytes())
        reading = labeler.read(read_audio(heard))
        assert reading is not None
        assert (reading.render_id, reading.fields["stream_id"]) == (None, stream_id)


@needs_program
def test_a_segment_that_was_not_prepared_is_refused(labeler: Audiowmark, tmp_path: Path) -> None:
    playlist = write_stream(tmp_path / "segments", played(4.0))
    with pytest.raises(MarkError, match=r"exit code|cannot mark HLS segments"):
        labeler.mark_segment(playlist.parent / "part00.ts", tmp_path / "out.ts", "00000000000000aa")


@needs_program
def test_it_is_a_signal_labeler(labeler: Audiowmark) -> None:
    assert isinstance(labeler, SignalLabeler)


def test_a_named_program_that_is_not_there_is_an_error_with_a_remedy() -> None:
    with pytest.raises(MarkError, match="`/nowhere/audiowmark` cannot be run") as caught:
        program({"AUDIOWMARK": "/nowhere/audiowmark"})
    assert "install audiowmark" in caught.value.help
    assert caught.value.place == "AUDIOWMARK"


def test_a_program_that_fails_is_named_with_its_last_words(
    settings: Settings, disclosure: Disclosure, tmp_path: Path
) -> None:
    failing = tmp_path / "audiowmark"
    failing.write_text("#!/bin/sh\necho 'no such luck' >&2\nexit 3\n")
    failing.chmod(0o755)
    labeler = Audiowmark(settings, str(failing))
    with pytest.raises(MarkError, match=r"exit code 3: no such luck"):
        list(labeler.mark(played(2.0).blocks(), disclosure))


def test_a_wrong_render_id_is_refused(settings: Settings, disclosure: Disclosure) -> None:
    from dataclasses import replace

    labeler = Audiowmark(settings, "audiowmark")
    with pytest.raises(MarkError, match="a render id of `xyz`"):
        list(labeler.mark(played(2.0).blocks(), replace(disclosure, render_id="xyz")))
