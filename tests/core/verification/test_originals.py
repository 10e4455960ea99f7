"""An untouched recording of the catalogue is said to be it, and nothing that was made of it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clearmix.audio import Audio, read_audio, write_wav
from clearmix.rendering.encoding import write_m4a
from clearmix.verification.originals import is_as_it_is

from .conftest import Shop, tune

SOUND = tune(0)


def faster(audio: Audio) -> Audio:
    return Audio(Audio(audio.samples, 44_544).resampled(44_100).samples, 44_100)


def with_bass(audio: Audio) -> Audio:
    time = np.arange(audio.samples.shape[1]) / audio.rate
    return Audio(audio.samples + 0.05 * np.sin(2 * np.pi * 110 * time).astype(np.float32), 44_100)


def with_another_end(audio: Audio) -> Audio:
    samples = audio.samples.copy()
    samples[:, -4 * 44_100 :] = tune(2).samples[:, -4 * 44_100 :]
    return Audio(samples, 44_100)


def late(audio: Audio, frames: int) -> Audio:
    moved = np.concatenate([np.zeros((2, frames), np.float32), audio.samples[:, :-frames]], axis=1)
    return Audio(moved, audio.rate)


def test_a_recording_of_the_catalogue_is_named_as_the_catalogue_shows_it(shop: Shop) -> None:
    found = shop.kernel.verify(shop.kernel.store.local_path(shop.recording.audio_key))

    assert (found.verdict, found.ai_made) == ("unmarked", False)
    assert found.original is not None and found.original.same_file
    assert found.statement.startswith(
        "This is the original recording of “Green” by Ada Wren, not a remix made here: the file is "
        "that of the catalogue, which shows it as “Human-made”. No mark of AI was found in it."
    )
    assert found.as_json()["original"]["isrc"] == "GBAYE0000001"


def test_another_file_of_its_sound_is_known_too(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "download.m4a"
    write_m4a(path, Audio(SOUND.samples * np.float32(0.5), 44_100))

    found = shop.kernel.verify(path)

    assert found.original is not None
    assert (found.original.id, found.original.same_file) == (shop.recording.id, False)
    assert "the sound, from beginning to end, is that of the catalogue" in found.statement


def test_what_is_ai_made_is_called_nobodys_recording(shop: Shop) -> None:
    assert all(shop.kernel.verify(path).original is None for path in shop.files)


def test_a_forged_tag_on_a_recording_is_told_beside_what_the_sound_is(
    shop: Shop, tmp_path: Path
) -> None:
    path = tmp_path / "forged.m4a"
    write_m4a(path, SOUND)
    shop.kernel.labelers["tags"].mark(path, shop.disclosures[0])

    found = shop.kernel.verify(path)

    assert not found.ai_made
    assert found.original is not None
    assert "So it is not called AI-made." in found.statement or found.verdict == "copied"


@pytest.mark.parametrize(
    "changed",
    [
        faster(SOUND),
        with_bass(SOUND),
        with_another_end(SOUND),
        tune(1),
        Audio(np.zeros_like(SOUND.samples), 44_100),
        Audio(SOUND.samples[:, : 5 * 44_100], 44_100),
    ],
    ids=["faster", "with a bass", "another end", "another tune", "silence", "a piece"],
)
def test_what_was_changed_is_not_the_recording_as_it_is(changed: Audio) -> None:
    assert not is_as_it_is(changed, SOUND)


@pytest.mark.parametrize("frames", [1, 1105, 2257])
def test_the_delay_of_an_encoder_does_not_matter(frames: int) -> None:
    assert is_as_it_is(late(SOUND, frames), SOUND)


def test_another_rate_and_level_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "48.wav"
    write_wav(path, Audio(SOUND.resampled(48_000).samples * np.float32(0.3), 48_000))

    assert is_as_it_is(read_audio(path), SOUND)
