from __future__ import annotations

import multiprocessing
import stat
from pathlib import Path

import pytest

from clearmix.errors import MarkError
from clearmix_marks.keys import KEY_NAME, existing_key, key_made_once


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    assert existing_key(folder) is None
    key = key_made_once(folder)
    assert len(key) == 32
    assert key_made_once(folder) == existing_key(folder) == key
    assert stat.S_IMODE((folder / KEY_NAME).stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [KEY_NAME]


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        keys = pool.map(key_made_once, [tmp_path / "keys"] * 6, chunksize=1)
    assert len(set(keys)) == 1


def test_a_cut_key_is_named_and_never_replaced(tmp_path: Path) -> None:
    (tmp_path / KEY_NAME).write_bytes(b"short")
    with pytest.raises(MarkError) as caught:
        key_made_once(tmp_path)
    assert caught.value.message == "a watermark key of 5 bytes instead of 32"
    assert caught.value.help.startswith("restore the key from a backup")
    assert caught.value.place == str(tmp_path / KEY_NAME)
    assert (tmp_path / KEY_NAME).read_bytes() == b"short"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(MarkError) as caught:
        key_made_once(tmp_path / "file" / "keys")
    assert "watermark key cannot be" in caught.value.message
    assert caught.value.place == str(tmp_path / "file" / "keys" / KEY_NAME)
