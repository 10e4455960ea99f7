"""The extension for editors: its grammar colours what the language says, its parts fit together."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from clearmix_rules.reading.parser import grammar as parser_grammar
from clearmix_rules.schema import PARTY_KINDS, ROLES, SCHEMA
from clearmix_rules.territories import GROUPS
from clearmix_rules.units import UNITS

ROOT = Path(__file__).parents[2]
EDITORS = ROOT / "examples" / "editors"
VSCODE = EDITORS / "vscode"
GRAMMAR: dict[str, Any] = json.loads((VSCODE / "rights.tmLanguage.json").read_text("utf-8"))

Coloured = list[tuple[str, str]]


def rules_in(node: Any) -> list[dict[str, Any]]:
    """Every object of the grammar that matches something."""
    if isinstance(node, list):
        return [rule for child in node for rule in rules_in(child)]
    if isinstance(node, dict):
        own = [node] if "match" in node or "begin" in node else []
        return own + [rule for child in node.values() for rule in rules_in(child)]
    return []


def expanded(patterns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Patterns with what they include, in the order in which they are tried."""
    found = []
    for one in patterns:
        if "include" in one:
            found += expanded([GRAMMAR["repository"][one["include"][1:]]])
        elif "patterns" in one and "begin" not in one:
            found += expanded(one["patterns"])
        else:
            found.append(one)
    return found


def coloured(line: str) -> Coloured:
    """The stretches of a line with their innermost scope, as an editor would tokenise it.

    It knows of TextMate grammars what this one uses: first match wins, captures, and a
    `begin`/`end` that ends with its line.
    """
    found: Coloured = []
    at = 0
    while at < len(line):
        match, rule = _first(expanded(GRAMMAR["patterns"]), line, at)
        if match is None or rule is None:
            break
        if "begin" in rule:
            at = _inside(rule, line, match, found)
            continue
        found += _captured(rule, match)
        at = max(match.end(), at + 1)
    return found


def _first(
    rules: list[dict[str, Any]], line: str, at: int
) -> tuple[re.Match[str] | None, dict[str, Any] | None]:
    best: tuple[re.Match[str] | None, dict[str, Any] | None] = (None, None)
    for rule in rules:
        match = re.compile(rule.get("match") or rule["begin"]).search(line, at)
        if match is not None and (best[0] is None or match.start() < best[0].start()):
            best = (match, rule)
    return best


def _captured(rule: dict[str, Any], match: re.Match[str]) -> Coloured:
    if "captures" not in rule:
        return [(match[0], rule["name"])]
    groups = ((match[int(group)], scope["name"]) for group, scope in rule["captures"].items())
    return [(text, scope) for text, scope in groups if text]


def _inside(rule: dict[str, Any], line: str, opened: re.Match[str], found: Coloured) -> int:
    at = start = opened.end()
    while True:
        end = re.compile(rule["end"]).search(line, at)
        assert end is not None, "it must end with its line"
        match, inner = _first(rule["patterns"], line, at)
        if match is None or inner is None or match.start() >= end.start():
            found.append((line[start : end.start()], rule["name"]))
            return end.end()
        found += _captured(inner, match)
        at = match.end()


# ---------------------------------------------------------------- the grammar


def test_every_pattern_compiles_and_names_a_scope_of_the_language() -> None:
    rules = rules_in(GRAMMAR)
    assert len(rules) > 20
    for rule in rules:
        for key in ("match", "begin", "end"):
            if key in rule:
                assert re.compile(rule[key])
        scopes = [rule["name"]] if "name" in rule else []
        for captures in ("captures", "beginCaptures", "endCaptures"):
            for group, scope in rule.get(captures, {}).items():
                assert int(group) <= re.compile(rule.get("match") or rule["begin"]).groups
                scopes.append(scope["name"])
        assert scopes
        assert all(scope.endswith(".rights") for scope in scopes)
    for included in re.findall(r'"#(\w+)"', json.dumps(GRAMMAR)):
        assert included in GRAMMAR["repository"]


def words_of_the_language() -> list[str]:
    return sorted(
        one.pattern.value
        for one in parser_grammar().terminals
        if one.pattern.type == "str" and one.pattern.value.isalpha()
    )


@pytest.mark.parametrize("word", words_of_the_language())
def test_every_word_of_the_grammar_is_coloured_as_one(word: str) -> None:
    everything = " ".join(rule.get("match", "") for rule in rules_in(GRAMMAR))
    assert re.search(rf"(?<![\w-]){word}(?![\w-])", everything), word
    (scope,) = [scope for text, scope in coloured(f"x {word} y") if text == word]
    assert scope != "variable.other.rights" or word in (
        "policy", "define", "as", "consent", "force", "rule"
    )  # fmt: skip


def test_the_words_of_the_schema_are_coloured_as_what_they_are() -> None:
    for row in SCHEMA.attributes.values():
        (scope,) = [scope for text, scope in coloured(f"when {row.name} is") if text == row.name]
        assert scope == "support.variable.attribute.rights", row.name
        for value in row.values:
            assert (value, "support.constant.value.rights") in coloured(f"is plus, {value} or")
    for role in ROLES:
        assert (role, "support.variable.attribute.rights") in coloured(f"when {role}'s minor")
    for group in GROUPS:
        assert (group, "support.constant.value.rights") in coloured(f"territory is {group}")
    for unit in UNITS:
        assert (unit, "keyword.other.unit.rights") in coloured(f"is at most 90 {unit}")
    for kind in PARTY_KINDS:
        assert (kind, "storage.type.party.rights") in coloured(f"by {kind} someone")


def lines_of_sample(name: str) -> list[str]:
    return (ROOT / "tests" / "rules" / "policies" / name).read_text("utf-8").splitlines()


def test_the_sample_policies_are_coloured() -> None:
    lines = lines_of_sample("northlight.rights")
    assert coloured(lines[0]) == [(lines[0], "comment.line.number-sign.rights")]
    rule = next(line for line in lines if line.startswith("rule short-remix"))
    assert coloured(rule)[:5] == [
        ("rule", "keyword.other.rule.rights"),
        ("short-remix", "entity.name.function.rule.rights"),
        (":", "punctuation.separator.rights"),
        ("permit", "keyword.control.permit.rights"),
        ("remix", "support.constant.value.rights"),
    ]
    for name in ("northlight.rights", "ada-wren.rights"):
        for line in lines_of_sample(name):
            assert re.fullmatch(r'[\s",:()]*', left_over(line)), line


def left_over(line: str) -> str:
    """What of a line has no colour."""
    for text, _ in sorted(coloured(line), key=lambda one: -len(one[0])):
        line = line.replace(text, " ", 1)
    return line


@pytest.mark.parametrize(
    ("line", "scopes"),
    [
        ('reason "no # comment" # when', ["keyword.control.clause", "string.quoted.double",
                                          "comment.line.number-sign"]),
        ('# a "text" in a comment', ["comment.line.number-sign"]),
        (r'reason "say \"when\" now" or', ["keyword.control.clause", "constant.character.escape",
                                           "constant.character.escape", "string.quoted.double",
                                           "keyword.operator.logical"]),
        ('reads "By {artist}, {titel}"', ["keyword.other.duty", "variable.other.placeholder",
                                          "invalid.illegal.placeholder", "string.quoted.double"]),
        ('reason "half', ["keyword.control.clause", "string.quoted.double"]),
        ("artist's voice-consent", ["support.variable.attribute", "keyword.operator.possessive",
                                    "support.variable.attribute"]),
        ("15% of revenue", ["constant.numeric", "keyword.other.unit", "keyword.other.tracks",
                            "variable.other"]),
        ("from 2026-03-01T09:00Z", ["keyword.other.header", "constant.numeric.date"]),
        ("in Europe/London", ["keyword.other.header", "constant.other.zone"]),
        ("when-not is-it plus-one", ["variable.other"] * 3),
    ],
)  # fmt: skip
def test_texts_comments_and_joined_words_are_told_apart(line: str, scopes: list[str]) -> None:
    assert [scope.removesuffix(".rights") for _, scope in coloured(line)] == scopes


# ---------------------------------------------------------------- the extension


def test_the_extension_names_files_that_are_there() -> None:
    package = json.loads((VSCODE / "package.json").read_text("utf-8"))
    (language,) = package["contributes"]["languages"]
    (colours,) = package["contributes"]["grammars"]
    for path in (package["main"], language["configuration"], colours["path"]):
        assert (VSCODE / path).is_file(), path
    assert colours["scopeName"] == GRAMMAR["scopeName"]
    assert colours["language"] == language["id"]
    assert language["extensions"] == [".rights"]
    assert "vscode-languageclient" in package["dependencies"]


def test_the_language_configuration_can_be_read() -> None:
    said = json.loads((VSCODE / "language-configuration.json").read_text("utf-8"))
    assert said["comments"]["lineComment"] == "#"
    word = re.compile(said["wordPattern"])
    assert word.findall("tier is not plus-one, 90 sec.") == [
        "tier", "is", "not", "plus-one", "90", "sec",
    ]  # fmt: skip
    rules = said["indentationRules"]
    assert re.search(rules["increaseIndentPattern"], "rule a: permit remix")
    assert re.search(rules["decreaseIndentPattern"], '  reason "Yes."')


def test_the_extension_starts_the_command_that_exists() -> None:
    package = json.loads((VSCODE / "package.json").read_text("utf-8"))
    settings = package["contributes"]["configuration"]["properties"]
    script = (VSCODE / "extension.js").read_text("utf-8")
    assert settings["clearmixRights.command"]["default"] == ["clearmix-rules", "lsp"]
    assert 'getConfiguration("clearmixRights")' in script
    for text in (EDITORS / "README.md", ROOT / "docs" / "rights" / "editors.md"):
        assert 'pip install "clearmix[editor]"' in text.read_text("utf-8")
        assert "clearmix-rules" in text.read_text("utf-8")


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_script_of_the_extension_is_right_javascript() -> None:
    done = subprocess.run(
        ["node", "--check", VSCODE / "extension.js"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
