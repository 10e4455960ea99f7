"""What the server finds wrong with policies, as they are typed, and how it offers to mend it."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import PLANTED, Editor, around, place


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """A text after edits, none of which touch a line with astral characters."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda one: str(one["range"]), reverse=True):
        start, end = edit["range"]["start"], edit["range"]["end"]
        assert start["line"] == end["line"]
        line = lines[start["line"]]
        new = line[: start["character"]] + edit["newText"] + line[end["character"] :]
        lines[start["line"]] = new
    return "\n".join(lines)


def test_planted_mistakes_are_found_at_their_utf_16_ranges(shared_editor: Editor) -> None:
    uri = "file:///policies/planted.rights"
    text = PLANTED.replace("secnds", "seconds")
    shared_editor.open(uri, text)
    found = shared_editor.diagnostics(uri, 1)
    assert [one["range"] for one in found] == [
        around(text, "teir"),
        around(text, "privat"),
        around(text, 'label is like "😀😀"'),
        around(text, "northen\n") | {"end": found[3]["range"]["end"]},
    ]
    assert found[0]["message"] == "unknown attribute `teir`\nhelp: did you mean `tier`?"
    assert {one["severity"] for one in found} == {1}
    assert [one["code"] for one in found[:2]] == ["unknown-attribute", "unknown-use"]


def test_each_change_is_answered_with_its_version(shared_editor: Editor) -> None:
    uri = "file:///policies/versions.rights"
    shared_editor.open(uri, PLANTED, 1)
    assert [one["message"].split("\n")[0] for one in shared_editor.diagnostics(uri, 1)] == [
        "unknown unit `secnds`",
        "`label` is a label: `is like` does not fit it",
        "unknown territory `northen`",
    ]
    text = PLANTED.replace("secnds", "seconds").replace("teir", "tier").replace("privat", "private")
    shared_editor.change(uri, text, 2)
    assert len(shared_editor.diagnostics(uri, 2)) == 2
    text = text.replace('label is like "😀😀"', "tier is plus").replace("northen\n", "northern\n")
    shared_editor.change(uri, text, 3)
    assert shared_editor.diagnostics(uri, 3) == []


def test_only_the_last_of_quick_changes_is_checked(shared_editor: Editor) -> None:
    uri = "file:///policies/quick.rights"
    shared_editor.open(uri, PLANTED, 1)
    shared_editor.diagnostics(uri, 1)
    for version in range(2, 40):
        shared_editor.change(uri, PLANTED + "#" * version, version)
    shared_editor.diagnostics(uri, 39)
    told = {
        one["params"]["version"]
        for one in shared_editor.notified
        if one.get("params", {}).get("uri") == uri
    }
    assert len(told) < 30


def test_what_one_rule_makes_wrong_in_another_is_found_after_a_pause(
    shared_editor: Editor,
) -> None:
    uri = "file:///policies/twice.rights"
    rule = 'rule a: forbid cover when explicit is yes reason "No."\n'
    other = rule.replace("rule a: forbid cover", "rule b: forbid mashup").replace("No.", "Never.")
    text = 'policy "T" version 1\nby label x\n' + rule + other
    shared_editor.open(uri, text, 1)
    assert shared_editor.diagnostics(uri, 1) == []
    shared_editor.change(uri, text.replace("rule b", "rule a"), 2)
    assert shared_editor.diagnostics(uri, 2) == []
    assert "a second rule is called `a`" in shared_editor.diagnostics(uri, 2)[0]["message"]


def test_a_closed_policy_has_no_diagnostics(shared_editor: Editor) -> None:
    uri = "file:///policies/closed.rights"
    shared_editor.open(uri, PLANTED)
    shared_editor.diagnostics(uri, 1)
    shared_editor.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    shared_editor.at("textDocument/hover", uri, 0, 0)
    told = [one for one in shared_editor.notified if one["params"]["uri"] == uri]
    assert told[-1]["params"]["diagnostics"] == []


def test_quick_fixes_lead_to_a_policy_without_mistakes(shared_editor: Editor) -> None:
    uri, text = (
        "file:///policies/fixes.rights",
        PLANTED.replace('label is like "😀😀"', "use is in-ap"),
    )
    everywhere = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    for version in range(1, 9):
        shared_editor.open(uri, text, version)
        if not shared_editor.diagnostics(uri, version):
            break
        actions = shared_editor.ask(
            "textDocument/codeAction",
            {"textDocument": {"uri": uri}, "range": everywhere, "context": {"diagnostics": []}},
        )
        assert all(one["kind"] == "quickfix" and one["isPreferred"] for one in actions)
        assert all(one["title"].startswith("Change `") for one in actions)
        text = applied(text, [edit for one in actions for edit in one["edit"]["changes"][uri]])
    else:
        pytest.fail(f"still wrong:\n{text}")
    for right in (
        "tier is plus",
        "use is private",
        "90 seconds",
        "territory is northern",
        "in-app",
    ):
        assert right in text


def test_a_fix_is_offered_where_its_mistake_is(shared_editor: Editor) -> None:
    uri, text = "file:///policies/there.rights", PLANTED.replace("secnds", "seconds")
    shared_editor.open(uri, text)
    asked = {"textDocument": {"uri": uri}, "context": {"diagnostics": []}}
    for word, better in (("teir", "tier"), ("privat", "private")):
        at = {"start": place(text, word), "end": place(text, word)}
        (action,) = shared_editor.ask("textDocument/codeAction", {**asked, "range": at})
        assert action["edit"]["changes"][uri] == [{"range": around(text, word), "newText": better}]
    at = {"start": place(text, "tracks"), "end": place(text, "tracks")}
    assert shared_editor.ask("textDocument/codeAction", {**asked, "range": at}) == []
