"""The request of a test: defaults for everything, and what the test says instead."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from clearmix_rules import tree
from clearmix_rules.schema import PLATFORM
from clearmix_rules.zones import day_begins, zone

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "request": {
        "actions": ["remix"], "use": "private", "territory": "GB", "length": 60_000,
        "strength": 5_000,
    },
    "listener": {
        "id": "a-listener", "tier": "premium", "add-ons": [], "verified": True,
        "age-band": "adult", "renders-this-month": 0,
    },
    "sound": {
        "tempo-change": 0, "pitch-change": 0, "parts-used": ["vocals", "drums", "bass", "other"],
        "vocals": "kept", "voice": "original", "lyrics": "kept", "styles": [], "era": "none",
    },
    "generator": {
        "id": "studio", "trained-on": "nothing", "weights-licence": "none",
    },
    "track": {
        "explicit": False, "release-date": "2000-01-01", "genres": [], "language": "und",
        "label": "a-label", "artists": ["an-artist"], "performers": [], "producers": [],
        "owners": [],
    },
    "work": {
        "writers": ["a-writer"], "publishers": ["a-publisher"], "public-domain": False,
    },
    "party": {"consents": [], "voice-consent": [], "deceased": False, "minor": False},
}  # fmt: skip
"""What a test means that says nothing else, in the units of the schema."""

ZONE = "Europe/London"
FIRST_DAY = date(2026, 1, 1)
"""`today`, unless a tested policy begins later: then it is the day after."""

KIND_OF_ROLE = {"track.label": "label", "track.artists": "artist", "track.performers": "artist",
                "track.producers": "artist", "track.owners": "owner", "work.writers": "writer",
                "work.publishers": "publisher"}  # fmt: skip
_ROLE_OF_KIND = {"artist": "track.artists", "owner": "track.owners", "writer": "work.writers",
                 "publisher": "work.publishers"}  # fmt: skip


class Situation:
    """Everything that a request says, for one test. `request()` is its JSON."""

    def __init__(self, policies: Iterable[tree.Policy]) -> None:
        policies = tuple(policies)
        self.day = max((_day_after(one.in_force) for one in policies), default=FIRST_DAY)
        self.moment: datetime | None = None
        self.zone: str | None = ZONE
        self.facts: dict[str, dict[str, Any]] = {
            group: copy.deepcopy(dict(DEFAULTS[group]))
            for group in ("request", "listener", "sound", "generator")
        }
        self.tracks = [_track(1)]
        self.parties: dict[str, dict[str, Any]] = {}
        self.consents: list[dict[str, Any]] = []
        self.approvals: list[dict[str, Any]] = []
        self.asked: set[str] = set()
        """Parties that tested policies delegate to."""
        for policy in policies:
            self._speaks_for(policy.author)
            if policy.consent is not None and policy.consent.to:
                self.asked.add(policy.consent.to)

    def _speaks_for(self, author: tree.Author) -> None:
        """Gives whoever a tested policy speaks for its part in the default track."""
        if author.kind == PLATFORM:
            return
        self.parties[author.party] = {"kind": author.kind, "default-consent": "opt-in"}
        key = _ROLE_OF_KIND.get(author.kind)
        if key is None:
            self.tracks[0]["label"] = author.party
            return
        group, name = key.split(".")
        holder = self.tracks[0] if group == "track" else self.tracks[0]["work"]
        others = [one for one in holder[name] if one in self.parties]
        holder[name] = [*others, author.party]

    # ------------------------------------------------------------ changes

    def holder(self, group: str, track: int) -> dict[str, Any]:
        """Where the facts of a group are kept; a later track comes to be when it is named."""
        if group not in ("track", "work"):
            return self.facts[group]
        while len(self.tracks) <= track:
            self.tracks.append(_track(len(self.tracks) + 1))
        held: dict[str, Any] = self.tracks[track]
        return held["work"] if group == "work" else held

    def party(self, id: str) -> dict[str, Any]:
        """What is said of a party so far."""
        return self.parties.setdefault(id, {})

    def set_day(self, day: object) -> None:
        """Makes it noon of a day, where the listener is."""
        if isinstance(day, date):
            self.day, self.moment = day, None

    def set_moment(self, moment: object) -> None:
        """Makes it a moment."""
        if isinstance(moment, datetime):
            self.moment = moment

    # ------------------------------------------------------------ the request

    def parties_with_a_part(self) -> dict[str, str]:
        """Everyone the request asks or names, each with its kind, as far as that is known."""
        found: dict[str, str] = dict.fromkeys(sorted(self.asked), "label")
        for track in self.tracks:
            for key, kind in KIND_OF_ROLE.items():
                group, name = key.split(".")
                listed = (track if group == "track" else track["work"])[name]
                for one in listed if isinstance(listed, list) else [listed]:
                    if one:
                        found.setdefault(one, kind)
        for key in ("style-of", "voice-of"):
            if key in self.facts["sound"]:
                found.setdefault(self.facts["sound"][key], "artist")
        for one in self.parties.values():
            consent = one.get("default-consent", "")
            for other in (one.get("parent"), consent.partition("delegated to ")[2]):
                if other:
                    found.setdefault(other, "label")
        return found

    def request(self) -> dict[str, Any]:
        """The whole request as JSON."""
        where = zone(self.zone) if self.zone else None
        now = self.moment or datetime.combine(self.day, time(12), where or UTC)
        parties = {id: {"kind": kind} for id, kind in self.parties_with_a_part().items()}
        for id, said in self.parties.items():
            parties[id] = {**parties.get(id, {"kind": "label"}), **said}
        filled = {
            id: {**DEFAULTS["party"], "default-consent": "opt-out", **said}
            for id, said in parties.items()
        }
        generator = {"uses-master": self._uses_master(), **self.facts["generator"]}
        return {
            "now": now.astimezone(UTC).isoformat(),
            "time-zone": self.zone,
            **self.facts,
            "generator": generator,
            "tracks": self.tracks,
            "parties": filled,
            "consents": [_recorded(one, now, where or UTC) for one in self.consents],
            "approvals": self.approvals,
        }

    def _uses_master(self) -> bool:
        """Whether the recording is worked on: not for a cover by itself, which is a new one."""
        actions = set(self.facts["request"]["actions"])
        return "cover" not in actions or bool(actions & {"remix", "mashup"})


def _recorded(consent: Mapping[str, Any], now: datetime, where: tzinfo) -> dict[str, Any]:
    """A consent with the moment it was recorded: as the test's day began, unless it says when."""
    at = consent.get("recorded-at") or now.astimezone(where).date()
    if not isinstance(at, datetime):
        at = day_begins(at, where)
    elif at.tzinfo is None:
        at = at.replace(tzinfo=where)
    return {**consent, "recorded-at": at.astimezone(UTC).isoformat()}


def _track(number: int) -> dict[str, Any]:
    """A track that is like any other, with its work."""
    track = copy.deepcopy(dict(DEFAULTS["track"]))
    work = copy.deepcopy(dict(DEFAULTS["work"]))
    return {
        **track, "id": f"track-{number}", "title": f"Track {number}",
        "work": {**work, "id": f"work-{number}"},
    }  # fmt: skip


def _day_after(window: tree.InForce | None) -> date:
    """The day after a policy begins, or the first day."""
    opens = window.opens if window is not None else None
    if opens is None:
        return FIRST_DAY
    day = opens.day if isinstance(opens, tree.Day) else opens.at.date()
    return max(FIRST_DAY, min(day, date(9998, 1, 1)) + timedelta(days=1))
