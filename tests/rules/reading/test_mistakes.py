"""Planted mistakes: each gives one error, at the right line, with a remedy that works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clearmix_rules import PolicySource, check

FOLDER = Path(__file__).parent
POLICY = (FOLDER / "mistakes.rights").read_text("utf-8")


def blocks():
    """The mistakes of the table, each with its line, message, remedy and what follows."""
    text = (FOLDER / "mistakes.txt").read_text("utf-8").replace("⏎", "\n").replace("⇥", "\t")
    for block in re.split(r"\n\n(?=- )", text.split("\n\n", 1)[1]):
        parts = dict(
            re.findall(r"^([-+@?=]) (.*?)(?=\n[-+@?=] |\Z)", block, re.MULTILINE | re.DOTALL)
        )
        line, message = parts["@"].split(" ", 1)
        yield pytest.param(
            parts["-"],
            parts.get("+", ""),
            int(line),
            message,
            parts["?"].rstrip("\n"),
            parts.get("=", parts["-"]),
            id=parts.get("+", "nothing")[:40],
        )


def found(old: str, new: str):
    assert old in POLICY
    return check(PolicySource("mistakes.rights", POLICY.replace(old, new, 1)))


TABLE = list(blocks())


def test_there_are_many_and_the_policy_itself_has_none():
    assert len(TABLE) > 200
    assert found("policy", "policy") == ()


@pytest.mark.parametrize(("right", "wrong", "line", "message", "help", "follow"), TABLE)
def test_each_is_one_error_and_its_remedy_works(right, wrong, line, message, help, follow):
    told = found(right, wrong)
    assert [(one.line, one.message, one.help) for one in told] == [(line, message, help)]
    assert POLICY.splitlines()[line - 1].strip()
    assert not any(one.severity == "error" for one in found(right, follow))
    # What the remedy says to write is what the corrected line has.
    written = re.match(r"(?:did you mean|write|write it with a hyphen:) `([^`.]+)`", help)
    if written:
        at = POLICY.index(right)
        corrected = POLICY.replace(right, follow, 1)[max(0, at - 80) : at + len(follow) + 60]
        assert written[1].strip() in corrected
