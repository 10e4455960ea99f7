from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from fastapi.testclient import TestClient

from clearmix import Audio, Disclosure
from clearmix.kernel import Kernel
from clearmix.rendering.encoding import write_m4a
from clearmix.service import create_app, verifying
from clearmix.storage.tables.rendering import RenderRow
from clearmix.testing.labelers import disclosure_of
from clearmix_marks.tags import Tags


@pytest.fixture
def client(market: Kernel) -> Iterator[TestClient]:
    vars(market)["web_apps"] = {}  # the pages have tests of their own
    with TestClient(create_app(market)) as client:
        yield client


def test_anybody_may_ask_what_a_file_is_without_signing_in(
    client: TestClient, publish: Callable[..., str], encoded_song: Path
) -> None:
    render = publish("mia")
    answer = client.post("/verify", files={"file": ("song.m4a", encoded_song.read_bytes())})

    assert answer.status_code == 200
    said = answer.json()
    assert {"ai_made", "render_id", "source", "marks", "verdict", "agree"} <= said.keys()
    assert {mark["labeler"] for mark in said["marks"]} >= {"clearmix-mark", "tags", "c2pa"}
    # The file is as like its source as the render is, so nobody's recording is accused.
    assert (said["verdict"], said["sound"]) == ("unmarked", None)
    assert render not in answer.text


def test_a_file_may_be_the_whole_body(client: TestClient, song: Path) -> None:
    answer = client.post("/verify", params={"name": "../x/song.wav"}, content=song.read_bytes())

    assert answer.status_code == 200
    assert answer.json()["verdict"] == "unmarked"


def test_a_manifest_that_stands_beside_a_file_is_sent_along(
    client: TestClient, market: Kernel, tmp_path: Path
) -> None:
    path = tmp_path / "song.ogg"
    sound = 0.1 * np.random.default_rng(1).standard_normal((44100, 2))
    soundfile.write(path, sound, 44100, format="OGG")
    market.labelers["c2pa"].mark(path, disclosure_of("deadbeefdeadbeef"))  # type: ignore[arg-type]
    beside = Path(f"{path}.c2pa").read_bytes()
    for manifest, standing in ((beside, "agrees"), (b"", "not found")):
        files = {"file": ("a.ogg", path.read_bytes()), "manifest": ("any.name", manifest)}
        answer = client.post("/verify", files=files).json()
        (mark,) = [one for one in answer["marks"] if one["labeler"] == "c2pa"]
        assert mark["standing"] == standing


def test_a_render_id_leads_to_its_sources_and_its_licence_but_not_to_its_maker(
    client: TestClient, publish: Callable[..., str]
) -> None:
    render = publish("mia")
    said = client.get(f"/verify/{render}").json()

    assert said["sources"][0]["title"] == "Open Road"
    assert said["licence"]["outcome"] == "permitted"
    assert said["display"]["class"] == "listener-ai"
    assert "mia" not in str(said)


def test_an_unknown_render_id_is_not_found(client: TestClient) -> None:
    answer = client.get("/verify/deadbeefdeadbeef")

    assert answer.status_code == 404
    assert "16 hexadecimal digits" in answer.json()["help"]


@pytest.mark.parametrize("declared", [True, False])
def test_a_file_that_is_too_large_is_refused_while_it_comes(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, declared: bool
) -> None:
    monkeypatch.setattr(verifying, "MOST_BYTES", 2**20)
    content = bytes(2 * 2**20)
    body = content if declared else iter([content[: 2**20], content[2**20 :]])
    answer = client.post("/verify", content=body)

    assert answer.status_code == 413
    assert "cut out 15 seconds" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("request_of", "said"),
    [
        ({"files": {"file": ("x.wav", b"not audio")}}, "No sound that can be read"),
        ({"files": {"file": ("x.wav", b"")}}, "empty"),
        ({"files": {"other": ("x.wav", b"x")}}, "field `file`"),
        ({"content": b"x", "headers": {"content-type": "multipart/form-data"}}, "form"),
        ({"content": b""}, "empty"),
    ],
)
def test_what_cannot_be_verified_is_answered_in_words(
    client: TestClient, request_of: dict, said: str
) -> None:
    answer = client.post("/verify", **request_of)

    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert "Traceback" not in answer.text
    assert "/upload" not in answer.text, "where it lay for a moment is nobody's business"


def test_what_is_not_audio_is_answered_with_the_remedy(client: TestClient) -> None:
    answer = client.post("/verify", files={"file": ("x.wav", b"not audio")})
    assert answer.json()["help"].startswith("Give a WAV, FLAC, Ogg, MP3 or M4A file;")


def test_when_too_many_files_wait_the_next_is_asked_to_come_back(
    client: TestClient, song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    monkeypatch.setattr(verifying, "WAIT_SECONDS", 0.05)
    client.app.state.verifying = asyncio.Semaphore(0)
    answer = client.post("/verify", content=song.read_bytes())

    assert answer.status_code == 503


BROWSER = {"accept": "text/html,application/xhtml+xml"}


def test_a_browser_gets_a_page_with_a_form(client: TestClient) -> None:
    answer = client.get("/verify", headers=BROWSER)

    assert answer.status_code == 200
    assert 'enctype="multipart/form-data"' in answer.text


def test_the_page_says_what_was_found_layer_by_layer_and_links_the_licence(
    client: TestClient, market: Kernel, publish: Callable[..., str], tmp_path: Path
) -> None:
    render = publish("mia")
    with market.database.session(write=True) as session:
        row = session.get(RenderRow, render)
        assert row is not None
        row.title = "<script>x</script>"
        session.add(row)
    forged = tmp_path / "forged.m4a"
    write_m4a(forged, noise())
    Tags(market.settings).mark(forged, said(render))
    answer = client.post("/verify", files={"file": ("x.m4a", forged.read_bytes())}, headers=BROWSER)

    assert "but this sound is not that render" in answer.text
    assert "<td>tags</td><td>copied</td><td>50 %</td>" in answer.text
    assert f'href="/verify/{render}"' in answer.text
    assert "<script>x" not in answer.text


def test_the_page_says_what_is_wrong_with_a_file(client: TestClient) -> None:
    answer = client.post("/verify", files={"file": ("x.wav", b"not audio")}, headers=BROWSER)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "no sound that can be read" in answer.text.lower()


def noise() -> Audio:
    samples = np.random.default_rng(4).standard_normal((2, 12 * 44100)) * 0.1
    return Audio(samples.astype(np.float32), 44100)


def said(render_id: str) -> Disclosure:
    return Disclosure(
        render_id=render_id, title="Song", artists=(), label="AI-made", source_titles=(),
        source_isrcs=(), generator="idle 1", trained_model=False, decision_hash="", service="",
        created_at="",
    )  # fmt: skip
