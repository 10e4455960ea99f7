"""Everything under `examples/` works as a third party would use it."""

from __future__ import annotations

import os
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


def test_the_tremolo_passes_its_own_tests_and_is_found_as_a_plugin(tmp_path: Path) -> None:
    project = EXAMPLES / "clearmix-tremolo"
    site = tmp_path / "site"
    (site / "clearmix_tremolo-0.1.0.dist-info").mkdir(parents=True)
    (site / "clearmix_tremolo").symlink_to(project / "clearmix_tremolo")
    information = site / "clearmix_tremolo-0.1.0.dist-info"
    (information / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: clearmix-tremolo\nVersion: 0.1.0\n"
    )
    (information / "entry_points.txt").write_text("[clearmix]\ntremolo = clearmix_tremolo\n")
    environment = {**os.environ, "PYTHONPATH": str(site), "CLEARMIX_HOME": str(tmp_path / "home")}
    listed = subprocess.run(
        [sys.executable, "-m", "clearmix", "plugins", "list"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "tremolo" in listed.stdout
    assert "problem" not in listed.stdout
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(project),
         "-p", "no:cacheprovider", str(project / "tests")],
        env=environment,
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert tested.returncode == 0, tested.stdout
