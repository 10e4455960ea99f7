from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest

from clearmix import Audio, Disclosure, FileLabeler, Settings
from clearmix.audio import read_audio
from clearmix.errors import MarkError
from clearmix_marks.containers import write_tags
from clearmix_marks.tags import Tags

CODECS = {
    "m4a": ("aac", "fltp"),
    "mp3": ("libmp3lame", "fltp"),
    "flac": ("flac", "s16"),
    "opus": ("libopus", "flt"),
    "ogg": ("libopus", "flt"),
    "wav": ("pcm_s16le", "s16"),
}


def write(path: Path, audio: Audio) -> None:
    import av

    codec, format = CODECS[path.suffix[1:]]
    rate = 48000 if codec == "libopus" else audio.rate
    audio = audio.resampled(rate)
    options = {"movflags": "+faststart"} if path.suffix == ".m4a" else {}
    with av.open(str(path), "w", container_options=options) as container:
        container.metadata["genre"] = "club"
        stream = container.add_stream(codec, rate=rate, layout="stereo")
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(audio.samples), format="fltp", layout="stereo"
        )
        frame.sample_rate = rate
        frame.pts = 0
        fifo = av.AudioFifo()
        for piece in av.AudioResampler(format=format, layout="stereo").resample(frame):
            fifo.write(piece)
        size = stream.codec_context.frame_size or 1152
        while piece := fifo.read(size, partial=True):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))


def packets(path: Path) -> list[tuple[int | None, bytes]]:
    import av

    with av.open(str(path)) as container:
        return [(packet.pts, bytes(packet)) for packet in container.demux(audio=0) if packet.size]


@pytest.fixture
def tags(settings: Settings) -> Tags:
    return Tags(settings)


@pytest.fixture(params=sorted(CODECS))
def file(request: pytest.FixtureRequest, tmp_path: Path, music: Audio) -> Path:
    path = tmp_path / f"render.{request.param}"
    write(path, Audio(music.samples[:, : 2 * music.rate].copy(), music.rate))
    return path


def test_it_is_a_file_labeler(tags: Tags) -> None:
    assert isinstance(tags, FileLabeler)
    assert tags.layer == "file"


def test_every_container_says_what_was_made_from_what(
    tags: Tags, file: Path, disclosure: Disclosure
) -> None:
    before, sound = packets(file), read_audio(file)
    assert tags.read(file) is None
    assert tags.mark(file, disclosure) == file
    reading = tags.read(file)
    assert reading is not None
    assert (reading.labeler, reading.render_id) == ("tags", "0123456789abcdef")
    assert dict(reading.fields) == {
        "CLEARMIX_RENDER_ID": "0123456789abcdef",
        "AI_DISCLOSURE": "AI-made remix of “Greensleeves” by Ada",
        "AI_CONTRIBUTION": "Partly",
        "CONTAINS_AI": "Partly",
        "DIGITAL_SOURCE_TYPE": (
            "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"
        ),
        "SOURCE_ID": "greensleeves; scarborough-fair",
        "SOURCE_TITLE": "Greensleeves; Scarborough Fair",
        "SOURCE_ISRC": "GBAYE0000001",
        "CREDITS": (
            "MainArtist: Ada; MainArtist: Ben; Remixer: studio 1 (AiContribution); "
            "Courtesy of Northlight"
        ),
        "LICENSE": "https://music.example/verify/0123456789abcdef",
        "RIGHTS_DECISION": "ab" * 32,
        "AI_GENERATOR": "studio 1",
        "SERVICE": "Clearmix",
    }
    assert packets(file) == before, "the packets changed"
    assert np.array_equal(read_audio(file).samples, sound.samples)
    assert list(file.parent.iterdir()) == [file]


def test_players_read_title_artist_and_comment(
    tags: Tags, file: Path, disclosure: Disclosure
) -> None:
    import av

    tags.mark(file, disclosure)
    with av.open(str(file)) as container:
        found = {**container.metadata, **container.streams.audio[0].metadata}
    found = {name.lower(): value for name, value in found.items()}
    assert found["title"] == "Grüne Ärmel (80s remix) [AI-made]"
    assert found["artist"] == "Ada; Ben"
    assert found["comment"].startswith("AI-made remix of “Greensleeves” by Ada · Clearmix render")
    assert found["genre"] == "club"


def test_marking_again_replaces_what_was_said(
    tags: Tags, file: Path, disclosure: Disclosure
) -> None:
    tags.mark(file, disclosure)
    before = packets(file)
    tags.mark(file, dataclasses.replace(disclosure, render_id="fedcba9876543210"))
    reading = tags.read(file)
    assert reading is not None
    assert reading.render_id == "fedcba9876543210"
    assert packets(file) == before


def test_a_trained_model_is_named_as_such(
    tags: Tags, tmp_path: Path, music: Audio, disclosure: Disclosure
) -> None:
    path = tmp_path / "render.flac"
    write(path, music)
    tags.mark(path, dataclasses.replace(disclosure, trained_model=True))
    reading = tags.read(path)
    assert reading is not None
    assert reading.fields["DIGITAL_SOURCE_TYPE"].endswith("/compositeWithTrainedAlgorithmicMedia")


def test_an_mp4_file_keeps_its_index_before_the_sound(
    tags: Tags, tmp_path: Path, music: Audio, disclosure: Disclosure
) -> None:
    path = tmp_path / "render.m4a"
    write(path, music)
    tags.mark(path, disclosure)
    file = path.read_bytes()
    assert 0 < file.index(b"moov") < file.index(b"mdat")
    assert file.count(b"com.apple.iTunes") == 13


def test_a_tag_is_no_proof(tags: Tags, file: Path, disclosure: Disclosure) -> None:
    tags.mark(file, disclosure)
    reading = tags.read(file)
    assert reading is not None
    assert reading.confidence == 0.5


@pytest.mark.parametrize("bytes_", [b"", b"no sound at all", os.urandom(4096)])
def test_a_file_without_sound_is_refused_and_left_alone(
    tags: Tags, tmp_path: Path, disclosure: Disclosure, bytes_: bytes
) -> None:
    path = tmp_path / "broken.m4a"
    path.write_bytes(bytes_)
    assert tags.read(path) is None
    with pytest.raises(MarkError) as caught:
        tags.mark(path, disclosure)
    assert caught.value.place == str(path)
    assert caught.value.message.startswith(("the tags cannot be written", "a file of format"))
    assert path.read_bytes() == bytes_
    assert list(tmp_path.iterdir()) == [path]


def test_a_render_id_of_another_form_is_named(
    tags: Tags, tmp_path: Path, disclosure: Disclosure
) -> None:
    with pytest.raises(MarkError) as caught:
        tags.mark(tmp_path / "none.m4a", dataclasses.replace(disclosure, render_id="XYZ"))
    assert caught.value.place == "disclosure.render_id"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("comment", "made with suno; created=2026-01-01"),
        ("CONTAINS_AI", "All"),
        (
            "DIGITAL_SOURCE_TYPE",
            "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        ),
    ],
)
def test_a_disclosure_that_another_service_wrote_is_read_and_names_no_render(
    tags: Tags, tmp_path: Path, music: Audio, name: str, value: str
) -> None:
    path = tmp_path / "other.flac"
    write(path, music)
    write_tags(path, tmp_path / "tagged.flac", {name: value}, {})
    reading = tags.read(tmp_path / "tagged.flac")
    assert reading is not None
    assert (reading.render_id, reading.ai_made) == (None, True)
    assert reading.fields == {name.upper(): value}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("comment", "Recorded in Ely, said the maid"),
        ("CONTAINS_AI", "None"),
        ("DIGITAL_SOURCE_TYPE", "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"),
    ],
)
def test_what_discloses_nothing_is_no_mark(
    tags: Tags, tmp_path: Path, music: Audio, name: str, value: str
) -> None:
    path = tmp_path / "other.flac"
    write(path, music)
    write_tags(path, tmp_path / "tagged.flac", {name: value}, {})
    assert tags.read(tmp_path / "tagged.flac") is None
