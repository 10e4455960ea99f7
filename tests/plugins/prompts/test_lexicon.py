"""The lexicon as data: no phrase says two things, and every class that rules name can occur."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

import clearmix_prompts
from clearmix_prompts import rules, sections
from clearmix_prompts.lexicon import lexicon
from clearmix_prompts.text import read
from clearmix_prompts.typing_slips import intended

FOLDER = Path(clearmix_prompts.__file__).parent / "lexicon"


def test_no_phrase_of_the_structure_stands_in_two_classes() -> None:
    words = tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))
    values = tomllib.loads((FOLDER / "values.toml").read_text(encoding="utf-8"))
    counted = Counter(phrase for names in (*words.values(), *values.values()) for phrase in names)
    assert [phrase for phrase, count in counted.items() if count > 1] == []


def test_every_class_that_a_rule_speaks_of_can_occur() -> None:
    made = {"NUM", "TIME", "SEP", "STOP", "SIGN", "KEY", "TENS", "THEMUP", "THEMDOWN", "_"}
    known = {phrase.cls for group in lexicon()._by_first.values() for phrase in group} | made
    all_rules = [rule for one in (*rules.ORDER, sections.scopes) for rule in one.rules]
    spoken = {cls for rule in all_rules for cls in re.findall(r"<(\w+)>", _bare(rule.pattern))}
    assert spoken - known == set()


def _bare(pattern: re.Pattern[str]) -> str:
    return re.sub(r"\?P<\w+>", "", pattern.pattern)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fastr", "faster"),
        ("slowwer", "slower"),
        ("reggea", "reggae"),
        ("orchestal", "orchestral"),
        ("vocasl", "vocals"),
        ("acustic", "acoustic"),
        ("syntwave", "synthwave"),
    ],
)
def test_a_typing_slip_is_forgiven(typed: str, meant: str) -> None:
    assert lexicon().spelled(typed) == meant


@pytest.mark.parametrize(
    "word", ["horse", "coming", "flower", "lower", "beast", "weather", "county", "glass", "after"]
)
def test_an_ordinary_word_is_taken_as_written(word: str) -> None:
    assert lexicon().spelled(word) == word


def test_short_words_are_never_corrected() -> None:
    assert intended("bas", ("bass",)) is None


@pytest.mark.parametrize(
    ("words", "tokens"),
    [
        ("Bb, not B♭", ["bb", ",", "not", "bb"]),
        ("150-160bpm", ["150", "to", "160", "bpm"]),
        ("80's r&b/8-bit", ["80s", "r&b", ",", "8bit"]),
        ("-2 semitones", ["-", "2", "semitones"]),
        ("“lo-fi”", ["lo", "fi"]),
    ],
)
def test_a_text_is_cut_into_words_marks_and_numbers(words: str, tokens: list[str]) -> None:
    assert [token.text for token in read(words).tokens] == tokens
