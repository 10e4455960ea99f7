"""`decide --nearest`: what would be permitted instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clearmix_rules.cli import main


@pytest.fixture
def run(facts, policy, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Decides a changed request under a policy with one limit; gives what is printed."""
    (tmp_path / "a.rights").write_text(
        policy(
            "rule short: permit remix when tier is studio\n"
            '  provided length is at most 60 seconds reason "Short."'
        )
    )

    def run(changes: dict[str, object], *options: str) -> str:
        request = tmp_path / "request.json"
        request.write_text(json.dumps(facts(changes)))
        asked = ["decide", "--request", str(request), "--policies", str(tmp_path / "a.rights")]
        assert main([*asked, "--nearest", *options]) == 0
        return capsys.readouterr().out

    return run


def test_the_nearest_request_is_said_in_words_and_as_json(run) -> None:
    assert run({}) == "not-permitted\nIt would be permitted at 60 seconds or less.\n"
    said = json.loads(run({}, "--json"))
    assert said["nearest"]["changes"][0]["value"] == 60_000


def test_what_cannot_be_asked_for_is_told_where_nothing_else_helps(run) -> None:
    shown = run({"listener.tier": "free", "request.length": 50_000})
    assert shown.splitlines()[-1] == (
        "It would be permitted on the studio plan, which cannot be asked for here."
    )


def test_nothing_is_offered_where_nothing_helps(run) -> None:
    refusal = {"party": "ada-wren", "answer": "refuse", "kind": "any", "from": "2026-12-01"}
    shown = run({"consents": [refusal]}, "--at", "2026-12-02T00:00Z")
    assert shown == "forbidden\nNothing that can be asked for would be permitted.\n"
    said = json.loads(run({"consents": [refusal]}, "--at", "2026-12-02T00:00Z", "--json"))
    assert said["nearest"] is None
