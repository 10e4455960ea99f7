"""Files of a session on their way out, with the marks that ship."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clearmix.audio import Audio, read_audio, write_wav
from clearmix.errors import GeneratorError, MarkError
from clearmix.rendering.leaving import Leaving
from clearmix.rendering.marking import Marks
from clearmix_rules import Bounds, Duties

from .conftest import House, rich_sound
from .test_marking import SAID

Leave = Callable[..., tuple[dict[str, Path], tuple[str, ...]]]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """What a generator wrote: a song, and a rest in which no watermark can hide."""
    folder = tmp_path / "made"
    folder.mkdir()
    write_wav(folder / "song.wav", rich_sound(6))
    write_wav(folder / "rest.wav", Audio.silence(seconds=6, rate=44100, channels=2))
    return folder


@pytest.fixture
def leave(house: House, made: Path, tmp_path: Path) -> Leave:
    """Lets files of that folder leave under duties: their places by name, and the notes."""
    (tmp_path / "ready").mkdir()

    def leave(*names: str, **duties: object) -> tuple[dict[str, Path], tuple[str, ...]]:
        asked = Duties(**duties)  # type: ignore[arg-type]
        files, notes = Leaving(
            "tiny",
            Marks(house.kernel.labelers, asked),
            SAID,
            longest_ms=asked.max_length_ms,
            scratch=tmp_path / "ready",
        ).ready(made, names, lambda fraction, said: None)
        return {file.name: path for file, path in files.items()}, notes

    return leave


def packed(path: Path, entries: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def test_no_sound_is_longer_than_its_licence_allows(leave: Leave) -> None:
    files, _ = leave("song.wav", limits=(Bounds("length", None, 4000),))
    assert 3.9 < read_audio(files["song.wav"]).seconds <= 4
    files, _ = leave("song.wav")
    assert read_audio(files["song.wav"]).seconds == 6


def test_peaks_above_full_scale_stay(leave: Leave, made: Path) -> None:
    write_wav(made / "song.wav", Audio(rich_sound(6).samples * np.float32(20), 44100))
    files, _ = leave("song.wav")
    assert np.abs(read_audio(files["song.wav"]).samples).max() > 1.5


def test_a_sound_without_a_mark_that_is_asked_for_by_name_is_left_out(
    leave: Leave, made: Path
) -> None:
    sounds = {f"audio/{name}": (made / name).read_bytes() for name in ("song.wav", "rest.wav")}
    packed(made / "all.zip", sounds)
    files, notes = leave("all.zip", "rest.wav", "song.wav", watermarks=("clearmix-mark",))
    assert list(files) == ["song.wav"]
    assert notes == (
        "`rest.wav` is left out: the mark `clearmix-mark` could not be read back from it",
        "`all.zip` is left out: it would lack `audio/rest.wav`",
    )


def test_a_session_of_which_no_sound_can_leave_is_no_session(leave: Leave) -> None:
    with pytest.raises(MarkError, match="no sound of the session carries the marks") as caught:
        leave("rest.wav", watermarks=("clearmix-mark",))
    assert "longer remix" in caught.value.help


def test_an_archive_is_packed_anew_with_the_marked_sounds(leave: Leave, made: Path) -> None:
    song = (made / "song.wav").read_bytes()
    packed(made / "all.zip", {"project.xml": b"<Project/>", "audio/song.wav": song})
    files, notes = leave("all.zip", "song.wav")
    assert notes == ()
    with zipfile.ZipFile(files["all.zip"]) as archive:
        assert archive.namelist() == ["project.xml", "audio/song.wav"]
        assert archive.read("project.xml") == b"<Project/>"
        assert archive.read("audio/song.wav") == files["song.wav"].read_bytes()
    assert files["song.wav"].read_bytes() != (made / "song.wav").read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.mp3", b"ID3", "wrote `a.mp3`, which is neither sound, text, MIDI nor an archive"),
        ("a.txt", b"RIFF\0\0", "wrote `a.txt`, which is neither"),
        ("a.json", b"\xff\xfe", "wrote `a.json`, which is neither"),
        ("a.mid", b"RIFF", "wrote `a.mid`, which is neither"),
        ("a.wav", b"not a sound", "wrote `a.wav`, which holds no sound that can be read"),
        ("a.zip", b"not an archive", "wrote `a.zip`, which is no archive"),
    ],
)
def test_what_is_not_what_its_name_says_ends_the_session(
    leave: Leave, made: Path, name: str, content: bytes, said: str
) -> None:
    (made / name).write_bytes(content)
    with pytest.raises(GeneratorError) as caught:
        leave("song.wav", name)
    assert said in caught.value.message
    assert caught.value.help
    assert caught.value.place == "generator tiny"


@pytest.mark.parametrize("inside", ["more.zip", "/a.txt", "../a.txt", "a.exe"])
def test_an_archive_holds_only_what_a_session_may_hold(
    leave: Leave, made: Path, inside: str
) -> None:
    packed(made / "all.zip", {inside: b"?"})
    with pytest.raises(GeneratorError, match=r"wrote `all\.zip/"):
        leave("song.wav", "all.zip")
