"""Sentences that a lawyer tries first: each is read, or gets one error with the exact remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from clearmix_rules import PolicySource, check

HEAD = 'policy "T" version 1\nby label x\nconsent: opt-in\n'
LINES = (Path(__file__).parent / "sentences.txt").read_text("utf-8").splitlines()[2:]


@pytest.mark.parametrize(("sentence", "said"), list(zip(LINES[::2], LINES[1::2], strict=True)))
def test_a_sentence_is_read_or_gets_one_remedy(sentence, said):
    found = check(PolicySource("t.rights", f'{HEAD}rule a: {sentence}\n reason "r"\n'))
    assert [f"{one.message} | {one.help}" for one in found] == (
        [] if said.strip() == "fine" else [said.strip()]
    )
