"""The page on proving: each policy, claim and answer in it is run as it stands."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from clearmix_rules.cli import main
from clearmix_rules.proving.property import ANSWERS

PAGE = Path(__file__).parents[3] / "docs/rights/proving.md"
TEXT = PAGE.read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
(POLICY,) = [body for kind, body in BLOCKS if kind == "rights"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "northlight.rights").write_text(POLICY, "utf-8")
    return tmp_path


def answers():
    return [(one[1], other[1]) for one, other in pairwise(BLOCKS) if one[0] == "properties"]


@pytest.mark.parametrize(("claims", "answer"), answers())
def test_claims_of_the_page_are_answered_as_it_says(capsys, folder, claims, answer):
    file = folder / "ours.rights-properties"
    file.write_text(claims, "utf-8")
    main(["prove", "--policies", str(folder / "old"), "--properties", str(file)])
    assert capsys.readouterr().out == answer


def test_the_comparison_of_the_page_comes_out_as_it_says(capsys, folder):
    (newer,) = [body for kind, body in BLOCKS if kind == "newer"]
    (changes,) = [body for kind, body in BLOCKS if kind == "changes"]
    (folder / "new.rights").write_text(newer, "utf-8")
    assert main(["diff", str(folder / "old"), str(folder / "new.rights")]) == 0
    out = capsys.readouterr().out
    assert out.startswith("What they say:\n- changed: “Northlight remix terms”")
    assert out[out.index("What they do:") :].startswith(changes)


def test_the_page_names_every_answer_that_a_claim_may_have():
    assert all(f"`{one}`" in TEXT for one in ANSWERS)
