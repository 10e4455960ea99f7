"""A plugin that is written by the tutorial of its kind installs, passes and is listed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from clearmix.scaffolding import NewPlugin, write_plugin

PAGES = Path(__file__).parents[1] / "docs" / "plugins" / "tutorials"
FILES = re.compile(r"^In `([\w./-]+)`:\n\n```[\w-]+\n(.*?)^```", re.MULTILINE | re.DOTALL)
BEGUN = re.compile(r"^    clearmix plugins new (\w+) ([\w-]+)$", re.MULTILINE)


SLOW = ("labeler",)
"""Tutorials that are tried on the full run only."""


def pages() -> list[object]:
    return [
        pytest.param(page, id=page.stem, marks=[pytest.mark.full] if page.stem in SLOW else [])
        for page in sorted(PAGES.glob("*.md"))
    ]


@pytest.mark.parametrize("page", pages())
def test_what_a_tutorial_writes_passes_its_contract(page: Path, tmp_path: Path) -> None:
    text = page.read_text()
    (begun,) = BEGUN.findall(text)
    new = NewPlugin(*begun)
    folder, _ = write_plugin(new, tmp_path)
    files = dict(FILES.findall(text))
    assert len(files) == 2
    for name, content in files.items():
        assert (folder / name).is_file(), f"the tutorial writes {name}, which was not begun"
        (folder / name).write_text(content)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]),
        "CLEARMIX_HOME": str(tmp_path / "home"),
        "CLEARMIX_PLUGINS": new.package,
        "CLEARMIX_STRICT_PLUGINS": "1",
    }
    tested, listed = (
        subprocess.run(
            [sys.executable, "-m", *command],
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
        )
        for command in (
            ["pytest", "-q", "-c", os.devnull, "--rootdir", folder, "-p", "no:cacheprovider"],
            ["clearmix", "plugins", "list"],
        )
    )
    assert tested.returncode == 0, tested.stdout
    assert new.package in listed.stdout, listed.stderr
