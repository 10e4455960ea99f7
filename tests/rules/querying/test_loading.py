"""Catalogues from files: the tables that come out, and what is said of files that are amiss."""

from __future__ import annotations

import json

import pytest

from clearmix_rules import PolicySet, Request, RightsError
from clearmix_rules.querying import Catalogue, outcomes
from clearmix_rules.querying.catalogue import TRACK_PARTIES, TRACKS


@pytest.fixture
def lines(tmp_path, facts):
    def write(*tracks):
        path = tmp_path / "tracks.jsonl"
        path.write_text("\n".join(json.dumps(one) for one in tracks), "utf-8")
        return path

    return write


@pytest.fixture
def track(facts):
    return facts()["tracks"][0]


def test_a_line_becomes_a_row_and_its_parties(lines, track):
    catalogue = Catalogue.from_json_lines(lines({**track, "genres": ["r|b", "folk"]}))
    (row,) = catalogue.tracks.to_pyarrow().to_pylist()
    assert list(row) == list(TRACKS)
    assert row["genres"] == "|folk|r%7Cb|"
    assert row["release_day"] == 20_454
    assert row["artists"] == "|ada-wren|"
    assert row["performers"] == ""
    pairs = catalogue.track_parties.to_pyarrow().to_pylist()
    assert list(pairs[0]) == list(TRACK_PARTIES)
    assert {(one["role"], one["party"]) for one in pairs} == {
        ("artists", "ada-wren"),
        ("writers", "j-smith"),
        ("publishers", "hollow-tree"),
    }


def test_a_line_that_is_amiss_is_named(lines, track):
    with pytest.raises(RightsError) as caught:
        Catalogue.from_json_lines(lines(track, {**track, "explicit": "no"}))
    assert caught.value.message == "`explicit` of track `greensleeves` is not yes or no"
    assert caught.value.place == "tracks.jsonl, line 2"
    path = lines(track)
    path.write_text('{"id": ', "utf-8")
    with pytest.raises(RightsError, match="this line is not JSON") as caught:
        Catalogue.from_json_lines(path)
    assert caught.value.place == "tracks.jsonl, line 1, column 8"


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path):
    with pytest.raises(RightsError, match="cannot read"):
        Catalogue.from_json_lines(tmp_path / "none.jsonl")
    path = tmp_path / "bytes.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RightsError, match="is not UTF-8 text"):
        Catalogue.from_json_lines(path)


def test_an_empty_catalogue_has_no_outcomes(lines, facts):
    catalogue = Catalogue.from_json_lines(lines())
    assert outcomes(PolicySet([]), Request.from_json(facts()), catalogue).to_pyarrow().num_rows == 0


def test_parquet_files_hold_the_same_catalogue(lines, track, facts, tmp_path):
    first = Catalogue.from_json_lines(lines(track, {**track, "id": "other", "artists": []}))
    for name in ("tracks", "track_parties"):
        backend = first.tracks.get_backend().con
        backend.table(name).write_parquet(str(tmp_path / f"{name}.parquet"))
    second = Catalogue.from_parquet(tmp_path)
    request = Request.from_json(facts())
    answers = [
        sorted(outcomes(PolicySet([]), request, one).to_pyarrow().to_pylist(), key=str)
        for one in (first, second)
    ]
    assert answers[0] == answers[1]
    assert second.mentioned("artists") == {"ada-wren"}
    assert second.most("artists") == 1


def test_a_parquet_file_or_a_column_that_is_missing_is_named(lines, track, tmp_path):
    with pytest.raises(RightsError, match=r"there is no file .*tracks\.parquet"):
        Catalogue.from_parquet(tmp_path)
    catalogue = Catalogue.from_json_lines(lines(track))
    backend = catalogue.tracks.get_backend().con
    backend.sql("SELECT * EXCLUDE (isrc) FROM tracks").write_parquet(
        str(tmp_path / "tracks.parquet")
    )
    with pytest.raises(RightsError, match=r"`tracks.parquet` lacks the column `isrc`"):
        Catalogue.from_parquet(tmp_path)
