"""The page for auditors, `docs/rights/record.md`: its commands and its Python do as it says."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[3] / "docs/rights/record.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
POLICY = """\
policy "Ada Wren, terms" version 1
by artist ada-wren
consent: opt-in

rule short: permit remix
  provided
    length is at most 4 seconds
  reason "Ada Wren lets short remixes be made."
"""


@pytest.fixture
def audited(as_json, song: Path, tmp_path: Path) -> dict[str, str]:
    """A house with three decisions; what the page's commands call `$HEAD` and `$BEFORE`."""
    as_json("catalogue", "add", song, "--title", "Night Drive", "--artist", "Ada Wren")
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps({"kind": "remix", "sources": ["night-drive"]}))
    as_json("decide", "--spec", spec)
    before = datetime.now(UTC).isoformat()
    (tmp_path / "ada.rights").write_text(POLICY)
    as_json("rules", "add", tmp_path / "ada.rights")
    as_json("decide", "--spec", spec)
    as_json("decide", "--spec", spec)
    return {"HEAD": as_json("rules", "log", "verify")["head"], "BEFORE": before}


def answers(block: str, names: dict[str, str], run) -> int:
    """Runs the command of a block; its output must be as shown, `...` standing for anything."""
    command, _, shown = block.partition("\n")
    words = [names.get(word.removeprefix("$"), word) for word in shlex.split(command)]
    assert words[:2] == ["$", "clearmix"]
    code, out, err = run(*words[2:])
    pattern = ".*".join(map(re.escape, shown.strip().split("...")))
    assert re.fullmatch(pattern, out.strip(), re.DOTALL), out + err
    return code


def test_every_command_of_the_page_answers_as_it_says(audited, clearmix) -> None:
    blocks = [body for kind, body in BLOCKS if kind == "console"]
    assert len(blocks) == 5
    for block in blocks:
        assert answers(block, audited, clearmix) == 0


def test_a_log_that_was_tampered_with_is_found_as_the_page_says(
    audited, clearmix, tmp_path: Path
) -> None:
    (block,) = [body for kind, body in BLOCKS if kind == "broken"]
    with sqlite3.connect(tmp_path / "home" / "clearmix.db") as database:
        database.execute("UPDATE decision SET listener = 'someone' WHERE number = 2")
    assert answers(block, audited, clearmix) == 1


def test_the_hash_is_made_again_by_the_python_of_the_page(
    audited, as_json, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = [body for kind, body in BLOCKS if kind == "python"]
    monkeypatch.chdir(tmp_path)
    entry = as_json("rules", "log", "show", "2")
    Path("entry.json").write_text(json.dumps(entry), encoding="utf-8")
    exec(code, {})
    Path("entry.json").write_text(json.dumps({**entry, "decision_hash": "0" * 64}))
    with pytest.raises(AssertionError):
        exec(code, {})


def test_the_page_names_every_key_of_the_record(audited, as_json) -> None:
    entry = as_json("rules", "log", "show", "2")
    keys = {*entry["decision"]["inputs"], "request", "outcome", "rules", "duties"}
    assert keys == set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
