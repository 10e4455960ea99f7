from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from clearmix_marks.convolution import RATE_INVERSE, decoded, encoded
from clearmix_marks.grid import CELLS, CODE_BITS, SLOTS, SYNC_CELLS, layout_of
from clearmix_marks.payload import CHECK_BITS, MESSAGE_BITS, message_of, render_id_of

KEY = bytes(range(32))
"""A key of which some of the layout is written down here."""
CHIPS = [1, 1, -1, 1, -1, -1, -1, 1, -1, -1, -1, -1]
OWNERS = [526, 466, 224, 391, 272, 303, 417, 274, -1, -1, 127, 208]
LAST_CHIPS = [1, 1, 1, 1]
LAST_OWNERS = [581, 495, -1, 388]
render_ids = st.binary(min_size=8, max_size=8).map(bytes.hex)


@examples(max_examples=5, deadline=None)
@given(render_ids, st.integers(0, 2**32 - 1))
def test_a_message_survives_noise_above_the_mark(render_id: str, seed: int) -> None:
    message = message_of(render_id, KEY)
    code = 1.0 - 2.0 * encoded(message).astype(np.float32)
    noise = np.random.default_rng(seed).normal(0, 1.25, len(code)).astype(np.float32)
    assert np.array_equal(decoded(code + noise), message)


@given(render_ids, st.integers(0, MESSAGE_BITS - 1))
def test_one_wrong_bit_is_always_noticed(render_id: str, place: int) -> None:
    message = message_of(render_id, KEY)
    assert render_id_of(message, KEY) == render_id
    message[place] ^= 1
    assert render_id_of(message, KEY) is None


@given(render_ids)
def test_another_key_does_not_vouch_for_a_message(render_id: str) -> None:
    assert render_id_of(message_of(render_id, KEY), bytes(32)) is None


def test_the_code_is_a_circle_of_six_bits_per_bit() -> None:
    message = message_of("00ff00ff12345678", KEY)
    turned = encoded(np.roll(message, 7))
    assert np.array_equal(turned, np.roll(encoded(message), 7 * RATE_INVERSE))


def test_random_messages_pass_the_check_as_rarely_as_its_width_says() -> None:
    assert 64 * 2.0**-CHECK_BITS < 1e-9
    draw = np.random.default_rng(2)
    guesses = draw.integers(0, 2, (3000, MESSAGE_BITS), dtype=np.uint8)
    assert all(render_id_of(guess, KEY) is None for guess in guesses)


def test_a_layout_deals_every_code_bit_evenly_and_ten_sync_cells_a_slot_in_either_plane() -> None:
    layout = layout_of(KEY)
    assert layout.chips.shape == layout.owners.shape == (SLOTS, CELLS)
    assert abs(layout.chips.mean()) < 0.02
    for plane in np.split(layout.owners, 2, axis=1):
        assert ((plane < 0).sum(axis=1) == SYNC_CELLS).all()
        counts = np.bincount(plane[plane >= 0], minlength=CODE_BITS)
        assert counts.max() - counts.min() <= 1


def test_the_two_planes_are_dealt_apart() -> None:
    level, balance = np.split(layout_of(KEY).chips, 2, axis=1)
    assert abs((level * balance).mean()) < 0.02


def test_every_render_starts_elsewhere_in_the_grid() -> None:
    layout = layout_of(KEY)
    known = layout.owners < 0

    def start(render_id: str) -> int:
        signs = layout.signs(render_id, KEY)
        agreeing = [(np.roll(signs, turn, axis=0) * layout.sync).sum() for turn in range(SLOTS)]
        assert max(agreeing) == known.sum()
        return int(np.argmax(agreeing))

    assert len({start(f"{number:016x}") for number in range(5)}) == 5


def test_a_layout_never_changes_between_releases() -> None:
    layout = layout_of(KEY)
    assert layout.chips[0, :12].astype(int).tolist() == CHIPS
    assert layout.owners[0, :12].tolist() == OWNERS
    assert layout.chips[0, -4:].astype(int).tolist() == LAST_CHIPS
    assert layout.owners[0, -4:].tolist() == LAST_OWNERS
