"""A score over HTTP: a picture for everybody, a file for the composition's side, a correction."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from sqlmodel import update

from clearmix import Score, ScoreNote
from clearmix.kernel import Kernel
from clearmix.scores import score_bytes
from clearmix.storage.tables.catalogue import WorkRow

Calls = Callable[..., TestClient]

PATH = "/api/recordings/open-road/score"


@pytest.fixture
def written(market: Kernel) -> Score:
    score = Score(
        "Open Road", "score", "by hand", 100.0, 8.0, "C major",
        lines={"melody": tuple(ScoreNote(float(at), 1.0, 60 + at) for at in range(8))},
    )  # fmt: skip
    market.catalogue.scores.keep("open-road", score)
    return score


def test_everybody_sees_the_notes(calls: Calls, signed_in: Calls, written: Score) -> None:
    seen = calls("mia").get(PATH)
    assert signed_in("mia").get(PATH).content == seen.content  # as the page's picture asks
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/svg+xml")
    assert len(ElementTree.fromstring(seen.content).findall("{*}rect")) == 1 + 8


@pytest.mark.parametrize("format", ["musicxml", "mid", "json"])
def test_a_file_is_for_the_side_of_the_composition(
    calls: Calls, written: Score, market: Kernel, format: str
) -> None:
    refused = calls("ada").get(PATH, params={"format": format})
    assert refused.status_code == 403
    assert "`Open Road` is its writers' and publishers'" in refused.json()["detail"]
    assert "format=svg" in refused.json()["help"]
    had = calls("ops").get(PATH, params={"format": format})
    assert had.content == score_bytes(written, f".{format}")
    with market.database.session(write=True) as session:
        session.exec(update(WorkRow).values(public_domain=True))
    assert calls("mia").get(PATH, params={"format": format}).status_code == 200


def test_a_file_corrects_it_until_it_is_forgotten(calls: Calls, written: Score) -> None:
    ops = calls("ops")
    file = score_bytes(Score(**{**vars(written), "tempo_bpm": 90.0}), ".musicxml")
    kept = ops.put(PATH, files={"file": ("mine.musicxml", file)})
    assert (kept.status_code, kept.json()["tempo_bpm"]) == (200, 90.0)
    assert ops.get(PATH, params={"format": "json"}).json()["tempo_bpm"] == 90.0
    broken = ops.put(PATH, files={"file": ("mine.mid", b"no")})
    assert (broken.status_code, broken.json()["place"]) == (422, "file")
    assert ops.delete(PATH).status_code == 204
    unwritten = calls("mia").get(PATH)
    assert unwritten.status_code == 404
    assert "not written down yet" in unwritten.json()["detail"]
