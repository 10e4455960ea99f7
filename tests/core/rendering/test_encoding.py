from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from clearmix.audio import Audio, read_audio
from clearmix.errors import StorageError
from clearmix.rendering import encoding
from clearmix.rendering.encoding import (
    FRAME_SAMPLES,
    encode_within_figures,
    within_length,
    write_m4a,
)
from clearmix.rendering.mastering import master
from clearmix.rendering.metering import decibels, true_peak

from .conftest import rich_sound
from .test_mastering import drums

SOUNDS = {
    "plain": rich_sound(6),
    "five seconds": rich_sound(5),
    "with drums": drums(6, 0.1),
    "crushed": Audio(np.clip(rich_sound(6).samples * 50, -1, 1), 44100),
    "one side only": Audio(rich_sound(6).samples * np.array([[1], [0]], np.float32), 44100),
}


def ffmpeg_figures(path: Path) -> tuple[float, float]:
    """Integrated loudness and true peak as ffmpeg's ebur128 filter measures them."""
    command = ["ffmpeg", "-nostats", "-i", path, "-af", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    summary = said[said.rindex("Summary:") :]
    loudness = re.search(r"I:\s+(\S+) LUFS", summary)
    peak = re.search(r"Peak:\s+(\S+) dBFS", summary)
    assert loudness is not None
    assert peak is not None
    return float(loudness[1]), float(peak[1])


@pytest.mark.parametrize("name", SOUNDS)
def test_the_decoded_file_has_its_loudness_and_keeps_the_ceiling(name: str, tmp_path: Path) -> None:
    encoded = encode_within_figures(master(SOUNDS[name]).audio, tmp_path / "out.m4a")
    assert encoded.measured.lufs == pytest.approx(-14.0, abs=0.1)
    assert encoded.measured.true_peak_dbtp <= -1.0
    if shutil.which("ffmpeg"):
        lufs, true_peak_dbtp = ffmpeg_figures(encoded.path)
        assert lufs == pytest.approx(-14.0, abs=0.1001)
        assert true_peak_dbtp <= -1.0


def test_where_an_encoder_raises_a_place_only_that_place_is_turned_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised = slice(88_200, 132_300)

    def raising(path: Path, audio: Audio) -> None:
        louder = audio.samples.copy()
        louder[:, raised] *= 1.3
        write_m4a(path, Audio(louder, audio.rate))

    monkeypatch.setattr(encoding, "write_m4a", raising)
    made = master(SOUNDS["with drums"]).audio
    encoded = encode_within_figures(made, tmp_path / "out.m4a")
    assert not encoded.short
    assert encoded.measured.true_peak_dbtp <= -1.0
    decoded = read_audio(encoded.path)
    before = Audio(decoded.samples[:, : raised.start - 22_050], decoded.rate)
    mastered = Audio(made.samples[:, : raised.start - 22_050], made.rate)
    assert decibels(true_peak(before)) == pytest.approx(decibels(true_peak(mastered)), abs=0.4)


def test_where_the_peak_limit_won_the_file_keeps_the_ceiling_and_is_no_louder(
    tmp_path: Path,
) -> None:
    made = master(drums(6, 8.0))
    encoded = encode_within_figures(made.audio, tmp_path / "out.m4a", loud_lufs=made.lufs)
    assert encoded.measured.true_peak_dbtp <= -1.0
    assert encoded.measured.lufs == pytest.approx(made.lufs, abs=0.5)


@pytest.mark.parametrize("frames", [44100, 50001, 3 * 44100 + 7])
def test_the_decoded_file_starts_with_the_first_sample(frames: int, tmp_path: Path) -> None:
    sound = Audio(rich_sound(4).samples[:, :frames], 44100)
    write_m4a(tmp_path / "out.m4a", sound)
    decoded = read_audio(tmp_path / "out.m4a")
    assert 0 <= decoded.frames - sound.frames < FRAME_SAMPLES
    lags = np.correlate(decoded.samples[0, 2000:12000], sound.samples[0, 4000:10000], "valid")
    assert int(np.argmax(lags)) == 2000


def test_the_index_comes_before_the_sound_so_that_players_can_start_at_once(tmp_path: Path) -> None:
    write_m4a(tmp_path / "out.m4a", rich_sound(1))
    content = (tmp_path / "out.m4a").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_where_both_figures_cannot_be_met_the_peak_limit_wins(tmp_path: Path) -> None:
    click = Audio.silence(seconds=2, rate=44100)
    click.samples[:, 44100] = 0.5  # one click cannot be both that loud and that low
    encoded = encode_within_figures(click, tmp_path / "out.m4a")
    assert encoded.short
    assert encoded.measured.true_peak_dbtp <= -1.0


def test_a_full_disk_is_named_and_nothing_is_left(small_disk, tmp_path: Path) -> None:
    small_disk(tmp_path / "small", 32)
    with pytest.raises(StorageError, match="the disk is full") as caught:
        write_m4a(tmp_path / "small" / "out.m4a", rich_sound(4))
    assert "free some disk space" in caught.value.help
    assert list((tmp_path / "small").iterdir()) == []


@pytest.mark.parametrize(("licensed_ms", "asked"), [(2000, None), (None, 2.0), (9000, 2.0)])
def test_a_file_is_no_longer_than_its_length_by_not_even_a_frame(
    tmp_path: Path, licensed_ms: int | None, asked: float | None
) -> None:
    sound = within_length(rich_sound(2), licensed_ms, asked)
    write_m4a(tmp_path / "a.m4a", sound)

    found = read_audio(tmp_path / "a.m4a").seconds

    assert 1.9 < found <= 2.0
    assert rich_sound(2).seconds == 2.0


def test_a_sound_that_is_longer_than_asked_by_intent_stays_whole() -> None:
    assert within_length(rich_sound(3), None, 2.0).seconds == 3.0
    assert within_length(rich_sound(3), 2000, 2.5).seconds <= 2.0
