"""The pages of recipes and the tutorial: each policy is run with the tests that stand below it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from clearmix_rules import PolicySource, check
from clearmix_rules.trying.running import run_suite

PAGES = Path(__file__).parents[2] / "docs/rights"
NAMED = re.compile(r'"([^"]+\.rights)"')


def recipes() -> Iterator[object]:
    """The policies that precede each block of tests, with the block."""
    for page in ("recipes.md", "tutorial.md"):
        text = (PAGES / page).read_text("utf-8")
        policies: list[str] = []
        for kind, body in re.findall(r"^```(\S+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            if kind == "rights":
                policies.append(body)
            elif kind == "rights-test":
                title = re.search(r'policy "([^"]*)"', policies[0])
                yield pytest.param(policies, body, id=f"{page}: {title[1] if title else '?'}")
                policies = []


@pytest.mark.parametrize(("policies", "tests"), list(recipes()))
def test_a_recipe_does_what_its_tests_say(policies: list[str], tests: str, tmp_path: Path) -> None:
    names = NAMED.findall(tests.partition("\n\n")[0])
    assert len(names) == len(policies), "the tests name the policies above them, in their order"
    for name, text in zip(names, policies, strict=True):
        assert check(PolicySource(name, text)) == ()
        (tmp_path / name).write_text(text, "utf-8")
    report = run_suite(PolicySource("recipe.rights-test", tests), tmp_path)
    assert [one.as_text() for one in report.diagnostics] == []
    assert {one.trial.name: one.differs for one in report.verdicts if not one.passed} == {}
    assert [part.words for part in report.coverage.missing if part.test is None] == []
