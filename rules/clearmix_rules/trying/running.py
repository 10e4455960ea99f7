"""Runs a file of policy tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from clearmix_rules import tree
from clearmix_rules.checking.findings import Findings
from clearmix_rules.deciding.decision import Decision
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Request
from clearmix_rules.diagnostics import Diagnostic, Severity
from clearmix_rules.errors import PolicyErrors, RequestError, RightsError, near_file
from clearmix_rules.source import PolicySource
from clearmix_rules.trying.coverage import Coverage
from clearmix_rules.trying.expecting import check_expectation, differences
from clearmix_rules.trying.facts import FactReader
from clearmix_rules.trying.reading import parse_suite
from clearmix_rules.trying.situation import Situation
from clearmix_rules.trying.suite import Expectation, Suite, Trial

BASELINE = ("clearmix_library", "platform-baseline.rights")
"""The package and the file of the platform's own policy."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one test went: nothing in `differs` if it is as expected."""

    file: str
    trial: Trial
    decision: Decision
    differs: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.differs

    def as_json(self) -> dict[str, object]:
        """The verdict as a JSON object."""
        return {
            "file": self.file,
            "line": self.trial.span.line,
            "test": self.trial.name,
            "passed": self.passed,
            "differs": list(self.differs),
            "decision": self.decision.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """How all tests of a file went."""

    file: str
    verdicts: tuple[Verdict, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    """Mistakes in the tests or in their policies; with an error no test is run."""
    coverage: Coverage = field(default_factory=lambda: Coverage([]))

    @property
    def passed(self) -> bool:
        """Whether every test ran and was as expected."""
        return all(one.passed for one in self.verdicts) and not any(
            one.severity is Severity.ERROR for one in self.diagnostics
        )


def run_suite(source: PolicySource, folder: Path) -> Report:
    """The report on a file of tests, whose policies are named from a folder."""
    suite, found = parse_suite(source)
    findings = Findings(source)
    findings.diagnostics += found
    if suite is None:
        return Report(source.name, (), tuple(found))
    texts = _read_policies(suite, folder, findings)
    try:
        policies = PolicySet.load(texts)
    except PolicyErrors as error:
        return Report(source.name, (), (*findings.diagnostics, *error.diagnostics))
    trees = tuple(one.policy for one in policies.policies)
    seen: dict[str, Trial] = {}
    ready: list[tuple[Trial, Expectation, Request]] = []
    for trial in suite.trials:
        if trial.name in seen:
            findings.error(trial.span, "twice", f'a second test is called "{trial.name}"',
                           "give each test a name of its own")  # fmt: skip
        seen[trial.name] = trial
        asked = _asked(suite, trial, trees, findings)
        expected = check_expectation(trial.expected, trees, findings)
        if asked is not None:
            ready.append((trial, expected, asked))
    found = list(
        dict.fromkeys(sorted(findings.diagnostics, key=lambda one: (one.line, one.column)))
    )
    if any(one.severity is Severity.ERROR for one in found):
        return Report(source.name, (), tuple(found))
    # The baseline is asked as well, but it is not what these tests are of.
    baseline = {BASELINE[1]} - {Path(one.text).name for one in suite.policies}
    coverage = Coverage.of(one for one in trees if one.file not in baseline)
    verdicts: list[Verdict] = []
    for trial, expected, asked in ready:
        decision = policies.decide(asked)
        coverage.note(asked, decision.outcome)
        differs = tuple(differences(expected, decision))
        verdicts.append(Verdict(source.name, trial, decision, differs))
    return Report(source.name, tuple(verdicts), tuple(found), coverage)


def _read_policies(suite: Suite, folder: Path, findings: Findings) -> list[PolicySource]:
    texts: list[PolicySource] = []
    for named in suite.policies:
        path = folder / named.text
        if not path.is_file():
            others = sorted(one.name for one in folder.glob("*.rights"))
            meant = near_file(named.text, others)
            help = f"did you mean `{meant}`?" if meant else "name a file beside the tests"
            message = f"there is no policy `{named.text}`"
            findings.error(named.span, "missing-file", message, help)
            continue
        try:
            texts.append(PolicySource.read(path))
        except RightsError as error:
            findings.error(named.span, "unreadable", error.message, error.help)
    if suite.baseline:
        package, name = BASELINE
        try:
            text = resources.files(package).joinpath(name).read_text("utf-8")
            texts.append(PolicySource(name, text))
        except (ModuleNotFoundError, OSError):
            findings.error(
                suite.span,
                "missing-file",
                "the platform's baseline is not installed",
                "name the file of your platform's own policy",
            )
    return texts


def _asked(
    suite: Suite, trial: Trial, policies: tuple[tree.Policy, ...], findings: Findings
) -> Request | None:
    """The request of a test, or None after noting what is wrong with its facts."""
    before = findings.errors
    situation = Situation(policies)
    reader = FactReader(situation, findings)
    reader.read(suite.given)
    reader.read(trial.facts)
    if findings.errors > before:
        return None
    try:
        return Request.from_json(situation.request())
    except RequestError as error:
        findings.error(trial.span, "request", error.message, error.help)
        return None


def check_suite(source: PolicySource, folder: Path) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a file of tests, apart from tests that fail."""
    return run_suite(source, folder).diagnostics
