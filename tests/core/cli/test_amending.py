"""`clearmix plan` and `clearmix amend`: an arrangement printed, edited and heard."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from clearmix.rendering.worker import lock_path
from clearmix.settings import Settings


@pytest.fixture
def made(as_json, song: Path, tmp_path: Path) -> Iterator[dict]:
    """A house remix of ten seconds; the worker that made it ends with the test."""
    as_json("catalogue", "add", song, "--title", "Night Drive", "--artist", "Ada Wren")
    spec = tmp_path / "spec.json"
    asked = {"sources": ["night-drive"], "styles": ["house"], "structure": {"seconds": 10}}
    spec.write_text(json.dumps(asked))
    yield as_json("remix", "--spec", spec)["render"]
    home = Settings.from_environment({"CLEARMIX_HOME": str(tmp_path / "home")})
    os.kill(int(lock_path(home).read_text()), signal.SIGTERM)


@pytest.mark.full
def test_a_plan_is_printed_edited_and_rendered_and_one_beyond_its_spec_is_refused(
    made: dict, as_json, clearmix, tmp_path: Path
) -> None:
    plan = as_json("plan", made["id"])
    path = tmp_path / "plan.json"
    plan["drums"] |= {"kit": "linn-80s", "lanes": {"kick": "X.......X......."}}
    path.write_text(json.dumps(plan))
    amended = as_json("amend", made["id"], "--plan", path, "--out", tmp_path / "out")
    assert amended["outcome"] == "permitted"
    assert amended["amends"] == made["id"]
    render = amended["render"]
    assert Path(render["path"]).parent == tmp_path / "out"
    assert as_json("plan", render["id"])["drums"] == plan["drums"]
    assert {mark["layer"] for mark in render["marks"]} == {"signal", "file"}

    path.write_text(json.dumps(plan | {"seconds": 400.0}))
    code, shown, said = clearmix("amend", made["id"], "--plan", path)
    assert (code, shown) == (1, "")
    assert "`seconds` belongs to the spec" in said
    assert "ask for it in words" in said


def test_a_plan_that_is_no_json_or_of_no_render_is_named(clearmix, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("kick it")
    code, _, said = clearmix("amend", "0" * 16, "--plan", tmp_path / "plan.json")
    assert (code, "not JSON" in said) == (1, True)
    code, _, said = clearmix("plan", "0" * 16)
    assert (code, "no render" in said) == (1, True)
