"""Cases after the conformance suites of Cedar, XACML, ODRL, OPA and DDEX, as policies and tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from clearmix_rules import PolicySource, check
from clearmix_rules.reading.layout import format_policy
from clearmix_rules.trying.coverage import Coverage
from clearmix_rules.trying.layout import format_suite
from clearmix_rules.trying.running import run_suite

FOLDER = Path(__file__).parent
SUITES = sorted(FOLDER.glob("*.rights-test"))


def report(file: Path):
    return run_suite(PolicySource.read(file), FOLDER)


@pytest.mark.parametrize("file", SUITES, ids=lambda file: file.stem)
def test_every_case_is_decided_as_expected(file):
    found = report(file)
    assert [one.as_text() for one in found.diagnostics] == []
    assert [(one.trial.name, one.differs) for one in found.verdicts if one.differs] == []


def test_there_are_some_hundred_cases_and_they_try_everything_in_their_policies():
    reports = [report(file) for file in SUITES]
    assert sum(len(one.verdicts) for one in reports) >= 110
    coverage = Coverage.together(one.coverage for one in reports)
    assert [one.words for one in coverage.missing] == []
    assert len(coverage.outcomes) == 6


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.rights")), ids=lambda file: file.stem)
def test_every_policy_of_the_cases_is_without_mistakes_and_laid_out(file):
    source = PolicySource.read(file)
    assert [one.as_text() for one in check(source) if one.severity == "error"] == []
    assert format_policy(source.text) == source.text


@pytest.mark.parametrize("file", SUITES, ids=lambda file: file.stem)
def test_every_file_of_cases_is_laid_out(file):
    text = file.read_text("utf-8")
    assert format_suite(text) == text
