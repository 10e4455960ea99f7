from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clearmix.audio import Audio
from clearmix.contracts import Analysis, Source, SourceRecording
from clearmix.errors import GeneratorError
from clearmix.rendering.checking import BlockChecker, length_limits
from clearmix.spec import RemixSpec

from .conftest import rich_sound


def source(seconds: float = 12.0) -> Source:
    analysis = Analysis("metronome", seconds, 120.0, 1.0, (), (), None, 0.0, -14.0)
    recording = SourceRecording("green", "Green", ("Ada Wren",), Path("green.wav"), {}, analysis)
    return Source((recording,))


@pytest.fixture
def bad(plugin_path: None):
    """The blocks of a misbehaving generator of the test plugin."""

    def blocks(name: str) -> Iterator[Audio]:
        import rendering_test_plugin

        return getattr(rendering_test_plugin, name)(rich_sound(12).blocks())

    return blocks


def check(blocks: Iterator[Audio], **fields: object) -> None:
    checker = BlockChecker("tiny", RemixSpec(sources=("green",), **fields), source())
    for block in blocks:
        checker.check(block)
    checker.finish()


def test_a_good_render_passes() -> None:
    check(rich_sound(12).blocks())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("not_numbers", "samples that are not numbers at 1.0 seconds"),
        ("overload", "an overload at 0.0 seconds: samples of"),
        ("clips", "clipped sound"),
        ("silent", "silence"),
        ("too_short", "1.0 seconds of sound where at least 6.0 were asked for"),
        ("endless", "more than 31.2 seconds of sound"),
        ("mono", "a block of 1 channels at 44100 Hz"),
        ("slow_rate", "a block of 2 channels at 48000 Hz"),
        ("empty", "no sound at all"),
    ],
)
def test_a_bad_render_is_refused_by_its_fault(bad, name: str, said: str) -> None:
    with pytest.raises(GeneratorError, match=said) as caught:
        check(bad(name))
    assert caught.value.message.startswith("generator `tiny` returned")
    assert caught.value.help


def test_a_hot_master_is_not_called_clipped() -> None:
    hot = rich_sound(12)
    samples = hot.samples * 3
    check(Audio(samples.clip(-1, 1), 44100).blocks())


@pytest.mark.parametrize(
    ("fields", "least", "most"),
    [
        ({}, 6.0, 31.2),
        ({"tempo": {"ratio": 2.0}}, 3.0, 21.6),
        ({"structure": {"seconds": 60}}, 56.0, 64.0),
        ({"structure": {"form": "loop"}}, 6.0, 31.2),
    ],
)
def test_the_length_that_was_asked_for_sets_the_limits(fields, least: float, most: float) -> None:
    limits = length_limits(RemixSpec(sources=("green",), **fields), source())
    assert limits == pytest.approx((least, most))
