"""`clearmix backup`, `restore`, `retention`, `listeners` and what the doctor finds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., tuple[int, str, str]]
AsJson = Callable[..., dict[str, Any]]


@pytest.fixture
def home(tmp_path: Path, market_home: Path) -> Path:
    """The home of the command line, with the market in it."""
    shutil.copytree(market_home, tmp_path / "home")
    return tmp_path / "home"


def test_a_backup_is_restored_into_a_new_home(
    clearmix: Run, as_json: AsJson, home: Path, tmp_path: Path
) -> None:
    songs = [one["id"] for one in as_json("catalogue", "list")["recordings"]]
    made = as_json("backup", tmp_path / "kept")
    home.rename(tmp_path / "lost")

    restored = as_json("restore", tmp_path / "kept")

    assert restored == made
    assert len(made["hash"]) == 64
    assert [one["id"] for one in as_json("catalogue", "list")["recordings"]] == songs
    code, out, err = clearmix("restore", tmp_path / "kept")
    assert (code, out) == (1, "")
    assert "the database is not empty" in err
    assert "help: restore into a new database" in err


def test_a_listener_is_erased_after_a_yes(clearmix: Run, as_json: AsJson, home: Path) -> None:
    erased = as_json("listeners", "erase", "mia", "--yes")

    assert erased["listener"] == "mia" and erased["renders"] == 0
    code, _, err = clearmix("listeners", "erase", "nobody", "--yes")
    assert code == 1
    assert "no listener `nobody`" in err


def test_retention_says_what_it_would_take_away(as_json: AsJson, home: Path) -> None:
    assert as_json("retention", "run", "--dry-run") == {
        "listenings": 0,
        "conversations": 0,
        "renders": 0,
        "files": 0,
        "copies": 0,
        "dry_run": True,
    }


def test_the_doctor_looks_at_store_keys_clock_and_rules(clearmix: Run, home: Path) -> None:
    (home / "keys").mkdir(exist_ok=True)
    (home / "keys" / "signing.key").write_text("for everybody")
    (home / "keys").chmod(0o755)
    (home / "retention.toml").write_text("listenings_days = 'long'\n")

    code, out, _ = clearmix("doctor")

    assert code == 1
    assert "NOT OK  keys: others on this machine can read" in out
    assert "NOT OK  retention: `listenings_days`" in out
    for name in ("store", "clock", "plans", "jobs"):
        assert f"ok      {name}: " in out
