"""`clearmix rules`: the house's policies, the record, and the language's tools with defaults."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

POLICY = """\
policy "Ada Wren, terms" version 1
by artist ada-wren
in force from 2026-01-01
consent: opt-in

rule short: permit remix
  provided
    length is at most 4 seconds
  reason "Ada Wren lets short remixes be made."
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "ada.rights"
    path.write_text(POLICY)
    return path


@pytest.fixture
def house(as_json, song: Path) -> None:
    """A house with one song."""
    as_json("catalogue", "add", song, "--title", "Night Drive", "--artist", "Ada Wren")


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps({"kind": "remix", "sources": ["night-drive"]}))
    return path


def test_the_policies_of_the_house_are_listed_with_where_they_come_from(
    as_json, clearmix, house, policy: Path
) -> None:
    added = as_json("rules", "add", policy)
    assert (added["title"], added["version"]) == ("Ada Wren, terms", 1)
    assert Path(added["path"]).read_text() == POLICY
    listed = {row["title"]: row for row in as_json("rules", "list")["policies"]}
    assert listed["Platform baseline"]["plugin"] == "clearmix"
    ours = listed["Ada Wren, terms"]
    assert (ours["by"], ours["plugin"], ours["file"]) == ("artist ada-wren", None, "ada.rights")
    assert ours["window"] == "in force from 2026-01-01"
    code, out, _ = clearmix("rules", "list")
    assert code == 0
    assert "Ada Wren, terms" in out


def test_a_policy_is_shown_in_english_and_as_it_was_written(
    as_json, clearmix, policy: Path
) -> None:
    as_json("rules", "add", policy)
    code, out, _ = clearmix("rules", "show", "ada wren, terms")
    assert code == 0
    assert "“Ada Wren, terms”, version 1, by ada-wren" in out
    assert "where no rule applies: opt-in" in out
    assert "short: Permits remixes. In return: length is at most 4 seconds." in out
    code, out, _ = clearmix("rules", "show", "Ada Wren, terms", "--text")
    assert out.strip() == POLICY.strip()
    newer = policy.with_name("newer.rights")
    newer.write_text(POLICY.replace("version 1", "version 2"))
    as_json("rules", "add", newer)
    (latest,) = as_json("rules", "show", "Ada Wren, terms")["policies"]
    assert latest["version"] == 2
    (first,) = as_json("rules", "show", "Ada Wren, terms", "--version", "1")["policies"]
    assert first["text"] == POLICY


@pytest.mark.parametrize(
    ("arguments", "message", "help"),
    [
        (("show", "Platform basline"), "no policy `Platform basline`", "`Platform baseline`"),
        (
            ("show", "Platform baseline", "--version", "99"),
            "`Platform baseline` has no version 99",
            "its versions are 2",
        ),
        (("log", "show", "7"), "the log has no entry 7", "nothing was decided yet"),
        (("log", "replay", "7"), "the log has no entry 7", "nothing was decided yet"),
        (("add", "nowhere.rights"), "cannot read the policy", "a text file"),
    ],
)
def test_what_is_not_there_is_named_with_a_remedy(
    clearmix, arguments: tuple[str, ...], message: str, help: str
) -> None:
    code, out, err = clearmix("rules", *arguments)
    assert (code, out) == (1, "")
    assert message in err
    assert help in err


def test_what_is_hardly_meant_is_said_when_a_policy_is_added(
    as_json, clearmix, house, policy: Path
) -> None:
    assert as_json("rules", "add", policy)["warnings"] == []
    other = policy.with_name("other.rights")
    other.write_text(
        'policy "Other" version 1\nby artist ada-wrenn\nconsent: opt-in\n'
        "rule a: permit remix when no artist is dead\n"
        "  provided approval by zyx-publishing\n"
        '  reason "Fine."\n'
    )
    code, out, err = clearmix("rules", "add", other)
    assert (code, "Other, version 1" in out) == (0, True)
    assert "write `is deceased` or `is not deceased`" in err
    assert "nobody in the catalogue has the id `ada-wrenn` (other.rights, line 2, column 11)" in err
    assert "did you mean `ada-wren`?" in err
    assert "nobody in the catalogue has the id `zyx-publishing`" in err
    assert "binds nothing" in err
    said = as_json("rules", "add", other)["warnings"]
    assert [one["code"] for one in said] == ["role-as-id", *["stranger"] * 3]


def test_a_changed_version_and_a_policy_with_mistakes_are_not_added(
    as_json, clearmix, policy: Path
) -> None:
    as_json("rules", "add", policy)
    assert as_json("rules", "add", policy)["version"] == 1, "adding it again changes nothing"
    policy.write_text(POLICY.replace("4 seconds", "400 seconds"))
    code, _, err = clearmix("rules", "add", policy)
    assert code == 1
    assert "“Ada Wren, terms” version 1 by artist ada-wren is recorded already" in err
    assert "give the new text the next version" in err
    policy.write_text(POLICY.replace("version 1", "version 2").replace("length", "lenght"))
    code, _, err = clearmix("rules", "add", policy)
    assert code == 1
    assert "unknown attribute `lenght`" in err
    assert "did you mean `length`?" in err


def test_the_log_is_verified_shown_and_replayed(
    as_json, clearmix, house, spec: Path, policy: Path, tmp_path: Path
) -> None:
    decided = as_json("decide", "--spec", spec)
    as_json("rules", "add", policy)
    as_json("decide", "--spec", spec)
    verified = as_json("rules", "log", "verify")
    assert (verified["ok"], verified["entries"]) == (True, 2)
    assert as_json("rules", "log", "verify", "--head", verified["head"])["ok"]
    shown = as_json("rules", "log", "show", "1")
    assert shown["decision_hash"] == decided["hash"]
    assert "“Platform baseline” version 2 by platform" in {
        one["policy"] for one in shown["policies"]
    }
    replayed = as_json("rules", "log", "replay", "1")
    assert (replayed["same"], replayed["hash"]) == (True, decided["hash"])
    code, out, _ = clearmix("rules", "log", "show", "2")
    assert code == 0
    assert "answer: not-permitted" in out

    with sqlite3.connect(tmp_path / "home" / "clearmix.db") as database:
        database.execute("UPDATE decision SET listener = 'someone' WHERE number = 2")
    code, out, _ = clearmix("rules", "log", "verify")
    assert code == 1
    assert out.strip() == "entry 2 is broken: it was changed after it was written"
    code, out, _ = clearmix("rules", "log", "verify", "--json")
    assert code == 1
    assert json.loads(out)["broken"] == {
        "number": 2,
        "problem": "it was changed after it was written",
    }


def test_a_recorded_policy_that_was_changed_breaks_the_record(
    as_json, clearmix, house, spec: Path, tmp_path: Path
) -> None:
    as_json("decide", "--spec", spec)
    with sqlite3.connect(tmp_path / "home" / "clearmix.db") as database:
        database.execute("UPDATE policy SET text = replace(text, 'permit', 'forbid')")
    code, out, _ = clearmix("rules", "log", "verify")
    assert code == 1
    assert "was changed after it was recorded" in out


def test_decide_uses_the_policies_and_the_facts_of_the_house(
    as_json, clearmix, house, policy: Path, spec: Path
) -> None:
    as_json("rules", "add", policy)
    decided = as_json("rules", "decide", "--spec", spec, "--listener", "local")
    assert decided["outcome"] == "not-permitted"
    assert "at 4 seconds or less" in decided["reasons"][0]["text"]
    code, _, err = clearmix("rules", "decide", "--listener", "local")
    assert code == 2
    assert "give `--prompt WORDS` or `--spec FILE` as well" in err


def test_the_rights_data_of_the_house_are_files_for_the_tools(
    as_json, clearmix, house, policy: Path, tmp_path: Path
) -> None:
    as_json("rules", "add", policy)
    exported = as_json("rules", "export", tmp_path / "out")
    code, out, _ = clearmix("rules", "check", exported["policies"])
    assert code == 0
    assert "no mistakes" in out
    (track,) = map(json.loads, Path(exported["catalogue"]).read_text().splitlines())
    assert (track["id"], track["artists"]) == ("night-drive", ["ada-wren"])
    code, _, err = clearmix("rules", "export", tmp_path / "out")
    assert code == 1
    assert "is not empty" in err


def test_decide_says_in_words_what_would_be_allowed(
    as_json, clearmix, house, policy: Path, spec: Path
) -> None:
    as_json("rules", "add", policy)
    decided = as_json("decide", "--spec", spec)
    assert decided["nearest_words"] == "It would be permitted at 4 seconds or less."
    assert decided["nearest_allowed"]["structure"] == {"seconds": 4.0}
    _, out, _ = clearmix("decide", "--spec", spec)
    assert "  It would be permitted at 4 seconds or less.\n" in out


def test_a_decision_has_the_same_hash_in_another_process(as_json, house, spec: Path) -> None:
    hashes = set()
    for seed in ("0", "42"):
        ran = subprocess.run(
            [sys.executable, "-m", "clearmix", "decide", "--spec", str(spec), "--at",
             "2026-11-23T12:00Z", "--json"],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )  # fmt: skip
        hashes.add(json.loads(ran.stdout)["hash"])
    assert len(hashes) == 1
