"""Files of plays of which some lines cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix.errors import RoyaltyError
from clearmix.royalties import Refused, Royalties
from clearmix.royalties.engine import Engine, engine
from clearmix.royalties.play_files import LONGEST_LINE, load_plays

HEADER = b"event_id,item_id,listener_id,played_at,seconds,category,territory,tier\n"
REST = b",dawn-remix,bo,2026-10-12T08:30:00Z,60,listener-remix,GB,premium"

Load = Callable[[bytes], tuple[list[tuple[int, str]], list[tuple[int, str, str]]]]


def row(event_id: str) -> bytes:
    """A line that can be read."""
    return event_id.encode() + REST + b"\n"


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Load]:
    """Reads a CSV file: rows with their event ids, and those that cannot be read, with why."""
    folder = tmp_path_factory.mktemp("play-files")
    with engine(folder) as working:

        def loaded(content: bytes) -> tuple[list[tuple[int, str]], list[tuple[int, str, str]]]:
            path = folder / "plays.csv"
            path.write_bytes(content)
            return _loaded(path, working, folder)

        yield loaded


def _loaded(
    path: Path, working: Engine, folder: Path
) -> tuple[list[tuple[int, str]], list[tuple[int, str, str]]]:
    working.sql.execute("DROP TABLE IF EXISTS given")
    load_plays(path, working, folder)
    return (
        working.rows("SELECT row, event_id FROM given ORDER BY row"),
        working.rows("SELECT row, event_id, reason || ': ' || detail FROM unreadable ORDER BY row"),
    )


FAULTS = {
    "too few columns": (
        b"bad,dawn-remix\n",
        "the line has more or fewer columns than the header: line 3 has 2, the header 8",
    ),
    "too many columns": (
        b"bad" + REST + b",x\n",
        "the line has more or fewer columns than the header: line 3 has 9, the header 8",
    ),
    "a byte": (b"bad\xff" + REST + b"\n", "the line is not UTF-8: line 3 has the byte 0xFF"),
    "an open quote": (
        b'bad,"dawn' + REST[5:] + b"\n", "a quote is not closed at the end of its value: line 3",
    ),
    "a quote too early": (
        b'bad,"dawn"x' + REST[11:] + b"\n", "a quote is not closed at the end of its value: line 3",
    ),
    "a long line": (
        b"bad" + REST + b"x" * 30 * LONGEST_LINE + b"\n", "the line is too long: line 3",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_line_is_refused_and_all_others_are_imported(
    royalties: Royalties, tmp_path: Path, fault: str
) -> None:
    line, reason = FAULTS[fault]
    path = tmp_path / "plays.csv"
    path.write_bytes(HEADER + row("a") + line + row("b") + row("c"))
    report = royalties.import_plays(path)
    assert (report.rows, report.accepted, report.refused) == (4, 3, 1)
    (refused,) = report.refusals
    assert (refused.row, refused.event_id.strip("\ufffd"), refused.reason) == (2, "bad", reason)
    assert report.reasons == {reason.partition(":")[0]: 1}


def test_faults_that_cannot_be_read_and_rows_that_make_no_sense_are_listed_in_their_order(
    royalties: Royalties, tmp_path: Path
) -> None:
    path = tmp_path / "plays.csv"
    future = row("b").replace(b"2026", b"2099")
    path.write_bytes(HEADER + row("a") + future + b"c,\n" + row("a"))
    report = royalties.import_plays(path)
    assert [refused.row for refused in report.refusals] == [2, 3]
    assert report.repeats == (Refused(4, "a", "an earlier row has this `event_id`"),)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [b",", b";", b"\t", b"|"])
@pytest.mark.parametrize("fault", [b"", b"bad\n"])
def test_csv_may_be_written_in_several_ways(
    load: Load, end: bytes, mark: bytes, delimiter: bytes, fault: bytes
) -> None:
    text = HEADER + row("a") + fault + b"\n" + row('"b"')
    given, unreadable = load(mark + text.replace(b",", delimiter).replace(b"\n", end))
    assert given == [(1, "a"), (3 if fault else 2, "b")]
    assert len(unreadable) == bool(fault)


def test_lines_may_end_in_different_ways(load: Load) -> None:
    assert load(HEADER + row("a").replace(b"\n", b"\r\n") + row("b")) == ([(1, "a"), (2, "b")], [])


def test_a_whole_file_may_have_values_of_several_lines(load: Load) -> None:
    given, unreadable = load(HEADER + row('"a\nb"') + row("c"))
    assert (given, unreadable) == ([(1, "a\nb"), (2, "c")], [])


def test_columns_that_nobody_asks_for_may_have_any_name(load: Load) -> None:
    header = HEADER.replace(b"\n", b",,event_id,EVENT_ID,\xc3\xa9\n")
    given, _ = load(header + row("a").replace(b"\n", b",1,2,3,4\n"))
    assert given == [(1, "a")]


def test_a_header_that_is_not_utf_8_is_refused(load: Load) -> None:
    with pytest.raises(RoyaltyError, match="its header is not UTF-8") as caught:
        load(HEADER.replace(b"tier", b"ti\xe8r") + row("a"))
    assert caught.value.help == "give a whole Parquet file, or CSV in UTF-8 with a header"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_columns(load: Load, content: bytes) -> None:
    with pytest.raises(RoyaltyError, match="no column `event_id`"):
        load(content)


LINES = st.lists(
    st.sampled_from([row("good"), row('"good"'), *(line for line, _ in FAULTS.values())][:-1]),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_no_line_is_ever_lost(load: Load, lines: list[bytes]) -> None:
    """Each line is read or named, whatever stands before it."""
    given, unreadable = load(HEADER + b"".join(lines))
    good = [number for number, line in enumerate(lines, 1) if b"good" in line]
    assert [number for number, _ in given] == good
    assert sorted([*good, *(number for number, _, _ in unreadable)]) == list(
        range(1, len(lines) + 1)
    )
