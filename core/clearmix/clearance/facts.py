"""From a spec, a listener and the catalogue to the request that rights rules read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from clearmix.catalogue import Listener, Party, Recording, Work
from clearmix.clearance.actions import (
    ORDINARY_STRENGTH,
    actions,
    length_ms,
    sound_facts,
)
from clearmix.clearance.consents import Consent
from clearmix.contracts import Generator
from clearmix.errors import CatalogueError, ClearanceError
from clearmix.spec import RemixSpec

DEFAULT_USE = "private"
"""The use of a request that names none."""


@dataclass(frozen=True)
class Asked:
    """Everything that one decision is about."""

    spec: RemixSpec
    listener: Listener
    recordings: tuple[Recording, ...]
    generator: Generator
    renders_this_month: int
    now: datetime
    known_at: datetime | None = None
    rendered_at: datetime | None = None
    approvals: Sequence[dict[str, str]] = ()


class Rights(Protocol):
    """The part of a catalogue that requests are made of."""

    def parties(self, ids: Collection[str] | None = None) -> tuple[Party, ...]:
        """All parties, or those of these ids that there are."""
        ...

    def work(self, id: str) -> Work | None:
        """The work of that id, if there is one."""
        ...

    def recordings(self) -> tuple[Recording, ...]:
        """All recordings by title."""
        ...


class Answers(Protocol):
    """The part of the consents that requests are made of."""

    def in_force(
        self, parties: Iterable[str], known_at: datetime | None = None
    ) -> tuple[Consent, ...]:
        """The latest answer of each scope of these parties, as known at a time."""
        ...


class Facts:
    """Builds requests from the catalogue and the recorded consents."""

    def __init__(self, catalogue: Rights, consents: Answers) -> None:
        self._catalogue = catalogue
        self._consents = consents

    def request(self, asked: Asked, *, everyone: bool = False) -> dict[str, Any]:
        """The request in the rights language's JSON form.

        It describes the parties above its tracks with their consents, or `everyone` whom the
        catalogue knows, so that it can be asked of other tracks as well.

        Raises:
            ClearanceError: the spec names no source, or an artist that the catalogue lacks.
        """
        spec, listener = asked.spec, asked.listener
        if not asked.recordings:
            raise no_source()
        analyses = [recording.analysis for recording in asked.recordings]
        sound = sound_facts(spec, analyses)
        named = [sound["voice-of"]] if "voice-of" in sound else []
        if spec.style_of is not None:
            style_of = _party_named(spec.style_of, self._catalogue.parties())
            if style_of is not None:
                sound["style-of"] = style_of
                named.append(style_of)
        tracks = [self.track(recording) for recording in asked.recordings]
        if everyone:
            parties = {party.id: party for party in self._catalogue.parties()}
        else:
            parties = _related(tracks, named, self._catalogue.parties)
        consents = self._consents.in_force(parties, asked.known_at)
        abilities = asked.generator.abilities()
        request: dict[str, Any] = {
            "actions": list(actions(spec)),
            "use": spec.use or DEFAULT_USE,
            "territory": listener.territory,
            "length": length_ms(spec, analyses),
            "strength": round(
                (ORDINARY_STRENGTH if spec.strength is None else spec.strength) * 10_000
            ),
        }
        if asked.rendered_at is not None:
            request["rendered-at"] = _utc(asked.rendered_at)
        return {
            "now": _utc(asked.now),
            "time-zone": listener.time_zone,
            "request": request,
            "listener": {
                "id": listener.id,
                "tier": listener.tier,
                "add-ons": sorted(listener.add_ons),
                "verified": listener.verified,
                "age-band": listener.age_band,
                "renders-this-month": asked.renders_this_month,
            },
            "sound": sound,
            "tracks": tracks,
            "generator": {
                "id": asked.generator.id,
                "trained-on": abilities.trained_on,
                "weights-licence": abilities.weights_licence,
                "uses-master": abilities.uses_master and spec.kind != "cover",
            },
            "parties": {
                id: _party_facts(party, [row for row in consents if row.party == id])
                for id, party in sorted(parties.items())
            },
            "consents": [consent.as_json() for consent in consents],
            "approvals": list(asked.approvals),
        }

    def tracks(self) -> Iterator[dict[str, Any]]:
        """Every recording of the catalogue as a request's `tracks` have it."""
        return map(self.track, self._catalogue.recordings())

    def track(self, recording: Recording) -> dict[str, Any]:
        """A recording with its work, as a request's `tracks` have it."""
        work = self._catalogue.work(recording.work) if recording.work else None
        shares = work.shares if work else ()
        return {
            "id": recording.id,
            "isrc": recording.isrc or "",
            "title": recording.title,
            "explicit": recording.explicit,
            "release-date": (recording.release_date or recording.added_on).isoformat(),
            "genres": sorted(recording.genres),
            "language": recording.language or "und",
            "label": recording.label or "",
            "artists": sorted(recording.artists),
            "performers": sorted(recording.performers),
            "producers": sorted(recording.producers),
            "owners": sorted({share.party for share in recording.shares if share.role == "owner"}),
            "work": {
                "id": work.id if work else "",
                "iswc": (work.iswc if work else None) or "",
                "writers": sorted({share.party for share in shares if share.role == "writer"}),
                "publishers": sorted(
                    {share.party for share in shares if share.role == "publisher"}
                ),
                "public-domain": bool(work and work.public_domain),
            },
        }


def no_source() -> ClearanceError:
    """What is said where a spec names no song."""
    return ClearanceError(
        "no source recording", help="say which song, or give its id with --source"
    )


def with_recordings(
    ids: Sequence[str],
    recording: Callable[[str], Recording],
    render_sources: Callable[[str], Sequence[str] | None],
) -> tuple[Recording, ...]:
    """The recordings that sources come down to: a render inherits the sources of its own."""
    found: dict[str, Recording] = {}
    for id in ids:
        inherited = render_sources(id)
        rows = (
            with_recordings(inherited, recording, render_sources)
            if inherited is not None
            else (recording(id),)
        )
        found.update({row.id: row for row in rows})
    return tuple(found.values())


def _related(
    tracks: Iterable[dict[str, Any]],
    named: Iterable[str],
    parties: Callable[[Collection[str]], tuple[Party, ...]],
) -> dict[str, Party]:
    """Whoever has a say in these tracks, and whoever those are under or have handed it to."""
    wanted = set(named)
    for track in tracks:
        wanted |= {track["label"]} - {""}
        for role in ("artists", "performers", "producers", "owners"):
            wanted.update(track[role])
        wanted.update(track["work"]["writers"], track["work"]["publishers"])
    related: dict[str, Party] = {}
    while wanted:
        found = {party.id: party for party in parties(wanted)}
        if missing := wanted - set(found):
            raise CatalogueError(
                f"no party `{min(missing)}`", help="import the parties of the catalogue"
            )
        related |= found
        above = {party.parent for party in found.values() if party.parent}
        handed = {
            party.default_consent.removeprefix("delegated:")
            for party in found.values()
            if party.default_consent.startswith("delegated:")
        }
        wanted = (above | handed) - set(related)
    return related


def _party_facts(party: Party, consents: Iterable[Consent]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "kind": party.kind,
        "name": party.name,
        "default-consent": party.default_consent.replace("delegated:", "delegated to "),
        "consents": sorted(
            {row.kind for row in consents if row.answer == "allow" and row.kind != "any"}
        ),
        "voice-consent": sorted(party.voice_consent),
        "deceased": party.deceased,
        "minor": party.minor,
    }
    if party.parent is not None:
        facts["parent"] = party.parent
    return facts


def _party_named(name: str, parties: Iterable[Party]) -> str | None:
    for party in parties:
        if name == party.id or name.casefold() == party.name.casefold():
            return party.id
    return None


def _utc(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
