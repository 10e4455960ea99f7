"""Files of plays, read row by row: a line that cannot be read is set aside, and the rest is read.

DuckDB reads Parquet, and CSV that is whole. CSV in which it finds a fault is read again, line by
line, and a value cannot go over the end of its line then. DuckDB can pass over faults itself
(`store_rejects`), but an open quote takes rows after it away without a word.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clearmix.errors import RoyaltyError
from clearmix.royalties.engine import first_line, literal

if TYPE_CHECKING:
    from clearmix.royalties.engine import Engine

REQUIRED = (
    "event_id", "item_id", "listener_id", "played_at", "seconds", "category", "territory", "tier",
)  # fmt: skip
OPTIONAL = ("offline", "maker_id", "fraud", "sought")
"""Columns that may be missing; the flags then mean no, maker_id nobody."""

DELIMITERS = ",;\t|"
"""What may stand between the columns of CSV; the header tells which does."""

LONGEST_LINE = 100_000
"""Characters of a line; a longer one is refused, so that memory does not depend on the file."""

PIECE = 1 << 20
"""Bytes that are looked through at once."""

SET_ASIDE = 10_000
"""How many lines that cannot be read wait before they go to the table."""

UNREADABLE = {"row": "BIGINT", "event_id": "VARCHAR", "reason": "VARCHAR", "detail": "VARCHAR"}


@dataclass(frozen=True)
class _Header:
    """The columns of a CSV file, each under a name of its own, and what divides them."""

    names: tuple[str, ...]
    delimiter: str


def load_plays(path: Path, working: Engine, folder: Path) -> None:
    """Makes the tables `given`, of the rows that can be read, and `unreadable`, of the others.

    Both number rows from 1, in the order of the file; blank lines are none.

    Args:
        path: a Parquet or CSV file.
        working: where the tables go.
        folder: for a copy of a faulty file.

    Raises:
        RoyaltyError: the file is no Parquet or CSV, or lacks a column.
    """
    import duckdb

    suffix = path.suffix.lower()
    if suffix not in (".parquet", ".csv"):
        raise RoyaltyError(
            f"`{path.name}` is neither Parquet nor CSV", help="give a .parquet or a .csv file"
        )
    working.create("unreadable", UNREADABLE, [])
    try:
        if suffix == ".parquet":
            reader = f"read_parquet({literal(path)})"
            columns = [row[0] for row in working.rows(f"DESCRIBE FROM {reader}")]
            _give(path, columns, reader, working)
        else:
            _load_csv(path, working, folder)
    except duckdb.Error as error:
        # What DuckDB says may name where the file lies, which is ours to know.
        said = first_line(error).replace(str(path), path.name)
        raise _unusable(path, said) from None


def _give(
    path: Path, columns: list[str], reader: str, working: Engine, row: str = "row_number() OVER ()"
) -> None:
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        raise RoyaltyError(
            f"no column {', '.join(f'`{column}`' for column in missing)}",
            help=f"a play has {', '.join(REQUIRED)}, and if known {', '.join(OPTIONAL)}",
            place=str(path),
        )
    wanted = ", ".join(
        column if column in columns else f"NULL AS {column}" for column in REQUIRED + OPTIONAL
    )
    working.sql.execute(f"CREATE TABLE given AS SELECT {row} AS row, {wanted} FROM {reader}")  # noqa: S608


def _unusable(path: Path, why: str) -> RoyaltyError:
    return RoyaltyError(
        f"cannot read the file: {why}",
        help="give a whole Parquet file, or CSV in UTF-8 with a header",
        place=str(path),
    )


def _load_csv(path: Path, working: Engine, folder: Path) -> None:
    import duckdb

    header = _header(path)
    columns = list(header.names)
    if _quotes_match(path):
        with suppress(duckdb.InvalidInputException):
            _give(path, columns, _csv(path, columns, header.delimiter), working)
            return
    readable = folder / "readable.csv"
    _set_faults_aside(path, header, readable, working)
    numbered = _csv(readable, ["row_in_file", *columns], header.delimiter)
    _give(path, columns, numbered, working, "CAST(row_in_file AS BIGINT)")


def _csv(path: Path, names: list[str], delimiter: str) -> str:
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv({literal(path)}, header = true, auto_detect = false, strict_mode = true, "
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', columns = {{{columns}}})"
    )


def _header(path: Path) -> _Header:
    line = next(_lines(path), "")
    if not _is_text(line):
        raise _unusable(path, "its header is not UTF-8")

    def names(delimiter: str) -> list[str]:
        return next(csv.reader([line], delimiter=delimiter), [])

    delimiter = max(DELIMITERS, key=lambda one: len(set(REQUIRED) & set(names(one))))
    distinct: dict[str, None] = {}
    for number, name in enumerate(names(delimiter)):
        # `A` and `a` are one column to DuckDB; the first is meant.
        taken = not name or name.lower() in {other.lower() for other in distinct}
        distinct[f"column {number}" if taken else name] = None
    return _Header(tuple(distinct), delimiter)


def _lines(path: Path) -> Iterator[str]:
    """The lines of a text without their ends, one that is too long cut off behind `LONGEST_LINE`.

    Bytes that are not UTF-8 come as lone surrogates.
    """
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as text:
        while line := text.readline(LONGEST_LINE + 1):
            yield line.removesuffix("\n")
            while len(line) > LONGEST_LINE and not line.endswith("\n"):
                line = text.readline(LONGEST_LINE + 1)


def _is_text(line: str) -> bool:
    return line.isascii() or not any("\udc80" <= character <= "\udcff" for character in line)


def _quotes_match(path: Path) -> bool:
    """Whether every quote may have its other one; DuckDB can drop what follows an open one."""
    with path.open("rb") as file:
        return sum(piece.count(b'"') for piece in iter(lambda: file.read(PIECE), b"")) % 2 == 0


def _set_faults_aside(path: Path, header: _Header, readable: Path, working: Engine) -> None:
    """Copies the lines that can be read, each with its row; the others go to `unreadable`."""
    aside: list[tuple[object, ...]] = []
    row = 0
    with readable.open("w", encoding="utf-8", newline="\n") as copy:
        copy.write(header.delimiter.join(["row_in_file"] * (len(header.names) + 1)) + "\n")
        written = csv.writer(copy, delimiter=header.delimiter, lineterminator="\n")
        for number, line in enumerate(_lines(path), 1):
            if number == 1 or not line:
                continue
            row += 1
            try:
                if '"' in line:
                    written.writerow([row, *_quoted_values(line, header)])
                else:
                    _check(line, line.count(header.delimiter) + 1, header)
                    copy.write(f"{row}{header.delimiter}{line}\n")
            except _FaultError as fault:
                detail = f"line {number}{fault.detail}"
                aside.append((row, _event_id(line, header), fault.reason, detail))
                if len(aside) >= SET_ASIDE:
                    working.append("unreadable", UNREADABLE, aside)
                    aside = []
    working.append("unreadable", UNREADABLE, aside)


def _quoted_values(line: str, header: _Header) -> list[str]:
    try:
        (values,) = csv.reader([line], delimiter=header.delimiter, strict=True)
    except csv.Error:
        raise _FaultError("a quote is not closed at the end of its value") from None
    _check(line, len(values), header)
    return values


def _check(line: str, columns: int, header: _Header) -> None:
    """Raises _FaultError for a line that cannot be taken."""
    if len(line) > LONGEST_LINE:
        raise _FaultError("the line is too long")
    if not _is_text(line):
        byte = next(ord(one) - 0xDC00 for one in line if "\udc80" <= one <= "\udcff")
        raise _FaultError("the line is not UTF-8", f" has the byte 0x{byte:02X}")
    if columns != len(header.names):
        raise _FaultError(
            "the line has more or fewer columns than the header",
            f" has {columns}, the header {len(header.names)}",
        )


class _FaultError(Exception):
    """A line that cannot be read."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def _event_id(line: str, header: _Header) -> str:
    """What stands where the event id should, as far as it can be read."""
    values = line.split(header.delimiter)
    place = header.names.index("event_id") if "event_id" in header.names else len(values)
    if place >= len(values):
        return ""
    read = values[place].encode(errors="surrogateescape").decode(errors="replace")
    return read.strip().strip('"')
