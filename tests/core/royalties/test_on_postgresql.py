"""A month that is settled on PostgreSQL: the same money as on SQLite, to the same hash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from clearmix.kernel import Kernel
from clearmix.operations import Operations
from clearmix.settings import Settings
from clearmix.storage.tables.catalogue import RecordingRow

from .conftest import AFTERWARDS, Market

pytestmark = pytest.mark.postgres


def test_a_month_settles_to_the_same_hash_on_either_database(
    october: Market, tmp_path: Path, new_postgres: Callable[[], str]
) -> None:
    """What sorts otherwise, counts otherwise or has other types gives the same money."""
    sound = tmp_path / "sound.wav"
    sound.write_bytes(b"what a backup needs to have")
    key = october.store.put(sound, "masters")
    with october.database.session(write=True) as session:
        for row in session.exec(select(RecordingRow)):
            row.audio_key = key
    Operations(october.database, october.store, october.settings).backup(tmp_path / "kept")
    kernel = Kernel(
        Settings.from_environment(
            {"CLEARMIX_HOME": str(tmp_path / "pg"), "CLEARMIX_DATABASE_URL": new_postgres()}
        )
    )
    try:
        kernel.operations.restore(tmp_path / "kept")
        settled = kernel.royalties.settle("2026-10", early=True)
        here = october.room(AFTERWARDS).settle("2026-10")
        assert settled.hash == here.hash
        assert kernel.royalties.verify(settled.hash).same
        assert kernel.royalties.pay(release_only=True)
        assert kernel.royalties.pay() != ()
        assert kernel.royalties.pay() == ()
    finally:
        kernel.database.close()
