"""The page on policy tests: every example on it is run, every default is the one it names."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from clearmix_rules import SCHEMA, PolicySource, check
from clearmix_rules.cli import main
from clearmix_rules.trying.running import run_suite
from clearmix_rules.trying.situation import DEFAULTS
from clearmix_rules.units import say

PAGE = Path(__file__).parents[3] / "docs/rights/testing.md"
TEXT = PAGE.read_text("utf-8")
BLOCKS = re.findall(r"^```([\w-]+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The policies of the page, under the names it gives them."""
    folder = tmp_path_factory.mktemp("policies")
    policies = [body for kind, body in BLOCKS if kind == "rights"]
    names = re.findall(r"^This is `([\w-]+\.rights)`", TEXT, re.MULTILINE)
    for name, body in zip(names, policies, strict=True):
        assert check(PolicySource(name, body)) == ()
        (folder / name).write_text(body, "utf-8")
    return folder


def test_every_test_of_the_page_is_as_expected(folder):
    suites = [body for kind, body in BLOCKS if kind == "rights-test"]
    assert len(suites) == 2
    for body in suites:
        report = run_suite(PolicySource("guide.rights-test", body), folder)
        assert report.diagnostics == ()
        assert [one.differs for one in report.verdicts] == [()] * len(report.verdicts) != []


def test_every_failure_of_the_page_is_shown_as_it_says(folder, capsys):
    shown = [(body, text) for (kind, body), (_, text) in pairwise(BLOCKS) if kind == "failing"]
    assert len(shown) == 2
    for body, text in shown:
        (folder / "guide.rights-test").write_text(body, "utf-8")
        assert main(["test", str(folder / "guide.rights-test")]) == 1
        assert capsys.readouterr().err == text
    (folder / "guide.rights-test").unlink()


def test_the_coverage_of_the_page_is_what_the_first_tests_cover(folder, capsys):
    first = next(body for kind, body in BLOCKS if kind == "rights-test")
    (folder / "northlight.rights-test").write_text(first, "utf-8")
    assert main(["test", "--coverage", str(folder / "northlight.rights-test")]) == 0
    said = capsys.readouterr().out
    assert said.startswith(BLOCKS[-1][1])


def test_every_default_is_the_one_that_the_page_names():
    told = dict(re.findall(r"^\| `([\w-]+)` \| ([^|]*) \|$", TEXT, re.MULTILINE))
    for group, facts in DEFAULTS.items():
        for name, value in facts.items():
            row = SCHEMA.attributes[f"{group}.{name}"]
            if name == "id":
                continue
            if isinstance(value, bool):
                words = "yes" if value else "no"
            elif isinstance(value, int):
                words = say(value, row.unit)
            elif isinstance(value, list):
                words = " and ".join(", ".join(sorted(value)).rsplit(", ", 1)) or "none"
            else:
                words = value
            assert told.pop(name) == words, name
    assert told == {}
