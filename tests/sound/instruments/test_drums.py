import numpy as np
import pytest

from clearmix.errors import AudioError
from clearmix_sound.instruments import DRUMS, KITS, Hit, play_drums

RATE = 44100


@pytest.mark.parametrize("kit", KITS)
def test_every_drum_of_every_kit_starts_at_its_time_and_rings_out(kit: str) -> None:
    hits = [Hit(0.25 + index, drum, 1.0) for index, drum in enumerate(DRUMS)]
    sound = play_drums(kit, hits, seconds=len(DRUMS) + 0.5, rate=RATE, seed=3)
    assert sound.shape == (2, round((len(DRUMS) + 0.5) * RATE))
    assert sound.dtype == np.float32
    for hit in hits:
        start = round(hit.seconds * RATE)
        loud = np.abs(sound[:, start : start + RATE // 4]).max(axis=0)
        assert loud.max() > 0.04, f"{hit.drum} is hardly heard"
        first = int(np.argmax(loud > 0.1 * loud.max()))
        assert first < 0.001 * RATE, f"{hit.drum} starts {first} samples late"


def test_nothing_sounds_before_the_first_hit() -> None:
    sound = play_drums("acoustic", [Hit(0.5, "snare", 1.0)], seconds=1, rate=RATE, seed=0)
    assert np.abs(sound[:, : RATE // 2]).max() < 1e-9
    assert np.abs(sound[:, RATE // 2 : RATE // 2 + 44]).max() > 0.01


@pytest.mark.parametrize("kit", KITS)
def test_a_full_kick_and_snare_peak_near_minus_six(kit: str) -> None:
    hits = [Hit(0.1, "kick", 1.0), Hit(0.1, "snare", 1.0)]
    peak = np.abs(play_drums(kit, hits, seconds=1, rate=RATE, seed=1)).max()
    assert -12 < 20 * np.log10(peak) < -4


def test_the_same_seed_plays_the_same_and_another_seed_does_not() -> None:
    hits = [Hit(0.1 * step, "hat", 0.7) for step in range(8)]
    first = play_drums("dusty", hits, seconds=1, rate=RATE, seed=5)
    assert np.array_equal(first, play_drums("dusty", hits[::-1], seconds=1, rate=RATE, seed=5))
    assert not np.array_equal(first, play_drums("dusty", hits, seconds=1, rate=RATE, seed=6))


def test_strokes_take_turns_so_that_no_two_neighbours_are_alike() -> None:
    hits = [Hit(0.5 * step, "snare", 0.9) for step in range(2)]
    sound = play_drums("electro-808", hits, seconds=1, rate=RATE, seed=2)
    assert not np.allclose(sound[:, : RATE // 4], sound[:, RATE // 2 : RATE // 2 + RATE // 4])


def test_a_harder_stroke_is_louder_and_brighter() -> None:
    def centroid(velocity: float) -> tuple[float, float]:
        sound = play_drums("acoustic", [Hit(0, "snare", velocity)], seconds=1, rate=RATE, seed=4)
        spectrum = np.abs(np.fft.rfft(sound[0]))
        return float(np.abs(sound).max()), float(
            (spectrum * np.arange(spectrum.size)).sum() / spectrum.sum()
        )

    soft, hard = centroid(0.3), centroid(1.0)
    assert hard[0] > 2 * soft[0]
    assert hard[1] > 1.05 * soft[1]


def test_a_closed_hat_stops_an_open_one() -> None:
    ringing = [Hit(0, "open-hat", 1.0)]
    stopped = [*ringing, Hit(0.1, "hat", 0.05)]
    late = slice(int(0.25 * RATE), int(0.4 * RATE))
    rings = play_drums("house-909", ringing, seconds=0.5, rate=RATE, seed=1)[:, late]
    stops = play_drums("house-909", stopped, seconds=0.5, rate=RATE, seed=1)[:, late]
    assert np.abs(stops).max() < 0.2 * np.abs(rings).max()


def test_an_unknown_kit_or_drum_is_named_with_the_known_ones() -> None:
    with pytest.raises(AudioError, match="unknown kit `tin`") as caught:
        play_drums("tin", [], seconds=1, rate=RATE, seed=0)
    assert "house-909" in caught.value.help
    with pytest.raises(AudioError, match="unknown drum `gong`"):
        play_drums("chip", [Hit(0, "gong", 1)], seconds=1, rate=RATE, seed=0)
