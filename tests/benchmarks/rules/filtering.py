"""What one listener may use of a large catalogue: one query beside a loop over `decide`.

Run it with `python tests/benchmarks/rules/filtering.py [TRACKS] [ARTISTS]`. Every artist has a
policy of its own. The query must give the same outcome as single decisions on a sample of the
tracks, or it stops; times and their ratio are printed and nothing is asserted about them.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import duckdb
import ibis

from clearmix_rules import PolicySet, PolicySource, Request
from clearmix_rules.querying import Catalogue, outcomes
from clearmix_rules.querying.loading import quieten, read_tracks

TRACKS, ARTISTS, LABELS, SAMPLE, ROUNDS = 1_000_000, 10_000, 50, 3_000, 3
T = TypeVar("T")

MADE = """
CREATE TABLE tracks AS
SELECT i AS track, 'track-' || i AS id, 'GBXXX' || lpad(i::VARCHAR, 7, '0') AS isrc,
    'Song ' || i AS title, hash(i) % 10 = 0 AS explicit,
    18000 + (hash(i + 1) % 3000)::BIGINT AS release_day,
    '|' || ['folk', 'house', 'jazz', 'pop', 'rock'][1 + (hash(i + 2) % 5)::INT] || '|' AS genres,
    'en' AS language, 'label-' || hash(i + 3) % {labels} AS label,
    '|artist-' || hash(i + 4) % {artists} || '|' || CASE WHEN hash(i + 5) % 3 = 0
        THEN 'artist-' || (hash(i + 4) + 1) % {artists} || '|' ELSE '' END AS artists,
    '' AS performers, '' AS producers, '' AS owners, 'work-' || i // 2 AS work_id, '' AS iswc,
    '|writer-' || hash(i // 2 + 6) % 20000 || '|' AS writers,
    '|publisher-' || hash(i // 2 + 7) % 500 || '|' AS publishers, false AS public_domain
FROM range({tracks}) made(i);
CREATE TABLE track_parties AS
SELECT track, role, unnest(string_split(list[2:-2], '|')) AS party FROM (
    SELECT track, unnest(['artists', 'writers', 'publishers']) AS role,
        unnest([artists, writers, publishers]) AS list FROM tracks);
"""

PLATFORM = """policy "Platform" version 1
by platform
rule adverts: forbid any use when use is advert or campaign reason "No adverts."
rule minors: forbid any use when any artist is minor and voice is imitated reason "No minors."
rule marked: permit any use provided watermark with platform-mark reason "Marked."
"""
LABEL = """policy "{name} terms" version 1
by label {name}
in force from 2026-01-01 in Europe/London
consent: opt-in
rule window: forbid any use when today is within 14 days after release-date reason "Too new."
rule remixes: permit remix of tracks under {name}
  when tier is plus, premium or studio and use is private or in-app
  provided
    length is at most 90 seconds
    royalty is at least 15% of revenue to {name}
  reason "Subscribers may."
"""
ARTIST = (
    """consent: delegated to {label}
rule slow: forbid remix when tempo-change is over 15% reason "Close to the tempo."
""",
    """consent: opt-in
rule mine: permit remix of tracks by {name}
  when genres has none of {genre} and release-date is before {day}
  provided
    length is at most 2 minutes
    royalty is at least 5% of revenue to {name}
  reason "Older songs."
""",
    """consent: opt-out
rule clean: forbid any use when track is explicit reason "Not the explicit ones."
rule patient: forbid any use when today is within {wait} days of release-date reason "Wait."
""",
    """consent: opt-in
rule all: permit any use reason "Go on."
rule not-this: forbid any use of track "{isrc}" reason "Not this one."
""",
)


def policies(artists: int) -> PolicySet:
    """One policy of the platform, of each label and of each artist."""
    texts = {"platform": PLATFORM}
    texts |= {f"label-{n}": LABEL.format(name=f"label-{n}") for n in range(LABELS)}
    for n in range(artists):
        said = ARTIST[n % len(ARTIST)].format(
            name=f"artist-{n}", label=f"label-{n % LABELS}", genre=["folk", "jazz"][n // 4 % 2],
            day=f"20{10 + n % 15}-01-01", wait=7 * (1 + n % 30), isrc=f"GBXXX{n * 7:07}",
        )  # fmt: skip
        texts[f"artist-{n}"] = f'policy "Artist {n}" version 1\nby artist artist-{n}\n{said}'
    return PolicySet.load(PolicySource(f"{name}.rights", text) for name, text in texts.items())


def request(artists: int) -> Request:
    """One listener; everyone in the catalogue is known."""
    facts = {"consents": [], "voice-consent": [], "deceased": False, "minor": False}
    kinds = (("label", LABELS), ("artist", artists), ("writer", 20_000), ("publisher", 500))
    return Request.from_json(
        {
            "now": "2026-11-23T12:00:00Z",
            "time-zone": "Europe/London",
            "request": {
                "actions": ["remix"], "use": "private", "territory": "GB", "length": 90_000,
                "strength": 5_000,
            },
            "listener": {
                "tier": "studio", "add-ons": [], "verified": True, "age-band": "adult",
                "renders-this-month": 0,
            },
            "sound": {
                "tempo-change": 500, "pitch-change": 0, "parts-used": ["vocals"],
                "vocals": "kept", "voice": "original", "lyrics": "kept", "styles": ["house"],
            },
            "generator": {
                "id": "studio", "trained-on": "nothing", "weights-licence": "none",
                "uses-master": True,
            },
            "tracks": [
                {
                    "id": "open", "explicit": False, "release-date": "2020-01-01", "genres": [],
                    "artists": [],
                }
            ],
            "parties": {
                f"{kind}-{n}": {"kind": kind, "default-consent": "opt-out", **facts}
                for kind, count in kinds
                for n in range(count)
            },
            "consents": [
                {"party": "artist-3", "answer": "refuse", "kind": "remix",
                 "recording": "track-7"},
                {"party": "writer-5", "answer": "refuse", "kind": "any"},
            ],
        }
    )  # fmt: skip


LISTED = ("track.label", "track.artists", "work.writers", "work.publishers")
"""The facts of a track that name parties in this catalogue."""


def named(fact: object) -> tuple[str, ...]:
    """The parties that a fact names."""
    return fact if isinstance(fact, tuple) else (str(fact),)


def timed(work: Callable[[], T]) -> tuple[float, float, T]:
    """Seconds on the clock, seconds of CPU, and what came out."""
    clock, cpu = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - clock, time.process_time() - cpu, result


def as_json(row: dict[str, Any]) -> dict[str, object]:
    """A row of the tracks as a request writes it."""
    names = {key: row[key][1:-1].split("|") if row[key] else []
             for key in ("genres", "artists", "owners", "writers", "publishers")}  # fmt: skip
    return {
        **{key: row[key] for key in ("id", "isrc", "title", "explicit", "language", "label")},
        **{key: names[key] for key in ("genres", "artists", "owners")},
        "release-date": str(row["release_date"]),
        "work": {
            "id": row["work_id"], "writers": names["writers"],
            "publishers": names["publishers"], "public-domain": False,
        },
    }  # fmt: skip


def main(tracks: int, artists: int) -> None:
    """Prints the times and the ratio; stops if the two disagree."""
    quieten()
    database = duckdb.connect()
    database.execute("SET threads = 2")
    database.execute(MADE.format(tracks=tracks, artists=artists, labels=LABELS))
    connection = ibis.duckdb.from_connection(database)
    catalogue = Catalogue.from_tables(connection.table("tracks"), connection.table("track_parties"))
    loading, _, loaded = timed(lambda: policies(artists))
    print(f"{artists:,} artists' policies loaded in {loading:.1f} s")
    asked = request(artists)
    columns = ("label", "artists", "owners", "writers", "publishers")
    first, _, _ = timed(
        lambda: [(catalogue.mentioned(one), catalogue.most(one)) for one in columns]
    )
    print(f"who is in the catalogue, asked once: {first:.2f} s")
    for _ in range(ROUNDS):
        writing, writing_cpu, table = timed(lambda: outcomes(loaded, asked, catalogue))
        counting, counting_cpu, _ = timed(table.group_by("outcome").agg(n=table.count()).to_pyarrow)
        running, running_cpu, answers = timed(table.to_pyarrow)
        print(
            f"{tracks:,} tracks: query made in {writing:.2f} s ({writing_cpu:.2f} s of CPU), "
            f"counted in {counting:.2f} s ({counting_cpu:.2f} s of CPU in two threads), "
            f"every outcome read in {running:.2f} s ({running_cpu:.2f} s of CPU)"
        )
    print(Counter(answers.column("outcome").to_pylist()))
    drawn = database.sql(
        f"SELECT *, DATE '1970-01-01' + release_day::INT AS release_date FROM tracks "
        f"USING SAMPLE reservoir({SAMPLE} ROWS) REPEATABLE (7)"
    ).to_arrow_table()
    sample = read_tracks([as_json(row) for row in drawn.to_pylist()])
    said = dict(
        zip(answers.column("id").to_pylist(), answers.column("outcome").to_pylist(), strict=True)
    )
    alone = [
        replace(
            asked,
            tracks=(one,),
            parties={id: asked.parties[id] for key in LISTED for id in named(one.facts[key])},
        )
        for one in sample
    ]
    _, looping, decided = timed(lambda: [loaded.decide(one).outcome for one in alone])
    for one, outcome in zip(sample, decided, strict=True):
        if said[one.id] != outcome:
            sys.exit(f"{one.id}: the query says {said[one.id]}, a decision {outcome}")
    whole = looping / len(sample) * tracks
    each, times = looping / len(sample), whole / (writing_cpu + running_cpu)
    print(
        f"{len(sample):,} single decisions agree; at {each * 1e6:.0f} us of CPU each the catalogue "
        f"takes {whole:.0f} s, {times:.0f} times as much"
    )


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:3]]
    main(*given, *(TRACKS, ARTISTS)[len(given) :])
