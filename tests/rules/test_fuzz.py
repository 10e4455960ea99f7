"""Texts at random: checking them never fails, and says of each mistake where it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix_rules import PolicyErrors, PolicySource, RightsError, check
from clearmix_rules.reading.layout import format_policy
from clearmix_rules.trying.layout import format_suite
from clearmix_rules.trying.reading import parse_suite

POLICY = (Path(__file__).parent / "reading/mistakes.rights").read_text("utf-8")
TESTS = (Path(__file__).parent / "conformance/parties.rights-test").read_text("utf-8")

VOCABULARY = r"""
    rule define as by in force from until local time consent : policy version permit forbid any use
    of tracks under written published owned track work when unless provided reason either or else
    and not ( ) is has at most least under over exactly before after on between within none all only
    like given "x" "{title}" "{" “ 90 seconds % 15 2026-03-01 2026-13-01 2026-03-01T09:00Z tier plus
    territory GB EU worldwide except artist 's every no this label reads royalty revenue to approval
    credit watermark mark with keep records for expires days a-b a_b é # = >= , ; \ tests given test
    expect permitted because nothing return second delegated
"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\n"])
SOUP = st.lists(WORDS, max_size=60).map(" ".join)


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    """A text with a few pieces cut out, doubled, or replaced by others."""
    for _ in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(text)))
        end = min(len(text), begin + draw(st.integers(0, 30)))
        middle = draw(st.one_of(WORDS, st.just(text[begin:end] * 2), st.text(max_size=5)))
        text = text[:begin] + middle + text[end:]
    return text


def is_told(text: str) -> None:
    """Every diagnostic of a text has a place in it, a message and a remedy."""
    lines = text.split("\n")
    for one in check(PolicySource("t.rights", text)):
        assert 1 <= one.line <= len(lines)
        assert 1 <= one.column <= len(lines[one.line - 1]) + 1
        assert one.message
        assert one.help
        assert one.as_text()


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.text(), SOUP, damaged(POLICY)))
def test_any_text_is_checked_and_every_mistake_has_its_place(text):
    is_told(text)


@settings(deadline=None, max_examples=60)
@given(damaged(POLICY))
def test_any_text_is_laid_out_or_refused(text):
    try:
        once = format_policy(text)
    except RightsError:
        return
    assert format_policy(once) == once


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.text(), SOUP, damaged(TESTS)))
def test_any_tests_are_read_or_refused(text):
    suite, found = parse_suite(PolicySource("t.rights-test", text))
    assert suite is not None or found
    if suite is not None and not found:
        once = format_suite(text)
        assert format_suite(once) == once
    else:
        with pytest.raises(PolicyErrors):
            format_suite(text)


@pytest.mark.full
def test_a_fuzzer_that_follows_the_code_finds_no_crash(tmp_path):
    pytest.importorskip("atheris", reason="atheris is not installed")
    (tmp_path / "policy").write_text(POLICY, "utf-8")
    code = (
        "import sys, atheris\n"
        "with atheris.instrument_imports(include=['clearmix_rules']):\n"
        "    from clearmix_rules import PolicySource, check\n"
        "def one(content):\n"
        "    check(PolicySource('t.rights', content.decode('utf-8', 'replace')))\n"
        "atheris.Setup(sys.argv, one)\n"
        "atheris.Fuzz()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), "-runs=8000", "-max_len=2000", "-seed=1"],
        cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[2] / "rules"), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3_000:]
