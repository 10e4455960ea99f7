"""Folders of stems are read as studios and separators export them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clearmix.audio import Audio, read_audio, write_wav
from clearmix.catalogue.stem_files import kept_stems, part_named
from clearmix.errors import AudioError, CatalogueError
from clearmix.storage.store import Store

RATE = 44100


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"file://{tmp_path}/store", cache=tmp_path / "cache")


def tone(folder: Path, name: str, level: float, seconds: float = 1.0, rate: int = RATE) -> Audio:
    folder.mkdir(exist_ok=True)
    sound = Audio(np.full((1, int(seconds * rate)), level, dtype=np.float32), rate)
    write_wav(folder / name, sound)
    return sound


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("drums", "drums"),
        ("01_Kick In", "drums"),
        ("Open Road - Lead Vocals (dry)", "vocals"),
        ("1_Open Road_(Instrumental)", "harmony"),
        ("Alto Sax 2", "saxophone"),
        ("accompaniment", "harmony"),
        ("Bass DI", "bass"),
        ("Violin 1", "strings"),
        ("Drums of War", None),
        ("no_drums", None),
        ("Untitled", None),
        ("04", None),
    ],
)
def test_a_name_says_what_plays(name: str, part: str | None) -> None:
    assert part_named(name) == part


def test_files_of_one_part_are_mixed(tmp_path: Path, store: Store) -> None:
    song = tone(tmp_path, "song.wav", 0.5)
    folder = tmp_path / "stems"
    tone(folder, "Violin 1.wav", 0.25)
    tone(folder, "Cello.wav", 0.125)
    tone(folder, "Bass.wav", 0.5)
    kept = kept_stems(folder, song, store)
    assert set(kept) == {"strings", "bass"}
    strings = read_audio(store.local_path(kept["strings"]))
    assert float(strings.samples.mean()) == pytest.approx(0.375, abs=1e-4)


def test_the_rest_of_a_song_is_not_added_to_its_parts(tmp_path: Path, store: Store) -> None:
    song = tone(tmp_path, "song.wav", 0.5)
    folder = tmp_path / "stems"
    for name in ("vocals.wav", "drums.wav", "other.wav", "Open Road (Instrumental).wav"):
        tone(folder, name, 0.25)
    kept = kept_stems(folder, song, store)
    assert set(kept) == {"vocals", "drums", "harmony"}
    assert float(read_audio(store.local_path(kept["harmony"])).samples.mean()) == pytest.approx(
        0.25
    )
    two = tmp_path / "two"
    for name in ("vocals.wav", "no_vocals.wav"):
        tone(two, name, 0.25)
    assert set(kept_stems(two, song, store)) == {"vocals", "harmony"}


def test_what_lies_beside_the_stems_is_passed_over(tmp_path: Path, store: Store) -> None:
    song = tone(tmp_path, "song.wav", 0.5)
    folder = tmp_path / "stems"
    for name in ("vocals.wav", "mixture.wav"):
        tone(folder, name, 0.5)
    (folder / "README.txt").write_text("stems of the song")
    (folder / ".DS_Store").write_bytes(b"\0")
    assert set(kept_stems(folder, song, store)) == {"vocals"}


def test_what_is_no_stem_of_the_song_is_refused(tmp_path: Path, store: Store) -> None:
    song = tone(tmp_path, "song.wav", 0.5)
    with pytest.raises(CatalogueError, match="no stems in"):
        kept_stems(tmp_path / "nowhere", song, store)
    tone(tmp_path / "named", "Untitled 4.wav", 0.5)
    with pytest.raises(CatalogueError, match=r"`Untitled 4\.wav` names no part"):
        kept_stems(tmp_path / "named", song, store)
    tone(tmp_path / "short", "bass.wav", 0.5, seconds=0.2)
    with pytest.raises(AudioError, match=r"the stem is 0\.2 s long"):
        kept_stems(tmp_path / "short", song, store)
