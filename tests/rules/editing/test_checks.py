"""What is found after a change in a rule is what the whole check finds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix_rules import Diagnostic, PolicySource, Severity
from clearmix_rules.editing.checks import Checked, check, checked_rule, recheck
from clearmix_rules.editing.outline import pieces

RULES = st.lists(
    st.sampled_from(
        [
            'rule {}: permit remix\n  when tier is plus\n  reason "Yes."\n\n',
            'rule {}: permit remix\n  when teir is plus\n  reason "Yes."\n',
            'rule {}: permit remix\n  when territory is northen\n\n\n  reason "😀"\n',
            "rule {}: permit remix\n  when length is at most 90 secnds\n",
            "rule {}: forbid remix when\n# a comment\n",
            'rule {}: permit remix reason "no end\n',
            '  rule {}: forbid any use when style-of is a reason "A {{titel}}."\n',
            "rule {}:\n",
        ]
    ),
    max_size=7,
).map(lambda rules: [rule.format(f"r{n}") for n, rule in enumerate(rules)])


def source(text: str) -> PolicySource:
    return PolicySource("a.rights", text)


def checked(text: str) -> Checked:
    return check(source(text))


def errors(found: Checked | None) -> list[Diagnostic]:
    """What is wrong inside rules; warnings may be about one rule beside another."""
    assert found is not None
    return [one for one in found.diagnostics if one.severity is Severity.ERROR]


@settings(deadline=None)
@given(first=RULES, changed=RULES, last=RULES, whole_header=st.booleans())
def test_a_quick_check_finds_what_the_whole_check_finds(
    first: list[str], changed: list[str], last: list[str], whole_header: bool, header: str
) -> None:
    header = header if whole_header else header.replace("northern as", "northern as plus or")
    renamed = [rule.replace("rule r", "rule s") for rule in changed]
    ending = [rule.replace("rule r", "rule t") for rule in last]
    old = header + "".join([*first, *ending])
    new = header + "".join([*first, *renamed, *ending])
    for before, after in ((old, new), (new, old)):
        quick = recheck(checked(before), source(after))
        if quick is not None and ("rule" in before) == ("rule" in after):
            assert errors(quick) == errors(checked(after))


def test_one_changed_rule_of_many_is_checked_alone(header: str) -> None:
    rule = 'rule r{}: permit remix when tier is plus reason "Yes."\n'
    text = header + "".join(rule.format(n) for n in range(50))
    before = checked(text)
    changed = text.replace("rule r25: permit remix when tier", "rule r25: permit remix when teir")
    quick = recheck(before, source(changed))
    assert errors(quick) == errors(checked(changed))
    assert [(one.line, one.message) for one in errors(quick)] == [
        (header.count("\n") + 26, "unknown attribute `teir`")
    ]
    assert quick is not None
    assert errors(recheck(quick, source(text))) == errors(before) == []


def test_a_change_in_the_header_needs_the_whole_check(header: str) -> None:
    before = checked(header + "rule a: forbid remix")
    assert recheck(before, source(header.replace("SE", "IS") + "rule a: forbid remix")) is None


def test_after_a_character_that_hides_text_the_whole_is_checked(header: str) -> None:
    before = checked(header + "rule a: forbid remix \u202e")
    assert recheck(before, source(header + "rule a: forbid remix")) is None


def test_a_rule_is_checked_with_the_definitions_of_its_policy(header: str) -> None:
    text = header + 'rule a: permit remix when tier is paid reason "Yes."\nrule b: broken'
    first, second = pieces(text)[-2:]
    rule = checked_rule(source(text), first)
    assert rule is not None
    assert rule.name == "a"
    assert checked_rule(source(text), second) is None
