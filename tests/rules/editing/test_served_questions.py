"""What the server answers about a place of a policy, or about the whole of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import PLANTED, URI, Editor, around, place


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A folder with the two sample policies."""
    for path in (Path(__file__).parents[1] / "policies").glob("*.rights"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def test_completions_know_the_place_and_the_workspace(editor: Editor, policies: Path) -> None:
    editor.start(policies.as_uri())
    text = 'policy "😀" version 1\nby label hollow\nrule a: permit remix of tracks by '
    editor.open(URI, text)
    line = text.rsplit("\n", 1)[1]
    items = editor.at("textDocument/completion", URI, 2, len(line))["items"]
    offered = {one["label"]: one for one in items}
    assert {"northlight", "ada-wren", "hollow"} <= set(offered)
    assert "its policy is in ada-wren.rights" in offered["ada-wren"]["documentation"]["value"]
    assert offered["ada-wren"]["textEdit"] == {
        "range": {"start": {"line": 2, "character": len(line)},
                  "end": {"line": 2, "character": len(line)}},
        "newText": "ada-wren",
    }  # fmt: skip


@pytest.mark.parametrize("templates", [True, False])
def test_templates_are_plain_where_an_editor_does_not_know_them(
    editor: Editor, templates: bool
) -> None:
    editor.start(templates=templates)
    editor.open(URI, "")
    items = editor.at("textDocument/completion", URI, 0, 0)["items"]
    policy = next(one for one in items if one["label"] == "policy")
    new = 'policy "${1:Title}" version ${2:1}' if templates else 'policy "Title" version 1'
    assert policy["textEdit"]["newText"] == new
    assert policy["insertTextFormat"] == (2 if templates else 1)


def test_a_hover_is_over_its_word(shared_editor: Editor) -> None:
    uri, text = "file:///policies/hover.rights", PLANTED.replace('label is like "😀😀" and ', "")
    text = text.replace("is northen\n", "is northern\n")
    shared_editor.open(uri, text)
    found = shared_editor.at("textDocument/hover", uri, **place(text, "northern\n  reason"))
    assert "define northern as any of SE, NO or DK" in found["contents"]["value"]
    assert "Forbids covers, if territory is SE, NO or DK." in found["contents"]["value"]
    assert found["range"]["start"] == place(text, "northern\n  reason")


def test_parties_are_found_across_the_workspace(editor: Editor, policies: Path) -> None:
    editor.start(policies.as_uri())
    ada = policies / "ada-wren.rights"
    text = ada.read_text()
    editor.open(ada.as_uri(), text)
    at = place(text, "northlight")
    (found,) = editor.at("textDocument/definition", ada.as_uri(), **at)
    assert found["uri"] == (policies / "northlight.rights").as_uri()
    northlight = (policies / "northlight.rights").read_text()
    assert found["range"]["start"] == place(northlight, "northlight")
    context = {"includeDeclaration": False}
    uses = editor.at("textDocument/references", ada.as_uri(), **at, context=context)
    assert len(uses) == 4
    assert found not in uses
    (policies / "northlight.rights").write_text(northlight.replace("by label", "by  label"))
    editor.notify("textDocument/didSave", {"textDocument": {"uri": ada.as_uri()}})
    (moved,) = editor.at("textDocument/definition", ada.as_uri(), **at)
    assert moved["range"]["start"]["character"] == found["range"]["start"]["character"] + 1


def test_a_definition_is_found_and_renamed(shared_editor: Editor) -> None:
    uri, text = "file:///policies/rename.rights", PLANTED.replace("northen\n", "northern\n")
    text = text.replace("90 secnds", "90 seconds")
    shared_editor.open(uri, text)
    use = place(text, "northern\n")
    (found,) = shared_editor.at("textDocument/definition", uri, **use)
    assert found == {"uri": uri, "range": around(text, "northern")}
    assert shared_editor.at("textDocument/prepareRename", uri, **use)["start"] == use
    edits = shared_editor.at("textDocument/rename", uri, **use, newName="arctic")
    renamed = text.replace("northern", "arctic")
    assert sorted(one["range"]["start"]["line"] for one in edits["changes"][uri]) == [3, 13]
    assert {one["newText"] for one in edits["changes"][uri]} == {"arctic"}
    assert renamed.count("arctic") == 2


def test_a_rename_that_would_not_do_says_why(shared_editor: Editor) -> None:
    uri = "file:///policies/refused.rights"
    shared_editor.open(uri, PLANTED)
    at = {"textDocument": {"uri": uri}, "position": place(PLANTED, "northern")}
    for name, reason in (("EU", "already has a meaning"), ("when", "a word of the language")):
        error = shared_editor.answer("textDocument/rename", {**at, "newName": name})["error"]
        assert error["code"] == -32803
        assert reason in error["message"]
    at["position"] = place(PLANTED, "tracks")
    error = shared_editor.answer("textDocument/prepareRename", at)["error"]
    assert "definitions and rules can" in error["message"]


def test_the_outline_and_the_folds_follow_the_pieces(shared_editor: Editor) -> None:
    uri = "file:///policies/outline.rights"
    text = "# one\n# two\n" + PLANTED
    shared_editor.open(uri, text)
    asked = {"textDocument": {"uri": uri}}
    symbols = shared_editor.ask("textDocument/documentSymbol", asked)
    assert [(one["name"], one["detail"]) for one in symbols] == [
        ("😀𝄞 Northlight", "version 1"),
        ("northern", ""),
        ("short", "permit remix"),
        ("other", "forbid cover"),
    ]
    assert symbols[0]["selectionRange"] == around(text, '"😀𝄞 Northlight"')
    folds = shared_editor.ask("textDocument/foldingRange", asked)
    assert [(one["startLine"], one["endLine"], one["kind"]) for one in folds] == [
        (0, 1, "comment"),
        (7, 13, "region"),
        (15, 16, "region"),
    ]


def test_names_are_coloured_by_their_meaning(shared_editor: Editor) -> None:
    uri = "file:///policies/colours.rights"
    text = 'policy "😀" version 1\nby label x\nrule 𝄞\n'
    text += 'rule a: permit remix when tier is plus reason "."'
    shared_editor.open(uri, text)
    numbers = shared_editor.ask("textDocument/semanticTokens/full", {"textDocument": {"uri": uri}})
    rows = [tuple(numbers["data"][n : n + 5]) for n in range(0, len(numbers["data"]), 5)]
    assert rows == [(1, 9, 1, 0, 1), (2, 5, 1, 2, 1), (0, 10, 5, 1, 0), (0, 11, 4, 3, 0),
                    (0, 8, 4, 1, 0)]  # fmt: skip


def test_a_policy_is_laid_out(shared_editor: Editor) -> None:
    from clearmix_rules.reading.layout import format_policy

    uri = "file:///policies/layout.rights"
    text = 'policy  "😀"   version 1\nby label x\nrule a:   forbid remix\n'
    text += ' when explicit is yes reason "N."'
    shared_editor.open(uri, text)
    asked = {"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": True}}
    (edit,) = shared_editor.ask("textDocument/formatting", asked)
    assert edit["newText"] == format_policy(text, "layout.rights")
    assert edit["range"]["start"] == {"line": 0, "character": 0}
    assert edit["range"]["end"] == {"line": 3, "character": len(text.rsplit("\n", 1)[1])}
    shared_editor.open(uri, edit["newText"], 2)
    assert shared_editor.ask("textDocument/formatting", asked) == []
    shared_editor.open(uri, "rule a: permit permit", 3)
    assert "error" in shared_editor.answer("textDocument/formatting", asked)


@pytest.mark.parametrize(
    "text", ["x" * 1_000_001, "(" * 300_000, '"' * 300_000, "\0" * 300_000, "rule a: " * 60_000]
)
def test_texts_that_nobody_writes_are_answered_in_time(shared_editor: Editor, text: str) -> None:
    uri = "file:///policies/monstrous.rights"
    shared_editor.open(uri, text)
    assert 1 <= len(shared_editor.diagnostics(uri, 1)) <= 3
    for request in ("completion", "hover"):
        shared_editor.at(f"textDocument/{request}", uri, 0, 200_000)
    asked = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 5}}
    assert "error" in shared_editor.answer("textDocument/rename", {**asked, "newName": "b"})


def test_tests_of_policies_are_not_checked_as_policies(shared_editor: Editor) -> None:
    uri = "file:///policies/a.rights-test"
    shared_editor.open(uri, "given nothing")
    shared_editor.open("file:///policies/after.rights", "", 7)
    shared_editor.diagnostics("file:///policies/after.rights", 7)
    assert not [one for one in shared_editor.notified if one["params"]["uri"] == uri]
