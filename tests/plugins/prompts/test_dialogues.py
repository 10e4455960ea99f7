"""Conversations of several turns: what a follow-up changes, and what it leaves alone."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from clearmix import RemixSpec

PATH = Path(__file__).parent / "dialogues.toml"
DIALOGUES = tomllib.loads(PATH.read_text(encoding="utf-8"))["dialogue"]


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda one: one["name"])
def test_a_conversation_goes_like_this(interpret: Any, dialogue: dict[str, Any]) -> None:
    versions: list[RemixSpec] = []
    for turn in dialogue["turn"]:
        found = interpret(turn["say"], versions)
        said = f"`{turn['say']}` gave {found}"
        if "spec" in turn:
            wanted = {"kind": "remix", "sources": ["current"], **turn["spec"]}
            assert found.spec == RemixSpec.from_json(wanted), said
        else:
            assert found.spec == (versions[-1] if versions else None), said
        assert found.intent == turn.get("intent", "refine"), said
        assert found.control == turn.get("control"), said
        assert found.version == turn.get("version"), said
        assert list(found.changed) == turn.get("changed", []), said
        assert list(found.assumed) == turn.get("assumed", []), said
        assert list(found.not_understood) == turn.get("not_understood", []), said
        assert (found.question is not None) == turn.get("asks", False), said
        if found.spec is not None and found.spec not in versions[-1:]:
            versions.append(found.spec)


def test_a_new_title_starts_a_new_spec_and_same_to_copies_it(interpret: Any) -> None:
    first = interpret("make Greensleeves house", source=None)
    assert first.spec is not None and first.spec.sources == ("greensleeves",)
    fresh = interpret("now do Danny Boy slower", [first.spec], source=None)
    assert (fresh.intent, fresh.spec.sources, fresh.spec.styles) == ("transform", ("danny",), ())
    copied = interpret("do the same to Danny Boy", [first.spec], source=None)
    assert (copied.spec.sources, copied.spec.styles) == (("danny",), ("house",))
    assert copied.changed == ("sources",)


def test_the_same_seed_stays_and_a_new_seed_is_a_variation(interpret: Any) -> None:
    first = interpret("house, seed 7")
    same = interpret("use the same seed but faster", [first.spec])
    assert same.spec.seed == 7
    assert same.changed == ("tempo",)
    assert interpret("different seed", [first.spec]).control == "variation"


def test_thanks_alone_starts_no_render(interpret: Any) -> None:
    first = interpret("house")
    assert interpret("thanks!", [first.spec]).control is None
