"""The guide for authors of formulas is true: its formulas keep the contract."""

from __future__ import annotations

import inspect
import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from clearmix.testing import FormulaContract, Market

GUIDE = (Path(__file__).parents[3] / "docs" / "royalties" / "writing-a-formula.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def run() -> tuple[dict[str, Any], str]:
    """What the guide's code defines, and what it prints."""
    names: dict[str, Any] = {}
    printed = StringIO()
    with redirect_stdout(printed):
        for language, code in BLOCKS:
            if language == "py":  # a program of its own, which imports what was written above
                exec(code.replace("from my_formulas import ProRata\n", ""), names)
            elif language == "python":
                exec(code, names)
    return names, printed.getvalue()


NAMES, PRINTED = run()
FORMULAS = [value() for value in NAMES.values() if isinstance(value, type) and hasattr(value, "id")]
CHECKS = [name for name in dir(FormulaContract) if name.startswith("test_")]
QUICK = ["test_only_plays_that_count_claim_and_each_once", "test_every_micro_unit_is_paid_once"]
"""Checks that a formula of the guide is put to on every run; the full run does them all."""


def test_what_the_guide_prints_is_what_it_says() -> None:
    (said,) = [code for language, code in BLOCKS if language == "output"]
    assert said == PRINTED


def test_the_guide_has_several_formulas_and_a_test_that_can_be_read() -> None:
    assert len(FORMULAS) >= 7
    (tests,) = [code for language, code in BLOCKS if language == "tests"]
    compile(tests, "test_my_formulas.py", "exec")


@pytest.mark.parametrize("checks", [QUICK, pytest.param(CHECKS, marks=pytest.mark.full)])
@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.id)
def test_every_formula_of_the_guide_keeps_the_contract(formula: Any, checks: list[str]) -> None:
    market = Market.generated(plays=150)
    for name in checks:
        check = getattr(FormulaContract(), name)
        wanted = inspect.signature(check).parameters
        check(**{key: {"formula": formula, "market": market}[key] for key in wanted})


@pytest.mark.parametrize("named", ["events", "context.catalogue", "context.history"])
def test_the_guide_names_every_column(named: str) -> None:
    from clearmix.royalties.engine import EVENT_COLUMNS
    from clearmix.royalties.settling import CATALOGUE_COLUMNS

    columns = CATALOGUE_COLUMNS if named == "context.catalogue" else EVENT_COLUMNS
    assert not [column for column in columns if f"`{column}`" not in GUIDE]
