"""The `filter` command: what it prints, and its errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from clearmix_rules.cli import main


@pytest.fixture
def ask(tmp_path, facts, policy, capsys):
    """Runs the command on three tracks, two of which are explicit and refused."""
    said = facts()
    (track,) = said.pop("tracks")
    text = policy(
        'rule clean: forbid any use when track is explicit reason "Not those."', consent="opt-out"
    )
    tracks = [{**track, "id": f"t{n}", "explicit": n < 2} for n in range(3)]
    (tmp_path / "request.json").write_text(json.dumps(said), "utf-8")
    (tmp_path / "p.rights").write_text(text, "utf-8")
    (tmp_path / "c.jsonl").write_text("\n".join(map(json.dumps, tracks)), "utf-8")

    def run(*options, code=0):
        files = ("--request", "request.json", "--policies", "p.rights", "--catalogue", "c.jsonl")
        given = [str(tmp_path / one) if "." in one else one for one in files]
        assert main(["filter", *given, *options]) == code
        return capsys.readouterr()

    return run


def test_it_lists_the_permitted_tracks(ask):
    assert ask().out == "t2\n"


def test_it_lists_another_outcome_up_to_a_limit(ask):
    assert ask("--outcome", "forbidden").out == "t0\nt1\n"
    assert ask("--outcome", "forbidden", "--limit", "1").out == "t0\n"


def test_json_is_one_object(ask):
    said = json.loads(ask("--json").out)
    assert said["total"] == 3
    assert said["outcomes"]["forbidden"] == 2
    assert (said["outcome"], said["tracks"]) == ("permitted", ["t2"])
    counted = json.loads(ask("--json", "--count").out)
    assert sorted(counted) == ["outcomes", "total"]
    (reason,) = json.loads(ask("--json", "--why-not").out)["reasons"]
    assert (reason["rule"], reason["says"], reason["tracks"]) == ("clean", "Not those.", 2)


def test_sql_is_printed_and_not_run(ask):
    printed = ask("--sql").out
    assert printed.startswith("WITH ")
    assert '"explicit"' in printed
    assert (
        json.loads(ask("--sql", "--json").out)["sql"].splitlines()[-1] == printed.splitlines()[-1]
    )


def test_parties_may_stand_in_a_file_of_their_own(ask, tmp_path, facts):
    path = tmp_path / "parties.json"
    parties = facts()["parties"]
    path.write_text(json.dumps({**parties, "ada-wren": None}), "utf-8")
    assert ask("--parties", str(path)).out == "t2\n"  # the request knows ada-wren
    said = json.loads((tmp_path / "request.json").read_text("utf-8"))
    (tmp_path / "request.json").write_text(json.dumps({**said, "parties": None}), "utf-8")
    assert ask().out == ""
    path.write_text(json.dumps(parties), "utf-8")
    assert ask("--parties", str(path)).out == "t2\n"


def test_a_catalogue_that_is_amiss_is_an_error(ask, tmp_path):
    (tmp_path / "c.jsonl").write_text('{"id": "t0"}', "utf-8")
    err = ask(code=1).err
    assert "track `t0` lacks `isrc`" in err or "track `t0` lacks `explicit`" in err
    assert "c.jsonl, line 1" in err


def test_a_package_that_is_missing_is_named_with_what_to_install(tmp_path):
    code = (
        "import sys; sys.modules['duckdb'] = None\n"
        "from clearmix_rules.cli import main\n"
        "sys.exit(main(['filter', '--request', 'r', '--policies', 'p', '--catalogue', 'c']))"
    )
    rules = Path(__file__).parents[3] / "rules"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, timeout=60, check=False, env={"PYTHONPATH": str(rules)},
    )  # fmt: skip
    assert done.returncode == 1
    assert "`filter` needs the package `duckdb`" in done.stderr
    assert 'pip install "ibis-framework[duckdb]>=12,<13"' in done.stderr
