"""What listeners say, as data: every field of the spec, and nothing that was not asked for."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from clearmix import RemixSpec

CORPUS = Path(__file__).parent / "corpus"

CASES = [
    pytest.param(words, expected, id=f"{path.stem}: {words[:50]}")
    for path in sorted(CORPUS.glob("*.toml"))
    for words, expected in tomllib.loads(path.read_text(encoding="utf-8")).items()
]

ABOUT_THE_TURN = ("intent", "control", "assumed", "not_understood", "asks")


@pytest.mark.parametrize(("words", "expected"), CASES)
def test_a_prompt_asks_for_these_fields_and_no_others(
    interpret: Any, words: str, expected: dict[str, Any]
) -> None:
    found = interpret(words)
    spec = {name: value for name, value in expected.items() if name not in ABOUT_THE_TURN}
    if found.spec is None:
        assert spec == {}, f"no spec, though {spec} was asked for"
    else:
        wanted = {"kind": "remix", "sources": ["current"], **spec}
        assert found.spec == RemixSpec.from_json(wanted), found.spec.as_json()
    assert found.intent == expected.get("intent", "transform")
    assert found.control == expected.get("control")
    assert list(found.assumed) == expected.get("assumed", [])
    assert list(found.not_understood) == expected.get("not_understood", [])
    assert (found.question is not None) == expected.get("asks", False), found.question


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(CASES) >= 400
    assert len({case.values[0] for case in CASES}) == len(CASES)
