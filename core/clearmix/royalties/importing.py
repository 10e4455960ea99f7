"""Importing a file of plays: every row is taken, known already, or refused with its reason."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from clearmix.contracts import Progress
from clearmix.errors import RoyaltyError
from clearmix.royalties.engine import EVENT_COLUMNS, Engine, engine, literal
from clearmix.royalties.events import CATEGORIES, LatePlays, PlaysImported, Refused
from clearmix.royalties.known_items import create_known_items, known_items
from clearmix.royalties.play_files import load_plays
from clearmix.royalties.plays import LONGEST_SECONDS, UNKNOWN_TERRITORY, PlayLog
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix_rules.territories import CODES

REFUSALS_LISTED = 100
"""How many refused rows a report lists; the counts per reason are of all."""

CLOCK_SLACK = timedelta(hours=24)
"""How far in the future a play may seem to be before it is refused: clocks and zones differ."""

EARLY = "`played_at` is before the recording was released"
LONG = "`seconds` is more than one play of the item can last"
TERRITORIES = {*CODES, UNKNOWN_TERRITORY, "XK"}
"""Where a play can be heard. XK is Kosovo's in ISO 3166's range for users, as the European Union,
SWIFT and Unicode's CLDR use it; a policy that speaks of ISO 3166's own countries does not name it.
"""

UNKNOWN = "unknown `category`"
NOWHERE = "`territory` is not a code of ISO 3166"

EARLIEST = datetime(2000, 1, 1)  # plays are naive UTC inside the engine
"""No music was streamed and counted before."""

_CASTS = {
    "event_id": "trim(CAST(event_id AS VARCHAR))",
    "item_id": "trim(CAST(item_id AS VARCHAR))",
    "listener_id": "trim(CAST(listener_id AS VARCHAR))",
    # A time without a zone is UTC, as the column's contract says.
    "played_at": "make_timestamp(epoch_us(TRY_CAST(played_at AS TIMESTAMPTZ)))",
    # Rounded down: 29.9999 seconds are not 30.
    "milliseconds": "CASE WHEN isfinite(TRY_CAST(seconds AS DOUBLE)) "
    "THEN TRY_CAST(floor(TRY_CAST(seconds AS DOUBLE) * 1000) AS BIGINT) END",
    "category": "lower(trim(CAST(category AS VARCHAR)))",
    "territory": "upper(trim(CAST(territory AS VARCHAR)))",
    "tier": "lower(trim(CAST(tier AS VARCHAR)))",
    "offline": "coalesce(TRY_CAST(offline AS BOOLEAN), false)",
    "maker_id": "nullif(trim(CAST(maker_id AS VARCHAR)), '')",
    "fraud": "coalesce(TRY_CAST(fraud AS BOOLEAN), false)",
    "sought": "coalesce(TRY_CAST(sought AS BOOLEAN), false)",
}


def import_plays(
    path: Path,
    log: PlayLog,
    database: Database,
    store: Store,
    scratch: Path,
    progress: Progress,
    *,
    latest: datetime | None = None,
    settled: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> PlaysImported:
    """Adds the rows of a Parquet or CSV file to the log; doing it again adds none.

    Args:
        path: `.parquet`, or `.csv` with a header; columns `REQUIRED` and `OPTIONAL` of
            `play_files`.
        log: the log of plays.
        database: of the items that are known.
        store: where the closed file is kept.
        scratch: a folder for what exceeds memory.
        progress: told how far it is.
        latest: no play may be later; a day from now if it is not given.
        settled: the months that are closed, such as `2026-10`, and by which formulas.

    Raises:
        RoyaltyError: the file is missing, is no Parquet or CSV, or lacks a column.
    """
    if not path.is_file():
        raise RoyaltyError(f"no file at `{path}`", help="check the path")
    with engine(scratch) as working, tempfile.TemporaryDirectory(dir=scratch) as folder:
        progress(0.0, f"reading {path.name}")
        load_plays(path, working, Path(folder))
        _read(working)
        progress(0.4, "checking every row")
        create_known_items(working, known_items(database).values())
        _judge(log, store, working, latest or utc_now() + CLOCK_SLACK)
        progress(0.8, "keeping what is new")
        _close(path.name, log, store, working, Path(folder))
        progress(1.0, "imported")
        return _report(path, working, settled)


def _read(working: Engine) -> None:
    """A view of `given`: only what becomes of each row is kept as a table."""
    casts = ", ".join(f"{cast} AS {column}" for column, cast in _CASTS.items())
    working.sql.execute(
        f"CREATE VIEW read AS SELECT row, CAST(played_at AS VARCHAR) AS said_at, "  # noqa: S608
        f"CAST(seconds AS VARCHAR) AS said_seconds, CAST(offline AS VARCHAR) AS said_offline, "
        f"CAST(fraud AS VARCHAR) AS said_fraud, CAST(sought AS VARCHAR) AS said_sought, "
        f"{casts} FROM given"
    )


def _judge(log: PlayLog, store: Store, working: Engine, latest: datetime) -> None:
    log.lay_fresh_ids(working, "fresh")
    files = [
        f"UNION ALL SELECT event_id FROM read_parquet({literal(store.local_path(key))})"  # noqa: S608
        for key in log.logs()
    ]
    working.sql.execute(f"CREATE VIEW logged AS FROM fresh {' '.join(files)}")
    categories = ", ".join(literal(category) for category in CATEGORIES)
    territories = ", ".join(literal(code) for code in sorted(TERRITORIES))
    working.sql.execute(
        f"""
        CREATE VIEW judged AS
        SELECT read.* REPLACE (
            -- INVARIANT: of an item that the house knows, its own word on the maker holds.
            CASE WHEN items.item_id IS NULL THEN maker_id ELSE known_maker END AS maker_id
        ), items.item_id IS NULL AS unmatched, CASE
            WHEN coalesce(event_id, '') = '' THEN 'no `event_id`'
            WHEN coalesce(read.item_id, '') = '' THEN 'no `item_id`'
            WHEN coalesce(listener_id, '') = '' THEN 'no `listener_id`'
            WHEN played_at IS NULL THEN '`played_at` is not a time'
            WHEN played_at > {_instant(latest)} THEN '`played_at` is in the future'
            WHEN played_at < {_instant(EARLIEST)} THEN '`played_at` is before 2000'
            WHEN played_at < made_at THEN '`played_at` is before the item was made'
            WHEN played_at < released_at THEN '{EARLY}'
            WHEN milliseconds IS NULL THEN '`seconds` is not a number'
            WHEN milliseconds < 0 THEN '`seconds` is negative'
            WHEN milliseconds > {LONGEST_SECONDS * 1000} THEN '`seconds` is more than a day'
            WHEN milliseconds > longest_milliseconds THEN '{LONG}'
            WHEN category IS NULL OR category NOT IN ({categories}) THEN '{UNKNOWN}'
            WHEN category <> known_category THEN
                '`category` is `' || category || '`, the catalogue says `' || known_category || '`'
            WHEN NOT coalesce(regexp_full_match(territory, '[A-Z]{{2}}'), false)
                THEN '`territory` is not a country code of two letters'
            WHEN territory NOT IN ({territories}) THEN '{NOWHERE}'
            WHEN coalesce(tier, '') = '' THEN 'no `tier`'
            WHEN said_offline <> '' AND TRY_CAST(said_offline AS BOOLEAN) IS NULL
                THEN '`offline` is neither true nor false'
            WHEN said_fraud <> '' AND TRY_CAST(said_fraud AS BOOLEAN) IS NULL
                THEN '`fraud` is neither true nor false'
            WHEN said_sought <> '' AND TRY_CAST(said_sought AS BOOLEAN) IS NULL
                THEN '`sought` is neither true nor false'
        END AS reason
        FROM read LEFT JOIN items USING (item_id)
        """  # noqa: S608
    )
    # Few ids come twice in a file: only their rows are put in order.
    working.sql.execute(
        """
        CREATE TABLE later AS
        WITH several AS (SELECT event_id FROM read GROUP BY event_id HAVING count(*) > 1)
        SELECT row FROM judged SEMI JOIN several USING (event_id) WHERE reason IS NULL
        QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY row) > 1
        """
    )
    working.sql.execute(
        """
        CREATE TABLE sorted AS
        SELECT * EXCLUDE (said_at, said_seconds, said_offline, said_fraud, said_sought),
            CAST(NULL AS VARCHAR) AS detail, reason IS NULL AND (
                row IN (SELECT row FROM later) OR event_id IN (SELECT event_id FROM logged)
            ) AS duplicate
        FROM judged
        """
    )
    working.sql.execute(
        "INSERT INTO sorted BY NAME SELECT row, event_id, reason, detail, false AS unmatched, "
        "false AS duplicate FROM unreadable"
    )


def _instant(time: datetime) -> str:
    """A time as an SQL literal; one without a zone is UTC."""
    naive = time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    return f"TIMESTAMP {literal(naive.isoformat(sep=' '))}"


def _close(name: str, log: PlayLog, store: Store, working: Engine, folder: Path) -> None:
    taken = "FROM sorted WHERE reason IS NULL AND NOT duplicate"
    accepted, first, last = working.one(f"SELECT count(*), min(played_at), max(played_at) {taken}")
    if accepted:
        path = folder / "plays.parquet"
        working.write(f"SELECT {', '.join(EVENT_COLUMNS)} {taken} ORDER BY event_id", path)
        key = store.put(path, "plays")
        log.close_file(key, name, accepted, first.replace(tzinfo=UTC), last.replace(tzinfo=UTC))


def _report(path: Path, working: Engine, settled: Mapping[str, Sequence[str]]) -> PlaysImported:
    rows, accepted, duplicates, refused, unmatched = working.one(
        "SELECT count(*), count(*) FILTER (taken), count(*) FILTER (duplicate), "
        "count(*) FILTER (reason IS NOT NULL), count(*) FILTER (unmatched AND taken) "
        "FROM (SELECT *, reason IS NULL AND NOT duplicate AS taken FROM sorted)"
    )
    months = working.rows(
        "SELECT strftime(played_at, '%Y-%m') AS month, count(*) FROM sorted "
        "WHERE reason IS NULL AND NOT duplicate GROUP BY month ORDER BY month"
    )
    late = [
        LatePlays(month, plays, tuple(settled[month]))
        for month, plays in months
        if month in settled
    ]
    reasons = working.rows(
        "SELECT reason, count(*) FROM sorted WHERE reason IS NOT NULL "
        "GROUP BY reason ORDER BY count(*) DESC, reason"
    )
    names = ", ".join(CATEGORIES)
    refusals = working.rows(
        f"""
        SELECT row, coalesce(event_id, ''), concat_ws(': ', reason, CASE
            WHEN reason = '{EARLY}' THEN said_at || ', and it came out on ' || release_date
            WHEN reason = '{LONG}'
                THEN said_seconds || ', and it lasts ' || known_milliseconds / 1000.0
            WHEN starts_with(reason, '`played_at`') THEN coalesce(said_at, 'empty')
            WHEN starts_with(reason, '`seconds`') THEN coalesce(said_seconds, 'empty')
            WHEN reason = '{NOWHERE}' THEN territory
            WHEN reason = '{UNKNOWN}' THEN coalesce(category, 'empty') || '; give one of {names}'
            ELSE detail
        END) FROM (FROM sorted WHERE reason IS NOT NULL ORDER BY row LIMIT ?) AS refused
        LEFT JOIN (SELECT row, said_at, said_seconds FROM read) AS said USING (row)
        LEFT JOIN items ON items.item_id = refused.item_id ORDER BY row
        """,  # noqa: S608
        [REFUSALS_LISTED],
    )
    repeats = working.rows(
        "SELECT row, event_id, CASE WHEN event_id IN (SELECT event_id FROM logged) "
        "THEN 'the play was logged before' ELSE 'an earlier row has this `event_id`' END "
        "FROM sorted WHERE duplicate ORDER BY row LIMIT ?",
        [REFUSALS_LISTED],
    )
    unmatched_items = working.rows(
        "SELECT DISTINCT item_id FROM sorted WHERE unmatched AND reason IS NULL AND NOT duplicate "
        "ORDER BY item_id LIMIT ?",
        [REFUSALS_LISTED],
    )
    return PlaysImported(
        path=str(path),
        rows=rows,
        accepted=accepted,
        duplicates=duplicates,
        refused=refused,
        unmatched=unmatched,
        late=sum(month.plays for month in late),
        late_months=tuple(late),
        refusals=tuple(Refused(*row) for row in refusals),
        reasons=dict(reasons),
        repeats=tuple(Refused(*row) for row in repeats),
        unmatched_items=tuple(item for (item,) in unmatched_items),
    )
