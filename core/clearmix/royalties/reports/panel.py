"""Daily plays of every recording and of what was made from it, read from the whole log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlmodel import col, select

from clearmix.contracts import Progress
from clearmix.royalties.engine import Engine, engine
from clearmix.royalties.period import Period
from clearmix.royalties.plays import PlayLog
from clearmix.royalties.reduction import eligible
from clearmix.royalties.reports.lift import Panel, Track
from clearmix.royalties.reports.lineage import Lineage
from clearmix.storage.database import Database
from clearmix.storage.tables.catalogue import PartyRow, RecordingRow


def read_panel(
    database: Database,
    log: PlayLog,
    scratch: Path,
    first: datetime,
    last: datetime,
    progress: Progress,
) -> Panel:
    """The daily plays that count, from the day of `first` to the day of `last`.

    A month is read at a time, so that memory grows with recordings and days, not with plays.
    """
    start = first.astimezone(UTC).date()
    days = (last.astimezone(UTC).date() - start).days + 1
    with database.session() as session:
        recordings = list(session.exec(select(RecordingRow).order_by(col(RecordingRow.id))))
        names = dict(session.exec(select(PartyRow.id, PartyRow.name)).all())
    tracks = tuple(
        Track(
            id=row.id,
            title=row.title,
            artist=row.artists[0] if row.artists else "",
            artist_name=names.get(row.artists[0], row.artists[0]) if row.artists else "",
            label=row.label or "",
            genre=row.genres[0] if row.genres else "",
            released=row.release_date,
        )
        for row in recordings
        if row.version_of is None
    )
    places = {track.id: place for place, track in enumerate(tracks)}
    originals: NDArray[np.float64] = np.zeros((len(tracks), days))
    renders: NDArray[np.float64] = np.zeros((len(tracks), days))
    months = list(_months(start, last.astimezone(UTC).date()))
    with engine(scratch) as working:
        for number, month in enumerate(months):
            progress(number / len(months), f"counting the plays of {month}")
            log.gather(month, working)
            rows = _daily(working, month)
            lineage = Lineage(database, {item for item, original, _, _ in rows if not original})
            for item, original, day, plays in rows:
                at = (day.date() - start).days
                if not 0 <= at < days:
                    continue
                if original and item in places:
                    originals[places[item], at] += plays
                for source, part in () if original else lineage.sources(item):
                    if source in places:
                        renders[places[source], at] += part * plays
    progress(1.0, "counted")
    return Panel(tracks, start, originals, renders)


def _daily(working: Engine, month: Period) -> list[tuple[str, bool, datetime, int]]:
    counted = eligible(working.table("events"), month)
    daily = (
        counted.mutate(day=counted.played_at.truncate("D"), original=counted.category == "original")
        .group_by("item_id", "original", "day")
        .agg(plays=lambda t: t.count())
    )
    return [
        (item, bool(original), day, int(plays))
        for item, original, day, plays in working.ask(daily.order_by("item_id", "original", "day"))
    ]


def _months(start: date, last: date) -> Iterator[Period]:
    month = Period(f"{start:%Y-%m}")
    while month.start.date() <= last:
        yield month
        month = Period(f"{month.end:%Y-%m}")
