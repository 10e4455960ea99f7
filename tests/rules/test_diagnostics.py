"""How a mistake is shown: its line, with a caret under the place."""

from __future__ import annotations

from clearmix_rules.diagnostics import Diagnostic, Severity


def shown(text: str, column: int, width: int) -> list[str]:
    one = Diagnostic(Severity.ERROR, "x", "wrong", "mend it", "a.rights", 1, column, width, text)
    head, *excerpt, help = one.as_text().splitlines()
    assert (head, help) == (f"wrong (a.rights, line 1, column {column})", "  help: mend it")
    return [line[4:] for line in excerpt]


def test_a_short_line_is_shown_whole_with_its_caret():
    assert shown("tier is fre", 9, 3) == ["tier is fre", "        ^^^"]


def test_a_long_line_shows_where_it_is_cut_and_the_caret_stays_under_the_place():
    text = " ".join(f"word{number:02}" for number in range(60))
    for word, ends in (("word00", ("w", "…")), ("word30", ("…", "…")), ("word59", ("…", "9"))):
        line, caret = shown(text, text.index(word) + 1, len(word))
        assert (line[0], line[-1]) == ends
        assert line[caret.index("^") : len(caret)] == word
