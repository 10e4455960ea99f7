"""A plugin that is begun works at once: it is listed without a problem and passes its contract."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clearmix.errors import PluginError
from clearmix.scaffolding import KINDS, NewPlugin, write_plugin


def ran(arguments: list[str], folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "CLEARMIX_HOME": str(home)},
        capture_output=True,
        text=True,
    )


def installed(folder: Path, name: str, package: str) -> None:
    """Writes what pip would write, so that the entry point is found without a network."""
    about = folder / f"{package}-0.1.0.dist-info"
    about.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: clearmix-{name}\nVersion: 0.1.0\n"
    (about / "METADATA").write_text(metadata)
    (about / "entry_points.txt").write_text(f"[clearmix]\n{name} = {package}\n")


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_plugin_is_listed_and_passes_its_contract(kind: str, tmp_path: Path) -> None:
    name, package = f"my-{kind}", f"clearmix_my_{kind}"
    folder, written = write_plugin(NewPlugin(kind, name), tmp_path)
    expected = {"pyproject.toml", "README.md", f"{package}/__init__.py", "tests/test_contract.py"}
    assert expected < set(written)
    assert "{{" not in "".join((folder / file).read_text() for file in written)
    installed(folder, name, package)
    listed = ran(["clearmix", "plugins", "list"], folder, tmp_path / "home")
    assert name in listed.stdout, listed.stderr
    assert "problem" not in listed.stdout, listed.stdout
    alone = ["-q", "-c", os.devnull, "--rootdir", str(folder), "-p", "no:cacheprovider"]
    tested = ran(["pytest", *alone, "tests"], folder, tmp_path / "home")
    assert tested.returncode == 0, tested.stdout


def test_what_is_there_already_is_left_alone(tmp_path: Path) -> None:
    write_plugin(NewPlugin("formula", "fair"), tmp_path)
    (tmp_path / "clearmix-fair" / "README.md").write_text("mine")
    with pytest.raises(PluginError, match="something at") as refused:
        write_plugin(NewPlugin("formula", "fair"), tmp_path)
    assert "--out" in refused.value.help
    assert (tmp_path / "clearmix-fair" / "README.md").read_text() == "mine"


@pytest.mark.parametrize(
    "name", ["", "Night", "night drive", "../x", "1st", "class", "none", "a--b"]
)
def test_a_name_that_cannot_be_an_id_is_refused(name: str) -> None:
    with pytest.raises(PluginError, match="cannot be the name of a plugin") as refused:
        NewPlugin("generator", name)
    assert "such as `night-drive`" in refused.value.help


@pytest.mark.parametrize("name", ["studio", "rules", "audio", "clearmix-ui"])
def test_a_name_that_would_hide_something_of_clearmix_is_refused(name: str) -> None:
    with pytest.raises(PluginError, match="is taken") as refused:
        NewPlugin("generator", name)
    assert "a name of its own" in refused.value.help


def test_an_unknown_kind_names_the_kinds() -> None:
    with pytest.raises(PluginError, match="no kind of plugin `synth`") as refused:
        NewPlugin("synth", "night")
    assert "generator, labeler" in refused.value.help
    with pytest.raises(PluginError) as misspelt:
        NewPlugin("labeller", "night")
    assert misspelt.value.help == "did you mean `labeler`?"


def test_the_prefix_of_the_distribution_may_be_given(tmp_path: Path) -> None:
    assert NewPlugin("formula", "clearmix-fair") == NewPlugin("formula", "fair")
