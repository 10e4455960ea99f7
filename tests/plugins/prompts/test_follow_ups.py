"""Second turns: relative to what stands, taking back, correcting, and talk to the service."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from clearmix import RemixSpec

PATH = Path(__file__).parent / "follow_ups.toml"
TURNS = tomllib.loads(PATH.read_text(encoding="utf-8"))["turns"]


@pytest.mark.parametrize("turn", TURNS, ids=lambda one: one["say"][:48])
def test_a_second_turn_does_this_to_the_first(interpret: Any, turn: dict[str, Any]) -> None:
    versions = [RemixSpec.from_json({"sources": ["current"], **one}) for one in turn["before"]]
    found = interpret(turn["say"], versions)
    assert (found.intent, found.control) == (turn.get("intent", "refine"), turn.get("control"))
    assert found.version == turn.get("version")
    assert (found.question is not None) == turn.get("asks", False), found.question
    if "after" in turn:
        wanted = {"kind": "remix", "sources": ["current"], **turn["after"]}
        assert found.spec == RemixSpec.from_json(wanted), found.spec.as_json()
