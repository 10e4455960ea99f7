"""A dropped file, from its bytes to the answer, without a browser."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from clearmix.audio import write_wav
from clearmix.kernel import Kernel
from clearmix.service import create_app, verifying
from clearmix.service.sessions import COOKIE
from clearmix.settings import Settings
from clearmix.storage.tables.catalogue import LoginRow
from clearmix_ui.verifying.address import add_verify_address

from ..conftest import sound


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    kernel = Kernel(Settings.from_environment({"CLEARMIX_HOME": str(tmp_path / "home")}))
    vars(kernel)["web_apps"] = {}  # the pages themselves are looked at in a browser
    with kernel.database.session(write=True) as session:
        session.add(LoginRow(user="mia", password="$", role="listener"))
    app = create_app(kernel)
    add_verify_address(app, "/app")
    with TestClient(app, cookies={COOKIE: app.state.sessions.cookie("mia")}) as client:
        yield client
    kernel.database.close()


def test_a_file_is_answered_and_not_kept(client: TestClient, tmp_path: Path) -> None:
    write_wav(tmp_path / "song.wav", sound(96.0, 3.0))
    before = set(Path(tempfile.gettempdir()).glob("verify-*"))
    answer = client.post(
        "/app/verify/file", params={"name": "C:\\me\\song.wav"},
        content=(tmp_path / "song.wav").read_bytes(),
    )  # fmt: skip

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert 'data-verdict="unmarked"' in answer.text
    assert ">song.wav<" in answer.text
    assert set(Path(tempfile.gettempdir()).glob("verify-*")) == before


def test_what_is_no_audio_is_refused_in_words(client: TestClient) -> None:
    answer = client.post("/app/verify/file?name=song.wav", content=b"hello")

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_file_that_is_too_large_is_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "MOST_BYTES", 2**20)
    answer = client.post("/app/verify/file?name=song.wav", content=bytes(2**20 + 1))

    assert answer.status_code == 413
    assert "cut out 15 seconds" in answer.text
