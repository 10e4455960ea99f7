"""`clearmix-rules fmt`: what it writes, what it lists, what it leaves alone."""

from __future__ import annotations

import io
import sys

import pytest

from clearmix_rules.cli import main

UNTIDY = 'policy "T" version 1\nby label x\nrule a: forbid remix   when tier is free reason "r"\n'
TIDY = (
    'policy "T" version 1\nby label x\n\nrule a: forbid remix\n  when tier is free\n  reason "r"\n'
)


def piped(monkeypatch, text):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_it_writes_what_is_laid_out_otherwise_and_names_it(tmp_path, capsys):
    untidy, tidy = tmp_path / "a.rights", tmp_path / "b.rights"
    untidy.write_text(UNTIDY, "utf-8")
    untidy.chmod(0o640)
    tidy.write_text(TIDY.replace("T", "U"), "utf-8")
    assert main(["fmt", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{untidy}\n"
    assert untidy.read_text("utf-8") == TIDY
    assert untidy.stat().st_mode & 0o777 == 0o640
    assert sorted(tmp_path.iterdir()) == [untidy, tidy]


def test_check_writes_nothing_and_fails(tmp_path, capsys):
    untidy = tmp_path / "a.rights"
    untidy.write_text(UNTIDY, "utf-8")
    assert main(["fmt", "--check", str(untidy)]) == 1
    assert capsys.readouterr().out == f"{untidy}\n"
    assert untidy.read_text("utf-8") == UNTIDY
    untidy.write_text(TIDY, "utf-8")
    assert main(["fmt", "--check", str(untidy)]) == 0


def test_a_mistake_in_one_file_leaves_every_file_as_it_is(tmp_path, capsys):
    (tmp_path / "a.rights").write_text(UNTIDY, "utf-8")
    (tmp_path / "b.rights").write_text(UNTIDY.replace("when", "wehn"), "utf-8")
    assert main(["fmt", str(tmp_path)]) == 1
    assert "did you mean `when`?" in capsys.readouterr().err
    assert (tmp_path / "a.rights").read_text("utf-8") == UNTIDY


def test_policy_tests_are_laid_out_too(tmp_path):
    file = tmp_path / "a.rights-test"
    file.write_text('tests of "a.rights"\ntest "t":   expect forbidden\n', "utf-8")
    assert main(["fmt", str(file)]) == 0
    assert file.read_text("utf-8").endswith('test "t":\n  expect forbidden\n')


def test_a_link_stays_a_link(tmp_path):
    file, link = tmp_path / "a.txt", tmp_path / "a.rights"
    file.write_text(UNTIDY, "utf-8")
    link.symlink_to(file)
    assert main(["fmt", str(link)]) == 0
    assert link.is_symlink()
    assert file.read_text("utf-8") == TIDY


@pytest.mark.parametrize(("text", "code", "said"), [(UNTIDY, 0, TIDY), (TIDY, 0, TIDY)])
def test_a_dash_stands_for_standard_input(monkeypatch, capsys, text, code, said):
    piped(monkeypatch, text)
    assert main(["fmt", "-"]) == code
    assert capsys.readouterr().out == said


def test_check_of_standard_input_fails_if_it_would_change(monkeypatch, capsys):
    piped(monkeypatch, UNTIDY)
    assert main(["fmt", "--check", "-"]) == 1
    assert capsys.readouterr().out == "-\n"
