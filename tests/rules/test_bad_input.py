"""Input that nobody should send: a clear error with its place, in bounded time, never a crash."""

from __future__ import annotations

import time

import pytest

from clearmix_rules import PolicyErrors, PolicySet, PolicySource, check
from clearmix_rules.cli import main
from clearmix_rules.source import MOST_CHARACTERS

HEAD = 'policy "T" version 1\nby label x\nconsent: opt-in\n'
SECONDS = 15.0
"""Of CPU time; the slowest takes 2 on an old machine, and anything quadratic takes minutes."""


def rule(when: str, number: int = 1) -> str:
    return f'rule a{number}: forbid remix when {when} reason "Number {number}."\n'


def checked(text: str):
    began = time.process_time()
    found = check(PolicySource("t.rights", text))
    assert time.process_time() - began < SECONDS
    return found


WRONG = {
    "ten megabytes": (HEAD + "# " + "x" * 10_000_000, "too-long", 1),
    "100,000 rules": (
        HEAD + "".join(rule("tier is free", i) for i in range(100_000)), "too-long", 1
    ),
    "20,000 short rules": (HEAD + "rule a: permit edit\n" * 20_000, "too-many-rules", 1),
    "brackets 10,000 deep": (HEAD + rule("(" * 10_000 + "tier is free" + ")" * 10_000),
                             "too-deep", 4),
    "not 10,000 deep": (HEAD + rule("not (" * 10_000 + "tier is free" + ")" * 10_000),
                        "too-deep", 4),
    "a null byte": (HEAD + rule("tier is fr\0ee"), "hidden-character", 4),
    "a bidirectional control": (HEAD + rule("tier is \u202efree"), "hidden-character", 4),
    "a hidden space": (HEAD + rule("tier is\u200b free"), "hidden-character", 4),
    "half a surrogate pair": (HEAD + rule("tier is \ud800free"), "hidden-character", 4),
    "line ends of an old system": (HEAD.replace("\n", "\r"), "line-end", 1),
    "a number of 500,000 digits": (HEAD + rule(f"length is over {'9' * 500_000} seconds"),
                                   "syntax", 4),
    "a number too large": (HEAD + rule("length is over 9999999999999 hours"), "unit", 4),
    "a text without an end": (HEAD + rule('isrc is like "' + "a" * 900_000), "syntax", 4),
    "100,000 heads of a rule on one line": (HEAD + "rule a: " * 100_000, "syntax", 4),
    "15,000 dates on one line": (
        HEAD + rule(" and ".join(["today is after 2026-01-01"] * 15_000) + " %"), "syntax", 4
    ),
    "100,000 times and": (HEAD + rule("tier is free and " + "and " * 100_000), "syntax", 4),
    "and, and a desert": (HEAD + rule("tier is free and " + " " * 200_000 + "x"), "syntax", 4),
    "a word of 500,000 letters": ("A" * 500_000, "syntax", 1),
    "250,000 words": ("a " * 250_000, "syntax", 1),
    "nothing": ("", "empty", 1),
    "only comments": ("# a\n" * 100_000, "empty", 1),
    "a year without a century": (
        HEAD.replace("consent", "in force from 0026-03-01\nconsent"), "syntax", 3
    ),
    "the end of time": (
        HEAD.replace("consent", "in force until 9999-12-31\nconsent"), "syntax", 3
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code", "line"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_read_is_one_error_with_place_and_remedy(text, code, line):
    (one,) = checked(text)
    assert (one.severity, one.code, one.line) == ("error", code, line)
    assert one.help
    assert len(one.as_text()) < 1_000


RIGHT = {
    "2,000 rules": HEAD + "".join(rule(f"length is over {i} seconds", i) for i in range(2_000)),
    "5,000 conditions": HEAD + rule(" and ".join(["tier is free"] * 5_000)),
    "5,000 choices": HEAD + rule("either " + " or else ".join(["tier is free"] * 5_000)),
    "2,000 times a choice": HEAD
    + rule(" and ".join(["(either tier is free or else tier is plus)"] * 2_000)),
    "20,000 values": HEAD + rule("styles has " + ", ".join(f"a{i}" for i in range(20_000))),
    "20,000 stars": HEAD + rule('isrc is like "' + "*a" * 20_000 + '"'),
    "1,000 definitions that double": HEAD
    + "".join(f"define d{i} as d{i + 1}, d{i + 1} or x{i}\n" for i in range(1_000))
    + rule("styles has d0"),
    "5,000 comments": HEAD + rule("tier is free and # x\n" * 5_000 + "tier is free"),
    "brackets 40 deep": HEAD + rule("not (" * 40 + "tier is free" + ")" * 40),
    "a policy from far in the future": HEAD.replace("consent", "in force from 2126-03-01\nconsent"),
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_what_is_large_but_right_is_read(text):
    assert len(text) < MOST_CHARACTERS
    assert checked(text) == ()


def test_2000_broken_rules_are_2000_errors():
    found = checked(HEAD + "".join(f"rule a{i}: permt remix\n" for i in range(2_000)))
    assert [one.line for one in found] == list(range(4, 2_004))


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (HEAD.encode("utf-16"), "line 1, column 1"),
        (HEAD.encode("utf-16-le"), "line 1, column 2"),
        (HEAD.replace("T", "Träume").encode("latin-1"), "line 1, column 11"),
        (b"\xff\xfe\xfd", "line 1, column 1"),
    ],
    ids=["UTF-16", "UTF-16 without a mark", "Latin-1", "bytes"],
)
def test_another_encoding_is_an_error_with_place_and_remedy(tmp_path, capsys, content, place):
    file = tmp_path / "t.rights"
    file.write_bytes(content)
    for command in ("check", "fmt", "test"):
        assert main([command, str(file)]) == 1
        err = capsys.readouterr().err
        assert "help: " in err
        assert place in err


def test_a_file_with_a_mark_of_utf_8_is_read(tmp_path):
    file = tmp_path / "t.rights"
    file.write_bytes(b"\xef\xbb\xbf" + (HEAD + rule("tier is free")).encode())
    assert main(["check", str(file)]) == 0


def policy(party: str, consent: str, title: str = "T", more: str = "") -> PolicySource:
    text = f'policy "{title}" version 1\nby label {party}\nconsent: {consent}\n{more}'
    return PolicySource(f"{party}{len(more)}.rights", text)


@pytest.mark.parametrize(
    ("sources", "message", "line"),
    [
        (
            [policy("a", "delegated to b"), policy("b", "delegated to c"),
             policy("c", "delegated to a")],
            "consent is delegated in a circle: a -> b -> c -> a", 3,
        ),
        (
            [policy("a", "opt-in"), policy("a", "opt-in", more=rule("tier is free"))],
            'there are two policies "T" version 1 with different texts', 1,
        ),
        (
            [PolicySource("p.rights", HEAD + "define a as b\ndefine b as c\ndefine c as a\n")],
            "the definition of `c` leads back to itself: a -> b -> c -> a", 6,
        ),
        ([policy("a", "delegated to a")], "`a` delegates to itself", 3),
    ],
)  # fmt: skip
def test_what_leads_back_to_itself_or_is_there_twice_is_one_error(sources, message, line):
    with pytest.raises(PolicyErrors) as caught:
        PolicySet.load(sources)
    (one,) = [one for one in caught.value.diagnostics if one.severity == "error"]
    assert one.message.startswith(message)
    assert (one.line, bool(one.help)) == (line, True)
