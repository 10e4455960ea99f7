from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from clearmix.catalogue import Catalogue, identifiers
from clearmix.errors import CatalogueError
from clearmix.settings import Settings
from clearmix.storage.database import Database
from clearmix.storage.tables.catalogue import FollowRow, RecordingRow


def document() -> dict[str, Any]:
    return {
        "format": 1,
        "parties": [
            {"id": "imprint", "kind": "imprint", "name": "Imprint", "parent": "label"},
            {"id": "label", "kind": "label", "name": "Label"},
            {"id": "ada", "kind": "artist", "name": "Ada", "default_consent": "opt-in"},
        ],
        "works": [
            {
                "id": "song-work",
                "title": "Song",
                "iswc": "T0345246801",
                "shares": [{"party": "ada", "role": "writer", "parts": 100}],
            }
        ],
        "recordings": [
            {
                "id": "song",
                "title": "Song",
                "artists": ["ada"],
                "label": "imprint",
                "work": "song-work",
                "isrc": "GB-ABC-26-00001",
                "audio": "song.wav",
                "shares": [
                    {"party": "imprint", "role": "label", "parts": 60},
                    {"party": "ada", "role": "featured-artist", "parts": 40},
                ],
                "analysis": {"tempo_bpm": 120, "key": "A minor", "beats": [0.5, 1.0]},
            }
        ],
        "listeners": [{"id": "mia", "name": "Mia", "tier": "free", "territory": "GB"}],
        "logins": [{"user": "mia", "password": "secret", "role": "listener"}],
    }


@pytest.fixture
def folder(tmp_path: Path, song: Path) -> Path:
    shutil.copy(song, tmp_path / "song.wav")
    return tmp_path


def written(folder: Path, value: Any) -> Path:
    path = folder / "catalogue.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_shares_from_a_day_on_leave_those_of_before(catalogue: Catalogue, folder: Path) -> None:
    catalogue.import_file(written(folder, document()))
    entry = document()["recordings"][0] | {
        "shares": [{"party": "ada", "role": "owner", "parts": 100}],
        "shares_from": "2020-01-01",
    }
    catalogue.import_file(written(folder, document() | {"recordings": [entry]}))
    assert [(s.party, s.parts) for s in catalogue.recording("song").shares] == [("ada", 100)]
    entry["shares_from"] = "2999-01-01"
    entry["shares"] = [{"party": "label", "role": "owner", "parts": 100}]
    catalogue.import_file(written(folder, document() | {"recordings": [entry]}))
    assert [s.party for s in catalogue.recording("song").shares] == ["ada"], "not yet"


@pytest.mark.parametrize("parts", [59, 61])
def test_shares_of_99_or_101_percent_are_refused_by_name(
    catalogue: Catalogue, folder: Path, parts: int
) -> None:
    wrong = document()
    wrong["recordings"][0]["shares"][0]["parts"] = parts
    with pytest.raises(CatalogueError, match=f"shares add up to {parts + 40} of 100 parts"):
        catalogue.import_file(written(folder, wrong))


def test_a_document_is_imported_with_its_tree_shares_and_stated_analysis(
    catalogue: Catalogue, folder: Path, analyzer
) -> None:
    counts = catalogue.import_file(written(folder, document()))
    assert (counts.parties, counts.works, counts.recordings, counts.listeners) == (3, 1, 1, 1)
    row = catalogue.recording("song")
    assert row.isrc == "GBABC2600001"
    assert [share.parts for share in row.shares] == [60, 40]
    assert row.analysis.beats == (0.5, 1.0)
    assert row.analysis.given == ("tempo_bpm", "key", "beats")
    assert (row.analysis.analyzer, analyzer.heard) == ("metronome", 1)
    assert catalogue.party("imprint").parent == "label"
    work = catalogue.work("song-work")
    assert work is not None
    assert work.iswc == "T-034.524.680-1"


def test_importing_twice_changes_nothing(catalogue: Catalogue, folder: Path) -> None:
    path = written(folder, document())
    catalogue.import_file(path)
    first = catalogue.recording("song")
    catalogue.import_file(path)
    assert catalogue.recordings() == (first,)


def test_a_login_opens_with_its_password_only(catalogue: Catalogue, folder: Path) -> None:
    catalogue.import_file(written(folder, document()))
    login = catalogue.login("mia", "secret")
    assert login is not None
    assert login.role == "listener"
    assert catalogue.login("mia", "Secret") is None
    assert catalogue.login("nobody", "secret") is None


def test_a_release_and_follows_are_kept_and_follows_are_replaced(
    catalogue: Catalogue, folder: Path, settings: Settings
) -> None:
    value = document()
    value["recordings"][0].update(upc="0 36000 29145 2", grid="a1-2425g-abc1234002-m")
    value["listeners"][0]["follows"] = ["ada", "ada"]
    catalogue.import_file(written(folder, value))
    value["listeners"][0]["follows"] = ["ada", "label"]
    catalogue.import_file(written(folder, value))
    database = Database(settings.database_url)
    with database.session() as session:
        row = session.get(RecordingRow, "song")
        pairs = session.exec(select(FollowRow.listener, FollowRow.party)).all()
    assert (row.upc, row.grid) == ("036000291452", "A12425GABC1234002M")
    database.close()
    assert sorted(pairs) == [("mia", "ada"), ("mia", "label")]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda d: d["recordings"][0]["shares"].pop(),
            "recordings.0 `song`: shares add up to 60 of 100 parts",
        ),
        (
            lambda d: d["recordings"][0].update(isrc="nope"),
            "recordings.0 `song`.isrc: `nope` is not an ISRC",
        ),
        (
            lambda d: d["works"][0].update(iswc="T0345246802"),
            "works.0 `song-work`.iswc: the check digit of `T0345246802` is wrong",
        ),
        (
            lambda d: d["recordings"][0].update(artists=["bo"]),
            "recordings `song`.artists: no party `bo`",
        ),
        (lambda d: d["recordings"][0].update(tempo=3), "recordings.0 `song`.tempo: unknown field"),
        (lambda d: d["parties"].append(d["parties"][0]), "parties: `imprint` occurs twice"),
        (
            lambda d: d["parties"][1].update(parent="imprint"),
            "parties: a party is its own parent over some steps",
        ),
        (
            lambda d: d["listeners"][0].update(follows=["ada", "bel"]),
            "listeners `mia`.follows: no party `bel`",
        ),
        (
            lambda d: d["recordings"][0].update(grid="A1-2425G-ABC1234002-Q"),
            "recordings.0 `song`.grid: the check digit of `A1-2425G-ABC1234002-Q` is wrong",
        ),
        (lambda d: d.update(format=2), "format: "),
        (lambda d: d["listeners"][0].update(tier="gold"), "listeners.0 `mia`.tier: "),
        (
            lambda d: d["listeners"][0].update(time_zone="Europe/Lodon"),
            "listeners.0 `mia`.time_zone: not a time zone; did you mean `Europe/London`?",
        ),
    ],
)
def test_a_row_that_does_not_fit_is_named_and_nothing_is_imported(
    catalogue: Catalogue, folder: Path, change, message: str
) -> None:
    value = document()
    change(value)
    with pytest.raises(CatalogueError) as caught:
        catalogue.import_file(written(folder, value))
    assert message in caught.value.message
    assert "nothing was imported" in caught.value.help
    assert catalogue.recordings() == ()
    assert catalogue.parties() == ()


def test_a_missing_audio_file_imports_nothing(catalogue: Catalogue, folder: Path) -> None:
    (folder / "song.wav").unlink()
    with pytest.raises(Exception, match="no file at"):
        catalogue.import_file(written(folder, document()))
    assert catalogue.parties() == ()


def test_a_file_that_is_no_json_is_named_with_its_line(catalogue: Catalogue, folder: Path) -> None:
    path = folder / "catalogue.json"
    path.write_text('{\n  "format": 1,\n}', encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        catalogue.import_file(path)
    assert "line 3" in caught.value.place


@given(st.integers(0, 999_999_999))
def test_every_iswc_with_its_right_check_digit_and_no_other_passes(number: int) -> None:
    digits = f"{number:09d}"
    accepted = []
    for check in "0123456789":
        try:
            accepted.append(identifiers.iswc(f"T{digits}{check}"))
        except CatalogueError:
            continue
    assert len(accepted) == 1
