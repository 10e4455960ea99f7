from __future__ import annotations

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from clearmix.errors import StorageError
from clearmix.storage.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"), cache=tmp_path / "cache")


def test_what_is_put_is_read_back_under_the_hash_of_its_bytes(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"sound")
    key = store.put(path, "masters")
    assert key.startswith("masters/") and key.endswith(".txt")
    with store.open(key) as opened:
        assert opened.read() == b"sound"
    assert store.local_path(key).read_bytes() == b"sound"
    assert store.put(path, "masters") == key


def test_a_file_on_another_file_system_is_cached_locally(tmp_path: Path) -> None:
    store = Store("memory://clearmix-test", cache=tmp_path / "cache")
    path = tmp_path / "a.txt"
    path.write_bytes(b"sound")
    key = store.put(path, "renders")
    local = store.local_path(key)
    assert local.is_relative_to(tmp_path / "cache")
    assert local.read_bytes() == b"sound"
    store.remove(key)
    assert not local.exists()
    with pytest.raises(StorageError, match="is not in the store"):
        store.local_path(key)


def test_copies_go_that_nobody_used_and_all_copies_go_with_their_file(tmp_path: Path) -> None:
    store = Store("memory://clearmix-copies", cache=tmp_path / "cache")
    keys = []
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
        keys.append(store.put(tmp_path / name, "renders"))
    copies = [store.local_path(key) for key in keys]
    for name in ("decoded/c.wav", "listenings/stream.mp4"):
        (store.cache / name).parent.mkdir(exist_ok=True)
        (store.cache / name).write_text("sound")
    for path in store.cache.rglob("*"):
        os.utime(path, (0, 0))
    store.local_path(keys[0])
    yesterday = datetime.now(UTC) - timedelta(days=1)

    assert store.copies(yesterday) == sorted([copies[1], store.cache / "decoded/c.wav"])
    assert store.copies(datetime(1970, 1, 1, tzinfo=UTC) - timedelta(days=9)) == []

    digest = Path(keys[0]).stem
    decoded = [store.decoded / f"{digest}{suffix}" for suffix in (".wav", ".analysis.json")]
    for path in decoded:
        path.write_text("sound")
    store.remove(keys[0])
    assert not any(path.exists() for path in (copies[0], *decoded))
    assert (store.decoded / "c.wav").exists()


def test_a_full_disk_is_named_and_leaves_nothing_behind(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"sound" * 1000)
    files, _ = store._place

    def half_written(source: str, target: str, **_: object) -> None:
        Path(target).write_bytes(b"sou")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "put_file", half_written)
    with pytest.raises(StorageError) as caught:
        store.put(path, "masters")
    assert caught.value.message == "the disk is full"
    assert "free some disk space" in caught.value.help
    assert [found for found in (tmp_path / "store").rglob("*") if found.is_file()] == []


def test_taking_away_twice_is_no_error(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")
    key = store.put(path, "masters")
    store.remove(key)
    store.remove(key)


@given_settings(max_examples=25, deadline=None)
@given(st.binary(max_size=2000))
def test_equal_bytes_have_one_key(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("store")
    store = Store(str(folder / "store"), cache=folder / "cache")
    one, other = folder / "one.bin", folder / "other.bin"
    one.write_bytes(content)
    other.write_bytes(content)
    assert store.put(one, "a") == store.put(other, "a")
    other.write_bytes(content + b"!")
    assert store.put(one, "a") != store.put(other, "a")
