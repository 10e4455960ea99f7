from __future__ import annotations

from pathlib import Path

import pytest

from clearmix import Audio, Settings
from clearmix.audio import read_audio, write_wav
from clearmix.testing.labelers import disclosure_of
from clearmix_marks.content_credentials import ContentCredentials


@pytest.fixture
def excerpt(tmp_path: Path, song: Path) -> Path:
    """Four seconds, so that a search for marks is short."""
    folder = tmp_path / "inbox" / "below"
    folder.mkdir(parents=True)
    audio = read_audio(song)
    write_wav(folder / "mine.wav", Audio(audio.samples[:, : 4 * audio.rate].copy(), audio.rate))
    return folder / "mine.wav"


def test_a_file_without_marks_is_answered_with_the_promised_keys(as_json, excerpt: Path) -> None:
    said = as_json("verify", excerpt)
    assert {"ai_made", "render_id", "source", "marks"} <= said.keys()
    assert (said["ai_made"], said["render_id"], said["verdict"]) == (False, None, "unmarked")
    for mark in said["marks"]:
        assert {"labeler", "found", "confidence"} <= mark.keys()
        assert mark["found"] is False


def test_for_people_it_is_a_sentence_and_a_line_for_each_mark(clearmix, excerpt: Path) -> None:
    code, out, _ = clearmix("verify", excerpt)
    assert code == 0
    assert out.startswith("No mark of AI was found.")
    assert "  clearmix-mark  not found" in out


def test_a_folder_is_read_through_and_what_cannot_be_read_is_named(
    clearmix, tmp_path: Path, excerpt: Path
) -> None:
    inbox = tmp_path / "inbox"
    (inbox / "notes.txt").write_text("no sound")
    (inbox / "broken.mp3").write_bytes(b"no sound either")
    code, out, err = clearmix("verify", inbox)
    assert code == 1
    assert "below/mine.wav  unmarked" in out
    assert "broken.mp3      unreadable" in out
    assert "2 files: " in out
    assert "1 skipped, not named like sound (1 .txt)" in out
    assert "Traceback" not in err
    assert "MPEG" not in err


@pytest.mark.parametrize("name", ["call.amr", "clip.3gp", "song.CAF", "book.m4b", "film.mov"])
def test_a_folder_is_read_whatever_its_sound_is_called(
    as_json, tmp_path: Path, excerpt: Path, name: str
) -> None:
    excerpt.rename(excerpt.with_name(name))
    said = as_json("verify", tmp_path / "inbox")
    assert [row["file"] for row in said["files"]] == [f"below/{name}"]
    assert said["skipped"] == {}


def test_a_folder_is_listed_with_how_sure_and_by_which_marks(
    clearmix, tmp_path: Path, excerpt: Path
) -> None:
    said = disclosure_of("deadbeefdeadbeef")
    ContentCredentials(Settings(tmp_path / "elsewhere", "", "")).mark_apart(excerpt, said)
    code, out, _ = clearmix("verify", tmp_path / "inbox")
    assert code == 0
    row = ["below/mine.wav", "unregistered", "deadbeefdeadbeef", "0.50", "c2pa"]
    assert out.splitlines()[0].split() == row
    assert "skipped" not in out, "a manifest is read with the file that it stands beside"
    excerpt.write_bytes(excerpt.read_bytes()[:-2])
    _, out, _ = clearmix("verify", tmp_path / "inbox")
    assert out.splitlines()[0].split() == ["below/mine.wav", "unmarked", "c2pa", "broken"]


def test_a_folder_as_json_is_one_object(as_json, tmp_path: Path, excerpt: Path) -> None:
    said = as_json("verify", tmp_path / "inbox")
    assert said["summary"] == {"unmarked": 1}
    assert said["files"][0]["file"] == "below/mine.wav"


def test_a_folder_without_sound_is_an_error(clearmix, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, out, err = clearmix("verify", tmp_path / "empty")
    assert (code, out) == (1, "")
    assert "no audio file in" in err
    (tmp_path / "empty" / "notes.txt").write_text("no sound")
    assert "1 skipped, not named like sound (1 .txt)" in clearmix("verify", tmp_path / "empty")[2]
