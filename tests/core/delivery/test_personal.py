"""Streams of one listening each: the tags of the published file, and a mark that can be read."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from clearmix.audio import Audio
from clearmix.contracts import Disclosure, Reading
from clearmix.delivery import personal
from clearmix.delivery.personal import PersonalStreams
from clearmix.kernel import Kernel
from clearmix.rendering.models import Render
from clearmix.streaming import tags_of

LISTENING = "00000000000000cc"


class Quiet:
    """A watermark of one listening that is written nowhere and read where there is enough sound."""

    id = "quiet"
    version = "1"
    layer = "signal"

    def __init__(self, least_seconds: float = 0.0) -> None:
        self.least_seconds = least_seconds
        self.looks: list[float] = []

    def mark(self, blocks: Iterable[Audio], disclosure: Disclosure) -> Iterator[Audio]:
        yield from blocks

    def read(self, audio: Audio) -> Reading | None:
        assert np.abs(audio.samples).max() > 0
        self.looks.append(audio.seconds)
        if audio.seconds < self.least_seconds:
            return None
        return Reading(self.id, "0123456789abcdef", 1.0, {"also": LISTENING})


@pytest.fixture
def render(market: Kernel, publish: Callable[..., str], tmp_path: Path) -> Render:
    """A published render of 20 s with tags."""
    found = market.rendering.render(publish("mia"))
    tagged = tmp_path / "tagged.m4a"
    shutil.copy(market.store.local_path(found.audio_key), tagged)
    said = Disclosure(
        found.id, found.title, (), found.label, (), (), "idle 1", False, "", "Clearmix", "2026"
    )
    market.labelers["tags"].mark(tagged, said)  # type: ignore[arg-type,union-attr]
    key = market.store.put(tagged, "renders")
    return Render(**{**vars(found), "audio_key": key})


@pytest.fixture
def stream(market: Kernel, render: Render, tmp_path: Path) -> Callable[[Quiet], PersonalStreams]:
    """Makes the stream of one listening, and comes back when that has ended."""

    def made(labeler: Quiet) -> PersonalStreams:
        streams = PersonalStreams(
            market.store,
            tmp_path / "listenings",
            lambda: labeler,  # type: ignore[return-value,arg-type]
            "Clearmix",
        )
        streams.begin(LISTENING, render)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            at_work = (tmp_path / "listenings" / LISTENING).is_dir()
            if streams.seconds(LISTENING)[1] or (labeler.looks and not at_work):
                return streams
            time.sleep(0.02)
        raise AssertionError("waited in vain")

    return made


def test_a_stream_of_one_listening_has_the_tags_of_the_published_file(
    market: Kernel, render: Render, stream: Callable[[Quiet], PersonalStreams], tmp_path: Path
) -> None:
    made = stream(Quiet())
    path = tmp_path / "taken.mp4"
    pieces = len(made.seconds(LISTENING)[0]) + 1
    path.write_bytes(b"".join(made.piece(LISTENING, number) or b"" for number in range(pieces)))
    assert tags_of(path)["AI_DISCLOSURE"] == render.label
    reading = market.labelers["tags"].read(path)  # type: ignore[arg-type]
    assert reading is not None
    assert reading.render_id == render.id


def test_the_mark_of_the_listening_is_read_back_from_ten_seconds_of_what_was_encoded(
    stream: Callable[[Quiet], PersonalStreams],
) -> None:
    labeler = Quiet()
    assert stream(labeler).seconds(LISTENING)[1]
    (seconds,) = labeler.looks
    assert personal.READ_BACK_SECONDS <= seconds < personal.READ_BACK_SECONDS + 5


def test_a_mark_that_needs_more_sound_is_looked_for_in_the_whole_stream(
    stream: Callable[[Quiet], PersonalStreams],
) -> None:
    labeler = Quiet(least_seconds=19)
    assert stream(labeler).seconds(LISTENING)[1]
    assert labeler.looks[-1] == pytest.approx(20, abs=0.1)


def test_a_stream_whose_listening_cannot_be_read_back_is_logged_and_removed(
    stream: Callable[[Quiet], PersonalStreams], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "clearmix.delivery"):
        made = stream(Quiet(least_seconds=1000))
    assert not made.has(LISTENING)
    assert made.piece(LISTENING, 0) is None
    assert made.seconds(LISTENING) == ((), False)
    (record,) = caplog.records
    assert LISTENING in record.getMessage()
    assert record.exc_info is not None
    assert "could not be read back" in str(record.exc_info[1])
