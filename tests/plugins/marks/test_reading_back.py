"""Sound of strokes and plain tones, as its streams are encoded, gives its marks back."""

from __future__ import annotations

from pathlib import Path

import pytest

from clearmix import Audio
from clearmix.audio import joined
from clearmix.rendering.mastering import master
from clearmix.rendering.renditions import encoded_below_ceiling
from clearmix.testing import Song
from clearmix_marks.detection import Detector
from clearmix_marks.embedding import marked
from clearmix_marks.grid import RATE, layout_of

KEY = bytes(range(32))


@pytest.fixture(scope="module")
def sparse() -> Audio:
    """Seventeen seconds, most of whose cells hold nothing but what an encoder puts there."""
    return master(Song(bars=8).audio()).audio


@pytest.mark.parametrize("number", range(6))
def test_sparse_sound_reads_back_from_its_opus_rendition(
    sparse: Audio, tmp_path: Path, number: int
) -> None:
    render_id = f"{0x9E3779B97F4A7C15 * (number + 1) % 2**64:016x}"
    sound = joined(marked(sparse.blocks(1.0), layout_of(KEY).signs(render_id, KEY)))
    _, heard, _ = encoded_below_ceiling(sound, tmp_path / "opus.mp4", {})
    found = Detector(KEY, search=False).find(heard.resampled(RATE).samples)
    assert found is not None
    assert found.render_id == render_id
