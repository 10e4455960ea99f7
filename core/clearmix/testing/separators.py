"""The contract of a separator."""

from __future__ import annotations

import numpy as np
import pytest

from clearmix.audio import Audio
from clearmix.catalogue.separating import fault_of
from clearmix.contracts import Separator
from clearmix.testing.identity import require_identity
from clearmix.testing.songs import Song


class SeparatorContract:
    """Give it the fixture `separator`."""

    @pytest.fixture
    def separator(self) -> Separator:
        """The separator to test."""
        raise NotImplementedError("override the fixture `separator` and return your separator")

    def test_it_has_an_id_and_a_version(self, separator: Separator) -> None:
        """Stems carry them."""
        require_identity(separator)

    @pytest.mark.parametrize(("rate", "channels"), [(44100, 2), (48000, 2), (22050, 1)])
    def test_stems_are_as_long_as_the_mix_and_add_up_to_it(
        self, separator: Separator, rate: int, channels: int
    ) -> None:
        """At every rate and in one channel too, with names of the vocabulary's parts."""
        song = Song(bars=3).audio().resampled(rate)
        mix = Audio(song.mono()[None], rate) if channels == 1 else song
        fault = fault_of(mix, separator.separate(mix, lambda part, said: None))
        assert fault is None, f"at {rate} Hz in {channels} channel(s) it returned {fault}"

    def test_silence_gives_silence(self, separator: Separator) -> None:
        """No division by the energy of nothing."""
        mix = Audio.silence(seconds=3.0, rate=44100)
        for part, stem in separator.separate(mix, lambda part, said: None).items():
            assert np.isfinite(stem.samples).all(), f"silence gives {part} that is no number"
            assert np.abs(stem.samples).max() < 1e-3, f"silence gives a {part} that sounds"

    def test_it_does_the_same_twice(self, separator: Separator) -> None:
        """Renders rest on stems and must be made again exactly."""
        mix = Song(bars=2).audio()
        first = separator.separate(mix, lambda part, said: None)
        again = separator.separate(mix, lambda part, said: None)
        for part in first:
            assert np.array_equal(first[part].samples, again[part].samples), f"{part} differs"
