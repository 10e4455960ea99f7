"""JSON from outside: read whole, or refused with its place and a remedy."""

from __future__ import annotations

import pytest

from clearmix_rules import RightsError
from clearmix_rules.json_files import MOST_BYTES, read_lines, read_object

WRONG = {
    "a number of 5,000 digits": ('{"a": ' + "9" * 5_000 + "}", "a number that is too long", "18"),
    "a long negative number": ('{"a": -' + "9" * 5_000 + "}", "a number that is too long", "18"),
    "a name twice": ('{"a": {"b": 1, "c": 2, "b": 3}}', "says `b` twice", "leave one"),
    "brackets 100,000 deep": ("[" * 100_000, "is not JSON that can be read", "less deeply"),
    "a list": ("[]", "is not a JSON object", "write it as"),
    "half an object": ('{"a": ', "is not JSON: expecting value", "correct it"),
}


@pytest.mark.parametrize(("text", "message", "help"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_read_is_an_error_in_a_file_and_in_a_line(tmp_path, text, message, help):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(RightsError) as caught:
        read_object(path)
    assert caught.value.message.startswith("`a.json` ")
    assert message in caught.value.message
    assert help in caught.value.help
    path.write_text('{"good": 1}\n\n' + text)
    with pytest.raises(RightsError) as caught:
        list(read_lines(path))
    assert caught.value.message.startswith("this line ")
    assert message in caught.value.message
    assert caught.value.place.startswith("a.json, line 3")


def test_what_is_right_is_read(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b'\xef\xbb\xbf{"a": [1, -2, {"b": "c"}]}\n')
    assert read_object(path) == {"a": [1, -2, {"b": "c"}]}
    path.write_text('{"a": "\u2028"}\n\n{"b": 2}\n', "utf-8")
    assert list(read_lines(path)) == [(1, {"a": "\u2028"}), (3, {"b": 2})]


def test_a_file_that_is_missing_too_large_or_no_text_is_named(tmp_path):
    path = tmp_path / "a.json"
    for read in (read_object, lambda file: list(read_lines(file))):
        with pytest.raises(RightsError, match="cannot read"):
            read(tmp_path / "none.json")
        path.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(RightsError, match="is not UTF-8 text"):
            read(path)
    path.write_bytes(b" " * (MOST_BYTES + 1))
    with pytest.raises(RightsError, match="too large"):
        read_object(path)
