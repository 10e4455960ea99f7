"""A catalogue as tables: what a query reads of tracks and of who has a say in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearmix_rules.deciding.request import Party

if TYPE_CHECKING:
    import ibis

TRACKS: Mapping[str, str] = {
    "track": "int64", "id": "string", "isrc": "string", "title": "string", "explicit": "boolean",
    "release_day": "int64", "genres": "string", "language": "string", "label": "string",
    "artists": "string", "performers": "string", "producers": "string", "owners": "string",
    "work_id": "string", "iswc": "string", "writers": "string", "publishers": "string",
    "public_domain": "boolean",
}  # fmt: skip
"""The columns of the tracks and their types; lists are written as `encoding.listed` does."""

TRACK_PARTIES: Mapping[str, str] = {"track": "int64", "role": "string", "party": "string"}
"""The columns of who stands in which list of a track, once each."""


@dataclass(frozen=True)
class Catalogue:
    """Tracks, their parties, and what is known of each party."""

    tracks: ibis.Table
    track_parties: ibis.Table
    parties: Mapping[str, Party] = field(default_factory=dict)
    """Those that a request does not describe itself."""
    _mentioned: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)
    _most: dict[str, int] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_tables(
        cls,
        tracks: ibis.Table,
        track_parties: ibis.Table,
        parties: Mapping[str, Party] | None = None,
    ) -> Catalogue:
        """The catalogue in tables of a database that is there already.

        `track` may be of any type that both tables share; the other columns are those of `TRACKS`
        and `TRACK_PARTIES`.
        """
        return cls(tracks, track_parties, parties or {})

    @classmethod
    def from_json_lines(cls, path: Path, connection: Any = None) -> Catalogue:
        """The catalogue in a file of one track a line, written as in a request.

        Args:
            path: the file.
            connection: the Ibis connection that is to hold the tables; an own DuckDB if None.

        Raises:
            RightsError: a line is not a track; its place is named.
        """
        from clearmix_rules.querying.loading import load_json_lines

        return load_json_lines(path, connection)

    @classmethod
    def from_parquet(cls, folder: Path) -> Catalogue:
        """The catalogue in a folder with `tracks.parquet` and `track_parties.parquet`.

        Raises:
            RightsError: a file or a column is missing.
        """
        from clearmix_rules.querying.loading import load_parquet

        return load_parquet(folder)

    def mentioned(self, column: str) -> frozenset[str]:
        """Every party in a list of any track, or every label; asked of the database once."""
        known = self._mentioned.get(column)
        if known is None:
            if column == "label":
                names = self.tracks.select(party=self.tracks.label)
            else:
                pairs = self.track_parties
                names = pairs.filter(pairs.role == column).select("party")
            found = names.distinct().to_pyarrow().column("party").to_pylist()
            known = self._mentioned[column] = frozenset(found) - {"", None}
        return known

    def most(self, column: str) -> int:
        """How many parties a list of any track has at most; asked of the database once."""
        if column == "label":
            return 1
        known = self._most.get(column)
        if known is None:
            pairs = self.track_parties
            counted = (
                pairs.filter(pairs.role == column)
                .group_by("track")
                .agg(parties=lambda listed: listed.count())
            )
            known = self._most[column] = int(counted.parties.max().to_pyarrow().as_py() or 0)
        return known
