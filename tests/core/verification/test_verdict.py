"""What a file leads to, by the marks that it still carries or by its sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.signal

from clearmix import Audio
from clearmix.audio import read_audio
from clearmix.rendering.encoding import write_m4a
from clearmix.storage.columns import utc_now
from clearmix.storage.tables.rendering import RenderRow

from .conftest import IDS, Shop, standings, tune, wav


def by_phone(sound: Audio) -> Audio:
    """Fifteen seconds through the air: 16 kHz, band-limited, in mono, noise at 20 dB."""
    excerpt = Audio(np.ascontiguousarray(sound.samples[:, 4 * 44100 : 19 * 44100]), 44100)
    low = excerpt.resampled(16000).mono()
    band = scipy.signal.butter(2, [200, 6000], "band", fs=16000, output="sos")
    heard = scipy.signal.sosfilt(band, low)
    noise = np.random.default_rng(3).standard_normal(heard.size) * heard.std() * 0.1
    mono = (heard + noise).astype(np.float32)
    return Audio(np.stack([mono, mono]), 16000)


def test_a_published_file_leads_to_its_render_its_sources_its_decision_and_its_licence(
    shop: Shop,
) -> None:
    found = shop.kernel.verify(shop.files[0])
    assert (found.verdict, found.render_id, found.agree) == ("confirmed", IDS[0], True)
    assert set(standings(found).values()) == {"agrees"}
    said = found.as_json()
    assert said["ai_made"] is True
    assert said["source"] == ["green"]
    assert said["sources"] == [
        {"id": "green", "title": "Green", "artists": ["Ada Wren"], "isrc": "GBAYE0000001"}
    ]
    assert said["licence"]["decision_hash"] == shop.disclosures[0].decision_hash
    assert said["licence"]["url"] == f"https://music.example/verify/{IDS[0]}"
    assert said["licence"]["rules"][0]["policy"] == "Platform baseline"
    assert said["display"]["badge"] == "AI-made"
    assert said["sound"]["is_that_render"] is True
    assert said["confidence"] == 1.0
    assert all(mark["found"] for mark in said["marks"])


def test_a_stripped_file_is_known_by_its_watermark(shop: Shop, tmp_path: Path) -> None:
    path = wav(tmp_path / "stripped.wav", read_audio(shop.files[0]).samples)
    found = shop.kernel.verify(path)
    assert (found.verdict, found.render_id, found.agree) == ("confirmed", IDS[0], True)
    assert standings(found) == {
        "c2pa": "not found", "clearmix-mark": "agrees", "tags": "not found"
    }  # fmt: skip


def test_fifteen_seconds_recorded_by_a_phone_are_enough(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "phone.m4a"
    write_m4a(path, by_phone(read_audio(shop.files[0])).resampled(44100))
    found = shop.kernel.verify(path)
    assert (found.verdict, found.render_id) == ("confirmed", IDS[0])
    assert found.sound is not None
    assert found.sound.at_seconds == pytest.approx(4.0, abs=0.2)


def test_a_render_whose_marks_are_all_gone_is_recognised_by_its_sound(
    shop: Shop, tmp_path: Path
) -> None:
    found = shop.kernel.verify(wav(tmp_path / "bare.wav", shop.sounds[1].samples))
    assert (found.verdict, found.render_id, found.ai_made) == ("recognised", IDS[1], True)
    assert "though no mark in the file names it" in found.statement


def test_nothing_found_is_not_called_human_made(shop: Shop, tmp_path: Path) -> None:
    found = shop.kernel.verify(wav(tmp_path / "mine.wav", tune(9).samples))
    assert (found.verdict, found.ai_made, found.confidence) == ("unmarked", False, 0.0)
    assert found.statement == "No mark of AI was found. That does not prove that people made it."


def test_a_removed_render_is_still_known_and_said_to_be_removed(shop: Shop) -> None:
    def remove(at: object) -> None:
        with shop.kernel.database.session(write=True) as session:
            row = session.get(RenderRow, IDS[1])
            assert row is not None
            row.removed_at = at
            session.add(row)

    remove(utc_now())
    try:
        found = shop.kernel.verify(shop.files[1])
        assert found.verdict == "confirmed"
        assert "has been removed" in found.statement
    finally:
        remove(None)
