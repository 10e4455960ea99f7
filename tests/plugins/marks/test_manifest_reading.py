"""What manifests say, also those of others, and the chain from one file to the next."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import pytest

from clearmix import Disclosure, Settings, SourceFile
from clearmix_marks.content_credentials import ContentCredentials
from clearmix_marks.credentials import credentials
from clearmix_marks.wording import IPTC

from .conftest import played
from .test_tags import write

MUSIC = played(2.0)


def signed_elsewhere(path: Path, keys: Path, source_type: str) -> None:
    """Signs a file as another program would, with a certificate that nobody here knows."""
    import c2pa

    made = credentials(keys, {})
    said: dict[str, Any] = {
        "claim_generator_info": [{"name": "Other DAW"}],
        "title": "Master",
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": source_type}]},
            }
        ],
    }
    signer = c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(
            alg=b"es256", sign_cert=made.chain.encode(), private_key=made.key.encode(), ta_url=None
        )
    )
    target = io.BytesIO()
    with path.open("rb") as source:
        c2pa.Builder(said).sign(signer, "audio/wav", source, target)
    path.write_bytes(target.getvalue())


@pytest.mark.parametrize(
    ("term", "ai_made"), [("trainedAlgorithmicMedia", True), ("digitalCapture", False)]
)
def test_a_manifest_of_another_service_is_stated_and_names_no_render(
    settings: Settings, tmp_path: Path, term: str, ai_made: bool
) -> None:
    path = tmp_path / "master.wav"
    write(path, MUSIC)
    signed_elsewhere(path, tmp_path / "elsewhere", IPTC + term)
    reading = ContentCredentials(settings).read(path)
    assert reading is not None
    assert (reading.render_id, reading.ai_made) == (None, ai_made)
    assert reading.fields["state"] == "Valid"
    assert reading.fields["title"] == "Master"
    assert reading.fields["digital_source_type"] == IPTC + term


def test_a_remix_of_a_remix_keeps_its_chain_down_to_the_masters_own_manifest(
    settings: Settings, disclosure: Disclosure, tmp_path: Path
) -> None:
    signer = ContentCredentials(settings)
    master, first, second = (tmp_path / name for name in ("master.wav", "one.m4a", "two.m4a"))
    for path in (master, first, second):
        write(path, MUSIC)
    signed_elsewhere(master, tmp_path / "elsewhere", IPTC + "digitalCapture")
    signer.mark(
        first,
        dataclasses.replace(disclosure, source_files=(SourceFile("green", "Green", master),)),
    )
    again = dataclasses.replace(
        disclosure,
        render_id="fedcba9876543210",
        source_files=(SourceFile(disclosure.render_id, "Green (remix)", first),),
    )
    signer.mark(second, again)
    reading = signer.read(second)
    assert reading is not None
    assert (reading.render_id, reading.fields["state"]) == ("fedcba9876543210", "Trusted")
    assert reading.fields["chain"].startswith(
        "Green (remix) (render 0123456789abcdef); Green (signed by "
    )


def test_a_source_without_a_manifest_or_without_its_file_is_named_all_the_same(
    settings: Settings, disclosure: Disclosure, tmp_path: Path
) -> None:
    signer = ContentCredentials(settings)
    plain = tmp_path / "plain.flac"
    path = tmp_path / "song.m4a"
    for one in (plain, path):
        write(one, MUSIC)
    files = (
        SourceFile("green", "Green", plain),
        SourceFile("blue", "Blue", tmp_path / "gone.flac"),
        SourceFile("red", "Red", tmp_path / "kept.ogg"),
    )
    signer.mark(path, dataclasses.replace(disclosure, source_files=files))
    reading = signer.read(path)
    assert reading is not None
    assert (reading.fields["state"], reading.fields["chain"]) == ("Trusted", "Green; Blue; Red")
