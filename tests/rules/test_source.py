"""What never reaches the parser, and texts that would like to hang it."""

from __future__ import annotations

import time

import pytest

from clearmix_rules import PolicySource, RightsError, check

HEAD = 'policy "T" version 1\nby label x\nconsent: opt-in\n'
RULE = 'rule {}: forbid remix when {} reason "r"\n'


def only(text: str):
    (found,) = check(PolicySource("t.rights", text))
    return found


@pytest.mark.parametrize(
    ("char", "name"),
    [
        ("\0", "control character"),
        ("\u202e", "right-to-left override"),
        ("\u2066", "left-to-right isolate"),
        ("\u200b", "zero width space"),
        ("\x1b", "control character"),
    ],
)
def test_a_hidden_character_is_refused_even_inside_a_text(char, name):
    found = only(HEAD + f'rule a: forbid remix reason "re{char}ason"\n')
    assert found.message == f"the character U+{ord(char):04X} ({name}) is not allowed in a policy"
    assert (found.line, found.column) == (4, 32)
    assert "delete it" in found.help


def test_brackets_nested_ten_thousand_deep_are_refused_where_they_become_too_deep():
    start = time.monotonic()
    found = only(HEAD + RULE.format("a", "(" * 10_000 + "tier is free" + ")" * 10_000))
    assert found.message == "brackets nest more than 40 deep"
    assert (found.line, found.column) == (4, 27 + 40)
    assert time.monotonic() - start < 2


def test_nesting_just_within_the_limit_is_read():
    condition = "not (" * 40 + "tier is free" + ")" * 40
    assert check(PolicySource("t.rights", HEAD + RULE.format("a", condition))) == ()


def test_a_file_of_ten_megabytes_is_refused_unread():
    start = time.monotonic()
    found = only("x" * 10_000_000)
    assert found.message == "the policy has 10,000,000 characters; at most 1,000,000 are read"
    assert found.help == "split it into several policies"
    assert time.monotonic() - start < 1


def test_a_hundred_thousand_rules_are_refused():
    found = only(HEAD + "rule a\n" * 100_000)
    assert found.message == "the policy has 100,000 rules; at most 5,000 are read"


def test_two_thousand_conditions_in_one_rule_are_read():
    condition = " and ".join(["tier is free"] * 2_000)
    assert check(PolicySource("t.rights", HEAD + RULE.format("a", condition))) == ()


def test_a_letter_of_another_alphabet_is_named():
    found = only(HEAD + RULE.format("a", "tіer is free"))  # CYRILLIC SMALL LETTER
    assert "cyrillic small letter byelorussian-ukrainian i" in found.message
    assert "another alphabet" in found.help


@pytest.mark.parametrize("text", ["", "  \n\n", "# only a comment\n"])
def test_an_empty_file_says_how_to_begin(text):
    found = only(text)
    assert found.message == "the file has no policy in it"
    assert found.help == 'start it with `policy "Its title" version 1`'


def test_a_file_that_is_not_utf8_is_refused_with_its_place(tmp_path):
    path = tmp_path / "old.rights"
    path.write_bytes('policy "Bj\xf6rk" version 1\n'.encode("latin-1"))
    with pytest.raises(RightsError) as caught:
        PolicySource.read(path)
    assert caught.value.message == "`old.rights` is not UTF-8 text"
    assert caught.value.help == "save the file with the encoding UTF-8"
    assert caught.value.place == "old.rights, line 1, column 11"


def test_a_missing_file_is_an_error_with_a_remedy(tmp_path):
    with pytest.raises(RightsError) as caught:
        PolicySource.read(tmp_path / "none.rights")
    assert "no such file" in caught.value.message
    assert caught.value.help


def test_a_byte_order_mark_at_the_start_is_no_matter(tmp_path):
    path = tmp_path / "bom.rights"
    path.write_text("\ufeff" + HEAD + 'rule a: forbid remix reason "r"\n', "utf-8")
    assert check(PolicySource.read(path)) == ()


def test_windows_line_ends_are_read_and_lines_counted_once():
    text = (HEAD + 'rule a: forbid remix wehn tier is free reason "r"\n').replace("\n", "\r\n")
    found = only(text)
    assert (found.line, found.message) == (4, "unexpected `wehn`")
