from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix.catalogue.beside import beside
from clearmix.errors import CatalogueError
from clearmix.kernel import Kernel

ELSEWHERE = (
    "/etc/passwd", "../secret.wav", "audio/../../secret.wav", "audio/..", "", "..",
    "http://169.254.169.254/latest", "file:///etc/passwd", "s3://bucket/x.wav", "C:\\x.wav",
    "..\\x.wav", "audio\\..\\..\\x", "a\0b", "data:audio/wav;base64,AAAA", "~root:x",
)  # fmt: skip


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_name_that_leads_elsewhere_is_refused_with_the_remedy(tmp_path: Path, name: str) -> None:
    with pytest.raises(CatalogueError, match="does not lie beside the document") as caught:
        beside(tmp_path, name)
    assert "audio/song.wav" in caught.value.help


@pytest.mark.parametrize("name", ["song.wav", "audio/song.wav", "./audio/a b.flac", "..hidden"])
def test_a_name_beside_the_document_is_found(tmp_path: Path, name: str) -> None:
    assert beside(tmp_path, name).is_relative_to(tmp_path)


def test_a_link_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.wav").write_bytes(b"x")
    (inside / "song.wav").symlink_to(tmp_path / "secret.wav")
    (inside / "folder").symlink_to(tmp_path)
    for name in ("song.wav", "folder/secret.wav"):
        with pytest.raises(CatalogueError):
            beside(inside, name)


@given(st.lists(st.sampled_from([".", "..", "a", "/", "\\", "//", ":", "%2e%2e", "é"]), max_size=8))
def test_whatever_is_named_lies_in_the_folder_or_is_refused(parts: list[str]) -> None:
    folder = Path("/srv/documents/one")
    try:
        found = beside(folder, "".join(parts))
    except CatalogueError:
        return
    assert found.resolve().is_relative_to(folder)


@pytest.mark.parametrize("field", ["audio", "stems", "policies", "plays"])
@pytest.mark.parametrize("name", ["../outside", "http://127.0.0.1:1/x"])
def test_a_document_that_names_something_elsewhere_changes_nothing(
    kernel: Kernel, tmp_path: Path, song: Path, field: str, name: str
) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "song.wav").write_bytes(song.read_bytes())
    (tmp_path / "outside").write_bytes(song.read_bytes())
    recording = {"id": "x", "title": "X", "artists": ["a"], "audio": "song.wav"}
    document = {
        "format": 1,
        "parties": [{"id": "a", "kind": "artist", "name": "A"}],
        "recordings": [recording],
    }
    if field in ("policies", "plays"):
        document[field] = [name] if field == "policies" else name
    else:
        recording[field] = name if field == "audio" else {"drums": name}
    (folder / "catalogue.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(CatalogueError, match="does not lie beside the document"):
        kernel.import_catalogue(folder / "catalogue.json")
    assert kernel.catalogue.recordings() == ()
