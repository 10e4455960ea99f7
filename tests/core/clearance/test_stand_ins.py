"""What refuses while a policy cannot be used, and for whom."""

from __future__ import annotations

import pytest

from clearmix.clearance.stand_ins import meanwhile, stand_in
from clearmix.kernel import Kernel
from clearmix.spec import RemixSpec
from clearmix_rules import PolicySet, PolicySource

NOBODY = [
    "by label Ada Wren", 'by artist "Sigur Rós"', 'by label "50 cent"', 'by platform "x"',
    "by singer ada", "by label Über", "by artist", "by label platform", 'by label "a\\"b"',
    "by artist Ada", 'by label "ada', "by: label ada", "consent: opt-in",
]  # fmt: skip
"""Author lines that name no party whom a catalogue could know."""


def broken(by: str) -> PolicySource:
    return PolicySource("b.rights", f'policy "B" version 1\n{by}\nrule a: permitt remix\n')


def author(source: PolicySource) -> tuple[str, str]:
    (policy,) = PolicySet.load([stand_in(source)]).policies
    return policy.policy.author.kind, policy.policy.author.party


@pytest.mark.parametrize("by", NOBODY)
def test_where_the_author_cannot_be_told_the_platform_refuses(by: str) -> None:
    assert author(broken(by))[0] == "platform"


@pytest.mark.parametrize(
    ("by", "party"),
    [
        ("by artist ada", "ada"),
        ('by artist "50-cent"', "50-cent"),
        ('by artist"50-cent"', "50-cent"),
        ("  by artist # hers\n  ada", "ada"),
        ("by artist ada # hers", "ada"),
        ("by artist ada\nin fource from 2026-01-01", "ada"),
        ("by artist ada\nconsnet: opt-in", "ada"),
    ],
)
def test_an_author_who_can_be_told_refuses_alone(by: str, party: str) -> None:
    assert author(broken(by)) == ("artist", party)
    assert meanwhile(broken(by)) == "until then its author refuses all"


@pytest.mark.parametrize("by", NOBODY[:7])
def test_a_broken_policy_of_nobody_refuses_for_everybody_and_says_so(
    cleared_kernel: Kernel, by: str
) -> None:
    spec = RemixSpec.from_json({"kind": "remix", "sources": ["open"]})
    assert cleared_kernel.decide(spec).decision.permitted
    (cleared_kernel.settings.policies / "b.rights").write_text(broken(by).text)
    refused = cleared_kernel.decide(spec).decision
    assert "cannot be read" in refused.reasons[0].text
    assert not refused.permitted
    (problem,) = [one for one in cleared_kernel.problems if one.plugin == "policies"]
    assert "`b.rights` does not check" in problem.reason
    own = "its author refuses all" if "platform" in by else "all music is refused"
    assert f"until then {own}" in problem.help
