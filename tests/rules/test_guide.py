"""The guide for policy authors: each policy in it is read, checked and decided as it says."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from clearmix_rules import SCHEMA, PolicySet, PolicySource, Request, check

GUIDE = Path(__file__).parents[2] / "docs/rights/guide.md"
TEXT = GUIDE.read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
HEADER = 'policy "Guide" version 1\nby label northlight\nconsent: opt-in\n'


def whole(text: str) -> str:
    """A block as a whole policy: a rule alone belongs to northlight, which answers opt-in."""
    return text if text.startswith("policy") else HEADER + text


def after(kind: str) -> list[tuple[str, str, str]]:
    """Each block of a kind with the block that follows it."""
    return [(one[1], *following) for one, following in pairwise(BLOCKS) if one[0] == kind]


def cases():
    for text, kind, lines in after("rights"):
        assert kind == "asked", f"nothing is asked of: {text}"
        for line in lines.splitlines():
            asked, _, answer = line.partition(" -> ")
            outcome, _, said = answer.partition(": ")
            yield pytest.param(text, asked.strip(), outcome.strip(), said.strip(), id=line[:60])


@pytest.mark.parametrize(("text", "asked", "outcome", "said"), list(cases()))
def test_a_policy_of_the_guide_decides_as_it_says(facts, text, asked, outcome, said):
    changes = {}
    if asked != "nothing else":
        for change in re.split(r",\s+(?=[\w.-]+ = )", asked):
            path, _, value = change.partition(" = ")
            changes[path.strip()] = json.loads(value)
    source = PolicySource("guide.rights", whole(text))
    assert check(source) == ()
    decision = PolicySet.load([source]).decide(Request.from_json(facts(changes)))
    assert decision.outcome == outcome
    assert said in decision.explain()


def test_every_mistake_of_the_guide_is_shown_as_it_says():
    found = after("mistake")
    assert found
    for text, kind, shown in found:
        assert kind == "text"
        source = PolicySource("guide.rights", whole(text))
        assert "\n".join(one.as_text() for one in check(source)) == shown.rstrip()


def test_the_guide_names_every_fact_with_its_sentence():
    for row in SCHEMA.attributes.values():
        if row.key != "party.id":
            line = next(one for one in TEXT.splitlines()
                        if one.startswith(f"| {row.group}: `{row.name}` |"))  # fmt: skip
            assert row.sentence in line
            assert all(value in line for value in row.values)


def test_the_example_request_of_the_guide_is_the_one_that_is_asked(facts):
    (example,) = [body for kind, body in BLOCKS if kind == "json"]
    assert json.loads(example) == facts()
