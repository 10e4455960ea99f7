from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix.audio import Audio
from clearmix.errors import StorageError
from clearmix.rendering.workfolder import WorkFolder, WorkLost, clean_stale, digest_of

from .conftest import rich_sound


@given(frames=st.integers(1, 3000), seed=st.integers(0, 99))
def test_a_sound_comes_back_as_it_was_kept(tmp_path_factory, frames: int, seed: int) -> None:
    folder = WorkFolder(tmp_path_factory.mktemp("work"), "job")
    samples = np.random.default_rng(seed).standard_normal((2, frames)).astype(np.float32)
    kept = folder.audio(folder.keep(Audio(samples, 44100), "mastered"))
    assert np.array_equal(kept.samples, samples)


def test_keeping_twice_is_one_file_under_the_hash_of_its_samples(tmp_path: Path) -> None:
    folder = WorkFolder(tmp_path, "job")
    first, second = (folder.keep(rich_sound(0.1), "mastered") for _ in range(2))
    assert first == second == f"mastered-{digest_of(first)}.f32"
    assert [path.name for path in folder.path.iterdir()] == [first]


def test_what_is_not_there_is_lost_work(tmp_path: Path) -> None:
    with pytest.raises(WorkLost):
        WorkFolder(tmp_path, "job").audio("mastered-00.f32")


def test_folders_of_ended_jobs_are_cleaned_and_others_stay(tmp_path: Path) -> None:
    ended, still_open, of_another_room = "0" * 16, "1" * 16, "royalties"
    for name in (ended, still_open, of_another_room):
        WorkFolder(tmp_path, name).keep(rich_sound(0.1), "mastered")
    clean_stale(tmp_path, [still_open])
    assert {path.name for path in tmp_path.iterdir()} == {still_open, of_another_room}


def test_a_full_disk_is_named_and_nothing_half_written_stays(small_disk, tmp_path: Path) -> None:
    small_disk(tmp_path / "work", 64)
    folder = WorkFolder(tmp_path / "work", "job")
    with pytest.raises(StorageError, match="the disk is full") as caught:
        folder.keep(rich_sound(1), "mastered")
    assert "free some disk space" in caught.value.help
    assert list(folder.path.iterdir()) == []
