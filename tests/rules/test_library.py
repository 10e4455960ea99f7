"""The policies that ship with the product, each with tests of its own."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from clearmix_library import policies, templates
from clearmix_rules import Outcome, PolicySet, PolicySource, Request, check
from clearmix_rules.trying.running import run_suite

LIBRARY = Path(str(resources.files("clearmix_library")))
SUITES = sorted(LIBRARY.rglob("*.rights-test"))


def test_every_shipped_policy_is_without_mistakes_and_has_tests():
    assert [one.name for one in policies()] == ["platform-baseline.rights"]
    assert [one.name for one in templates()] == [
        "artist-opt-out.rights",
        "charity-single.rights",
        "independent.rights",
        "major-label.rights",
        "new-release-window.rights",
        "publisher.rights",
    ]
    for source in (*policies(), *templates()):
        assert check(source) == ()
    PolicySet.load([*policies(), *templates()])
    tested = {path.stem for path in SUITES}
    assert tested == {Path(one.name).stem for one in (*policies(), *templates())}


@pytest.mark.parametrize("suite", SUITES, ids=lambda path: path.stem)
def test_a_shipped_policy_does_what_its_tests_say_and_they_try_all_of_it(suite: Path):
    report = run_suite(PolicySource.read(suite), suite.parent)
    assert [one.as_text() for one in report.diagnostics] == []
    assert {one.trial.name: one.differs for one in report.verdicts if not one.passed} == {}
    assert [part.words for part in report.coverage.missing] == []


def test_the_voice_of_somebody_nobody_knows_is_in_error(facts):
    asked = facts(
        {"request.actions": ["cover", "voice-imitation"], "sound.voice": "imitated",
         "sound.voice-of": "stranger", "generator.uses-master": False}
    )  # fmt: skip
    decision = PolicySet.load(policies()).decide(Request.from_json(asked))
    assert decision.outcome is Outcome.IN_ERROR
