from __future__ import annotations

from clearmix_rules import PolicySource
from clearmix_ui.playground.reading import read
from clearmix_ui.playground.rewording import reworded

HEAD = 'policy "Terms" version 1\nby label northlight\nconsent: opt-in\n\n'
RIGHT = 'rule open: permit remix when use is private reason "Go on."\n'
WRONG = 'rule shut: forbid remix when teir is free reason "Not for free."\n'


def of(text: str, *shared: PolicySource):
    return read(PolicySource("northlight.rights", text), shared)


def test_a_right_policy_is_said_in_english() -> None:
    reading = of(HEAD + RIGHT)

    assert reading.policy is not None
    assert (reading.errors, reading.unread) == (0, 0)
    assert reading.header == (
        "Written by the label northlight.",
        "Always in force.",
        "Where no rule speaks, the answer is no.",
    )
    (said,) = reading.sentences
    assert (said.rule, said.permits, said.line) == ("open", True, 5)
    assert said.words == "Permits remixes, if use is private."
    assert said.reason == "Go on."


def test_a_mistake_has_its_place_its_remedy_and_the_edit_that_mends_it() -> None:
    text = HEAD + RIGHT + WRONG
    (mistake,) = of(text).mistakes

    assert mistake.diagnostic.message == "unknown attribute `teir`"
    assert mistake.diagnostic.help == "did you mean `tier`?"
    assert (mistake.diagnostic.line, text[mistake.start : mistake.end]) == (6, "teir")
    assert mistake.fix is not None
    mended = text[: mistake.fix.start] + mistake.fix.text + text[mistake.fix.end :]
    assert of(mended).mistakes == ()


def test_a_rule_that_is_right_is_read_beside_one_that_is_not() -> None:
    reading = of(HEAD + WRONG + RIGHT)

    assert reading.policy is None
    assert [(one.rule, one.line) for one in reading.sentences] == [("open", 6)]
    assert reading.unread == 1


def test_definitions_of_the_house_may_be_used() -> None:
    shared = PolicySource("plans.rights", "define paying as any of plus or studio\n")
    rule = 'use "plans.rights"\nrule open: permit remix when tier is paying reason "Go on."\n'

    assert of(HEAD + rule).errors == 1
    assert of(HEAD + rule, shared).errors == 0


def test_the_words_that_changed_are_marked_on_both_sides() -> None:
    was, now = reworded("at most 4 minutes and more", "at most 3 minutes")

    assert "".join(text for text, _ in was) == "at most 4 minutes and more"
    assert [text for text, changed in was if changed] == ["4", " and more"]
    assert [text for text, changed in now if changed] == ["3"]
