from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix.fingerprints import BITS, Fingerprint
from clearmix.rendering.likeness import ALIKE, LEAST_FRAMES, likeness


def drawn(seed: int, frames: int = 600) -> np.ndarray:
    return np.random.default_rng(seed).choice(np.array([-1, 1], np.int8), (frames, BITS))


def test_a_sound_is_wholly_like_itself_and_hardly_like_another() -> None:
    one, other = Fingerprint(drawn(1)), Fingerprint(drawn(2))

    assert likeness(one, one) == 1.0
    assert likeness(one, other) < 0.1


@pytest.mark.parametrize("later", [1, 5, 12])
def test_a_later_beginning_changes_little(later: int) -> None:
    one = drawn(1)

    moved = np.vstack([drawn(3, later), one])

    assert likeness(Fingerprint(one), Fingerprint(moved)) == 1.0


def test_a_tempo_beside_it_changes_little_and_another_length_much() -> None:
    held = drawn(1, 100).repeat(6, axis=0)  # music changes slowly beside frames of 46 ms
    slower = held[(np.arange(round(len(held) * 1.03)) / 1.03).astype(int)]
    longer = np.vstack([held, drawn(2, 60)])

    assert likeness(Fingerprint(held), Fingerprint(slower)) > ALIKE
    assert likeness(Fingerprint(held), Fingerprint(longer)) == 0.0


def test_what_is_too_short_is_like_nothing() -> None:
    short = Fingerprint(drawn(1, LEAST_FRAMES - 1))

    assert likeness(short, short) == 0.0
    assert likeness(short, Fingerprint(np.zeros((0, BITS), np.int8))) == 0.0


@given(st.integers(0, 99), st.integers(0, 99), st.integers(90, 130), st.floats(0, 1))
def test_likeness_goes_both_ways(one: int, other: int, frames: int, share: float) -> None:
    first, second = drawn(one, 100), drawn(other, frames)
    common = min(len(first), len(second))
    same = np.random.default_rng(one).random((common, BITS)) < share
    second[:common][same] = first[:common][same]

    found = likeness(Fingerprint(first), Fingerprint(second))

    assert 0.0 <= found <= 1.0
    assert found == likeness(Fingerprint(second), Fingerprint(first))
