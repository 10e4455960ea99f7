"""A decision's hash: the same for the same question wherever, whenever and however it is asked."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clearmix_rules import PolicySet, PolicySource, Request
from clearmix_rules.canonical import canonical, sha256

LIBRARY = Path(__file__).parents[3] / "rules/clearmix_library"

DECIDE = """\
import json, locale, sys
from pathlib import Path
from clearmix_rules import PolicySet, PolicySource, Request
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass  # a locale that this machine lacks leaves the one it has
files = [PolicySource.read(Path(name)) for name in sys.argv[2:]]
said = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
print(PolicySet.load(files).decide(Request.from_json(said)).hash)
"""

UNORDERED = ("actions", "add-ons", "parts-used", "styles", "genres", "voice-consent", "consents")


def shuffled(value: Any, chance: random.Random, key: str = "") -> Any:
    """The same JSON with its objects, and the lists that stand for sets, in another order."""
    if isinstance(value, dict):
        items = list(value.items())
        chance.shuffle(items)
        return {name: shuffled(one, chance, name) for name, one in items}
    if isinstance(value, list):
        found = [shuffled(one, chance) for one in value]
        if key in UNORDERED and all(isinstance(one, str) for one in value):
            chance.shuffle(found)
        return found
    return value


@pytest.fixture
def question(facts, samples) -> tuple[list[PolicySource], dict[str, Any]]:
    """The sample policies and the library's, and a request that several of their rules read."""
    policies = [*samples.values(), PolicySource.read(LIBRARY / "platform-baseline.rights")]
    said = facts(
        {
            "request.actions": ["remix", "speed-change", "style-imitation"],
            "request.use": "social",
            "sound.styles": ["house", "disco", "bossa-nova"],
            "sound.style-of": "ada-wren",
            "listener.add-ons": ["remix", "zeitgeist", "ångström", "Iıİi"],
            "tracks.0.title": "Ω “Σ” ß ǅ",
            "parties.ada-wren.voice-consent": ["private", "social", "in-app"],
            "consents": [{"party": "j-smith", "answer": "allow", "kind": "remix"}],
        }
    )
    return policies, said


@pytest.mark.parametrize(
    ("seed", "locale", "zone"),
    [("0", "C", "UTC"), ("1", "tr_TR.UTF-8", "Pacific/Kiritimati"), ("77", "de_DE", "Etc/GMT+12")],
)
def test_the_hash_is_the_same_in_another_process_with_files_in_any_order(
    question, tmp_path: Path, seed: str, locale: str, zone: str
) -> None:
    policies, said = question
    here = PolicySet.load(policies).decide(Request.from_json(said))
    chance = random.Random(seed)
    chance.shuffle(policies)
    files = []
    for number, source in enumerate(policies):
        path = tmp_path / f"some {seed}" / str(number) / f"{chance.random()}.rights"
        path.parent.mkdir(parents=True)
        path.write_text(source.text, encoding="utf-8")
        files.append(str(path))
    request = tmp_path / "request.json"
    request.write_text(json.dumps(shuffled(said, chance)), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", DECIDE, str(request), *files],
        env={
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "LC_ALL": locale,
            "TZ": zone,
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == here.hash


def test_the_record_names_all_that_the_answer_rests_on(question) -> None:
    policies, said = question
    decision = PolicySet.load(policies).decide(Request.from_json(said))
    record = decision.record
    assert record.keys() == {
        "semantics", "schema", "policies", "tzdata", "request", "outcome", "rules", "duties",
    }  # fmt: skip
    assert sha256(record) == decision.hash
    assert json.loads(canonical(record)) == record, "it is plain JSON"
    assert str(LIBRARY) not in json.dumps(record)


@pytest.mark.parametrize(
    "change",
    [
        {"request.length": 90_001},
        {"now": "2026-11-23T12:00:01Z"},
        {"listener.id": "another"},
        {"parties.ada-wren.voice-consent": ["private"]},
        {"consents": []},
        {"time-zone": None},
    ],
)
def test_another_question_has_another_hash(question, facts, change: dict[str, Any]) -> None:
    policies, said = question
    loaded = PolicySet.load(policies)
    first = loaded.decide(Request.from_json(said))
    path, value = next(iter(change.items()))
    at = said
    *way, last = path.split(".")
    for step in way:
        at = at[step]
    at[last] = value
    assert loaded.decide(Request.from_json(said)).hash != first.hash


def test_another_version_or_text_of_a_policy_in_force_has_another_hash(question) -> None:
    policies, said = question
    request = Request.from_json(said)
    first = PolicySet.load(policies).decide(request).hash

    def hash_with(old: str, new: str) -> str:
        changed = [PolicySource(one.name, one.text.replace(old, new)) for one in policies]
        assert changed != policies
        return PolicySet.load(changed).decide(request).hash

    assert hash_with("version 4", "version 5") != first
    assert hash_with("at most 90 seconds", "at most 91 seconds") != first
    assert hash_with("  label reads", "    label reads") == first, "its layout says nothing"
