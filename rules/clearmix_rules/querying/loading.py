"""Reads catalogues from files into tables."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearmix_rules.deciding.request import Fact, Request, Track
from clearmix_rules.errors import RequestError, RightsError
from clearmix_rules.json_files import read_lines
from clearmix_rules.querying.catalogue import TRACK_PARTIES, TRACKS, Catalogue
from clearmix_rules.querying.encoding import day_number, listed
from clearmix_rules.querying.folding import COLUMNS

if TYPE_CHECKING:
    import ibis

LISTS = ("artists", "performers", "producers", "owners", "writers", "publishers")
"""The columns of a track that list parties."""

_BATCH = 10_000

# A request that is complete but for its tracks, so that tracks are read as requests read them.
_ASKED: Mapping[str, object] = {
    "now": "2000-01-01T00:00:00Z",
    "request": {
        "actions": ["remix"], "use": "private", "territory": "GB", "length": 0, "strength": 0,
    },
    "listener": {
        "tier": "free", "add-ons": [], "verified": False, "age-band": "adult",
        "renders-this-month": 0,
    },
    "sound": {
        "tempo-change": 0, "pitch-change": 0, "parts-used": [], "vocals": "kept",
        "voice": "original", "lyrics": "kept", "styles": [],
    },
    "generator": {
        "id": "none", "trained-on": "nothing", "weights-licence": "none", "uses-master": False,
    },
}  # fmt: skip


_ANY_TRACK: Mapping[str, object] = {
    "id": "any", "explicit": False, "release-date": "2000-01-01", "genres": [], "artists": [],
}  # fmt: skip


def read_tracks(written: Sequence[object]) -> tuple[Track, ...]:
    """The tracks in JSON objects; raises RequestError as for a request."""
    return Request.from_json({**_ASKED, "tracks": list(written)}).tracks


def open_request(said: Mapping[str, object]) -> Request:
    """The request in a JSON object whose tracks may be left out; they do not matter."""
    return Request.from_json({**said, "tracks": [_ANY_TRACK]})


def load_catalogue(path: Path) -> Catalogue:
    """The catalogue in a file of JSON Lines or in a folder of Parquet files."""
    return load_parquet(path) if path.is_dir() else load_json_lines(path)


def load_json_lines(path: Path, connection: Any = None) -> Catalogue:
    """The catalogue in a file of one track a line; see `Catalogue.from_json_lines`."""
    return load_tracks(_read_lines(path), connection)


def _read_lines(path: Path) -> Iterator[Track]:
    lines = read_lines(path)
    while batch := list(islice(lines, _BATCH)):
        yield from _read_batch(path, batch)


def _read_batch(path: Path, batch: list[tuple[int, dict[str, Any]]]) -> tuple[Track, ...]:
    try:
        return read_tracks([one for _, one in batch])
    except RequestError:
        for number, one in batch:
            try:
                read_tracks([one])
            except RequestError as error:
                place = f"{path.name}, line {number}"
                raise RightsError(error.message, help=error.help, place=place) from error
        raise


def load_tracks(tracks: Iterable[Track], connection: Any = None) -> Catalogue:
    """A catalogue of these tracks, in tables of their own on a connection of Ibis."""
    import pyarrow as pa

    connection = connection or _in_memory()
    rows: dict[str, list[Any]] = {name: [] for name in TRACKS}
    pairs: dict[str, list[Any]] = {name: [] for name in TRACK_PARTIES}
    for number, track in enumerate(tracks):
        rows["track"].append(number)
        for key, column in COLUMNS.items():
            rows[column].append(_cell(key, track.facts[key]))
        for role in LISTS:
            key = next(key for key, column in COLUMNS.items() if column == role)
            for party in track.parties(key):
                pairs["track"].append(number)
                pairs["role"].append(role)
                pairs["party"].append(party)
    mentioned = {role: set[str]() for role in LISTS} | {"label": set(rows["label"]) - {""}}
    for role, party in zip(pairs["role"], pairs["party"], strict=True):
        mentioned[role].add(party)
    return Catalogue(
        _store(connection, "tracks", TRACKS, pa.table(_typed(rows, TRACKS))),
        _store(connection, "track_parties", TRACK_PARTIES, pa.table(_typed(pairs, TRACK_PARTIES))),
        _mentioned={column: frozenset(names) for column, names in mentioned.items()},
    )


def load_parquet(folder: Path) -> Catalogue:
    """The catalogue in a folder of Parquet files; see `Catalogue.from_parquet`."""
    connection = _in_memory()
    tables = []
    for name, columns in (("tracks", TRACKS), ("track_parties", TRACK_PARTIES)):
        path = folder / f"{name}.parquet"
        if not path.is_file():
            raise RightsError(
                f"there is no file `{path}`", help="the folder holds tracks and track_parties"
            )
        connection.con.read_parquet(str(path)).create(name)
        table = connection.table(name)
        for column in columns:
            if column not in table.columns:
                raise RightsError(
                    f"`{path.name}` lacks the column `{column}`",
                    help=f"it has: {', '.join(columns)}",
                )
        tables.append(table)
    return Catalogue(*tables)


def _cell(key: str, fact: Fact) -> str | int | bool:
    if key == "track.release-date":
        return day_number(fact)  # type: ignore[arg-type]
    if isinstance(fact, frozenset):
        return listed(sorted(fact))
    return listed(fact) if isinstance(fact, tuple) else fact  # type: ignore[return-value]


def _typed(columns: Mapping[str, list[Any]], types: Mapping[str, str]) -> dict[str, Any]:
    import pyarrow as pa

    arrow = {"int64": pa.int64(), "string": pa.string(), "boolean": pa.bool_()}
    return {name: pa.array(values, arrow[types[name]]) for name, values in columns.items()}


def _in_memory() -> Any:
    import ibis

    quieten()
    return ibis.duckdb.connect()


def _store(connection: Any, name: str, types: Mapping[str, str], rows: Any) -> ibis.Table:
    import ibis

    # Made empty and then filled: in Ibis 12 `create_table(obj=...)` fails with sqlglot 30.
    quieten()
    connection.create_table(name, schema=ibis.schema(dict(types)))
    connection.insert(name, rows)
    return connection.table(name)


def quieten() -> None:
    """Hides warnings that are about Ibis, not about what it is asked."""
    # Ibis 12 calls a method that DuckDB 2 has renamed and an option that pandas 3 has retired.
    warnings.filterwarnings("ignore", message="fetch_arrow_table", category=DeprecationWarning)
    warnings.filterwarnings("ignore", message="The 'future.infer_string' option")
