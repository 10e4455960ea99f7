from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix.audio import Audio, read_audio
from clearmix.rendering.encoding import write_m4a
from clearmix.streaming import (
    AAC,
    CODECS,
    Codec,
    SegmentEncoder,
    SegmentSink,
    media_playlist,
    pieces_of,
    remuxed,
    tags_of,
)

RATE = 44_100


def noise(seconds: float, rate: int = RATE) -> Audio:
    frames = round(seconds * rate)
    samples = np.random.default_rng(3).standard_normal((2, frames)) * 0.05
    return Audio(samples.astype(np.float32), rate)


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_segments_add_up_to_the_whole_sound_and_carry_tags(codec: Codec, tmp_path: Path) -> None:
    sound = noise(9.0)

    pieces = SegmentEncoder(codec, tags={"title": "Hi", "CLEARMIX_RENDER_ID": "ab"}).whole(sound)

    assert pieces[0].seconds == 0
    assert [round(one.seconds) for one in pieces[1:]] == [4, 4, 1]
    path = tmp_path / "whole.mp4"
    path.write_bytes(b"".join(one.content for one in pieces))
    assert read_audio(path).seconds == pytest.approx(9.0, abs=0.03)
    assert tags_of(path)["CLEARMIX_RENDER_ID"] == "ab"


def test_segments_come_while_sound_still_comes() -> None:
    encoder = SegmentEncoder(AAC, segment_seconds=1.95)

    complete = [len(list(encoder.take(block))) for block in noise(7.0).blocks(1.0)]

    assert sum(complete[:3]) == 2  # the initialisation and the first segment
    assert sum(complete) == 4


def test_a_file_in_segments_decodes_to_the_same_samples(tmp_path: Path) -> None:
    path, target = tmp_path / "song.m4a", tmp_path / "song.mp4"
    write_m4a(path, noise(6.0))

    target.write_bytes(b"".join(one.content for one in remuxed(path)))

    assert np.array_equal(read_audio(path).samples, read_audio(target).samples)


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=40))
@settings(max_examples=20, deadline=None)
def test_pieces_do_not_depend_on_how_the_file_is_written(lengths: list[int]) -> None:
    whole = b"".join(one.content for one in _ENCODED)
    sink, found, at = SegmentSink(AAC.rate), [], 0
    for length in [*lengths, len(whole)]:
        sink.write(whole[at : at + length])
        at += length
        found += sink.pieces()

    assert pieces_of(found) == _ENCODED


_ENCODED = SegmentEncoder(AAC, segment_seconds=1.0).whole(noise(2.5))


def test_a_growing_playlist_ends_only_when_it_is_whole() -> None:
    growing = media_playlist("aac", [1.95, 1.95], growing=True, ended=False)

    assert "#EXT-X-PLAYLIST-TYPE:EVENT" in growing
    assert "#EXT-X-TARGETDURATION:2" in growing
    assert "ENDLIST" not in growing
    assert media_playlist("aac", [1.95], growing=True).endswith("#EXT-X-ENDLIST\n")
