"""The server, a process of its own, speaks with an editor over standard input and output."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix_rules import editing

from .conftest import PLANTED, URI, Editor

SERVING = ("server", "requests", "protocol")


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
