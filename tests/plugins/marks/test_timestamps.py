"""Signing with a production certificate and a time-stamp authority: a real one, by OpenSSL."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from clearmix import Disclosure, Settings
from clearmix.errors import MarkError
from clearmix_marks.content_credentials import ContentCredentials
from clearmix_marks.credentials import credentials

from .conftest import played
from .test_tags import write

OPENSSL = shutil.which("openssl")

needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="needs the program openssl")

CONFIGURATION = """
[req]
distinguished_name = name
[name]
[tsa]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[authority]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = root.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run([str(OPENSSL), *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[str]:
    """The address of a time-stamp authority (RFC 3161) on this machine."""
    folder = tmp_path / "authority"
    folder.mkdir()
    (folder / "tsa.cnf").write_text(CONFIGURATION)
    (folder / "serial").write_text("01")
    new_key = ("-newkey", "rsa:2048", "-nodes", "-config", "tsa.cnf")
    openssl(
        folder, "req", "-x509", *new_key, "-subj", "/O=Time/CN=Root", "-keyout", "root.key",
        "-out", "root.pem", "-addext", "basicConstraints=critical,CA:true",
        "-addext", "keyUsage=critical,keyCertSign",
    )  # fmt: skip
    openssl(
        folder, "req", *new_key, "-subj", "/O=Time/CN=Signer", "-keyout", "tsa.key",
        "-out", "tsa.csr",
    )  # fmt: skip
    openssl(
        folder, "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key",
        "-CAcreateserial", "-out", "tsa.pem", "-extfile", "tsa.cnf", "-extensions", "tsa",
    )  # fmt: skip

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            (folder / "query.tsq").write_bytes(self.rfile.read(length))
            openssl(
                folder, "ts", "-reply", "-config", "tsa.cnf", "-section", "authority",
                "-queryfile", "query.tsq", "-out", "reply.tsr",
            )  # fmt: skip
            reply = (folder / "reply.tsr").read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *arguments: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@needs_openssl
def test_with_a_time_stamp_authority_the_manifest_says_when_it_was_signed(
    settings: Settings,
    disclosure: Disclosure,
    authority: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CLEARMIX_C2PA_TIMESTAMP_URL", authority)
    path = tmp_path / "song.m4a"
    write(path, played(2.0))
    signer = ContentCredentials(settings)
    signer.mark(path, disclosure)
    reading = signer.read(path)
    assert reading is not None
    assert reading.render_id == disclosure.render_id
    signed_at = datetime.fromisoformat(reading.fields["signed_at"])
    assert abs(signed_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_an_authority_that_does_not_answer_stops_the_signing_and_is_named(
    settings: Settings, disclosure: Disclosure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARMIX_C2PA_TIMESTAMP_URL", "http://127.0.0.1:9/")
    path = tmp_path / "song.m4a"
    write(path, played(2.0))
    before = path.read_bytes()
    with pytest.raises(MarkError, match=r"time-stamp authority `http://127\.0\.0\.1:9/`") as caught:
        ContentCredentials(settings).mark(path, disclosure)
    assert "CLEARMIX_C2PA_TIMESTAMP_URL" in caught.value.help
    assert path.read_bytes() == before


def test_a_production_certificate_is_named_by_settings_and_trusted_by_its_root(
    settings: Settings, disclosure: Disclosure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bought = credentials(tmp_path / "bought", {})
    for name, text in (
        ("CERTIFICATE", bought.chain), ("KEY", bought.key), ("ANCHORS", bought.anchors)
    ):  # fmt: skip
        file = tmp_path / f"{name}.pem"
        file.write_text(text)
        monkeypatch.setenv(f"CLEARMIX_C2PA_{name}", str(file))
    path = tmp_path / "song.m4a"
    write(path, played(2.0))
    signer = ContentCredentials(settings)
    signer.mark(path, disclosure)
    assert not (settings.keys / "c2pa").exists(), "no development certificate is made"
    reading = signer.read(path)
    assert reading is not None
    assert reading.fields["state"] == "Trusted"
    monkeypatch.delenv("CLEARMIX_C2PA_ANCHORS")
    own = signer.read(path)
    assert own is not None
    assert own.fields["state"] == "Trusted", "one's own certificate needs no anchor"
    monkeypatch.delenv("CLEARMIX_C2PA_CERTIFICATE")
    stranger = signer.read(path)
    assert stranger is not None
    assert stranger.fields["state"] == "Valid"
