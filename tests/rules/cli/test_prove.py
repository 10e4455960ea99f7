"""The commands `prove` and `diff`: exit codes, what they print, what replays."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from clearmix_rules.cli import main

POLICIES = Path(__file__).parents[1] / "policies"
RULES = Path(__file__).parents[3] / "rules"
BASELINE = RULES / "clearmix_library" / "platform-baseline.rights"


@pytest.fixture
def stricter(tmp_path, samples):
    file = tmp_path / "northlight-5.rights"
    text = samples["northlight"].text.replace("version 4", "version 5")
    file.write_text(text.replace("90 seconds", "60 seconds"), "utf-8")
    return file


def test_prove_without_properties_proves_those_of_the_library(capsys):
    assert main(["prove", "--policies", str(BASELINE)]) == 0
    out, err = capsys.readouterr()
    assert "proven: An advert is never permitted. [no-adverts]\n" in out
    assert out.endswith("10 properties: 9 proven, 1 says nothing\n")
    assert err == ""


def test_a_counterexample_is_told_in_words_and_written_for_decide(capsys, tmp_path):
    folder = tmp_path / "requests"
    assert main(["prove", "--policies", str(POLICIES), "--requests", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "broken: An advert is never permitted. [no-adverts]\n" in out
    assert "  For example, a request in which\n    - use is advert\n  is decided:\n" in out
    file = folder / "no-adverts.json"
    assert f"--request {file}" in out
    assert main(["decide", "--policies", str(POLICIES), "--request", str(file)]) == 0
    assert capsys.readouterr().out == "permitted\n"


def test_prove_as_json_replays_every_counterexample(capsys, tmp_path):
    assert main(["prove", "--policies", str(POLICIES), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)["properties"]
    assert [one["status"] for one in said if one["property"] == "opted-out"] == ["proven"]
    shown = [one["example"] for one in said if one["example"] is not None]
    assert shown
    for number, one in enumerate(shown):
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps(one["request"]), "utf-8")
        main(["decide", "--policies", str(POLICIES), "--request", str(file)])
        assert capsys.readouterr().out.strip() == one["outcomes"][0]


def test_prove_within_compares_with_older_policies(capsys, stricter):
    older = str(POLICIES / "northlight.rights")
    assert main(["prove", "--policies", str(stricter), "--within", older]) == 0
    assert "proven: Nothing is permitted that northlight.rights refused." in capsys.readouterr().out
    assert main(["prove", "--policies", older, "--within", str(stricter)]) == 1
    out = capsys.readouterr().out
    assert "- length is 61 seconds" in out
    assert "  and was:\n    This is not permitted." in out


def test_prove_reads_properties_and_the_policies_they_name(capsys, tmp_path, stricter):
    file = tmp_path / "mine.rights-properties"
    (tmp_path / "old.rights").write_text((POLICIES / "northlight.rights").read_text("utf-8"))
    file.write_text(
        'property stays: permits nothing that "old.rights" refused\n'
        "property no-covers: never permitted of tracks under northlight when actions has cover\n"
        "  and voice is imitated unless every artist's voice-consent has this use\n", "utf-8"
    )  # fmt: skip
    main(["prove", "--policies", str(stricter), "--properties", str(file)])
    out = capsys.readouterr().out
    assert "proven: stays [stays]" in out
    assert "no-covers" in out


@pytest.mark.parametrize(
    ("content", "message"),
    [("property a: never permited", "did you mean `permitted`?"), ("x", "there is no property")],
)
def test_a_mistake_in_properties_is_an_error(capsys, tmp_path, content, message):
    file = tmp_path / "bad.rights-properties"
    file.write_text(content, "utf-8")
    assert main(["prove", "--policies", str(BASELINE), "--properties", str(file)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_policies_with_mistakes_are_not_proven(capsys, tmp_path):
    file = tmp_path / "bad.rights"
    file.write_text(
        'policy "Bad" version 1\nby platform\nrule x: forbid remx reason "No."', "utf-8"
    )
    assert main(["prove", "--policies", str(file)]) == 1
    assert "did you mean `remix`?" in capsys.readouterr().err


def test_time_is_given_in_seconds_above_none(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["prove", "--policies", str(BASELINE), "--seconds", "0"])
    assert caught.value.code == 2
    assert "is not a number of seconds above 0" in capsys.readouterr().err
    assert main(["prove", "--policies", str(BASELINE), "--seconds", "0.000001"]) == 1
    assert "unknown: An advert is never permitted." in capsys.readouterr().out


def test_without_z3_the_error_says_what_to_install():
    code = (
        "import sys; sys.modules['z3'] = None\n"
        "from clearmix_rules.cli import main\n"
        "sys.exit(main(['prove', '--policies', sys.argv[1]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(BASELINE)],
        capture_output=True, text=True, timeout=60, env={"PYTHONPATH": str(RULES)},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == (
        "error: proofs need the solver z3, which is not installed\n"
        '  help: pip install "clearmix[prove]"\n'
    )


# ---------------------------------------------------------------- diff


def test_diff_tells_what_is_said_and_what_is_done(capsys, stricter):
    assert main(["diff", str(POLICIES / "northlight.rights"), str(stricter)]) == 0
    out = capsys.readouterr().out
    assert "- changed: “Northlight remix terms” of northlight, short-remix\n" in out
    assert "- stricter. Proven: what the old policies refused is refused, and more.\n" in out
    assert "was permitted, is not-permitted" in out
    assert "now: the length is at most 60 seconds" in out


def test_diff_of_the_same_policies_is_equivalent(capsys):
    assert main(["diff", str(POLICIES), str(POLICIES)]) == 0
    assert capsys.readouterr().out.startswith("They say the same.\nWhat they do:\n- equivalent.")


def test_diff_as_json_names_the_change_and_the_catalogue(capsys, tmp_path, stricter, facts):
    catalogue = tmp_path / "catalogue.jsonl"
    track = facts()["tracks"][0]
    catalogue.write_text(json.dumps(track), "utf-8")
    old = tmp_path / "old.rights"
    old.write_text((POLICIES / "northlight.rights").read_text("utf-8"), "utf-8")
    command = ["diff", str(old), str(stricter), "--catalogue", str(catalogue), "--json"]
    assert main([*command, "--others", str(BASELINE)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["relation"] == "stricter"
    assert said["changes"][0]["outcomes"] == ["permitted", "not-permitted"]
    assert all(one["confirmed"] for one in said["changes"])
    assert said["catalogue"]["tracks"] == 1
    assert said["catalogue"]["changed"] == 1
    assert main(command[:-1]) == 0
    assert "- 1 of 1 tracks are answered otherwise\n" in capsys.readouterr().out


def test_diff_out_of_time_fails_and_says_so(capsys, stricter):
    command = ["diff", str(POLICIES / "northlight.rights"), str(stricter), "--seconds", "0.000001"]
    assert main(command) == 1
    assert "The time was over before the proof was done" in capsys.readouterr().out
