"""What the registry keeps of renders, and what it notes of files that come in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clearmix import Audio
from clearmix.audio import write_wav
from clearmix.catalogue import NewRecording
from clearmix.rendering.encoding import write_m4a
from clearmix.storage.tables.marks import FingerprintRow

from .conftest import IDS, Shop, tune


def test_an_unknown_render_has_no_entry_and_no_sound(shop: Shop) -> None:
    assert shop.kernel.registry.entry("deadbeefdeadbeef") is None
    assert shop.kernel.registry.sounds.of("deadbeefdeadbeef") == []


def test_an_entry_never_tells_who_had_it_made(shop: Shop) -> None:
    entry = shop.kernel.registry.entry(IDS[0])
    assert entry is not None
    assert "local" not in str(entry.as_json())


def test_an_earlier_render_whose_credits_are_bare_roles_names_people(shop: Shop) -> None:
    shop.publish("00000000000000dd", tune(3, 4.0), credits=["artist", "producer"])
    entry = shop.kernel.registry.entry("00000000000000dd")
    assert entry is not None
    assert entry.licence is not None
    assert entry.licence.credits == ("MainArtist: Ada Wren", "Producer: nobody was recorded")


def test_a_fingerprint_of_an_older_version_is_made_anew_from_the_stored_sound(shop: Shop) -> None:
    with shop.kernel.database.session(write=True) as session:
        row = session.get(FingerprintRow, (IDS[0], ""))
        assert row is not None
        kept = row.frames
        row.version, row.frames = 0, b""
        session.add(row)
    (made,) = shop.kernel.registry.sounds.of(IDS[0])
    assert made.to_bytes() == kept


def test_a_stem_that_left_in_a_session_is_part_of_its_render(shop: Shop, tmp_path: Path) -> None:
    time = np.arange(20 * 44100) / 44100
    draw = np.random.default_rng(5)
    pulse = (np.sin(2 * np.pi * 1.7 * time) > 0.0) * draw.standard_normal((2, time.size)) * 0.2
    stem = Audio(pulse.astype(np.float32), 44100)
    mark = shop.kernel.labelers["clearmix-mark"]
    blocks = list(mark.mark(stem.blocks(), shop.disclosures[1]))
    path = tmp_path / "drums.wav"
    write_wav(path, Audio(np.concatenate([one.samples for one in blocks], axis=1), 44100))
    assert shop.kernel.verify(path).verdict == "copied", "nobody has told the registry yet"
    shop.kernel.registry.sounds.keep(IDS[1], {"stems/drums.wav": path})
    assert shop.kernel.verify(path).verdict == "confirmed"


@pytest.mark.parametrize("stripped", [False, True])
def test_a_render_of_ours_that_is_added_to_the_catalogue_is_noted(
    shop: Shop, tmp_path: Path, stripped: bool
) -> None:
    path = tmp_path / "song.m4a"
    path.write_bytes(shop.files[0].read_bytes())
    if stripped:
        path = tmp_path / "song.wav"
        write_wav(path, shop.sounds[0])
    catalogue = shop.kernel.catalogue
    added = catalogue.add(path, NewRecording(title=f"Mine {stripped}", artists=("Bo",)))
    (note,) = added.notes
    assert IDS[0] in note
    marks = {mark.labeler: mark.render_id for mark in catalogue.carried_marks(added.recording.id)}
    names = {"fingerprint"} if stripped else {"c2pa", "clearmix-mark", "tags"}
    assert marks == dict.fromkeys(names, IDS[0])
    assert catalogue.display(added.recording).made_by == "producer-ai"


def test_a_disclosure_of_another_service_is_kept_with_the_recording(
    shop: Shop, tmp_path: Path
) -> None:
    from clearmix_marks.containers import write_tags

    plain, path = tmp_path / "plain.m4a", tmp_path / "suno.m4a"
    write_m4a(plain, tune(11, 4.0))
    write_tags(plain, path, {"comment": "made with suno"}, {})
    catalogue = shop.kernel.catalogue
    added = catalogue.add(path, NewRecording(title="Elsewhere", artists=("Bo",)))
    assert "that AI took part" in added.notes[0]
    (mark,) = catalogue.carried_marks(added.recording.id)
    assert (mark.labeler, mark.ai_made, mark.render_id) == ("tags", True, None)
    assert mark.fields == {"COMMENT": "made with suno"}


def test_a_file_without_marks_has_no_note_and_stays_human_made(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "mine.wav"
    write_wav(path, tune(12, 4.0))
    catalogue = shop.kernel.catalogue
    added = catalogue.add(path, NewRecording(title="Own", artists=("Bo",)))
    assert added.notes == ()
    assert catalogue.display(added.recording).made_by == "human-made"
