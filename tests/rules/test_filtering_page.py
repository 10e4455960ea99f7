"""The page about filtering: its commands print what it says, its Python runs, its tables are so."""

from __future__ import annotations

import json
import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from clearmix_rules import Request
from clearmix_rules.cli import main
from clearmix_rules.querying.catalogue import TRACK_PARTIES, TRACKS

TEXT = (Path(__file__).parents[2] / "docs/rights/filtering.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def only(kind: str) -> str:
    (text,) = [text for one, text in BLOCKS if one == kind]
    return text


@pytest.fixture
def files(tmp_path, facts, monkeypatch):
    """The files that the page speaks of, in the current folder; returns the request."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/northlight.rights").write_text(only("rights"), "utf-8")
    (tmp_path / "catalogue.jsonl").write_text(only("jsonl"), "utf-8")
    said = {key: value for key, value in facts().items() if key != "tracks"}
    (tmp_path / "request.json").write_text(json.dumps(said), "utf-8")
    monkeypatch.chdir(tmp_path)
    return Request.from_json(facts())


def test_each_command_prints_what_the_page_says(files, capsys):
    commands = [pair for pair in pairwise(BLOCKS) if pair[0][0] == "sh"]
    assert commands
    for (_, command), (kind, printed) in commands:
        assert kind == "text"
        program, *arguments = shlex.split(command)
        assert program == "clearmix-rules"
        assert main(arguments) == 0
        assert capsys.readouterr().out == printed


def test_the_python_of_the_page_runs(files):
    exec(only("python"), {"request": files})


def test_the_page_names_every_column():
    named = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", TEXT, re.MULTILINE)
    columns = [name for line in named for name in re.findall(r"`(\w+)`", line)]
    assert columns == [*TRACKS, *TRACK_PARTIES]
