from __future__ import annotations

import sys
from pathlib import Path

import pytest

from clearmix.errors import PluginError
from clearmix.sidecar import Sidecar

LOOP = """
import json, os, sys
channel = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
def say(**message):
    channel.write(json.dumps(message) + "\\n")
    channel.flush()
for line in sys.stdin:
    request = json.loads(line)
    print("printing harms nothing")
    {body}
"""


def sidecar(tmp_path: Path, body: str, **environment: str) -> Sidecar:
    script = tmp_path / "script.py"
    script.write_text(LOOP.replace("{body}", body))
    return Sidecar(Path(sys.executable), script, tmp_path, environment)


def quiet(fraction: float, message: str) -> None:
    """Tells nobody."""


def test_requests_are_answered_in_turn_with_progress_between(tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    body = (
        "say(type='progress', fraction=0.5, message='half')"
        "; say(type='done', twice=request['n'] * 2, here=os.getcwd(), mood=os.environ['MOOD'])"
    )
    with sidecar(tmp_path, body, MOOD="calm") as process:
        first = process.ask({"n": 1}, lambda part, said: told.append((part, said)))
        second = process.ask({"n": 21}, quiet)
    assert first == {"twice": 2, "here": str(tmp_path), "mood": "calm"}
    assert second["twice"] == 42
    assert told == [(0.5, "half")]


def test_clearmix_is_not_on_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with sidecar(tmp_path, "say(type='done', path=os.environ['PYTHONPATH'])") as process:
        assert process.ask({}, quiet) == {"path": ""}


def test_an_error_comes_back_in_its_own_words(tmp_path: Path) -> None:
    body = "say(type='error', message='no model', help='fetch one')"
    with sidecar(tmp_path, body) as process, pytest.raises(PluginError) as caught:
        process.ask({}, quiet)
    assert (caught.value.message, caught.value.help) == ("no model", "fetch one")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise SystemExit('out of luck')", r"ended with code 1 .* last words: (.|\n)*out of luck"),
        ("os.kill(os.getpid(), 9)", "ended with code -9"),
        ("channel.write('hello\\n'); channel.flush()", "wrote into its channel: 'hello"),
        ("say(type='boast')", "wrote into its channel"),
    ],
)
def test_a_script_that_dies_or_babbles_is_named(tmp_path: Path, body: str, said: str) -> None:
    with sidecar(tmp_path, body) as process, pytest.raises(PluginError, match=said) as caught:
        process.ask({}, quiet)
    assert caught.value.help


def test_the_process_ends_with_the_block(tmp_path: Path) -> None:
    with sidecar(tmp_path, "say(type='done', pid=os.getpid())") as process:
        pid = process.ask({}, quiet)["pid"]
    assert not Path(f"/proc/{pid}").exists()


def test_a_missing_interpreter_is_refused_with_a_remedy(tmp_path: Path) -> None:
    absent = Sidecar(tmp_path / "none", tmp_path / "script.py", tmp_path, {})
    with pytest.raises(PluginError, match="cannot start") as caught, absent:
        pass
    assert "clearmix plugins setup" in caught.value.help
