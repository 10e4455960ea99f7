from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix.delivery.signing import is_signature, signature, signing_key
from clearmix.errors import StorageError

FIELDS = st.lists(st.text("ab/é\n", max_size=3), max_size=4)


@given(FIELDS, FIELDS)
def test_only_the_same_fields_have_the_same_signature(first: list[str], second: list[str]) -> None:
    signed = signature(b"key", "stream", *first)

    assert is_signature(b"key", signed, "stream", *second) == (first == second)


def test_a_signature_is_bound_to_its_key_and_purpose() -> None:
    signed = signature(b"key", "stream", "a")

    assert not is_signature(b"other", signed, "stream", "a")
    assert not is_signature(b"key", signed, "play", "a")
    assert not is_signature(b"key", "ünlike", "stream", "a")


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    key = signing_key(tmp_path / "keys")

    assert signing_key(tmp_path / "keys") == key
    assert stat.S_IMODE((tmp_path / "keys" / "signing.key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["signing.key"]


def test_a_key_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "signing.key").write_bytes(b"short")

    with pytest.raises(StorageError, match="5 bytes") as caught:
        signing_key(tmp_path)

    assert caught.value.place == str(tmp_path / "signing.key")
