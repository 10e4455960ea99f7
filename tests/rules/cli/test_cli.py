"""The `clearmix-rules` command: exit codes, what goes to stdout and what to stderr."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from clearmix_rules.cli import main

POLICIES = Path(__file__).parents[1] / "policies"


@pytest.fixture
def asked(tmp_path, facts):
    path = tmp_path / "request.json"
    path.write_text(json.dumps(facts()), "utf-8")
    return str(path)


def test_check_says_that_all_is_well(capsys):
    assert main(["check", str(POLICIES)]) == 0
    out, err = capsys.readouterr()
    assert out == "2 policies checked: no mistakes\n"
    assert err == ""


def test_check_prints_every_mistake_with_caret_and_remedy_and_fails(capsys, tmp_path, samples):
    broken = tmp_path / "broken.rights"
    text = samples["northlight"].text.replace("tier is", "teir is").replace("cover of", "covr of")
    broken.write_text(text, "utf-8")
    assert main(["check", str(broken)]) == 1
    out, err = capsys.readouterr()
    assert out == "1 policy checked: 2 to correct\n"
    assert "unknown attribute `teir` (broken.rights, line 10, column 8)" in err
    assert "help: did you mean `cover`?" in err


def test_check_as_json_is_one_object(capsys, tmp_path):
    broken = tmp_path / "broken.rights"
    broken.write_text("nothing", "utf-8")
    assert main(["check", "--json", str(broken)]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    assert said["diagnostics"][0]["file"] == "broken.rights"
    assert {"line", "column", "message", "help", "severity"} <= set(said["diagnostics"][0])


def test_check_as_sarif_places_every_mistake_in_its_file(capsys, tmp_path, samples):
    broken = tmp_path / "a b.rights"
    text = samples["northlight"].text.replace("tier is", "teir is")
    broken.write_text(text, "utf-8")
    assert main(["check", "--sarif", str(broken)]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["version"] == "2.1.0"
    (run,) = said["runs"]
    assert [one["id"] for one in run["tool"]["driver"]["rules"]] == ["unknown-attribute"]
    (result,) = run["results"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == (
        "unknown-attribute", 0, "error"
    )  # fmt: skip
    assert result["message"]["text"] == "unknown attribute `teir`\ndid you mean `tier`?"
    (place,) = result["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"].endswith("/a%20b.rights")
    assert place["physicalLocation"]["region"] == {
        "startLine": 10, "startColumn": 8, "endLine": 10, "endColumn": 12
    }  # fmt: skip


def test_check_goes_on_after_a_file_that_is_not_text(capsys, tmp_path, samples):
    (tmp_path / "a.rights").write_bytes(b'policy "x\xff"')
    (tmp_path / "b.rights").write_text(
        samples["northlight"].text.replace("tier is", "teir is"), "utf-8"
    )
    assert main(["check", str(tmp_path)]) == 1
    err = capsys.readouterr().err
    assert "`a.rights` is not UTF-8 text (a.rights, line 1, column 10)" in err
    assert "unknown attribute `teir` (b.rights" in err


def test_decide_prints_the_outcome_or_explains_it(capsys, asked):
    command = ["decide", "--request", asked, "--policies", str(POLICIES)]
    assert main(command) == 0
    assert capsys.readouterr().out == "permitted\n"
    assert main([*command, "--explain"]) == 0
    assert capsys.readouterr().out.startswith("This is permitted.\n- Northlight lets")


def test_a_refusal_is_an_answer_and_no_error(capsys, asked):
    command = ["decide", "--request", asked, "--policies", str(POLICIES), "--json"]
    assert main([*command, "--at", "2027-03-02T12:00Z"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["outcome"] == "not-permitted"
    assert said["permitted"] is False
    assert len(said["hash"]) == 64


@pytest.mark.parametrize(
    ("content", "message", "help"),
    [
        ("{", "`bad.json` is not JSON", "correct it"),
        ("[]", "`bad.json` is not a JSON object", 'write it as {"name": value'),
        ("{}", "the request lacks `request`", 'add "request"'),
        ("[" * 100_000, "is not JSON", "help:"),
    ],
)
def test_a_bad_request_is_an_error_with_a_remedy(capsys, tmp_path, content, message, help):
    path = tmp_path / "bad.json"
    path.write_text(content, "utf-8")
    assert main(["decide", "--request", str(path), "--policies", str(POLICIES)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert help in err


def test_with_json_an_error_is_one_object_on_stdout(capsys, tmp_path, asked):
    command = ["decide", "--json", "--request", asked, "--policies"]
    broken = tmp_path / "p.rights"
    broken.write_text('policy "P" version 1\nby label x\nrule a: permit remx reason "r"\n')
    assert main([*command, str(broken)]) == 1
    out, err = capsys.readouterr()
    said = json.loads(out)
    assert (err, said["ok"]) == ("", False)
    assert said["error"]["message"] == "the policies have 1 error"
    (one,) = [one for one in said["diagnostics"] if one["severity"] == "error"]
    assert (one["line"], one["help"]) == (3, "did you mean `remix`?")
    assert main([*command, str(tmp_path / "none")]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["error"]["help"] == "check the path"
    assert said["diagnostics"] == []


def test_an_explanation_is_part_of_the_json(capsys, asked):
    command = ["decide", "--request", asked, "--policies", str(POLICIES), "--json", "--explain"]
    assert main(command) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["explanation"].startswith("This is permitted.")


def test_the_version_and_what_fmt_writes_are_told(capsys):
    for command, told in ((["--version"], "clearmix-rules "), (["fmt", "--help"], "in its place")):
        with pytest.raises(SystemExit) as caught:
            main(command)
        assert caught.value.code == 0
        assert told in " ".join(capsys.readouterr().out.split())


def test_a_folder_without_policies_is_an_error(capsys, tmp_path, asked):
    assert main(["decide", "--request", asked, "--policies", str(tmp_path)]) == 1
    assert "there is no policy in" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        ["decide"],
        ["filter", "--request", "r", "--policies", "p", "--catalogue", "c", "--limit", "-1"],
        ["filter", "--request", "r", "--policies", "p", "--catalogue", "c", "--limit", "9" * 23],
    ],
    ids=" ".join,
)
def test_bad_usage_exits_with_two(wrong, capsys):
    with pytest.raises(SystemExit) as caught:
        main(wrong)
    assert caught.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("at", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "2026-01-01"])
def test_a_moment_that_is_none_is_an_error(capsys, asked, at):
    assert main(["decide", "--request", asked, "--policies", str(POLICIES), "--at", at]) == 1
    assert f"`{at}` is not a time with a zone" in capsys.readouterr().err


@pytest.mark.parametrize("at", ["0001-01-01T00:00Z", "9999-12-31T23:59Z"])
def test_the_first_and_the_last_moment_are_decided(capsys, asked, at):
    assert main(["decide", "--request", asked, "--policies", str(POLICIES), "--at", at]) == 0
    assert "permitted" in capsys.readouterr().out


def test_a_reader_that_goes_away_early_is_no_crash(tmp_path):
    (tmp_path / "a.rights").write_text(
        'policy "A" version 1\nby label x\nconsent: opt-in\n'
        + "".join(f'rule r{n}: permit remix royalty reason "R"\n' for n in range(2_000))
    )
    rules = Path(__file__).parents[3] / "rules"
    with subprocess.Popen(
        [sys.executable, "-m", "clearmix_rules", "check", "--json", str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"PYTHONPATH": str(rules)},
    ) as running:  # fmt: skip
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(60) == 141


def test_the_language_runs_without_anything_but_lark(tmp_path):
    code = (
        "import sys; sys.modules['clearmix'] = sys.modules['pydantic'] = None\n"
        "from clearmix_rules.cli import main\n"
        "main(['check', sys.argv[1]])\n"
        "tops = {name.split('.')[0] for name in sys.modules}\n"
        "print(sorted(tops & {'numpy', 'typer', 'rich', 'pluggy', 'sqlmodel', 'z3', 'ibis'}))"
    )
    rules = Path(__file__).parents[3] / "rules"
    done = subprocess.run(
        [sys.executable, "-c", code, str(POLICIES)],
        capture_output=True, text=True, timeout=60, check=True, env={"PYTHONPATH": str(rules)},
    )  # fmt: skip
    assert done.stdout.splitlines() == ["2 policies checked: no mistakes", "[]"]
