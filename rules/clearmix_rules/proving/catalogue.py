"""How many tracks of a catalogue are answered otherwise by newer policies, with examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Fact, Request
from clearmix_rules.json_files import read_lines
from clearmix_rules.proving.plain import plain_request, usual_moment
from clearmix_rules.proving.world import Cast
from clearmix_rules.schema import ROLES

MOST_TRACKS = 1_000
"""Of a larger catalogue so many tracks are looked at, evenly spread."""
GRID: Mapping[str, tuple[str, ...]] = {
    "action": ("remix", "cover", "speed-change"),
    "use": ("private", "social", "export"),
    "tier": ("free", "studio"),
}
"""The typical requests: each of these with each."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One typical request for one track whose answer changes."""

    track: str
    asked: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Impact:
    """How much of a catalogue changes."""

    tracks: int
    """How many there are."""
    asked: int
    """How many of them were asked about."""
    changed: int
    moved: tuple[Moved, ...]
    """The first change of each track that changes."""


def read_catalogue(path: Path) -> list[dict[str, Any]]:
    """The tracks in a JSON Lines file, each as a request's `tracks` has them.

    A track may hold `parties` as a request does. Raises RightsError for a line that is no track.
    """
    return [track for _, track in read_lines(path)]


def impact(old: PolicySet, new: PolicySet, tracks: list[dict[str, Any]]) -> Impact:
    """What changes for the tracks of a catalogue, asked with every typical request.

    Whoever is not among the `parties` of a track has agreed by default. Raises RequestError for a
    track that lacks something.
    """
    step = max(1, -(-len(tracks) // MOST_TRACKS))
    asked = tracks[::step]
    now = usual_moment((old, new))
    moved = []
    for track in asked:
        change = next(_changes(old, new, track, now), None)
        if change is not None:
            moved.append(change)
    return Impact(len(tracks), len(asked), len(moved), tuple(moved))


def _changes(old: PolicySet, new: PolicySet, track: Mapping[str, Any], now: Any) -> Iterator[Moved]:
    facts = {key: value for key, value in track.items() if key != "parties"}
    said = plain_request(Cast(tuple(dict.fromkeys(_names(facts))), {}), {}, now)
    said["parties"] |= track.get("parties") or {}
    said["tracks"] = [facts]
    plain = Request.from_json(said)
    for action, use, tier in product(*GRID.values()):
        asked: dict[str, Fact] = {
            "request.actions": frozenset({action}),
            "request.use": use,
            "listener.tier": tier,
        }
        request = replace(plain, facts={**plain.facts, **asked})
        before, after = old.decide(request), new.decide(request)
        if before.outcome != after.outcome or before.duties != after.duties:
            words = f"{action} for {use} use on the {tier} plan"
            same = before.outcome == after.outcome
            told = f"{after.outcome.value}{', with other duties' if same else ''}"
            yield Moved(str(facts.get("title") or facts.get("id")), words, before.outcome, told)


def _names(track: Mapping[str, Any]) -> Iterator[str]:
    """The parties that a track lists."""
    work = track.get("work") or {}
    for key in ROLES.values():
        group, name = key.split(".", 1)
        listed: Iterable[object] = (work if group == "work" else track).get(name) or ()
        yield from (str(one) for one in listed)
    if track.get("label"):
        yield str(track["label"])
