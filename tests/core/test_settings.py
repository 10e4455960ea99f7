from __future__ import annotations

from pathlib import Path

import pytest

from clearmix.errors import ClearmixError
from clearmix.settings import Settings


def test_state_lives_under_home_unless_moved(tmp_path: Path) -> None:
    settings = Settings.from_environment({"CLEARMIX_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/clearmix.db"
    assert settings.store == str(tmp_path / "store")
    moved = Settings.from_environment(
        {"CLEARMIX_HOME": str(tmp_path), "CLEARMIX_DATABASE_URL": "postgresql:///clearmix"}
    )
    assert moved.database_url == "postgresql:///clearmix"


def test_a_limit_that_is_no_number_is_named() -> None:
    with pytest.raises(ClearmixError) as caught:
        Settings.from_environment({"CLEARMIX_RENDER_SECONDS": "soon"})
    assert caught.value.message == "`soon` is not a number above zero"
    assert caught.value.place == "CLEARMIX_RENDER_SECONDS"


def test_a_child_process_reads_the_same_settings(tmp_path: Path) -> None:
    environ = {"CLEARMIX_HOME": str(tmp_path), "CLEARMIX_COVER_GENERATOR": "band"}
    settings = Settings.from_environment(environ)
    assert settings.cover_generator == "band"
    assert Settings.from_environment(settings.as_environment()) == settings


def test_plugin_modules_are_named_with_commas() -> None:
    settings = Settings.from_environment({"CLEARMIX_PLUGINS": "one,two"})
    assert settings.plugins == ("one", "two")


def test_the_public_address_reaches_child_processes(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {"CLEARMIX_HOME": str(tmp_path), "CLEARMIX_PUBLIC_URL": "https://music.example"}
    )
    assert settings.public_url == "https://music.example"
    assert Settings.from_environment(settings.as_environment()) == settings
    assert Settings.from_environment({"CLEARMIX_HOME": str(tmp_path)}).public_url is None
