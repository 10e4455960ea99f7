"""What a tool of the rights language is handed of the house when it was not given it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clearmix.cli.rules_tools import House, options
from clearmix.errors import ClearanceError
from clearmix_rules import PolicySet, PolicySource, Request

FILTER = {"--policies", "--catalogue", "--request", "--json"}
POLICY = """\
policy "Ada Wren, terms" version 1
by artist ada-wren

rule short: permit remix
  provided
    length is at most 4 seconds
  reason "Short."
"""


@pytest.fixture
def house(as_json, song: Path, tmp_path: Path) -> House:
    """A house with one song and a policy of its artist."""
    as_json("catalogue", "add", song, "--title", "Night Drive", "--artist", "Ada Wren")
    (tmp_path / "ada.rights").write_text(POLICY)
    as_json("rules", "add", tmp_path / "ada.rights")
    return House(tmp_path / "handed")


def texts(folder: str) -> set[str]:
    return {path.read_text() for path in Path(folder).rglob("*.rights")}


def test_a_filter_is_handed_policies_catalogue_and_what_the_listener_asks(
    house: House, tmp_path: Path
) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps({"kind": "remix", "structure": {"seconds": 3}}))
    asked = ["--json", "--spec", str(spec), "--listener", "local"]
    given = house.completed("filter", FILTER, asked)
    assert given[0] == "--json"
    named = dict(zip(given[1::2], given[2::2], strict=True))
    assert named.keys() == FILTER - {"--json"}
    assert POLICY in texts(named["--policies"])
    (track,) = map(json.loads, Path(named["--catalogue"]).read_text().splitlines())
    said = json.loads(Path(named["--request"]).read_text())
    assert said["request"]["length"] == 3_000
    assert said["parties"].keys() == {"ada-wren"}
    policies = PolicySet.load(map(PolicySource.read, Path(named["--policies"]).rglob("*.rights")))
    assert policies.decide(Request.from_json({**said, "tracks": [track]})).permitted


def test_what_is_given_is_left_as_it_is(house: House) -> None:
    given = ["--policies", "mine", "--catalogue=theirs", "--request", "asked.json"]
    assert house.completed("filter", FILTER, list(given)) == given
    assert house.completed("check", {"--json"}, ["a.rights"]) == ["a.rights"]


def test_one_file_is_compared_with_the_version_in_the_house(house: House, tmp_path: Path) -> None:
    newer = tmp_path / "newer.rights"
    newer.write_text(POLICY.replace("version 1", "version 2"))
    old, new, option, others, *rest = house.completed("diff", {"--others"}, [str(newer), "--json"])
    assert texts(old) == {POLICY}
    assert (new, option, rest) == (str(newer), "--others", ["--json"])
    assert POLICY not in texts(others)
    assert len(texts(others)) == 1, "the platform's"
    both = [str(newer), str(newer)]
    assert house.completed("diff", set(), list(both)) == both
    newer.write_text(POLICY.replace("Ada Wren, terms", "New terms"))
    with pytest.raises(ClearanceError) as caught:
        house.completed("diff", set(), [str(newer)])
    assert caught.value.message == "the house has no earlier version of `newer.rights`"
    assert "OLD NEW" in caught.value.help


def test_the_options_of_a_tool_are_those_of_its_usage() -> None:
    assert {"--policies", "--request", "--json"} <= options("decide")
    assert options("no-such-tool") == set()
