"""Policy tests: what each fact changes, what a mistake in a test gets, what counts as covered."""

from __future__ import annotations

import json

import pytest

from clearmix_rules import PolicySource
from clearmix_rules.cli import main
from clearmix_rules.trying.running import run_suite

POLICY = """policy "Terms" version 1
by label northlight
in force from 2026-03-01 in Europe/London
consent: opt-in

rule short: permit remix, mashup, voice-imitation or style-imitation
  when tier is plus and territory is any of GB, SE
  provided
    length is at most 90 seconds
    royalty is at least 15% of revenue to northlight
    credit artist
  reason "Short ones."

rule voice: forbid voice-imitation
  unless every imitated-artist's voice-consent has this use
  reason "No imitations of “{artist}”."

rule style: forbid any use when style-of is given and style-of is ada-wren
  reason "Not her style."
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "terms.rights").write_text(POLICY, "utf-8")
    return tmp_path


def tried(folder, text, head='tests of "terms.rights"\n\ngiven tier is plus\n\n'):
    return run_suite(PolicySource("terms.rights-test", head + text), folder)


HOLD = [
    "when style-of is ada-wren\n voice is imitated expect forbidden by style and voice",
    'expect permitted by short\n with royalty is at least 15% of revenue to northlight\n'
    '      credit artist because "Short ones"',
    "when actions are remix and mashup expect permitted",
    "when length is 90 seconds expect permitted with length is at most 90 seconds",
    "when length is 90.001 seconds expect not-permitted",
    "when territory is US expect not-permitted",
    "when tier is free and territory is GB expect not-permitted",
    "when today is 2026-02-28 expect not-permitted",
    "when now is 2026-03-01T00:00Z expect permitted",
    "when now is 2026-02-28T23:59Z expect not-permitted",
    "when time-zone is America/New_York and today is 2026-03-01 expect permitted",
    "when style-of is ada-wren expect forbidden by style",
    "when style-of is bo-lind expect permitted",
    "when style-of is ada-wren and style-of is not given expect permitted",
    "when voice is imitated expect forbidden by voice of northlight",
    "when voice is imitated\n an-artist's voice-consent is private, social\n expect permitted",
    "when northlight has refused remix expect forbidden",
    "when northlight has refused remix in SE expect permitted",
    "when northlight has refused any use from 2027-01-01 expect permitted",
    "when northlight has refused remix and rendered-at is 2026-03-01T12:00Z expect permitted",
    "when northlight has refused remix keeping existing remixes\n"
    " rendered-at is 2026-02-01T12:00Z expect permitted",
    "when northlight has refused remix removing existing remixes\n"
    " rendered-at is 2026-02-01T12:00Z expect forbidden",
    "when northlight has refused remix recorded on 2026-02-01\n"
    " rendered-at is 2026-02-01T12:00Z expect forbidden",
    "when northlight has refused remix recorded on 2026-02-01T13:00 keeping existing remixes\n"
    " rendered-at is 2026-02-01T12:00Z expect permitted",
    "when northlight has refused remix recorded on 2026-02-01T13:00\n time-zone is Asia/Tokyo\n"
    " rendered-at is 2026-02-01T04:00Z expect forbidden",
    "when tier is free and northlight has allowed remix until 2026-12-31 expect permitted",
    "when artist is ada-wren and ada-wren's consent is opt-in expect not-permitted",
    "when artist is ada-wren and ada-wren's consent is delegated to northlight expect permitted",
    "when action is cover and writer is none and publisher is none expect not-permitted",
    "when second track's label is polar and polar's consent is opt-in\n action is mashup\n"
    " expect not-permitted",
    "when action is mashup and second track is explicit and an-artist is minor expect permitted",
    "when northlight's parent is polar-group and polar-group's consent is opt-in\n"
    " expect not-permitted",
    "when action is cover expect permitted with nothing in return",
    "when styles are house and techno and add-ons are none and verified is no expect permitted",
]  # fmt: skip


@pytest.mark.parametrize("text", HOLD)
def test_a_fact_changes_what_it_says(folder, text):
    report = tried(folder, f'test "t":\n  {text}\n')
    assert [one.as_text() for one in report.diagnostics] == []
    (verdict,) = report.verdicts
    assert verdict.differs == (), verdict.decision.explain()


FAIL = [
    ("expect forbidden", "expected forbidden, but it is permitted"),
    ("when length is 2 minutes expect not-permitted by style", "but it is by `short`"),
    ("expect permitted with length is at most 60 seconds", "expected in return: length is at most"),
    (
        "expect permitted with royalty is at least 10% of revenue to northlight",
        "expected in return: 10% of revenue goes to northlight",
    ),
    ("expect permitted with nothing in return", "expected nothing in return"),
    ('expect permitted because "long"', 'the reasons do not say "long"'),
    ("expect permitted with credit producer", "credit is given to the producer"),
]


@pytest.mark.parametrize(("text", "said"), FAIL)
def test_what_is_not_as_expected_is_said(folder, text, said):
    report = tried(folder, f'test "t":\n  {text}\n')
    (verdict,) = report.verdicts
    assert not report.passed
    assert any(said in one for one in verdict.differs), verdict.differs


WRONG = [
    ("when teir is free", 8, "unknown attribute `teir`", "did you mean `tier`?"),
    ("when tier is fre", 16, "unknown tier `fre`", "did you mean `free`?"),
    ("when length is 90", 18, "`length` needs a unit", "write it as `90 seconds`"),
    ("when length is 90 percent", 18, "`length` is not measured in `percent`", "write it as"),
    ("when territory is UK", 21, "unknown territory `UK`", "did you mean `GB`?"),
    ("when territory is EU", 8, "`territory` has one value", "name one of them"),
    ("when tier is plus and free", 8, "`tier` has one value", "name one of them"),
    ("when tier is plus or free", 21, "unexpected `or`", "a test gives each fact one value"),
    ("when ada-wren has refused remix", 8, "`ada-wren` has no part in this test", "say what it is"),
    ("when an-artst has refused remix", 8, "`an-artst` has no part in this test", "did you mean"),
    ("when northlight has refused remix in Europe", 40, "`Europe` stands for several territories",
     "name one"),
    ("when northlight's parent is p and p's parent is northlight", 51,
     "party `p` is its own parent: p -> northlight -> p", "name another parent"),
    ("when tier is not plus", 8, "`tier` needs a value", "say what it is"),
    ("when listener is verifed", 20, "`verifed` is nothing `listener` can be", "did you mean `ver"),
    ("when time-zone is Mars/Base", 21, "unknown time zone `Mars/Base`", "write a name such as"),
    ("when time-zone is Europe/Lodon", 21, "unknown time zone `Europe/Lodon`", "did you mean"),
    ("when northlght's consent is opt-in", 8, "`northlght` has no part in this test",
     "did you mean `northlight`?"),
    ("when northlight's consent is opt", 8, "unknown consent `opt`", "did you mean `opt-in`?"),
    ("when northlight's voice is x", 8, "unknown attribute `voice`", "write one of"),
    ("when northlight has refused remx", 31, "unknown action `remx`", "did you mean `remix`?"),
    ("when today is 2026-02-30", 17, "there is no day `2026-02-30`", "that month has 28 days"),
    ("when style-of = ada-wren", 17, "unexpected `=`", "write `is`"),
    ("when length is under 60 seconds", 24, "unexpected `60`", "a test gives each fact one value"),
    ("when tier is plus when use is private", 21, "unexpected `when`", "a test has one `when`"),
    ("expect not permitted", 10, "unexpected `not permitted`", "write it with a hyphen: `not-"),
    ("expect permited", 10, "unknown answer `permited`", "did you mean `permitted`?"),
    ("expect permitted by shrt", 23, "unknown rule `shrt`", "did you mean `short`?"),
    ("expect permitted by short of polar", 23, "`polar` has no rule `short`", "write `short of n"),
    ("expect permitted with royalty is at least 150% of revenue to x", 45,
     "a royalty is at most 100%", "write the share"),
    ("expct permitted", 3, "unexpected `expct`", "did you mean `expect`?"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "column", "message", "help"), WRONG)
def test_a_mistake_in_a_test_is_one_error_with_place_and_remedy(
    folder, text, column, message, help
):
    after = "" if text.startswith("exp") else " expect permitted"
    report = tried(folder, f'test "t":\n  {text}{after}\n')
    (found,) = report.diagnostics
    assert (found.line, found.column, found.message) == (6, column, message)
    assert found.help.startswith(help)
    assert report.verdicts == ()


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("", "the file has no tests in it", "start it with"),
        ('test "t":\n expect permitted', "the file does not say what it tests", "start it with"),
        ("tsts of x", "unexpected `tsts`", "did you mean `tests`?"),
        ('tests of "term.rights"', "there is no policy `term.rights`", "did you mean `terms.right"),
    ],
)
def test_a_file_that_tests_nothing_is_an_error(folder, text, message, help):
    report = run_suite(PolicySource("terms.rights-test", text), folder)
    (found,) = report.diagnostics
    assert found.message == message
    assert found.help.startswith(help)
    assert not report.passed


def test_two_tests_of_one_name_are_an_error(folder):
    report = tried(folder, 'test "t":\n expect permitted\ntest "t":\n expect permitted\n')
    assert [one.line for one in report.diagnostics] == [7]


def test_a_mistake_in_a_policy_is_shown_and_no_test_runs(folder):
    (folder / "terms.rights").write_text(POLICY.replace("tier is", "teir is"), "utf-8")
    report = tried(folder, 'test "t":\n  expect permitted\n')
    assert [one.file for one in report.diagnostics] == ["terms.rights"]
    assert report.verdicts == ()


def covered(report):
    return {one.words for one in report.coverage.missing}


def test_coverage_counts_rules_that_applied_and_conditions_both_ways(folder):
    report = tried(folder, 'test "t":\n  expect permitted\n')
    assert report.coverage.counts() == {"rules": (1, 3), "conditions": (0, 6), "outcomes": (1, 6)}
    assert "no test makes `style` apply" in covered(report)
    assert "no test makes `length is at most 90 seconds` of `short` false" in covered(report)
    assert "no test asks for `style-of is ada-wren` of `style`" in covered(report)
    more = (
        'test "a":\n expect permitted\n'
        'test "b":\n when tier is free expect not-permitted\n'
        'test "c":\n when territory is US expect not-permitted\n'
        'test "d":\n when length is 2 minutes expect not-permitted\n'
        'test "e":\n when style-of is ada-wren expect forbidden\n'
        'test "f":\n when style-of is bo-lind expect permitted\n'
        'test "g":\n when voice is imitated expect forbidden\n'
        'test "h":\n when voice is imitated and an-artist\'s voice-consent is private\n'
        " expect permitted\n"
    )
    report = tried(folder, more)
    assert report.passed
    assert covered(report) == set()


def test_a_rule_that_only_another_refusal_hides_has_still_applied(folder):
    report = tried(
        folder, 'test "t":\n when style-of is ada-wren and voice is imitated expect forbidden\n'
    )
    assert "no test makes `voice` apply" not in covered(report)
    assert "no test makes `short` apply" not in covered(report)


def test_a_policy_that_is_not_in_force_covers_nothing(folder):
    report = tried(folder, 'test "t":\n when today is 2026-01-01 expect not-permitted\n')
    assert report.coverage.counts()["rules"] == (0, 3)


def test_several_files_cover_one_policy_between_them(folder, capsys):
    for name, use in (("a", "plus"), ("b", "free")):
        (folder / f"{name}.rights-test").write_text(
            f'tests of "terms.rights"\ntest "t":\n  when tier is {use}\n'
            f"  expect {'permitted' if use == 'plus' else 'not-permitted'}\n", "utf-8"
        )  # fmt: skip
    assert main(["test", "--coverage", str(folder)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("covered: 1 of 3 rules, 1 of 6 conditions, 2 of 6 outcomes\n")
    assert said.endswith("2 tests: all as expected\n")


def test_files_that_could_not_be_run_are_counted(folder, capsys):
    good = 'tests of "terms.rights"\ntest "t":\n  expect not-permitted\n'
    for name, text in (("a", good), ("b", "nothing"), ("c", good.replace("terms", "temrs"))):
        (folder / f"{name}.rights-test").write_text(text, "utf-8")
    assert main(["test", str(folder)]) == 1
    assert capsys.readouterr().out == (
        "1 test: all as expected, 2 files not run: mistakes to correct\n"
    )
    (folder / "a.rights-test").write_text(good.replace("not-permitted", "permitted"), "utf-8")
    (folder / "b.rights-test").unlink()
    assert main(["test", str(folder)]) == 1
    assert capsys.readouterr().out == (
        "1 test: 1 not as expected, 1 file not run: mistakes to correct\n"
    )
    (folder / "a.rights-test").unlink()
    assert main(["test", str(folder)]) == 1
    assert capsys.readouterr().out == "0 tests: 1 file not run: mistakes to correct\n"


def test_a_condition_is_named_in_the_words_of_its_rule(folder):
    (folder / "no.rights").write_text(
        'policy "No" version 1\nby label northlight\nconsent: opt-out\n'
        'rule a: forbid remix when tier is not plus reason "r"\n', "utf-8"
    )  # fmt: skip
    head = 'tests of "no.rights"\n'
    once = 'test "t":\n when tier is free expect forbidden\n'
    report = tried(folder, once, head)
    assert covered(report) == {"no test makes `the listener's tier is not plus` of `a` false"}
    again = 'test "u":\n when tier is plus expect permitted\n'
    assert covered(tried(folder, once + again, head)) == set()


def test_the_platform_baseline_is_asked_but_not_counted(folder):
    text = 'tests of "terms.rights" and the platform baseline\ngiven tier is plus\n'
    report = tried(
        folder,
        'test "t":\n expect permitted with mark with watermark\n'
        'test "u":\n when use is advert expect forbidden by no-adverts\n'
        'test "a cover is a new recording":\n when action is cover expect permitted\n'
        'test "with a remix it is not":\n when actions are cover and remix and tier is plus\n'
        " expect permitted\n",
        text,
    )
    assert report.passed
    assert report.coverage.counts()["rules"] == (1, 3)


def test_json_holds_every_test_with_its_decision_and_the_coverage(folder, capsys):
    (folder / "a.rights-test").write_text(
        'tests of "terms.rights"\ntest "t":\n  expect permitted\n', "utf-8"
    )
    assert main(["test", "--json", str(folder)]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    (test,) = said["files"][0]["tests"]
    assert (test["test"], test["line"], test["passed"]) == ("t", 2, False)
    assert test["decision"]["outcome"] == "not-permitted"
    assert said["coverage"]["rules"] == {"covered": 0, "of": 3}


def test_a_test_with_a_warning_is_tried_too(folder):
    report = tried(folder, 'test "a": when artists has "Sigur Rós" expect not-permitted\n')
    assert [one.code for one in report.diagnostics] == ["name-as-id"]
    assert [one.trial.name for one in report.verdicts] == ["a"]
