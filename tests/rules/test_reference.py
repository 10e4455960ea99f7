"""The reference: its English is the product's, its examples decide as it says, nothing is left out.

`python tests/rules/test_reference.py` writes the English of every example anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from lark import Token, Tree

from clearmix_rules import SCHEMA, PolicySource, Request, english, tree
from clearmix_rules.checking.checker import check_policy
from clearmix_rules.checking.shared import SharedFiles
from clearmix_rules.deciding.windows import Window
from clearmix_rules.errors import RequestError
from clearmix_rules.reading.parser import STARTS, pieces
from clearmix_rules.reading.pieces import build_grammar
from clearmix_rules.schema import Attribute, Kind
from clearmix_rules.tree import Effect, FactTest, Op, Quantifier, Relation
from clearmix_rules.trying.running import run_suite

PAGE = Path(__file__).parents[2] / "docs/rights/reference.md"
SHARED = PolicySource("territories.rights", "define home as GB or IE\n")
REASON = ' reason "Why."'

WHOLE = {
    "condition": "rule a: forbid any use when {}",
    "tracks": "rule a: forbid any use {}",
    "rule": "{}",
    "definition": "{}\nrule a: forbid any use when {}",
    "duty": "rule a: permit any use provided {}",
    "in force": "{}\nrule a: forbid any use",
    "header line": "{}",
    "consent line": "{}",
    "one permit asks": "rule a: permit any use provided {}",
}
"""How an example becomes a policy, by the title of its table's first column."""


def tables() -> Iterator[tuple[str, list[str]]]:
    """Each row of each table: the title of its first column, and its cells without backticks."""
    titles: list[str] | None = None
    for line in PAGE.read_text("utf-8").splitlines():
        if not line.startswith("| "):
            titles = None
            continue
        cells = [cell.strip().removeprefix("`").removesuffix("`") for cell in line.split("|")[1:-1]]
        if titles is None:
            titles = cells
        elif set(cells[0]) != {"-"}:
            yield titles[0], cells


def rows(title: str) -> list[Any]:
    """The rows of the tables whose first column has a title."""
    found = [pytest.param(*cells, id=cells[0]) for one, cells in tables() if one == title]
    assert found, title
    return found


def policy_text(title: str, *example: str) -> str:
    """An example as a whole policy: a permit is northlight's, a forbid the platform's."""
    body = WHOLE[title].format(*example)
    if "rule a:" in body and "reason" not in body:
        body += REASON
    head = {"policy": 'policy "Reference" version 1', "by": "by platform"}
    if " permit " in body or "consent:" in body:
        head["by"] = "by artist ada-wren" if "consent:" in body else "by label northlight"
    if " permit " in body:
        head["consent"] = "consent: opt-in"
    kept = [line for word, line in head.items() if not body.startswith(f"{word} ")]
    return "\n".join([*kept, body, ""])


@cache
def checked(title: str, *example: str) -> tree.Policy:
    """The checked policy of an example, in which nothing at all was found."""
    policy, findings = check_policy(
        PolicySource("example.rights", policy_text(title, *example)), SharedFiles([SHARED])
    )
    wrong = [one.as_text() for one in findings.diagnostics if one.code != "no-rules"]
    assert wrong == []
    assert policy is not None
    return policy


def rule_of(title: str, example: str) -> tree.Rule:
    return checked(title, example).rules[0]


def decide(texts: list[str], facts: dict[str, tuple[str, str]], folder: Path) -> list[str]:
    """What is not as expected, under policies, with facts and answers by the name of a test."""
    (folder / SHARED.name).write_text(SHARED.text, "utf-8")
    names = [f"example-{n}.rights" for n, _ in enumerate(texts)]
    for name, text in zip(names, texts, strict=True):
        (folder / name).write_text(text, "utf-8")
    quoted = " and ".join(f'"{name}"' for name in names)
    tests = f"tests of {quoted}\n"
    for name, (said, answer) in facts.items():
        tests += f'test "{name}":\n  when {said}\n  expect {answer}\n'
    report = run_suite(PolicySource("example.rights-test", tests), folder)
    assert [one.as_text() for one in report.diagnostics] == []
    return [f"{one.trial.name}: {one.differs}" for one in report.verdicts if not one.passed]


# ---------------------------------------------------------------- the English, and what it decides


def condition(policy: tree.Policy) -> str:
    when = policy.rules[0].when
    assert when is not None
    return english.condition(when)


ENGLISH: dict[str, Callable[[tree.Policy], str]] = {
    "condition": condition,
    "definition": condition,
    "tracks": lambda policy: english.rule(policy.rules[0])[len("Forbids any use ") : -1],
    "rule": lambda policy: english.rule(policy.rules[0]),
    "duty": lambda policy: english.duty(policy.rules[0].duties[0]),
    "in force": lambda policy: Window.of(policy.in_force).words(),
}
"""What the product prints for an example, by the title of its table's first column."""


def written_anew() -> str:
    """The page with the English of every example as the product prints it now."""
    lines = []
    titles: list[str] = []
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if not line.startswith("| "):
            titles = []
        elif not titles:
            titles = cells
        elif cells[0].startswith("`") and titles[0] in ENGLISH:
            place = titles.index("in English")
            example = [cell.strip("`") for cell in cells[:place]]
            cells[place] = ENGLISH[titles[0]](checked(titles[0], *example))
            line = f"| {' | '.join(cells)} |"
        lines.append(line)
    return "\n".join([*lines, ""])


def test_the_english_of_the_page_is_what_the_product_prints():
    assert PAGE.read_text("utf-8") == written_anew()


DECIDED = ("condition", "definition", "tracks", "rule", "in force")


@pytest.mark.parametrize(
    ("title", "example", "yes", "no"),
    [pytest.param(title, row.values[:-3], *row.values[-2:], id=row.id)
     for title in DECIDED for row in rows(title)],
)  # fmt: skip
def test_an_example_decides_what_the_page_says(title, example, yes, no, tmp_path):
    permits = checked(title, *example).rules[0].effect is Effect.PERMIT
    applies, otherwise = ("permitted", "not-permitted") if permits else ("forbidden", "permitted")
    facts = {"holds": (yes, applies), "does not hold": (no, otherwise)}
    if no == "-":
        del facts["does not hold"]
    assert decide([policy_text(title, *example)], facts, tmp_path) == []


@pytest.mark.parametrize(("label", "said", "read"), rows("label"))
def test_a_label_is_filled_in_as_the_page_says(label, said, read, tmp_path):
    text = policy_text("duty", f'label reads "{label}"')
    facts = {"read": (said, f'permitted with label reads "{read}"')}
    assert decide([text], facts, tmp_path) == []


@pytest.mark.parametrize(("one", "another", "together"), rows("one permit asks"))
def test_duties_become_one_as_the_page_says(one, another, together, tmp_path):
    texts = [policy_text("one permit asks", duty) for duty in (one, another)]
    texts[1] = texts[1].replace("label northlight", "artist ada-wren")
    answer = "referred" if "approval" in together else "permitted"
    expected = together if together == "terms-cannot-be-met" else f"{answer} with {together}"
    facts = {"together": ("length is 60 seconds and strength is 50%", expected)}
    assert decide(texts, facts, tmp_path) == []


@pytest.mark.parametrize(("line", "said"), rows("header line"))
def test_a_header_line_is_read(line, said):
    assert checked("header line", line)
    assert said


@pytest.mark.parametrize(("line", "facts", "answer"), rows("consent line"))
def test_a_party_answers_as_the_page_says(line, facts, answer, tmp_path):
    text = policy_text("consent line", line)
    assert decide([text], {"answer": (facts, answer)}, tmp_path) == []


# ---------------------------------------------------------------- recorded consents


@pytest.mark.parametrize(("record", "said", "answer"), rows("on record"))
def test_a_recorded_consent_decides_what_the_page_says(record, said, answer, tmp_path):
    text = policy_text("consent line", "consent: opt-out")
    expected = answer + (f'\n  because "{said}"' if said != "-" else "")
    facts = f"today is 2026-05-01 and {record}"
    assert decide([text], {"record": (facts, expected)}, tmp_path) == []


def test_the_page_names_every_field_of_a_recorded_consent(facts):
    fields = [cells[0] for title, cells in tables() if title == "field"]
    with pytest.raises(RequestError) as refused:
        Request.from_json(facts(consents=[{"qqqqqqqq": 1}]))
    assert refused.value.help == f"it has: {', '.join(fields)}"


# ---------------------------------------------------------------- other words


def alike(example: str) -> object:
    """What must be the same of examples that are read alike."""
    title = "rule" if example.startswith("rule ") else "condition"
    rule = rule_of(title, example)
    return english.rule(rule), rule.when, rule.unless, rule.actions


@pytest.mark.parametrize(("also", "plain"), rows("also"))
def test_what_the_page_calls_alike_is_read_alike(also, plain):
    assert alike(also) == alike(plain)


@pytest.mark.parametrize(("refused", "instead"), rows("refused"))
def test_what_the_page_calls_refused_is_an_error_and_its_remedy_is_none(refused, instead):
    _, findings = check_policy(PolicySource("t.rights", policy_text("condition", refused)))
    assert any(one.severity == "error" and one.help for one in findings.diagnostics)
    checked("condition", instead)


# ---------------------------------------------------------------- nothing is left out


def examples() -> list[tuple[str, str]]:
    """Every example with the title of its table."""
    titles = WHOLE.keys() - {"consent line", "definition"}
    return [(title, cells[0]) for title, cells in tables() if title in titles]


def parts_of(node: object) -> Iterator[FactTest]:
    """The tests in a checked condition."""
    if isinstance(node, FactTest):
        yield node
    elif isinstance(node, tree.Not):
        yield from parts_of(node.part)
    elif isinstance(node, tree.All | tree.Either):
        for part in node.parts:
            yield from parts_of(part)


def used_tests() -> list[FactTest]:
    rules = [rule for title, one in examples() for rule in checked(title, one).rules]
    return [test for rule in rules for part in (rule.when, rule.unless) for test in parts_of(part)]


def test_every_word_and_every_rule_of_the_grammar_stands_on_the_page():
    grammar = build_grammar(list(STARTS.values()), "grammar.lark", keep_all_tokens=True)
    seen: set[str] = set()
    written = [policy_text(title, one) for title, one in examples()]
    written += [policy_text("rule" if cells[0].startswith("rule") else "condition", cells[0])
                for title, cells in tables() if title == "also"]  # fmt: skip
    for text in written:
        source = PolicySource("example.rights", text)
        for keyword, start, end in pieces(source, [], set()):
            for node in grammar.parse(text[start:end], start=STARTS[keyword]).iter_subtrees():
                assert isinstance(node, Tree)
                seen |= {str(node.data)}
                seen |= {child.type for child in node.children if isinstance(child, Token)}
    rules = {str(rule.alias or rule.origin.name) for rule in grammar.rules
             if not rule.options.expand1}  # fmt: skip
    rules = {name for name in rules if not name.startswith("_")}
    words = {one.name for one in grammar.terminals} - set(grammar.ignore_tokens)
    assert sorted((rules | words) - seen) == []


def test_every_operator_relation_duty_and_quantifier_stands_on_the_page():
    tests = used_tests()
    rules = [rule for title, one in examples() for rule in checked(title, one).rules]
    assert {one.op for one in tests} == set(Op)
    assert {one.quantifier for one in tests if one.quantifier} == set(Quantifier)
    assert {rule.scope.relation for rule in rules if rule.scope} == set(Relation)
    assert {type(duty) for rule in rules for duty in rule.duties} == set(get_args(tree.Duty))


VALUES = {
    Kind.NAME: "x", Kind.TEXT: '"x"', Kind.TERRITORY: "GB", Kind.LABEL: "x", Kind.PARTY: "x",
    Kind.BOOL: "yes", Kind.DAY: "2026-01-01", Kind.MOMENT: "2026-01-01T00:00Z", Kind.PARTIES: "x",
}  # fmt: skip
UNITS = {"ms": "1 second", "bps": "1%", "cents": "1 cent", "count": "1"}
PHRASES = {op: f"{op.value} {{0}}" for op in Op} | {
    Op.BETWEEN: "is between {0} and {0}", Op.WITHIN: "is within 1 day of {0}",
    Op.WITHIN_BEFORE: "is within 1 day before {0}", Op.WITHIN_AFTER: "is within 1 day after {0}",
    Op.LIKE: 'is like "x"', Op.GIVEN: "is given",
}  # fmt: skip


def fitting(attribute: Attribute) -> set[tuple[Kind, Op]]:
    """The operators that the checker takes for an attribute."""
    value = UNITS.get(attribute.unit or "") or VALUES.get(attribute.kind)
    value = value or next(iter(attribute.values), "x")
    name = f"{attribute.group}'s {attribute.name}"
    guard = "" if attribute.required else f"{name} is given and "
    found = set()
    for phrase in PHRASES.values():
        text = f"{guard}{name} {phrase.format(value)}"
        policy, _ = check_policy(PolicySource("t.rights", policy_text("condition", text)))
        if policy is not None:
            found |= {(test.attribute.kind, test.op) for test in parts_of(policy.rules[0].when)}
    return found


def test_every_operator_that_fits_a_kind_of_fact_stands_on_the_page():
    facts = {(row.kind, row.required, row.unit): row for row in SCHEMA.attributes.values()
             if row.group != "party"}  # fmt: skip
    takes = set().union(*(fitting(row) for row in facts.values()))
    assert {kind for kind, _ in takes} == set(Kind)
    assert sorted(takes - {(test.attribute.kind, test.op) for test in used_tests()}) == []


if __name__ == "__main__":
    PAGE.write_text(written_anew(), "utf-8")
