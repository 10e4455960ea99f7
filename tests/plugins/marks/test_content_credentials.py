from __future__ import annotations

import base64
import dataclasses
import json
import shutil
from pathlib import Path

import pytest

from clearmix import Audio, Disclosure, FileLabeler, Seals, SealsApart, Settings
from clearmix.audio import read_audio
from clearmix.errors import MarkError
from clearmix.streaming import AAC, OPUS, Codec, SegmentEncoder
from clearmix_marks import credentials, tags
from clearmix_marks.content_credentials import ContentCredentials, sidecar
from clearmix_marks.manifest import ingredients, manifest
from clearmix_marks.tags import Tags
from clearmix_marks.watermark import ClearmixMark

from .conftest import played
from .test_tags import write

MUSIC = played(2.0)


@pytest.fixture
def signer(settings: Settings) -> ContentCredentials:
    return ContentCredentials(settings)


@pytest.mark.parametrize("kind", ["m4a", "mp3", "flac", "wav"])
def test_a_signed_file_says_what_it_is_and_by_whom(
    signer: ContentCredentials, disclosure: Disclosure, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"song.{kind}"
    write(path, MUSIC)
    before = read_audio(path).samples
    assert signer.mark(path, disclosure) == path
    reading = signer.read(path)
    assert reading is not None
    assert reading.render_id == disclosure.render_id
    assert reading.fields["state"] == "Trusted"
    assert "not for production" in reading.fields["signed_by"]
    assert reading.fields["rights_decision"] == disclosure.decision_hash
    assert (read_audio(path).samples == before).all()
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == [path.name]


@pytest.mark.parametrize("kind", ["ogg", "opus"])
def test_where_a_container_holds_no_manifest_it_stands_beside_it(
    signer: ContentCredentials, disclosure: Disclosure, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"song.{kind}"
    write(path, MUSIC)
    before = path.read_bytes()
    signer.mark(path, disclosure)
    assert path.read_bytes() == before
    assert sidecar(path).is_file()
    reading = signer.read(path)
    assert reading is not None
    assert (reading.render_id, reading.fields["state"]) == (disclosure.render_id, "Trusted")


@pytest.mark.parametrize("kind", ["m4a", "mp3", "flac", "wav", "ogg"])
def test_any_file_can_be_sealed_apart_and_keeps_its_bytes(
    signer: ContentCredentials, disclosure: Disclosure, tmp_path: Path, kind: str
) -> None:
    assert isinstance(signer, SealsApart)
    path = tmp_path / f"song.{kind}"
    write(path, MUSIC)
    before = path.read_bytes()
    made = signer.mark_apart(path, disclosure)
    assert (made, path.read_bytes()) == (sidecar(path), before)

    def state() -> str | None:
        reading = signer.read(path)
        return reading.fields["state"] if reading else None

    assert state() == "Trusted"
    made.rename(path.with_suffix(".c2pa"))
    assert state() == "Trusted", "what stands beside it may have another program's name"
    path.write_bytes(before[:-100] + bytes(100))
    assert state() == "Invalid"
    path.with_suffix(".c2pa").unlink()
    assert state() is None


@pytest.mark.parametrize("codec", [AAC, OPUS], ids=["aac", "opus"])
def test_a_stream_that_was_changed_cut_or_put_in_another_order_is_told(
    signer: ContentCredentials, disclosure: Disclosure, tmp_path: Path, codec: Codec
) -> None:
    head, first, second, *rest = (
        piece.content for piece in SegmentEncoder(codec, segment_seconds=0.5).whole(MUSIC)
    )
    path = tmp_path / "stream.mp4"
    path.write_bytes(b"".join([head, first, second, *rest]))
    signer.mark_apart(path, disclosure)

    def state(*pieces: bytes) -> str | None:
        path.write_bytes(b"".join(pieces))
        reading = signer.read(path)
        return reading.fields["state"] if reading else None

    changed = first[:-1] + bytes([first[-1] ^ 1])
    assert state(head, first, second, *rest) == "Trusted"
    assert state(head, changed, second, *rest) == "Invalid"
    assert state(head, second, first, *rest) == "Invalid"
    assert state(head, first, second, *rest[:-1]) == "Invalid"
    assert state(head, first, *rest) == "Invalid"


def test_the_manifest_of_another_file_of_that_name_is_not_held_against_one_with_its_own(
    signer: ContentCredentials, disclosure: Disclosure, tmp_path: Path
) -> None:
    for name in ("song.m4a", "song.ogg"):
        write(tmp_path / name, MUSIC)
        signer.mark(tmp_path / name, disclosure)
    sidecar(tmp_path / "song.ogg").rename(tmp_path / "song.c2pa")
    for name in ("song.m4a", "song.ogg"):
        reading = signer.read(tmp_path / name)
        assert reading is not None
        assert reading.fields["state"] == "Trusted", name


def test_a_file_changed_after_signing_is_reported_as_what_it_is(
    signer: ContentCredentials, settings: Settings, disclosure: Disclosure, tmp_path: Path
) -> None:
    path = tmp_path / "song.m4a"
    write(path, MUSIC)
    signer.mark(path, disclosure)
    content = bytearray(path.read_bytes())
    content[-100] ^= 0xFF
    path.write_bytes(content)
    reading = signer.read(path)
    assert reading is not None
    assert (reading.confidence, reading.render_id) == (0.0, None)
    assert reading.fields["state"] == "Invalid"
    assert reading.fields["problems"]


def test_a_manifest_copied_from_another_file_is_invalid(
    signer: ContentCredentials, disclosure: Disclosure, tmp_path: Path
) -> None:
    one, other = tmp_path / "one.ogg", tmp_path / "other.ogg"
    write(one, MUSIC)
    write(other, Audio(MUSIC.samples * 0.5, MUSIC.rate))
    signer.mark(one, disclosure)
    shutil.copy(sidecar(one), sidecar(other))
    reading = signer.read(other)
    assert reading is not None
    assert (reading.confidence, reading.render_id) == (0.0, None)


def test_signed_elsewhere_is_valid_but_not_trusted_here(
    signer: ContentCredentials, settings: Settings, disclosure: Disclosure, tmp_path: Path
) -> None:
    path = tmp_path / "song.m4a"
    write(path, MUSIC)
    signer.mark(path, disclosure)
    stranger = ContentCredentials(dataclasses.replace(settings, home=tmp_path / "elsewhere"))
    reading = stranger.read(path)
    assert reading is not None
    assert reading.fields["state"] == "Valid"
    assert reading.confidence == tags.CONFIDENCE, "anybody can sign, as anybody can type a tag"


def test_the_operators_own_certificate_is_known_and_another_of_its_authority_is_not(
    settings: Settings, disclosure: Disclosure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    root_key = ec.generate_private_key(ec.SECP256R1())
    root = credentials._root(root_key)
    pem = serialization.Encoding.PEM
    readings = []
    for name in ("operator", "stranger"):
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = credentials._leaf(key, root, root_key)
        chain = tmp_path / f"{name}.pem"
        chain.write_bytes(leaf.public_bytes(pem) + root.public_bytes(pem))
        private = tmp_path / f"{name}.key"
        plain = serialization.NoEncryption()
        private.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
        monkeypatch.setenv("CLEARMIX_C2PA_CERTIFICATE", str(chain))
        monkeypatch.setenv("CLEARMIX_C2PA_KEY", str(private))
        path = tmp_path / f"{name}.m4a"
        write(path, MUSIC)
        ContentCredentials(settings).mark(path, disclosure)
    monkeypatch.setenv("CLEARMIX_C2PA_CERTIFICATE", str(tmp_path / "operator.pem"))
    for name in ("operator", "stranger"):
        reading = ContentCredentials(settings).read(tmp_path / f"{name}.m4a")
        assert reading is not None
        readings.append((reading.fields["state"], reading.confidence > 0.9))
    assert readings == [("Trusted", True), ("Valid", False)]


def test_without_a_manifest_nothing_is_read(signer: ContentCredentials, tmp_path: Path) -> None:
    for kind in ("m4a", "ogg"):
        path = tmp_path / f"song.{kind}"
        write(path, MUSIC)
        assert signer.read(path) is None


def test_it_seals_and_tags_written_before_it_stay(
    signer: ContentCredentials, settings: Settings, disclosure: Disclosure, tmp_path: Path
) -> None:
    assert isinstance(signer, FileLabeler)
    assert isinstance(signer, Seals)
    tagging = Tags(settings)
    assert not isinstance(tagging, Seals)
    path = tmp_path / "song.m4a"
    write(path, MUSIC)
    signer.mark(tagging.mark(path, disclosure), disclosure)
    reading = tagging.read(path)
    assert reading is not None
    assert reading.render_id == disclosure.render_id


def test_a_mashup_places_each_of_its_sources(disclosure: Disclosure) -> None:
    two = dataclasses.replace(disclosure, source_titles=("One", "Two"), source_isrcs=())
    said = manifest(two, "audio/mp4")
    actions = [one["action"] for one in said["assertions"][0]["data"]["actions"]]
    assert actions[:3] == ["c2pa.created", "c2pa.placed", "c2pa.placed"]
    assert {one["relationship"] for one in ingredients(two)} == {"componentOf"}


@pytest.mark.parametrize(
    ("watermarks", "algorithms"),
    [
        ((), []),
        (("audiowmark 1",), ["org.clearmix.audiowmark.1"]),
        (
            ("audiowmark 1", f"{ClearmixMark.id} {ClearmixMark.version}"),
            ["org.clearmix.audiowmark.1", "org.clearmix.clearmix-mark.2"],
        ),
    ],
)
def test_a_manifest_is_bound_to_the_watermarks_that_are_in_the_sound_and_no_others(
    signer: ContentCredentials,
    disclosure: Disclosure,
    tmp_path: Path,
    watermarks: tuple[str, ...],
    algorithms: list[str],
) -> None:
    import c2pa

    path = tmp_path / "song.m4a"
    write(path, MUSIC)
    signer.mark(path, dataclasses.replace(disclosure, watermarks=watermarks))
    reading = signer.read(path)
    assert reading is not None
    assert reading.fields["state"] == "Trusted"
    with path.open("rb") as file:
        store = json.loads(c2pa.Reader("audio/mp4", file).json())
    said = store["manifests"][store["active_manifest"]]["assertions"]
    bound = [one["data"] for one in said if one["label"].startswith("c2pa.soft-binding")]
    assert [one["alg"] for one in bound] == algorithms
    value = base64.b64encode(bytes.fromhex(disclosure.render_id)).decode()
    assert all(one["blocks"][0]["value"] == value for one in bound)
    actions = next(one for one in said if one["label"].startswith("c2pa.actions"))
    names = [one["action"] for one in actions["data"]["actions"]]
    assert names.count("c2pa.watermarked.bound") == bool(watermarks)


def test_a_mashup_is_signed_and_valid(
    signer: ContentCredentials, disclosure: Disclosure, tmp_path: Path
) -> None:
    path = tmp_path / "song.m4a"
    write(path, MUSIC)
    signer.mark(path, dataclasses.replace(disclosure, source_titles=("One", "Two")))
    reading = signer.read(path)
    assert reading is not None
    assert reading.fields["state"] == "Trusted"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"CLEARMIX_C2PA_KEY": "key.pem"}, "CLEARMIX_C2PA_CERTIFICATE is not set"),
        ({"CLEARMIX_C2PA_CERTIFICATE": "chain.pem"}, "CLEARMIX_C2PA_KEY is not set"),
        (
            {"CLEARMIX_C2PA_CERTIFICATE": "/nowhere.pem", "CLEARMIX_C2PA_KEY": "/nowhere.pem"},
            "cannot be read",
        ),
    ],
)
def test_credentials_that_are_not_usable_are_named(
    signer: ContentCredentials,
    disclosure: Disclosure,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    said: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "song.m4a"
    write(path, MUSIC)
    before = path.read_bytes()
    with pytest.raises(MarkError, match=said) as caught:
        signer.mark(path, disclosure)
    assert caught.value.help
    assert path.read_bytes() == before


def test_a_broken_key_leaves_the_file_as_it_was(
    signer: ContentCredentials,
    disclosure: Disclosure,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("-----BEGIN NOTHING-----\n")
    monkeypatch.setenv("CLEARMIX_C2PA_CERTIFICATE", str(broken))
    monkeypatch.setenv("CLEARMIX_C2PA_KEY", str(broken))
    path = tmp_path / "song.m4a"
    write(path, MUSIC)
    before = path.read_bytes()
    with pytest.raises(MarkError, match="cannot be signed") as caught:
        signer.mark(path, disclosure)
    assert "certificate" in caught.value.help
    assert path.read_bytes() == before
    assert {one.name for one in tmp_path.iterdir()} >= {"song.m4a", "broken.pem"}
    assert not list(tmp_path.glob(".*.part"))


def test_the_development_key_is_the_owners_alone(
    signer: ContentCredentials, settings: Settings, disclosure: Disclosure, tmp_path: Path
) -> None:
    path = tmp_path / "song.m4a"
    write(path, MUSIC)
    signer.mark(path, disclosure)
    assert (settings.keys / "c2pa" / "key.pem").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["playlist.m3u8", "part01.ts", "init.aac"])
def test_playlists_and_segments_of_a_stream_are_signed_beside(
    signer: ContentCredentials, disclosure: Disclosure, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"#EXTM3U\n" * 40)
    signer.mark(path, disclosure)
    reading = signer.read(path)
    assert reading is not None
    assert (reading.render_id, reading.fields["state"]) == (disclosure.render_id, "Trusted")
    path.write_bytes(b"#EXTM3U\n" * 41)
    changed = signer.read(path)
    assert changed is not None
    assert (changed.render_id, changed.confidence) == (None, 0.0)


def test_a_trained_model_and_a_plain_program_are_told_apart(
    signer: ContentCredentials, disclosure: Disclosure, tmp_path: Path
) -> None:
    for trained, term in (
        (True, "compositeWithTrainedAlgorithmicMedia"),
        (False, "compositeSynthetic"),
    ):
        path = tmp_path / f"{trained}.m4a"
        write(path, MUSIC)
        signer.mark(path, dataclasses.replace(disclosure, trained_model=trained))
        reading = signer.read(path)
        assert reading is not None
        assert reading.fields["digital_source_type"].endswith(f"/{term}")
