from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from clearmix.audio import Audio, read_wav, write_wav
from clearmix.catalogue import LOCAL_LISTENER, Catalogue, NewRecording
from clearmix.errors import AudioError, CatalogueError

ADA = NewRecording(title="Night Drive", artists=("Ada Wren",))


def test_a_recording_is_added_with_its_analysis_and_the_defaults_are_said(
    catalogue: Catalogue, song: Path
) -> None:
    added = catalogue.add(song, ADA)
    row = added.recording
    assert (row.id, row.title, row.artist_names) == ("night-drive", "Night Drive", ("Ada Wren",))
    assert row.analysis.tempo_bpm == 120
    assert row.seconds == pytest.approx(20)
    assert any("opt-out" in said for said in added.defaults)
    work = catalogue.work(row.work or "")
    assert work is not None
    assert [(share.party, share.role) for share in work.shares] == [("ada-wren", "writer")]


def test_a_version_is_of_the_composition_of_its_original_unless_another_is_named(
    catalogue: Catalogue, song: Path, tmp_path: Path
) -> None:
    original = catalogue.add(song, ADA).recording
    for number, work in enumerate((None, "Another Song")):
        other = tmp_path / f"{number}.wav"
        write_wav(other, Audio(read_wav(song).samples * np.float32(0.5 + number / 9), 44100))
        new = NewRecording(
            "Night Drive (Bo mix)", ("Bo",), work=work, lane="producer", version_of=original.id
        )
        added = catalogue.add(other, new)
        assert (added.recording.work == original.work) == (work is None)
        assert (f"composition: that of `{original.id}`" in added.defaults) == (work is None)


def test_adding_the_same_file_again_changes_nothing(
    catalogue: Catalogue, song: Path, analyzer
) -> None:
    first = catalogue.add(song, ADA).recording
    again = catalogue.add(song, ADA)
    assert again.recording == first
    assert again.defaults == ("this recording was there already",)
    assert len(catalogue.recordings()) == 1
    assert analyzer.heard == 1


def test_the_same_title_with_other_sound_gets_an_id_of_its_own(
    catalogue: Catalogue, song: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.wav"
    write_wav(other, Audio(read_wav(song).samples * np.float32(0.5), 44100))
    catalogue.add(song, ADA)
    assert catalogue.add(other, ADA).recording.id == "night-drive-2"


def test_consent_that_is_given_is_set_for_new_and_known_parties(
    catalogue: Catalogue, song: Path
) -> None:
    catalogue.add(song, ADA)
    assert catalogue.party("ada-wren").default_consent == "opt-out"
    catalogue.add(song, NewRecording("Night Drive", ("Ada Wren",), consent="opt-in"))
    assert catalogue.party("ada-wren").default_consent == "opt-in"


def test_an_isrc_of_another_recording_is_refused_and_nothing_is_added(
    catalogue: Catalogue, song: Path, tmp_path: Path
) -> None:
    catalogue.add(song, NewRecording("Night Drive", ("Ada Wren",), isrc="GB-ABC-26-00001"))
    other = tmp_path / "other.wav"
    write_wav(other, Audio(read_wav(song).samples * np.float32(0.5), 44100))
    with pytest.raises(CatalogueError, match="belongs to `night-drive`"):
        catalogue.add(other, NewRecording("Else", ("Bo",), isrc="GBABC2600001"))
    assert len(catalogue.recordings()) == 1


@pytest.mark.parametrize(
    ("new", "message"),
    [
        (NewRecording(" ", ("Ada",)), "without title or artist"),
        (NewRecording("A", ()), "without title or artist"),
        (NewRecording("A", ("Ada",), isrc="12"), "`12` is not an ISRC"),
        (NewRecording("A", ("Ada",), version_of="nothing"), "no recording `nothing`"),
    ],
)
def test_what_does_not_fit_is_named(
    catalogue: Catalogue, song: Path, new: NewRecording, message: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        catalogue.add(song, new)
    assert message in caught.value.message
    assert caught.value.help
    assert catalogue.recordings() == ()


def test_a_silent_file_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "silent.wav"
    write_wav(path, Audio.silence(seconds=2, rate=44100))
    with pytest.raises(AudioError) as caught:
        catalogue.add(path, ADA)
    assert caught.value.message == "the recording is silent"
    assert caught.value.place == str(path)


def test_stems_are_named_by_their_files(catalogue: Catalogue, song: Path, tmp_path: Path) -> None:
    stems = tmp_path / "stems"
    stems.mkdir()
    for name in ("Drums.wav", "voice.wav", "other.wav"):
        shutil.copy(song, stems / name)
    row = catalogue.add(song, NewRecording("A", ("Ada",), stems=stems)).recording
    assert set(row.stems) == {"drums", "vocals", "harmony"}
    source = catalogue.source([row.id]).first
    assert read_wav(source.stems["drums"]).seconds == pytest.approx(20)


def test_a_stem_of_another_length_is_refused(
    catalogue: Catalogue, song: Path, tmp_path: Path
) -> None:
    stems = tmp_path / "stems"
    stems.mkdir()
    write_wav(stems / "bass.wav", Audio(read_wav(song).samples[:, :44100], 44100))
    with pytest.raises(AudioError, match=r"stem is 1\.0 s long, the recording 20\.0 s"):
        catalogue.add(song, NewRecording("A", ("Ada",), stems=stems))


def test_a_recording_is_found_by_id_isrc_and_title(catalogue: Catalogue, song: Path) -> None:
    catalogue.add(song, NewRecording("Night Drive", ("Ada Wren",), isrc="GB-ABC-26-00001"))
    for name in ("night-drive", "GB-ABC-26-00001", "gbabc2600001", "night drive"):
        assert catalogue.recording(name).id == "night-drive"
    with pytest.raises(CatalogueError) as caught:
        catalogue.recording("nigth drive")
    assert caught.value.help == "did you mean `night-drive`?"


def test_the_local_listener_is_always_there(catalogue: Catalogue) -> None:
    assert catalogue.listener("local") == LOCAL_LISTENER
    with pytest.raises(CatalogueError, match="no listener `nobody`"):
        catalogue.listener("nobody")
