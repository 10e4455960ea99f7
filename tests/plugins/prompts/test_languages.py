"""Other languages: the main terms of each are understood, and English stays as it is."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from clearmix import RemixSpec
from clearmix_prompts import languages
from clearmix_prompts.claims import claimed
from clearmix_prompts.control import is_out_of_scope, is_question, spoken
from clearmix_prompts.lexicon import UNKNOWN, lexemes
from clearmix_prompts.tables import table_of
from clearmix_prompts.text import read

FOLDER = Path(languages.__file__).parent / "lexicon" / "languages"
TABLES = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
CASES = [
    pytest.param(words, expected, id=f"{language}: {words}")
    for language, rows in tomllib.loads(
        (Path(__file__).parent / "languages.toml").read_text(encoding="utf-8")
    ).items()
    for words, expected in rows.items()
]
BASE = (RemixSpec(styles=("house",)), RemixSpec(styles=("techno",)), RemixSpec(styles=("jazz",)))


@pytest.mark.parametrize(("words", "expected"), CASES)
def test_a_prompt_in_another_language_asks_for_the_same(
    interpret: Any, words: str, expected: dict[str, Any]
) -> None:
    intent = expected.get("intent", "transform")
    found = interpret(words, BASE if intent == "control" else ())
    assert (found.intent, found.control) == (intent, expected.get("control")), found
    assert found.question is None, found.question
    assert list(found.not_understood) == expected.get("not_understood", [])
    if intent == "transform":
        spec = {name: expected[name] for name in expected if name in RemixSpec.model_fields}
        wanted = {"kind": "remix", "sources": ["current"], **spec}
        assert found.spec == RemixSpec.from_json(wanted), found.spec.as_json()


@pytest.mark.parametrize("path", TABLES.values(), ids=TABLES.keys())
def test_every_english_phrase_of_a_table_is_one_that_the_lexicon_knows(path: Path) -> None:
    for english in tomllib.loads(path.read_text(encoding="utf-8")):
        plain = english.removeprefix("<").removesuffix("+").replace("{n}", "80")
        plain = f"in {plain}" if len(plain) == 1 else plain
        text = read(plain)
        nothing: frozenset[int] = frozenset()
        talk = spoken(text, nothing) or is_question(text, nothing) or is_out_of_scope(text, nothing)
        if plain == "-" or talk or claimed(text, nothing):
            continue
        classes = {one.cls for one in lexemes(text, {})}
        assert UNKNOWN not in classes, f"`{english}` is not in the lexicon: {classes}"


@pytest.mark.parametrize("path", TABLES.values(), ids=TABLES.keys())
def test_a_phrase_means_one_thing_in_a_language(path: Path) -> None:
    seen: dict[str, str] = {}
    for english, forms in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for form in {one.strip() for one in forms.split("|")}:
            assert form, f"`{english}` has an empty form"
            assert form not in seen, f"`{form}` is `{seen[form]}` and `{english}`"
            seen[form] = english


@pytest.mark.parametrize(
    "words",
    [
        "make it faster",
        "shift to E flat",
        "gimme that funky stuff yo, no es",
        "a cover in the style of Los Lobos, without the drums",
        "remix Danny Boy",
        "fastr and brigther",
        "🎸🎸🎸",
        "",
    ],
)
def test_english_is_left_as_it_is(words: str) -> None:
    text = read(words)
    assert languages.in_english(text, frozenset()) is text


def test_a_title_is_no_sentence_of_its_language(interpret: Any) -> None:
    found = interpret("Danny Boy más lento", source=None)
    assert found.spec.sources == ("danny",)
    assert found.spec.tempo.ratio == 0.9


def test_what_no_table_holds_is_reported_in_the_words_that_were_said(interpret: Any) -> None:
    found = interpret("hazla techno con ornitorrincos")
    assert found.spec.styles == ("techno",)
    assert found.not_understood == ("ornitorrincos",)


@pytest.mark.parametrize(
    ("language", "words", "english"),
    [
        ("de", "wie wird das wetter", ["what's the weather"]),
        ("de", "wie wird morgen denn das wetter", ["what's the weather"]),
        ("nl", "wie krijgt er nou eigenlijk geld", ["who gets paid?"]),
        ("zh", "三拍子", ["in 3/4"]),
        ("zh", "90拍", ["at 90 bpm"]),
    ],
)
def test_the_longest_phrase_counts_and_other_words_may_part_one(
    language: str, words: str, english: list[str]
) -> None:
    assert [one.english for one in table_of(language).found(words)] == english


def test_more_words_than_three_part_no_phrase() -> None:
    found = table_of("de").found("wie wird denn das nun wohl morgen bei euch das wetter")
    assert "what's the weather" not in [one.english for one in found]
