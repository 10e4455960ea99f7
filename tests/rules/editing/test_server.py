"""The server, a process of its own, answers an editor over standard input and output."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix_rules import editing

if TYPE_CHECKING:
    from conftest import Editor

SERVING = ("server", "requests", "protocol")
URI = "file:///policies/northlight.rights"

PLANTED = """policy "😀𝄞 Northlight" version 1
by label northlight
consent: opt-in
define northern as any of SE, NO or DK

rule short: permit remix
  of tracks under northlight
  when teir is plus
   and use is privat
  provided
    length is at most 90 secnds
  reason "Short ones."

rule other: forbid cover when label is like "😀😀" and territory is northen
  reason "No 😀."
"""


def place(text: str, word: str) -> dict[str, int]:
    """Where a word first stands, as editors say it."""
    before = text[: text.index(word)].rsplit("\n", 1)
    units = len(before[-1].encode("utf-16-le")) // 2
    return {"line": text[: text.index(word)].count("\n"), "character": units}


def around(text: str, word: str) -> dict[str, object]:
    start = place(text, word)
    units = len(word.encode("utf-16-le")) // 2
    return {"start": start, "end": {**start, "character": start["character"] + units}}


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


# ---------------------------------------------------------------- the session


def test_a_session_starts_and_ends_cleanly(editor: Editor) -> None:
    said = editor.start()
    assert said["serverInfo"]["name"] == "clearmix-rules"
    assert said["capabilities"]["positionEncoding"] == "utf-16"
    for each in ("completion", "hover", "definition", "references", "documentSymbol",
                 "documentFormatting", "rename", "foldingRange", "codeAction"):  # fmt: skip
        assert said["capabilities"][f"{each}Provider"], each
    assert editor.stop() == 0
    assert editor.process.stderr is not None
    assert editor.process.stderr.read() == b""


def test_an_exit_without_a_shutdown_is_a_failure(editor: Editor) -> None:
    editor.start()
    editor.notify("exit")
    assert editor.process.wait(20) == 1


def test_the_server_ends_when_its_input_ends(editor: Editor) -> None:
    editor.start()
    editor.open(URI, PLANTED)
    assert editor.process.stdin is not None
    editor.process.stdin.close()
    assert editor.process.wait(20) == 0


def test_utf_16_is_kept_to_whatever_an_editor_prefers(editor: Editor) -> None:
    encodings = {"general": {"positionEncodings": ["utf-8", "utf-32", "utf-16"]}}
    said = editor.ask("initialize", {"processId": None, "rootUri": None, "capabilities": encodings})
    assert said["capabilities"]["positionEncoding"] == "utf-16"


def test_requests_out_of_order_are_refused(editor: Editor) -> None:
    at = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}}
    assert editor.answer("textDocument/hover", at)["error"]["code"] == -32002
    editor.start()
    editor.ask("shutdown")
    assert editor.answer("textDocument/hover", at)["error"]["code"] == -32600


def test_what_cannot_be_answered_is_an_error_and_not_a_silence(editor: Editor) -> None:
    editor.start()
    assert editor.answer("textDocument/unheardOf", {})["error"]["code"] == -32601
    assert editor.answer("textDocument/hover", {"position": 3})["error"]["code"] == -32602
    editor.notify("unheard/of", {})
    editor.send_raw(b"{ not json")
    editor.send_raw(b'{"jsonrpc": "1.0", "id": 7, "method": "shutdown"}')
    editor.send_raw(b"[1, 2]")
    assert editor.at("textDocument/hover", "file:///not/open.rights", 3, 4) is None
    assert editor.stop() == 0


def test_a_missing_pygls_is_told_with_its_remedy() -> None:
    hidden = "import sys; sys.modules['pygls'] = None; from clearmix_rules.cli import main; "
    done = subprocess.run(
        [sys.executable, "-c", hidden + "sys.exit(main(['lsp']))"], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "error: serving an editor needs the package `pygls`\n"
        '  help: pip install "clearmix[editor]"\n'
    )


def test_only_what_serves_imports_pygls() -> None:
    modules = sorted(path.stem for path in Path(editing.__path__[0]).glob("*.py"))
    others = [f"clearmix_rules.editing.{one}" for one in modules if one not in SERVING]
    assert len(others) > 10
    script = f"import sys, clearmix_rules.cli, {', '.join(others)}; print('pygls' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


# ---------------------------------------------------------------- diagnostics


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


# ---------------------------------------------------------------- questions


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


# ---------------------------------------------------------------- laws

WORDS = st.sampled_from(
    [
        *PLANTED.split(),
        "\n",
        "\nrule x:",
        '"',
        "#",
        "(",
        "😀",
        "\ud83d",
        "\r",
        "\u2028",
        "define",
        "\x00",
    ]
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    words=st.lists(st.lists(WORDS, max_size=25), min_size=1, max_size=3),
    line=st.integers(0, 12),
    character=st.integers(0, 60),
)
def test_no_text_and_no_place_stop_the_server(
    shared_editor: Editor, words: list[list[str]], line: int, character: int
) -> None:
    uri = "file:///policies/any.rights"
    for version, written in enumerate(words, 1):
        text = " ".join(written)
        if version == 1:
            shared_editor.open(uri, text)
        else:
            shared_editor.change(uri, text, version)
        for request in ("completion", "hover", "definition"):
            shared_editor.at(f"textDocument/{request}", uri, line, character)
        for request in ("documentSymbol", "foldingRange", "semanticTokens/full"):
            shared_editor.ask(f"textDocument/{request}", {"textDocument": {"uri": uri}})
    for one in shared_editor.diagnostics(uri, len(words)):
        start, end = one["range"]["start"], one["range"]["end"]
        assert (start["line"], start["character"]) <= (end["line"], end["character"])
