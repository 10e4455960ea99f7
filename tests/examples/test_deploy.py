"""The examples of running a service are files that their readers take, and name what is there."""

from __future__ import annotations

import configparser
import shlex
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from clearmix.cli.app import app
from clearmix.settings import Settings

DEPLOY = Path(__file__).parents[2] / "examples" / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def require_command(words: list[str]) -> None:
    """Fails unless `clearmix` takes these words; nothing is run."""
    group = typer.main.get_command(app)
    command = group.get_command(None, words[0])
    assert command is not None, words
    context = command.make_context(words[0], words[1:], resilient_parsing=False)
    assert context.args == []


def require_setting(name: str) -> None:
    if name.startswith("CLEARMIX_"):
        known = {f"CLEARMIX_{field.name.upper()}" for field in fields(Settings)}
        assert name in known


def test_every_service_of_the_composition_runs_a_command_with_settings_that_there_are() -> None:
    services = compose()["services"]
    ours = {name: one for name, one in services.items() if name != "database"}
    assert {"service", "worker"} <= ours.keys()
    for one in ours.values():
        require_command(one["command"])
        for name in one["environment"]:
            require_setting(name)
        assert one["depends_on"]["database"]["condition"] == "service_healthy"
        assert one["environment"]["CLEARMIX_WORKERS"] == "apart"
    text = (DEPLOY / "compose.yaml").read_text()
    assert (DEPLOY / compose()["services"]["service"]["build"]["context"]).resolve() == (
        DEPLOY.parents[1]
    )
    assert "PASSWORD: secret" not in text


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_every_unit_runs_a_command_with_settings_that_there_are(unit: Path) -> None:
    parser = configparser.RawConfigParser(strict=False, comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # case matters here
    parser.read_string(unit.read_text())
    assert set(parser.sections()) == {"Unit", "Service", "Install"}
    program, *words = shlex.split(parser["Service"]["ExecStart"])
    assert Path(program).name == "clearmix"
    require_command(words)
    for line in unit.read_text().splitlines():
        if line.startswith("Environment="):
            require_setting(line.removeprefix("Environment=").partition("=")[0])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_finds_nothing_wrong_with_the_units() -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    wrong = [
        line
        for line in done.stderr.splitlines()
        if "clearmix" in line and "is not executable" not in line
    ]
    assert wrong == []
