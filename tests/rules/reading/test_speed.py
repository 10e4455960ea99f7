"""How long checking takes: CPU time, for one policy as for many, grows no faster than the text."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from clearmix_rules import PolicySource, check

POLICY = (Path(__file__).parent / "mistakes.rights").read_text("utf-8")
HEADER, RULES = POLICY.split("rule short-remix", 1)
RULES = f"rule short-remix{RULES}"


def policy(times: int, party: str = "northlight") -> PolicySource:
    """A policy with three rules, so many times over."""
    text = HEADER.replace("northlight", party)
    for number in range(times):
        copy = RULES.replace("northlight", party)
        for name in ("short-remix", "no-voice", "new-release"):
            copy = copy.replace(f"rule {name}", f"rule {name}-{number}")
        text += copy
    return PolicySource(f"{party}.rights", text)


def seconds(sources: list[PolicySource]) -> float:
    began = time.process_time()
    for source in sources:
        check(source)
    return time.process_time() - began


def test_ten_times_the_rules_take_about_ten_times_as_long():
    seconds([policy(1)])
    small = min(seconds([policy(10)]) for _ in range(3))
    large = min(seconds([policy(100)]) for _ in range(2))
    assert large < 25 * small


@pytest.mark.full
def test_a_file_of_thirty_rules_is_checked_within_50_ms():
    seconds([policy(10)])
    assert min(seconds([policy(10)]) for _ in range(5)) < 0.050


@pytest.mark.full
def test_a_thousand_policies_are_checked_within_5_seconds():
    assert seconds([policy(1, f"label-{number}") for number in range(1_000)]) < 5.0
