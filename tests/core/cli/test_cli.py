from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from clearmix.audio import Audio, write_wav
from clearmix_sound.analysis import NO_STEADY_BEAT


def add(as_json, song: Path, *more: str) -> dict:
    return as_json(
        "catalogue", "add", song, "--title", "Night Drive", "--artist", "Ada Wren", *more
    )


def test_a_song_is_added_listed_and_shown_with_the_promised_keys(as_json, song: Path) -> None:
    added = add(as_json, song, "--isrc", "GB-ABC-26-00001")
    promised = {"id", "isrc", "title", "artists", "seconds", "tempo_bpm", "key", "stems"}
    assert promised <= added.keys()
    assert added["id"] == "night-drive"
    assert added["tempo_bpm"] == pytest.approx(120, rel=0.005)
    assert added["defaults"]
    (listed,) = as_json("catalogue", "list")["recordings"]
    assert {name: listed[name] for name in promised} == {name: added[name] for name in promised}
    shown = as_json("catalogue", "show", "Night Drive")
    assert shown["work"]["shares"][0]["party"] == "ada-wren"
    assert shown["display"]["class"] == "human-made"
    assert shown["carried_marks"] == []


def test_show_says_what_the_catalogue_stated_and_what_the_analysis_doubts(
    as_json, clearmix, song: Path
) -> None:
    document = {
        "format": 1,
        "parties": [{"id": "ada-wren", "name": "Ada Wren", "kind": "artist"}],
        "recordings": [
            {
                "id": "night-drive",
                "title": "Night Drive",
                "artists": ["ada-wren"],
                "audio": song.name,
                "analysis": {"tempo_bpm": 120.0, "key": "A minor"},
            },
            {
                "id": "wind",
                "title": "Wind",
                "artists": ["ada-wren"],
                "audio": "wind.wav",
            },
        ],
    }
    hiss = 0.1 * np.random.default_rng(0).standard_normal((1, 3 * 22050)).astype(np.float32)
    write_wav(song.parent / "wind.wav", Audio(hiss, 22050))
    (song.parent / "catalogue.json").write_text(json.dumps(document))
    as_json("catalogue", "import", song.parent / "catalogue.json")
    assert as_json("catalogue", "show", "night-drive")["analysis"]["given"] == ["tempo_bpm", "key"]
    assert (
        "stated by the catalogue: tempo bpm, key" in clearmix("catalogue", "show", "night-drive")[1]
    )
    beatless = as_json("catalogue", "show", "wind")["analysis"]
    assert NO_STEADY_BEAT in beatless["notes"]
    assert f"analysis: {NO_STEADY_BEAT}" in clearmix("catalogue", "show", "wind")[1]


def test_decide_answers_with_the_promised_keys(as_json, song: Path, tmp_path: Path) -> None:
    add(as_json, song)
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps({"kind": "remix", "styles": ["house"], "sources": ["night-drive"]}))
    decided = as_json("decide", "--spec", spec, "--listener", "local")
    promised = {"outcome", "reasons", "rules", "duties", "nearest_allowed", "hash"}
    assert promised <= decided.keys()
    assert decided["outcome"] == "permitted"
    assert len(decided["hash"]) == 64
    by_words = as_json(
        "decide", "--prompt", "make Night Drive a house remix", "--listener", "local"
    )
    assert by_words["outcome"] == "permitted"
    assert by_words["spec"]["styles"] == ["house"]


def test_consent_is_set_shown_and_binds(as_json, song: Path) -> None:
    add(as_json, song)
    answer = as_json("consent", "set", "ada-wren", "--refuse", "remix", "--existing", "remove")
    assert (answer["answer"], answer["kind"], answer["existing"]) == ("refuse", "remix", "remove")
    shown = as_json("consent", "show", "Ada Wren")
    assert [row["kind"] for row in shown["consents"]] == ["remix"]
    as_json("consent", "set", "ada-wren", "--allow", "remix", "--existing", "remove")
    assert len(as_json("consent", "history", "ada-wren")["consents"]) == 2
    assert len(as_json("consent", "show", "ada-wren")["consents"]) == 1


def test_the_history_of_consent_says_where_when_and_what_of_existing_remixes(
    as_json, clearmix, song: Path
) -> None:
    add(as_json, song)
    as_json(
        "consent", "set", "ada-wren", "--refuse", "remix", "--territory", "gb", "--from",
        "2027-01-01", "--until", "2027-01-31", "--existing", "remove", "--recording", "night-drive",
    )  # fmt: skip
    (answer,) = as_json("consent", "history", "ada-wren")["consents"]
    assert {name: answer[name] for name in ("territory", "from", "until", "existing")} == {
        "territory": "GB",
        "from": "2027-01-01",
        "until": "2027-01-31",
        "existing": "remove",
    }
    _, out, _ = clearmix("consent", "history", "ada-wren")
    assert (
        "ada-wren refuses remix of night-drive in GB from 2027-01-01 until 2027-01-31; "
        "existing remixes: remove" in out
    )
    code, _, err = clearmix("consent", "set", "ada-wren", "--refuse", "remix", "--territory", "UK")
    assert code == 1
    assert "did you mean `GB`?" in err


def test_a_plan_is_printed_and_nothing_is_rendered(as_json, clearmix, song: Path, tmp_path) -> None:
    add(as_json, song)
    by_words = as_json("remix", "make it a house remix", "--source", "night-drive", "--plan")
    assert by_words["outcome"] == "permitted"
    assert by_words["plan"]["style"] == "house"
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps({"styles": ["house"], "sources": ["night-drive"]}))
    by_spec = as_json("remix", "--spec", spec, "--plan")
    assert by_spec["plan"] == by_words["plan"]
    code, _, err = clearmix("remix", "make it house", "--spec", spec)
    assert code == 2
    assert "either words or `--spec FILE`" in err


def test_a_refusal_is_an_answer_and_not_an_error(as_json, song: Path) -> None:
    add(as_json, song, "--consent", "opt-in")
    refused = as_json("remix", "make it a house remix", "--source", "night-drive")
    assert refused["outcome"] == "not-permitted"
    assert refused["render"] is None
    assert any("Ada Wren" in reason["text"] for reason in refused["reasons"])


def test_interpret_answers_with_the_promised_keys(as_json, song: Path, tmp_path: Path) -> None:
    add(as_json, song)
    said = as_json("interpret", "make Night Drive a house remix at 124 bpm")
    promised = {
        "spec", "intent", "control", "changed", "not_understood", "question", "assumed"
    }  # fmt: skip
    assert promised <= said.keys()
    assert said["spec"]["sources"] == ["night-drive"]
    assert said["spec"]["tempo"] == {"bpm": 124}
    context = tmp_path / "context.json"
    context.write_text(json.dumps({"versions": [said["spec"]], "turns": ["..."]}))
    refined = as_json("interpret", "without drums", "--context", context)
    assert refined["intent"] == "refine"
    assert refined["spec"]["styles"] == ["house"]
    assert {"part": "drums", "action": "remove"} in refined["spec"]["parts"]


def test_interpret_takes_another_interpreter_and_says_when_it_fell_back(
    as_json, clearmix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLEARMIX_OPENAI_MODEL", raising=False)
    said = as_json("interpret", "make it jazz", "--interpreter", "openai")
    assert said["spec"]["styles"] == ["jazz"]
    assert said["notes"] == ["read by the offline phrasebook: no model is set."]
    code, _, errors = clearmix("interpret", "make it jazz", "--interpreter", "phrasebok")
    assert code == 1
    assert "did you mean `phrasebook`?" in errors


@pytest.mark.parametrize(
    ("arguments", "code", "message", "help"),
    [
        (["catalogue", "show", "nothing"], 1, "no recording `nothing`", "clearmix catalogue list"),
        (
            ["catalogue", "add", "absent.wav", "--title", "A", "--artist", "B"],
            1,
            "no file at `absent.wav`",
            "check the path",
        ),
        (["remix", "qwertyuiop asdf"], 1, "qwertyuiop asdf", "help:"),
        (["decide", "--spec", "absent.json"], 1, "no file at `absent.json`", "check the path"),
        (["consent", "set", "nobody", "--refuse", "remix"], 1, "no party `nobody`", "help:"),
        (["decide"], 2, "either `--spec FILE` or `--prompt WORDS`", ""),
        (["catalogue", "add"], 2, "Missing argument", ""),
        (["verify", "absent.wav"], 1, "no file at `absent.wav`", "check the path"),
        (["remix", "make it faster", "--generator", "studioo", "--source", "x"], 1, "`x`", "help:"),
    ],
)
def test_errors_go_to_stderr_with_a_remedy_and_their_exit_code(
    clearmix, arguments: list[str], code: int, message: str, help: str
) -> None:
    stopped, out, err = clearmix(*arguments)
    assert stopped == code
    assert out == ""
    assert message in " ".join(err.split())
    assert help in err
    assert "Traceback" not in err


def test_a_spec_with_an_unknown_term_is_an_error_that_names_it(clearmix, tmp_path: Path) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps({"kind": "remix", "styles": ["hoose"]}))
    code, _, err = clearmix("decide", "--spec", spec)
    assert code == 1
    assert "unknown style `hoose`; did you mean `house`?" in err
    assert "clearmix spec schema" in err


def test_the_schema_is_json(clearmix) -> None:
    code, out, _ = clearmix("spec", "schema")
    assert code == 0
    assert json.loads(out)["title"] == "RemixSpec"


def test_rules_are_checked_by_the_same_tool(clearmix, tmp_path: Path) -> None:
    policy = tmp_path / "a.rights"
    policy.write_text(
        'policy "A" version 1\nby label a\nin force from 2026-01-01\n\n'
        'rule one: forbid remix when listner is verified\n  reason "No."\n'
    )
    code, out, err = clearmix("rules", "check", policy)
    assert code == 1
    assert "listner" in out + err
    assert "a.rights" in out + err


def test_the_doctor_names_what_is_ready(clearmix) -> None:
    code, out, _ = clearmix("doctor", "--json")
    findings = {row["name"]: row for row in json.loads(out)["findings"]}
    assert findings["database"]["ok"]
    assert findings["encoder"]["ok"]
    assert findings["watermark"]["ok"]
    assert code == 0
