from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clearmix.cli import main


@pytest.fixture
def clearmix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs the command line in this process: exit code, stdout, stderr."""
    monkeypatch.setenv("CLEARMIX_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CLEARMIX_SCORES", "asked")

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["clearmix", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
            raise SystemExit(0)
        shown = capsys.readouterr()
        return int(stopped.value.code or 0), shown.out, shown.err

    return run


@pytest.fixture
def as_json(clearmix) -> Callable[..., dict[str, Any]]:
    """Runs a command with `--json` that must succeed and gives its object."""

    def run(*arguments: str) -> dict[str, Any]:
        code, out, err = clearmix(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)

    return run
