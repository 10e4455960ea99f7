"""What holds for every labeler that ships, whatever it does inside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clearmix import Audio, Disclosure, FileLabeler, Settings, SignalLabeler, joined
from clearmix.errors import MarkError
from clearmix_marks.audiowmark import Audiowmark
from clearmix_marks.content_credentials import ContentCredentials
from clearmix_marks.tags import Tags
from clearmix_marks.watermark import ClearmixMark

from .conftest import played
from .test_audiowmark import PROGRAM, needs_program
from .test_tags import CODECS, write

MUSIC = played(20.0)


@pytest.fixture(params=["clearmix-mark", pytest.param("audiowmark", marks=needs_program)])
def signal(request: pytest.FixtureRequest, shared_settings: Settings) -> SignalLabeler:
    if request.param == "audiowmark":
        return Audiowmark(shared_settings, str(PROGRAM))
    return ClearmixMark(shared_settings)


@pytest.fixture(params=[Tags, ContentCredentials])
def file(request: pytest.FixtureRequest, shared_settings: Settings) -> FileLabeler:
    made: FileLabeler = request.param(shared_settings)
    return made


def test_a_watermark_keeps_the_shape_and_names_its_render(
    signal: SignalLabeler, disclosure: Disclosure
) -> None:
    marked = joined(signal.mark(MUSIC.blocks(), disclosure))
    assert (marked.rate, marked.samples.shape) == (MUSIC.rate, MUSIC.samples.shape)
    assert np.isfinite(marked.samples).all()
    assert not np.array_equal(marked.samples, MUSIC.samples)
    reading = signal.read(marked)
    assert reading is not None
    assert (reading.labeler, reading.render_id) == (signal.id, disclosure.render_id)
    assert 0 < reading.confidence <= 1
    assert signal.read(MUSIC) is None, "unmarked sound names nothing"


def test_a_watermark_is_the_same_each_time(signal: SignalLabeler, disclosure: Disclosure) -> None:
    short = Audio(MUSIC.samples[:, : 4 * MUSIC.rate].copy(), MUSIC.rate)
    once, again = (joined(signal.mark(short.blocks(), disclosure)).samples for _ in range(2))
    assert np.array_equal(once, again)


@pytest.mark.parametrize(
    "sound",
    [
        Audio.silence(seconds=3, rate=44100),
        Audio(MUSIC.samples[:1, : 3 * 44100].copy(), 44100),
        Audio(MUSIC.samples[:, :132300].copy() * np.float32(1e-5), 44100),
        played(3.0, rate=48000),
        played(3.0, rate=22050),
    ],
    ids=["silence", "mono", "far too quiet", "48 kHz", "22 kHz"],
)
def test_a_watermark_leaves_the_shape_of_any_sound(
    signal: SignalLabeler, disclosure: Disclosure, sound: Audio
) -> None:
    try:
        marked = joined(signal.mark(sound.blocks(), disclosure))
    except MarkError as error:
        assert error.help, "what cannot be marked is refused with a remedy"
        return
    assert (marked.rate, marked.samples.shape) == (sound.rate, sound.samples.shape)
    signal.read(marked)


@pytest.mark.parametrize("kind", sorted(CODECS))
def test_a_mark_of_the_file_names_its_render_and_is_written_over_without_a_trace(
    file: FileLabeler, disclosure: Disclosure, tmp_path: Path, kind: str
) -> None:
    from dataclasses import replace

    path = tmp_path / f"song.{kind}"
    write(path, Audio(MUSIC.samples[:, : 2 * MUSIC.rate].copy(), MUSIC.rate))
    assert file.read(path) is None, "an unmarked file names nothing"
    for id in ("00000000000000aa", disclosure.render_id):
        assert file.mark(path, replace(disclosure, render_id=id)) == path
        reading = file.read(path)
        assert reading is not None
        assert (reading.labeler, reading.render_id) == (file.id, id)
        assert 0 < reading.confidence <= 1


@pytest.mark.parametrize("content", [b"", b"no sound", b"ID3\x04", b"fLaC", b"OggS", b"RIFF"])
@pytest.mark.parametrize("suffix", [".m4a", ".mp3", ".flac", ".ogg", ".wav", ".bin"])
def test_what_is_no_sound_carries_no_mark_and_raises_nothing(
    file: FileLabeler, tmp_path: Path, suffix: str, content: bytes
) -> None:
    path = tmp_path / f"odd{suffix}"
    path.write_bytes(content)
    assert file.read(path) is None
