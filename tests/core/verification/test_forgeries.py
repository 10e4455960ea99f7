"""Marks that were copied, made up or put on by somebody else: what is believed of them."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from clearmix import Audio, Disclosure, Reading
from clearmix.audio import joined, read_audio, write_wav
from clearmix.rendering.encoding import write_m4a
from clearmix.verification import MarkFound, weighed
from clearmix_marks.content_credentials import ContentCredentials

from .conftest import IDS, Shop, standings, tune, wav


def test_tags_copied_onto_other_sound_are_called_copied(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "forged.m4a"
    write_m4a(path, tune(7))
    shop.kernel.labelers["tags"].mark(path, shop.disclosures[0])
    found = shop.kernel.verify(path)
    assert (found.verdict, found.ai_made, found.render_id) == ("copied", False, IDS[0])
    assert standings(found)["tags"] == "copied"
    assert "but this sound is not that render" in found.statement
    assert found.sounds_like is None


def test_a_watermark_on_sound_that_is_not_the_render_is_called_copied(
    shop: Shop, tmp_path: Path
) -> None:
    mark = shop.kernel.labelers["clearmix-mark"]
    blocks = list(mark.mark(tune(7).blocks(), shop.disclosures[0]))
    path = wav(tmp_path / "pasted.wav", np.concatenate([one.samples for one in blocks], axis=1))
    found = shop.kernel.verify(path)
    assert standings(found)["clearmix-mark"] == "copied", "the mark itself is read well"
    assert (found.verdict, found.ai_made, found.agree) == ("copied", False, False)


def test_the_tags_of_one_render_on_another_disagree_with_the_watermark_and_lose(
    shop: Shop, tmp_path: Path
) -> None:
    path = tmp_path / "mixed.m4a"
    shutil.copy(shop.files[0], path)
    shop.kernel.labelers["tags"].mark(path, shop.disclosures[1])
    found = shop.kernel.verify(path)
    assert (found.verdict, found.render_id, found.agree) == ("confirmed", IDS[0], False)
    assert standings(found)["tags"] == "disagrees"
    assert f"names render {IDS[1]}" in found.statement


def test_a_manifest_copied_from_another_file_is_called_broken(shop: Shop, tmp_path: Path) -> None:
    one, other = tmp_path / "one.ogg", tmp_path / "other.ogg"
    import soundfile

    for path, seed in ((one, 7), (other, 8)):
        soundfile.write(path, tune(seed, 4.0).samples.T, 44100, format="OGG")
    shop.kernel.labelers["c2pa"].mark(one, shop.disclosures[0])
    shutil.copy(f"{one}.c2pa", f"{other}.c2pa")
    found = shop.kernel.verify(other)
    assert standings(found)["c2pa"] == "broken"
    assert (found.verdict, found.render_id) == ("unmarked", None)
    assert "was copied from another" in found.statement


def test_a_signed_manifest_on_sound_that_is_not_the_render_is_called_copied(
    shop: Shop, tmp_path: Path
) -> None:
    path = tmp_path / "signed.m4a"
    write_m4a(path, tune(7))
    shop.kernel.labelers["c2pa"].mark(path, shop.disclosures[0])
    found = shop.kernel.verify(path)
    assert (found.verdict, standings(found)["c2pa"]) == ("copied", "copied")


def test_a_made_up_render_id_is_not_in_the_registry(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "made-up.m4a"
    write_m4a(path, tune(7))
    said = dataclasses.replace(shop.disclosures[0], render_id="deadbeefdeadbeef")
    shop.kernel.labelers["tags"].mark(path, said)
    found = shop.kernel.verify(path)
    assert (found.verdict, found.render, found.ai_made) == ("unregistered", None, False)
    assert "not in this service's registry. Anybody could have written that" in found.statement
    assert found.confidence <= 0.5


def test_a_mark_that_takes_the_key_is_believed_of_a_render_that_the_registry_has_lost(
    shop: Shop, tmp_path: Path
) -> None:
    said = dataclasses.replace(shop.disclosures[0], render_id="deadbeefdeadbeef")
    made = joined(shop.kernel.labelers["clearmix-mark"].mark(tune(7).blocks(), said))
    found = shop.kernel.verify(wav(tmp_path / "lost.wav", made.samples))
    assert (found.verdict, found.render, found.ai_made) == ("unregistered", None, True)
    assert "not called AI-made" not in found.statement


@pytest.mark.parametrize(
    ("labeler", "confidence", "ai_made"),
    [("tags", 0.5, False), ("c2pa", 0.5, False), ("c2pa", 0.99, True)],
    ids=["a typed tag", "a manifest of an unknown signer", "a signer who is trusted here"],
)
def test_a_disclosure_from_elsewhere_is_believed_only_of_a_trusted_signer(
    shop: Shop, labeler: str, confidence: float, ai_made: bool
) -> None:
    signed = {"signed_by": "Other\x1b[31m Studio"} if labeler == "c2pa" else {}
    mark = MarkFound(labeler, "file", Reading(labeler, None, confidence, signed))
    found = weighed(tune(7), (mark,), shop.kernel.registry)
    assert (found.verdict, found.ai_made, found.confidence) == ("disclosed", ai_made, confidence)
    assert "that AI took part; this service did not make it." in found.statement
    assert found.statement.endswith("So it is not called AI-made.") != ai_made
    unknown = labeler == "c2pa" and not ai_made
    assert ("`c2pa` (signed as “Other[31m Studio”) says" in found.statement) == unknown


@pytest.fixture(scope="module")
def edited(shop: Shop) -> tuple[Path, Disclosure]:
    """An artist's own recording, and what is disclosed of a listener's mere edit of it."""
    source = shop.kernel.store.local_path(shop.recording.audio_key)
    edit = Audio(read_audio(source).samples * np.float32(0.7), 44100)
    shop.publish("00000000000000cc", edit)
    return source, shop.disclosures[-1]


def test_a_recording_is_not_called_ai_made_because_somebody_edited_it(
    shop: Shop, edited: tuple[Path, Disclosure]
) -> None:
    found = shop.kernel.verify(edited[0])
    assert (found.verdict, found.ai_made) == ("unmarked", False)


@pytest.mark.parametrize("forgery", ["tags", "c2pa", "both"])
def test_what_anybody_can_write_does_not_make_a_recording_ai_made(
    shop: Shop, edited: tuple[Path, Disclosure], tmp_path: Path, forgery: str
) -> None:
    source, said = edited
    forged = tmp_path / "forged.m4a"
    write_m4a(forged, read_audio(source))
    if forgery != "c2pa":
        shop.kernel.labelers["tags"].mark(forged, said)
    if forgery != "tags":
        home = dataclasses.replace(shop.settings, home=tmp_path / "elsewhere")
        ContentCredentials(home).mark(forged, said)
    found = shop.kernel.verify(forged)
    assert (found.verdict, found.ai_made, found.render_id) == ("claimed", False, said.render_id)
    assert found.confidence <= 0.5
    assert "claim that" in found.statement or "claims that" in found.statement
    assert "So it is not called AI-made." in found.statement
    assert not found.statement.startswith("AI-made")


@pytest.mark.parametrize("seconds", [0.3, 1.0])
def test_a_forged_tag_on_what_is_too_short_or_silent_to_be_compared_is_only_a_claim(
    shop: Shop, tmp_path: Path, seconds: float
) -> None:
    for name, sound in (
        ("short.m4a", tune(7, seconds)),
        ("silent.m4a", Audio.silence(seconds=5 * seconds, rate=44100)),
    ):
        path = tmp_path / name
        write_m4a(path, sound)
        shop.kernel.labelers["tags"].mark(path, shop.disclosures[0])
        found = shop.kernel.verify(path)
        assert (found.verdict, found.ai_made, found.render_id) == ("claimed", False, IDS[0])
        assert "the sound does not settle it" in found.statement
        assert "So it is not called AI-made." in found.statement


def test_a_forged_tag_on_a_changed_piece_of_a_recording_does_not_make_it_ai_made(
    shop: Shop, edited: tuple[Path, Disclosure], tmp_path: Path
) -> None:
    source, said = edited
    sound = read_audio(source)
    noise = np.random.default_rng(1).standard_normal(sound.samples.shape).astype(np.float32)
    forged = tmp_path / "noisy.m4a"
    write_m4a(forged, Audio(sound.samples + 0.05 * noise, sound.rate))
    shop.kernel.labelers["tags"].mark(forged, said)
    assert shop.kernel.verify(forged).ai_made is False


@pytest.mark.parametrize("by", ["clearmix-mark", "c2pa"])
def test_a_mark_that_takes_the_services_own_key_makes_an_edit_known(
    shop: Shop, edited: tuple[Path, Disclosure], tmp_path: Path, by: str
) -> None:
    source, said = edited
    path = tmp_path / "edit.wav"
    sound = read_audio(source)
    labeler = shop.kernel.labelers[by]
    if by == "clearmix-mark":
        sound = joined(labeler.mark(sound.blocks(), said))
    write_wav(path, sound)
    if by == "c2pa":
        labeler.mark(path, said)
    found = shop.kernel.verify(path)
    assert (found.verdict, found.ai_made) == ("confirmed", True)


def test_a_file_labeler_is_believed_without_the_sound_only_as_far_as_a_signature_goes() -> None:
    def mark(layer: str, confidence: float) -> MarkFound:
        return MarkFound("x", layer, Reading("x", IDS[0], confidence))

    assert [mark("file", one).keyed for one in (0.5, 0.7, 0.99)] == [False, False, True]
    assert [mark("signal", one).keyed for one in (0.5, 0.7)] == [False, True]


def twice_marked(shop: Shop, path: Path, other: str) -> Path:
    """The first render, marked once more with another id."""
    said = dataclasses.replace(shop.disclosures[0], render_id=other)
    blocks = shop.kernel.labelers["clearmix-mark"].mark(shop.marked[0].blocks(), said)
    return wav(path, joined(blocks).samples)


@pytest.mark.parametrize("other", [IDS[1], "deadbeefdeadbeef"], ids=["registered", "made up"])
def test_a_sound_that_was_marked_again_as_another_render_is_the_one_that_it_is(
    shop: Shop, tmp_path: Path, other: str
) -> None:
    found = shop.kernel.verify(twice_marked(shop, tmp_path / "twice.wav", other))
    assert (found.verdict, found.render_id, found.ai_made) == ("confirmed", IDS[0], True)
    (row,) = [row for row in found.as_json()["marks"] if row["labeler"] == "clearmix-mark"]
    assert (row["render_id"], row["standing"], row["also_names"]) == (IDS[0], "agrees", [other])
    assert f"The watermark `clearmix-mark` also names render {other}." in found.statement
    assert found.agree is False
