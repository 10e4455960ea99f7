"""Loops and sketches, strokes and plain tones, give their marks back as they are streamed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from clearmix import Audio, Disclosure, Settings
from clearmix.audio import joined, read_audio
from clearmix.rendering.encoding import encode_within_figures
from clearmix.rendering.marking import Marks
from clearmix.rendering.mastering import master
from clearmix.rendering.renditions import (
    OPUS_BIT_RATES,
    Rendition,
    encoded_below_ceiling,
    renditions_of,
)
from clearmix.rendering.workfolder import WorkFolder
from clearmix.testing import Song
from clearmix_marks.detection import Detector
from clearmix_marks.embedding import marked
from clearmix_marks.grid import RATE, layout_of
from clearmix_marks.tags import Tags
from clearmix_marks.watermark import ClearmixMark
from clearmix_rules import Duties

KEY = bytes(range(32))


def drawn(number: int) -> str:
    """A render id."""
    return f"{0x9E3779B97F4A7C15 * (number + 1) % 2**64:016x}"


@pytest.fixture(scope="module")
def sparse() -> Audio:
    """Seventeen seconds, most of whose cells hold nothing but what an encoder puts there."""
    return master(Song(bars=8).audio()).audio


@pytest.mark.parametrize("number", range(4))
def test_sparse_sound_reads_back_from_its_opus_rendition(
    sparse: Audio, tmp_path: Path, number: int
) -> None:
    sound = joined(marked(sparse.blocks(1.0), layout_of(KEY).signs(drawn(number), KEY)))
    _, heard, _ = encoded_below_ceiling(sound, tmp_path / "opus.mp4", {})
    found = Detector(KEY, search=False).find(heard.resampled(RATE).samples)
    assert found is not None
    assert found.render_id == drawn(number)


def streamed(
    song: Song, settings: Settings, disclosure: Disclosure, folder: WorkFolder
) -> tuple[Rendition, ...]:
    """The renditions of a song that is mastered, marked and encoded as any render."""
    settings.keys.mkdir(parents=True, exist_ok=True)
    (settings.keys / "watermark.key").write_bytes(KEY)
    mark, tags = ClearmixMark(settings, search=False), Tags(settings)
    marks = Marks({mark.id: mark, tags.id: tags}, Duties())
    sound = marks.mark_sound(master(song.audio()).audio, disclosure)
    path = encode_within_figures(sound, folder.scratch(".m4a")).path
    path = marks.mark_file(path, disclosure)
    marks.read_back(path, read_audio(path), disclosure)
    return renditions_of(path, sound, marks, disclosure, folder)


def bits_per_second(rendition: Rendition) -> float:
    """Of the whole rendition."""
    return 8 * sum(size for size, _ in rendition.pieces) / sum(rendition.seconds)


@pytest.mark.parametrize("number", range(2))
def test_few_seconds_are_streamed_with_as_many_bits_as_their_mark_needs(
    settings: Settings, disclosure: Disclosure, tmp_path: Path, number: int
) -> None:
    folder = WorkFolder(tmp_path, "0" * 16)
    said = replace(disclosure, render_id=drawn(number))
    aac, opus = streamed(Song(bars=3), settings, said, folder)
    assert (aac.codec, opus.codec) == ("aac", "opus")
    assert "clearmix-mark" in opus.marks
    assert bits_per_second(opus) > 2 * OPUS_BIT_RATES[0]
    heard = read_audio(folder.file(opus.key)).resampled(RATE)
    found = Detector(KEY, search=False).find(heard.samples)
    assert found is not None
    assert found.render_id == said.render_id


def test_what_reads_back_at_the_usual_bits_gets_no_more(
    settings: Settings, disclosure: Disclosure, tmp_path: Path
) -> None:
    _, opus = streamed(Song(bars=8), settings, disclosure, WorkFolder(tmp_path, "0" * 16))
    assert bits_per_second(opus) < 1.6 * OPUS_BIT_RATES[0]
