"""The plainest request that policies can be asked: what every counterexample is told apart from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.proving.axioms import FIRST, LAST
from clearmix_rules.proving.cast import strangers
from clearmix_rules.proving.world import Cast

ARTIST, WRITER = 0, 1
"""Which of the strangers made the recording of a plain request, and which wrote the work."""


def plain_request(cast: Cast, kinds: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """A listener privately remixes a song of two people of whom no policy speaks, who agree."""
    others = cast.strangers or strangers(2, cast.parties)
    return {
        "now": now.isoformat().replace("+00:00", "Z"),
        "time-zone": "UTC",
        "request": {
            "actions": ["remix"],
            "use": "private",
            "territory": "GB",
            "length": 60_000,
            "strength": 3_000,
        },
        "listener": {
            "id": "a-listener",
            "tier": "plus",
            "add-ons": [],
            "verified": True,
            "age-band": "adult",
            "renders-this-month": 0,
        },
        "sound": {
            "tempo-change": 0,
            "pitch-change": 0,
            "parts-used": [],
            "vocals": "kept",
            "voice": "original",
            "lyrics": "kept",
            "styles": [],
            "era": "none",
        },
        "tracks": [
            {
                "id": "a-recording",
                "isrc": "",
                "title": "A Song",
                "explicit": False,
                "release-date": (now - timedelta(days=730)).date().isoformat(),
                "genres": [],
                "language": "und",
                "label": "",
                "artists": [others[ARTIST]],
                "performers": [],
                "producers": [],
                "owners": [],
                "work": {
                    "id": "a-work",
                    "iswc": "",
                    "writers": [others[WRITER]],
                    "publishers": [],
                    "public-domain": False,
                },
            }
        ],
        "generator": {
            "id": "a-generator",
            "trained-on": "licensed",
            "weights-licence": "commercial",
            "uses-master": True,
        },
        "parties": {party: _party(kinds.get(party, "artist")) for party in cast.parties}
        | {others[WRITER]: _party("writer")},
        "consents": [],
        "approvals": [],
    }


def _party(kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "parent": None,
        "default-consent": "opt-out",
        "consents": [],
        "voice-consent": [],
        "deceased": False,
        "minor": False,
    }


def usual_moment(sets: Iterable[PolicySet]) -> datetime:
    """Noon on the first day on which every policy has begun; without any, of the year 2026."""
    opens = [one.window.opens for policies in sets for one in policies.policies]
    days = [
        at.date() if isinstance(at, datetime) else at + timedelta(days=1)
        for at in opens
        if at is not None and FIRST.date() < (at.date() if isinstance(at, datetime) else at)
    ]
    day = max([date(2026, 1, 1), *(one for one in days if one < LAST.date())])
    return datetime.combine(day, time(12), UTC)
