"""Following a quick fix removes the mistake."""

from __future__ import annotations

import pytest

from clearmix_rules import PolicySource, check
from clearmix_rules.diagnostics import Diagnostic
from clearmix_rules.editing.fixes import Edit, quick_fix
from clearmix_rules.editing.positions import Positions

MISTAKES = [
    ("when teir is plus", "tier"),
    ("when use is privat", "private"),
    ("when listener's teir is plus", "tier"),
    ("when listner's tier is plus", "listener"),
    ("when 😀 is plus", None),
    ("when any artists is minor", "artist"),
    ("when any artist's consent has remix", "consents"),
    ("when territory is UK", "GB"),
    ("when territory is gb", "GB"),
    ("when territory is northen", "northern"),
    ("when tier = plus", "is"),
    ("provided length is at most 90 secnds", "seconds"),
    ("when length is at most 90", None),
    ("whn tier is plus", "when"),
    ("when track is explicitt", "explicit"),
    ("when style-of is ada-wren", None),
    ("provided credit artst", "artist"),
    ("provided royalty is at least 15% of revenu to northlight", "revenue"),
    ("of tracks undr northlight", "under"),
    ("unless tracks by ada-wren", "any artist is"),
    ("when listener is under 18", "age-band is child or teen"),
    ("when length is 30-60 seconds", "is between 30 and 60"),
    ("when length is 90 seconds or less", None),
    ("when generator is studio", None),
    ("when today is within 6 months after release-date", None),
]


def found(text: str) -> tuple[Diagnostic, ...]:
    return check(PolicySource("a.rights", text))


@pytest.mark.parametrize(("clause", "better"), MISTAKES, ids=[one for one, _ in MISTAKES])
def test_a_fix_is_the_near_match_and_it_helps(clause: str, better: str | None, header: str) -> None:
    text = header + f'rule x: permit remix {clause}\n  reason "😀 Yes."\n'
    mistakes = found(text)
    assert len(mistakes) == 1
    edit = quick_fix(Positions(text), mistakes[0])
    assert (edit.text if edit else None) == better
    if edit is not None:
        assert mistakes[0] not in found(text[: edit.start] + edit.text + text[edit.end :])


def test_only_the_wrong_word_is_replaced(header: str) -> None:
    text = header + 'rule x: permit remix when listener\'s teir is plus reason "teir"'
    edit = quick_fix(Positions(text), found(text)[0])
    start = text.index("teir")
    assert edit == Edit(start, start + 4, "tier")


def test_a_fix_finds_its_word_behind_astral_characters() -> None:
    text = 'policy "😀" version 1\nby label x # 𝄞\nconsent: opt-inn\n'
    edit = quick_fix(Positions(text), found(text)[0])
    assert edit is not None
    assert text[edit.start : edit.end] == "opt-inn"
