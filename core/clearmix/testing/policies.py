"""The contract of a policy pack: `.rights` files that ship with a plugin, and their tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from clearmix_rules import PolicyErrors, PolicySet, PolicySource, Severity, check
from clearmix_rules.reading.layout import format_policy
from clearmix_rules.trying.running import run_suite


class PolicyPackContract:
    """Give it the fixture `policies`; `tests` is the folder of the `.rights-test` files."""

    tests: Path | None = None

    @pytest.fixture
    def policies(self) -> Iterable[PolicySource]:
        """What `provide_policies` hands over."""
        raise NotImplementedError("override the fixture `policies` and return your sources")

    def test_every_policy_checks(self, policies: Iterable[PolicySource]) -> None:
        """A policy that does not check refuses everything of its party."""
        for source in policies:
            wrong = [one for one in check(source) if one.severity is Severity.ERROR]
            assert not wrong, "\n".join(one.as_text() for one in wrong)

    def test_no_policy_has_warnings(self, policies: Iterable[PolicySource]) -> None:
        """A warning is a rule that does not do what it seems to."""
        for source in policies:
            found = check(source)
            assert not found, "\n".join(one.as_text() for one in found)

    def test_they_load_together(self, policies: Iterable[PolicySource]) -> None:
        """Names are not taken twice."""
        try:
            PolicySet.load(list(policies))
        except PolicyErrors as errors:
            pytest.fail("\n".join(one.as_text() for one in errors.diagnostics))

    def test_they_are_laid_out(self, policies: Iterable[PolicySource]) -> None:
        """One layout, so that a change shows what changed."""
        for source in policies:
            assert format_policy(source.text) == source.text, (
                f"run `clearmix rules fmt {source.name}`"
            )

    def test_their_tests_pass(self) -> None:
        """Policies without tests are promises nobody checked."""
        if self.tests is None:
            pytest.skip("set `tests` to the folder of your `.rights-test` files")
        suites = sorted(self.tests.glob("*.rights-test"))
        assert suites, f"no `.rights-test` file in {self.tests}"
        for path in suites:
            report = run_suite(PolicySource.read(path), path.parent)
            said = [one.as_text() for one in report.diagnostics]
            said += [
                f'"{one.trial.name}": {"; ".join(one.differs)}'
                for one in report.verdicts
                if not one.passed
            ]
            assert report.passed, "\n".join(said)
            assert report.verdicts, f"{path.name} has no test"
