"""Offsets, the parser's columns and an editor's characters name the same places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix_rules.editing.positions import Position, Positions

TEXTS = st.text(alphabet=st.sampled_from("ab \n\r\t\u2028é😀𝄞\ud800\x0b"), max_size=60)
ANY_TEXT = st.text(st.characters(), max_size=40)


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(TEXTS | ANY_TEXT)
def test_every_offset_outside_a_line_end_comes_back(text: str) -> None:
    positions = Positions(text)
    for offset in range(len(text) + 1):
        if text[max(0, offset - 1) : offset + 1] != "\r\n":
            assert positions.offset(positions.position(offset)) == offset


@given(TEXTS | ANY_TEXT)
def test_a_character_counts_the_utf_16_units_before_it_in_its_line(text: str) -> None:
    positions = Positions(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for offset in range(len(text) + 1):
        at = positions.position(offset)
        before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
        if text[max(0, offset - 1) : offset + 1] == "\r\n":
            continue  # between the two characters of one line end
        assert at.line == before.count("\n")
        assert at.character == utf16_units(before.rsplit("\n", 1)[-1])
        assert at.character <= utf16_units(lines[at.line])


@given(TEXTS, st.integers(-2, 70), st.integers(-2, 70))
def test_a_place_outside_the_text_is_moved_into_its_line(
    text: str, line: int, character: int
) -> None:
    positions = Positions(text)
    offset = positions.offset(Position(line, character))
    assert 0 <= offset <= len(text)
    last = positions.position(len(text)).line
    assert positions.position(offset).line == min(max(line, 0), last)


@given(TEXTS)
def test_offsets_come_in_the_order_of_their_positions(text: str) -> None:
    positions = Positions(text)
    named = [positions.position(offset) for offset in range(len(text) + 1)]
    assert named == sorted(named)


@given(TEXTS)
def test_the_parsers_lines_and_columns_count_code_points(text: str) -> None:
    positions = Positions(text)
    for number, line in enumerate(text.split("\n"), 1):
        for column in range(1, len(line) + 2):
            offset = positions.offset_of(number, column)
            assert text[:offset].count("\n") == number - 1 == positions.line_of(offset) - 1
            assert offset - (text.rfind("\n", 0, offset) + 1) == column - 1


def test_a_column_behind_its_line_is_the_end_of_the_line() -> None:
    assert Positions("ab\ncd").offset_of(1, 99) == 2
    assert Positions("ab\ncd").offset_of(2, 99) == 5
    assert Positions("ab\ncd").offset_of(9, 1) == 5


@pytest.mark.parametrize(("character", "offset"), [(0, 0), (1, 1), (2, 1), (3, 2)])
def test_a_position_inside_a_surrogate_pair_is_the_end_of_its_character(
    character: int, offset: int
) -> None:
    assert Positions("😀b").offset(Position(0, character)) == offset
