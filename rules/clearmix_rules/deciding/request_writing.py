"""Requests to JSON: equal requests are written equally."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from clearmix_rules.deciding.request import Fact, Request
from clearmix_rules.deciding.request_json import GROUPS


def write_request(request: Request) -> dict[str, object]:
    """The request as a JSON object; sets are sorted, so that equal requests are written equally."""
    written: dict[str, object] = {"now": _iso(request.now), "time-zone": request.time_zone}
    for group in GROUPS:
        written[group] = _write(request.facts, group)
    written["tracks"] = [
        {**_write(track.facts, "track"), "work": _write(track.facts, "work")}
        for track in request.tracks
    ]
    written["parties"] = {
        id: {
            "kind": one.kind,
            "name": one.name,
            "parent": one.parent,
            "default-consent": f"delegated to {one.delegate}"
            if one.delegate
            else one.default_consent,
            **_write(one.facts, "party"),
        }
        for id, one in sorted(request.parties.items())
    }
    consents = [
        {
            "party": one.party,
            "answer": one.answer,
            "kind": one.kind,
            "recording": one.recording,
            "work": one.work,
            "territory": one.territory,
            "from": _plain(one.opens),
            "until": _plain(one.closes),
            "existing": one.existing,
            "recorded-at": _plain(one.recorded_at),
        }
        for one in request.consents
    ]
    written["consents"] = sorted(consents, key=lambda one: [str(part) for part in one.values()])
    written["approvals"] = sorted(
        ({"party": one.party, "answer": one.answer} for one in request.approvals),
        key=lambda one: (one["party"], one["answer"]),
    )
    return written


def _write(facts: Mapping[str, Fact], group: str) -> dict[str, object]:
    start = len(group) + 1
    return {
        key[start:]: value if type(value) in _AS_THEY_ARE else _plain(value)
        for key, value in facts.items()
        if key.startswith(group) and key[start - 1] == "."
    }


_AS_THEY_ARE = (str, int, bool)


def _plain(value: Fact | None) -> object:
    if isinstance(value, datetime):
        return _iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
