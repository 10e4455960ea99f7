"""Files, labelers and keys that make reading hard, and what is told then."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clearmix import Audio
from clearmix.audio import read_audio
from clearmix.doctor import examine
from clearmix.errors import AudioError, MarkError
from clearmix.kernel import Kernel
from clearmix.verification import verify

from .conftest import IDS, Shop, ShopPlugin, standings, tune, wav


def test_a_labeler_that_cannot_look_is_named_and_the_others_go_on(shop: Shop) -> None:
    class Broken:
        id, version, layer = "broken", "1", "signal"

        def mark(self, blocks, disclosure):
            return blocks

        def read(self, audio):
            raise MarkError("the key cannot be read", help="give it back", place="key")

    labelers = {"broken": Broken(), "tags": shop.kernel.labelers["tags"]}
    found = verify(shop.files[0], labelers, shop.kernel.registry)
    assert standings(found) == {"broken": "unreadable", "tags": "agrees"}
    assert found.marks[0].problem == "the key cannot be read; give it back"
    assert "Not every layer could be read: marks of `broken` may be there" in found.statement


def test_a_wrong_setting_of_one_watermark_costs_no_other_layer_and_is_told(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUDIOWMARK", "/nowhere/audiowmark")
    kernel = Kernel(shop.settings, plugins={"shop": ShopPlugin()})
    try:
        assert {"clearmix-mark", "c2pa", "tags"} <= kernel.labelers.keys()
        assert kernel.verify(shop.files[0]).verdict == "confirmed"
        found = kernel.verify(wav(tmp_path / "mine.wav", tune(9).samples))
        doctor = {one.name: one for one in examine(kernel)}
    finally:
        kernel.database.close()
    assert found.verdict == "unmarked"
    assert standings(found)["plugin marks"] == "unreadable"
    assert "Not every layer could be read" in found.statement
    assert "/nowhere" not in str(found.as_json()), "paths of the machine stay here"
    assert not doctor["audiowmark"].ok
    assert "/nowhere/audiowmark" in doctor["plugin marks"].said


def test_a_lost_key_is_told_and_not_taken_for_marks_that_are_not_there(
    shop: Shop, tmp_path: Path
) -> None:
    key = shop.settings.keys / "watermark.key"
    kept = key.rename(tmp_path / "kept.key")
    try:
        found = shop.kernel.verify(wav(tmp_path / "bare.wav", tune(9).samples))
        (finding,) = [one for one in examine(shop.kernel) if one.name == "watermark key"]
    finally:
        kept.rename(key)
    assert standings(found)["clearmix-mark"] == "unreadable"
    assert "its key is gone" in str(found.as_json()["marks"])
    assert "marks of `clearmix-mark` may be there all the same" in found.statement
    assert not finding.ok
    assert "backup" in finding.help


@pytest.mark.parametrize(
    "change",
    [
        (lambda sound: Audio.silence(seconds=5, rate=44100), "silent"),
        (lambda sound: Audio(sound.samples[:, :17640].copy(), 44100), "has 0.4 s"),
        (lambda sound: Audio(sound.samples[:, :1].copy(), 44100), "less than 0.1 s"),
        (lambda sound: Audio(sound.samples * np.float32(1e-6), 44100), "silent"),
        (lambda sound: Audio(np.zeros((2, 4410), np.float32), 8000), "silent"),
        (lambda sound: sound, "has 5.0 s, and a watermark needs 2 to 10 s"),
    ],
    ids=["silence", "0.4 seconds", "one sample", "far too quiet", "8 kHz", "5 seconds"],
)
def test_what_carries_nothing_is_unmarked_and_the_reason_is_told(
    shop: Shop, tmp_path: Path, change
) -> None:
    change, why = change
    sound = change(tune(9, 5.0))
    found = shop.kernel.verify(wav(tmp_path / "odd.wav", sound.samples, sound.rate))
    assert (found.verdict, found.ai_made) == ("unmarked", False)
    (note,) = found.as_json()["notes"]
    assert why in note
    assert why in found.statement


@pytest.mark.parametrize(
    "change",
    [
        lambda sound: Audio(sound.mono()[None], sound.rate),
        lambda sound: sound.resampled(22050),
        lambda sound: Audio(sound.samples * np.float32(0.01), sound.rate),
    ],
    ids=["mono", "22 kHz", "40 dB quieter"],
)
def test_other_layouts_rates_and_levels_are_read_all_the_same(
    shop: Shop, tmp_path: Path, change
) -> None:
    sound = change(read_audio(shop.files[0]))
    found = shop.kernel.verify(wav(tmp_path / "changed.wav", sound.samples, sound.rate))
    assert (found.verdict, found.render_id) == ("confirmed", IDS[0])


def test_a_truncated_file_is_read_as_far_as_it_goes(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "cut.m4a"
    content = shop.files[0].read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    found = shop.kernel.verify(path)
    assert (found.verdict, found.render_id) == ("confirmed", IDS[0])
    assert standings(found)["c2pa"] in ("broken", "not found")


@pytest.mark.parametrize("content", [b"", b"not audio at all", b"RIFF\x00\x00\x00\x00WAVE"])
def test_what_is_not_audio_is_an_error_with_a_remedy(
    shop: Shop, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "odd.wav"
    path.write_bytes(content)
    with pytest.raises(AudioError) as caught:
        shop.kernel.verify(path)
    assert caught.value.help
