"""Definitions in files of their own: what policies take from them, and what mistakes get."""

from __future__ import annotations

import pytest

from clearmix_rules import PolicyErrors, PolicySet, PolicySource, Request, check
from clearmix_rules.checking.checker import check_policy
from clearmix_rules.checking.shared import SharedFiles
from clearmix_rules.cli import main
from clearmix_rules.deciding.compiled import CompiledPolicy

SHARED = PolicySource("shared.rights", "define nordics as Nordic\ndefine home as nordics or GB\n")
USE = 'use "shared.rights"\n'


def policy(head: str, rule: str, name: str = "p.rights") -> PolicySource:
    return PolicySource(
        name,
        f'policy "{name}" version 1\nby label northlight\nconsent: opt-in\n{head}\n{rule}\n',
    )


PERMIT = 'rule a: permit remix when territory is home reason "r"'


def found(source: PolicySource, *others: PolicySource):
    return check(source, SharedFiles([source, *others]))


def test_a_policy_uses_what_another_file_defines(facts):
    policies = PolicySet.load([policy(USE, PERMIT), SHARED])
    assert len(policies.policies) == 1
    assert policies.decide(Request.from_json(facts({"request.territory": "SE"}))).permitted
    assert not policies.decide(Request.from_json(facts({"request.territory": "US"}))).permitted


def test_a_policy_that_uses_says_the_same_as_one_that_writes_out():
    used, findings = check_policy(policy(USE, PERMIT), SharedFiles([SHARED]))
    assert findings.diagnostics == []
    assert ([one.name for one in used.definitions], used.uses) == (["nordics", "home"], ())
    written, _ = check_policy(
        policy("", PERMIT.replace("home", "Nordic or GB")),
    )
    assert CompiledPolicy(used).leaf == CompiledPolicy(written).leaf


def test_a_used_file_may_use_others_and_two_ways_to_one_file_are_one():
    middle = PolicySource("middle.rights", f"{USE}define far as home or JP\n")
    source = policy(f'{USE}use "middle.rights"', PERMIT.replace("is home", "is home or far"))
    assert found(source, SHARED, middle) == ()


def test_a_file_is_looked_for_beside_the_policy_first(tmp_path):
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists/shared.rights").write_text(SHARED.text, "utf-8")
    source = policy('use "lists/shared.rights"', PERMIT)
    (tmp_path / "p.rights").write_text(source.text, "utf-8")
    assert check(PolicySource.read(tmp_path / "p.rights")) == ()
    assert main(["check", str(tmp_path)]) == 0


def test_a_file_of_definitions_is_no_mistake_and_no_policy():
    assert check(SHARED) == ()
    assert PolicySet.load([SHARED]).policies == ()


def test_a_mistake_in_a_file_of_definitions_is_shown_in_it():
    (one,) = check(PolicySource("s.rights", "define a as b\ndefine b as a\n"))
    assert (one.line, one.code) == (2, "definition-cycle")


MISTAKES = [
    ('use "shred.rights"', "there is no file `shred.rights` to use", "did you mean `shared.right"),
    ('use "nope.rights"', "there is no file `nope.rights` to use", "put it beside this file"),
    ('use "shared"', "`shared` is not a file that can be used", "name a file that ends in"),
    ('use "/etc/x.rights"', "`/etc/x.rights` is not a file that can be used", "name a file"),
    ('use "other.rights"', "`other.rights` is a policy of its own", "move its definitions"),
    (
        'use "broken.rights"',
        "`broken.rights` has a mistake: unexpected `=` (broken.rights, line 1",
        "correct it; `clearmix-rules check broken.rights` shows all",
    ),
    (
        'use "circle.rights"',
        "files use one another in a circle: circle.rights -> circle.rights",
        "move what they share",
    ),
    (
        'use "twice.rights"\nuse "shared.rights"',
        "`home` is defined in `twice.rights` and in `shared.rights`",
        "rename one of the two",
    ),
    ("use shared.rights", "unexpected `shared.rights`", "put the name of the file in quotation"),
]
OTHERS = [
    SHARED,
    policy("define x as GB", PERMIT.replace("home", "x"), "other.rights"),
    PolicySource("broken.rights", "define home = GB\n"),
    PolicySource("circle.rights", 'use "circle.rights"\ndefine home as GB\n'),
    PolicySource("twice.rights", "define home as FR\n"),
]


@pytest.mark.parametrize(("head", "message", "help"), MISTAKES)
def test_a_mistake_in_use_is_one_error_at_the_use_line(head, message, help):
    (one,) = found(policy(head, PERMIT), *OTHERS)
    assert one.message.startswith(message)
    assert one.help.startswith(help)
    assert one.line == 4 + head.count("\n")
    assert one.file == "p.rights"


def test_a_name_that_is_defined_here_and_there_is_an_error_here():
    (one,) = found(policy(f"{USE}define home as FR", PERMIT), SHARED)
    assert (one.line, one.message) == (5, "`home` is already defined in `shared.rights`")


def test_a_value_that_does_not_fit_is_told_at_the_use_line():
    shared = PolicySource("shared.rights", "define home as GB or XX\n")
    (one,) = found(policy(USE, PERMIT), shared)
    assert (one.line, one.message) == (4, "unknown territory `XX`")


def test_loading_names_the_mistake(facts):
    with pytest.raises(PolicyErrors) as caught:
        PolicySet.load([policy(USE, PERMIT)])
    assert [one.code for one in caught.value.diagnostics] == ["missing-file"]
