"""Everything under `examples/` works as a third party would use it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from clearmix_rules import PolicySet, PolicySource, check

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.rights")), ids=lambda path: path.name)
def test_every_example_policy_checks(path: Path) -> None:
    assert check(PolicySource(path.name, path.read_text())) == ()


def test_the_example_policies_go_together() -> None:
    sources = [PolicySource(path.name, path.read_text()) for path in EXAMPLES.rglob("*.rights")]
    assert len(sources) >= 2
    PolicySet.load(sources)


PLUGINS = ("chiptune", "fan-fund", "open-door", "station-ident", "tremolo", "weighted")


def test_every_example_plugin_is_tried() -> None:
    found = {path.parent.name for path in EXAMPLES.glob("*/pyproject.toml")}
    assert found == {f"clearmix-{plugin}" for plugin in PLUGINS}


def test_ci_installs_every_example_as_a_third_party_would() -> None:
    """`.ci/third-party.sh` builds, installs, lists and tests them, and new plugins of each kind."""
    root = EXAMPLES.parent
    assert ".ci/third-party.sh" in (root / ".ci" / "run").read_text()
    assert "examples/clearmix-*" in (root / ".ci" / "third-party.sh").read_text()


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.py")), ids=lambda path: path.name)
def test_an_example_uses_public_names_alone(path: Path) -> None:
    deep = re.findall(r"^\s*(?:from|import) (clearmix\.[\w.]+)", path.read_text(), re.MULTILINE)
    assert [name for name in deep if not name.startswith("clearmix.testing")] == []


@pytest.mark.full  # `.ci/run` does the same on real wheels
@pytest.mark.parametrize("plugin", PLUGINS)
def test_an_example_plugin_passes_its_own_tests_and_is_found(plugin: str, tmp_path: Path) -> None:
    project = EXAMPLES / f"clearmix-{plugin}"
    package = f"clearmix_{plugin.replace('-', '_')}"
    site = tmp_path / "site"
    information = site / f"{package}-0.1.0.dist-info"
    information.mkdir(parents=True)
    (site / package).symlink_to(project / package)
    (information / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: clearmix-{plugin}\nVersion: 0.1.0\n"
    )
    (information / "entry_points.txt").write_text(f"[clearmix]\n{plugin} = {package}\n")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")]),
        "CLEARMIX_HOME": str(tmp_path / "home"),
    }
    listed = subprocess.run(
        [sys.executable, "-m", "clearmix", "plugins", "list"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert plugin in listed.stdout
    assert "problem" not in listed.stdout
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(project),
         "-p", "no:cacheprovider", str(project / "tests")],
        env=environment,
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert tested.returncode == 0, tested.stdout
