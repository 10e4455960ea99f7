"""Files that come over HTTP: what is taken in, and what is a trap."""

from __future__ import annotations

import io
import json
import struct
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile
from fastapi import UploadFile
from fastapi.testclient import TestClient

from clearmix.errors import CatalogueError
from clearmix.kernel import Kernel
from clearmix.service import uploads

PARTY = {"id": "cy", "kind": "artist", "name": "Cy"}


def archive(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return packed.getvalue()


def document(audio: str = "audio/song.wav") -> bytes:
    recording = {
        "id": "new-song", "title": "New Song", "artists": ["cy"], "audio": audio,
        "analysis": {"tempo_bpm": 120, "key": "A minor", "beats": [0.5, 1.0]},
    }  # fmt: skip
    return json.dumps({"format": 1, "parties": [PARTY], "recordings": [recording]}).encode()


def stems_kept(folder: Path, *names: str) -> list[Path]:
    """What is kept of stems of these names, each of which holds its own number."""
    sent = [
        UploadFile(io.BytesIO(str(number).encode()), filename=name)
        for number, name in enumerate(names)
    ]
    return list(uploads.keep_stems(sent, folder / "stems").iterdir())


# --- what is taken in ---------------------------------------------------------------------------


def test_a_recording_is_added_with_what_was_taken_for_granted(
    calls: Callable[..., TestClient], tmp_path: Path
) -> None:
    from ...conftest import clicks_and_chords

    audio = clicks_and_chords(tempo_bpm=100, seconds=6)
    sound = io.BytesIO()
    soundfile.write(sound, audio.samples.T, audio.rate, format="FLAC")
    send = {
        "files": [("file", ("../../x.flac", sound.getvalue())),
                  ("stems", ("drums.flac", sound.getvalue()))],
        "data": {"title": "Six Seconds", "artist": ["Cy", "Di"], "consent": "opt-in"},
        "headers": {"Idempotency-Key": "one"},
    }  # fmt: skip
    first = calls("ops").post("/api/recordings", **send)
    again = calls("ops").post("/api/recordings", **send)
    assert first.status_code == 201, first.text
    assert first.json()["artists"] == ["Cy", "Di"]
    assert first.json()["stems"] == ["drums"]
    assert first.json()["defaults"]
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"


def test_an_archive_is_imported_with_its_files(
    calls: Callable[..., TestClient], market: Kernel, song: Path
) -> None:
    content = archive({"catalogue.json": document(), "audio/song.wav": song.read_bytes()})
    answer = calls("ops").post("/api/catalogue/imports", files={"file": ("c.zip", content)})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "parties": 1, "works": 0, "recordings": 1, "listeners": 0, "rate_cards": 0, "renders": 0,
    }  # fmt: skip
    assert market.catalogue.recording("new-song").title == "New Song"


def test_a_document_without_files_is_imported_as_it_is(calls: Callable[..., TestClient]) -> None:
    content = json.dumps({"format": 1, "parties": [PARTY]}).encode()
    answer = calls("ops").post("/api/catalogue/imports", files={"file": ("c.json", content)})
    assert answer.json()["parties"] == 1


def test_plays_are_imported_and_what_is_refused_is_named(calls: Callable[..., TestClient]) -> None:
    rows = (
        "event_id,item_id,listener_id,played_at,seconds,category,territory,tier\n"
        "1,open-road,mia,2026-10-05T10:00:00Z,33,original,GB,studio\n"
        "2,open-road,mia,yesterday,45,original,GB,studio\n"
    )
    answer = calls("ops").post("/api/plays/imports", files={"file": ("plays.csv", rows.encode())})
    assert answer.status_code == 200, answer.text
    assert answer.json()["accepted"] == 1
    assert len(answer.json()["refused"]) == 1


# --- what leads elsewhere -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "audio",
    ["http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "/etc/passwd",
     "../upload.zip", "s3://bucket/song.wav"],
)  # fmt: skip
def test_a_document_reaches_neither_this_machine_nor_another(
    calls: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch, audio: str
) -> None:
    import socket

    def called(*given: object) -> None:
        raise AssertionError(f"called {given}")

    monkeypatch.setattr(socket.socket, "connect", called)
    content = archive({"catalogue.json": document(audio)})
    answer = calls("ops").post("/api/catalogue/imports", files={"file": ("c.zip", content)})
    assert answer.status_code == 422
    assert answer.json()["detail"] == f"`{audio}` does not lie beside the document."


@pytest.mark.parametrize("name", ["../evil.txt", "/tmp/evil.txt", "a/../../evil.txt", "..\\evil"])
def test_an_archive_writes_nothing_outside_its_folder(
    calls: Callable[..., TestClient], name: str
) -> None:
    content = archive({"catalogue.json": b'{"format": 1}', name: b"x"})
    answer = calls("ops").post("/api/catalogue/imports", files={"file": ("c.zip", content)})
    assert answer.status_code == 422
    assert "does not lie beside" in answer.json()["detail"]
    assert not Path("/tmp/evil.txt").exists()


@pytest.mark.parametrize(
    "name",
    ["../drums.wav", "a/drums.wav", "..", "drums\\..\\x.wav", "", ".drums.wav", "-drums.wav",
     "[../drums].wav", "–/../drums.wav", "drums\0.wav", "drums.wav\n", "dru\u2044ms.wav"],
)  # fmt: skip
def test_a_stem_is_a_plain_file_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(CatalogueError, match="no name of a stem") as caught:
        stems_kept(tmp_path, name)
    assert caught.value.place == "stems"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "name",
    ["Mélodie.wav", "Song – Drums.wav", "Nora’s Song - Bass.wav", "[Drums].wav",
     "#1 Bass + Keys.wav", "Ada & Bo (Lead Vox), take 2.wav", "歌" * 83 + ".wav"],
)  # fmt: skip
def test_stems_are_named_as_studios_name_them(tmp_path: Path, name: str) -> None:
    [kept] = stems_kept(tmp_path, name)
    assert (kept.name, kept.read_bytes()) == (name, b"0")


def test_accents_that_come_apart_are_composed(tmp_path: Path) -> None:
    [kept] = stems_kept(tmp_path, unicodedata.normalize("NFD", "Mélodie.wav"))
    assert kept.name == "Mélodie.wav"


def test_a_name_that_no_file_may_have_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        stems_kept(tmp_path, "歌" * 100 + ".wav")
    assert caught.value.message == f"the name of the stem `{'歌' * 20}…` is too long for a file"
    assert caught.value.help == "name it in at most 255 bytes, as `drums.wav`"
    assert caught.value.place == "stems"


@pytest.mark.parametrize("first", ["Mélodie.wav", unicodedata.normalize("NFD", "Mélodie.wav")])
def test_a_second_stem_of_one_name_is_refused_and_the_first_stays(
    tmp_path: Path, first: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        stems_kept(tmp_path, first, "Mélodie.wav")
    assert caught.value.message == "two stems are named `Mélodie.wav`"
    assert caught.value.help == "name them apart, as `Mélodie 1.wav`: those of a part are mixed"
    assert caught.value.place == "stems"
    assert (tmp_path / "stems" / "Mélodie.wav").read_bytes() == b"0"


# --- bombs --------------------------------------------------------------------------------------


def test_an_archive_that_unpacks_to_a_bomb_is_refused_before_it_is_unpacked(
    calls: Callable[..., TestClient],
) -> None:
    content = archive({"catalogue.json": b'{"format": 1}', "zeros.wav": bytes(30 * 2**20)})
    assert len(content) < 2**16
    answer = calls("ops").post("/api/catalogue/imports", files={"file": ("c.zip", content)})
    assert answer.status_code == 422
    assert "`zeros.wav` unpacks to more than any sound" in answer.json()["detail"]


@pytest.mark.parametrize(("limit", "value"), [("MOST_FILES", 1), ("MOST_UNPACKED_BYTES", 10)])
def test_an_archive_of_too_much_is_refused(
    calls: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(uploads, limit, value)
    content = archive({"catalogue.json": b'{"format": 1}', "b.txt": b"x"})
    answer = calls("ops").post("/api/catalogue/imports", files={"file": ("c.zip", content)})
    assert answer.status_code == 422
    assert "at a time" in answer.json()["help"]


def damaged(content: bytes) -> bytes:
    at = content.index(b"catalogue.json") + len("catalogue.json") + 2
    return content[:at] + bytes(byte ^ 0xFF for byte in content[at : at + 8]) + content[at + 8 :]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x05\x06" + bytes(18),
        b"\xff\xfe{}",
        b"[" * 100_000,
        archive({"other.json": b"{}"}),
        damaged(archive({"catalogue.json": b'{"format": 1, "parties": []}' * 9})),
        archive({"catalogue.json": b"{}", "a": b"x", "a/b": b"x"}),
    ],
    ids=["empty", "empty-archive", "no-text", "deep", "no-document", "damaged", "file-as-folder"],
)
def test_what_is_no_document_is_answered_in_words(
    calls: Callable[..., TestClient], content: bytes
) -> None:
    answer = calls("ops").post("/api/catalogue/imports", files={"file": ("c", content)})
    assert answer.status_code == 422, answer.text
    assert answer.json()["help"]
    assert "/tmp" not in answer.text


def wav(*, channels: int = 2, rate: int = 44100, claimed: int = 0, content: bytes = b"") -> bytes:
    """A WAV file whose header claims what it likes."""
    block = channels * 2 & 0xFFFF
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * block & 0xFFFFFFFF, block, 16)
    size = claimed or len(content)
    head = b"RIFF" + struct.pack("<I", size + 36 & 0xFFFFFFFF) + b"WAVEfmt " + struct.pack("<I", 16)
    return head + form + b"data" + struct.pack("<I", size) + content


def test_a_file_of_plays_that_cannot_be_read_says_nothing_of_where_it_lies(
    calls: Callable[..., TestClient],
) -> None:
    broken = b"PAR1" + b"\xff" * 100 + b"PAR1"

    answer = calls("ops").post("/api/plays/imports", files={"file": ("p.parquet", broken)})

    assert answer.status_code == 422
    assert "Cannot read the file" in answer.json()["detail"]
    assert "/" not in answer.json()["detail"]


SECOND = bytes(range(256)) * 700
BOMBS = {
    "sixty-five-thousand-channels": wav(channels=65535, content=SECOND),
    "thirty-two-channels": wav(channels=32, content=SECOND),
    "four-gigahertz": wav(rate=4_000_000_000, content=SECOND),
    "one-hertz": wav(rate=1, content=SECOND),
    "hours-in-a-kilobyte": b"",
}


def hours_of_silence() -> bytes:
    import numpy as np

    sound = io.BytesIO()
    quiet = np.zeros(21 * 60 * 8000, np.int16)
    quiet[::1000] = 9
    soundfile.write(sound, quiet, 8000, format="FLAC")
    return sound.getvalue()


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_sound_that_claims_what_no_recording_has_is_refused_before_it_is_decoded(
    calls: Callable[..., TestClient], bomb: str
) -> None:
    content = BOMBS[bomb] or hours_of_silence()
    verified = calls("mia").post("/verify", files={"file": ("x.wav", content)})
    added = calls("ops").post(
        "/api/recordings", files={"file": ("x.wav", content)}, data={"title": "X", "artist": "Y"}
    )
    for answer in (verified, added):
        assert answer.status_code == 422, (answer.status_code, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "/tmp" not in answer.text


def test_a_header_that_claims_gigabytes_costs_none(
    calls: Callable[..., TestClient], market: Kernel
) -> None:
    import tracemalloc

    content = wav(claimed=0xFFFFFFF0, content=SECOND)
    tracemalloc.start()
    try:
        calls("mia").post("/verify", files={"file": ("x.wav", content)})
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 200 * 2**20
