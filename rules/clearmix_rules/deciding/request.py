"""What is asked, by whom, of which tracks: the facts that a decision reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

Fact: TypeAlias = int | str | bool | date | datetime | frozenset[str] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """One rights-holder and what is known of it, by the keys of the schema's party group."""

    id: str
    kind: str
    name: str
    parent: str | None
    default_consent: str
    """`opt-in`, `opt-out` or `delegated`."""
    delegate: str | None
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Consent:
    """A recorded yes or no. None means: for all."""

    party: str
    answer: str
    """`allow` or `refuse`."""
    kind: str
    """An action, or `any`."""
    recording: str | None = None
    work: str | None = None
    territory: str | None = None
    opens: date | datetime | None = None
    closes: date | datetime | None = None
    """A day counts whole, in the listener's zone."""
    existing: str = "keep"
    """Whether remixes made before may still be heard: `keep` or `remove`."""
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A party's answer to a request for approval: `approve` or `refuse`."""

    party: str
    answer: str


@dataclass(frozen=True, slots=True)
class Track:
    """One source with its work. `facts` has the keys of the schema's track and work groups."""

    facts: Mapping[str, Fact]

    @property
    def id(self) -> str:
        """The catalogue's id of the recording."""
        return str(self.facts["track.id"])

    def parties(self, key: str) -> tuple[str, ...]:
        """The parties in a list such as `track.artists`."""
        listed = self.facts[key]
        return listed if isinstance(listed, tuple) else ()


@dataclass(frozen=True, slots=True)
class Request:
    """One question to the policies. Equal requests have equal JSON."""

    now: datetime
    """In UTC."""
    time_zone: str | None
    """The listener's zone; None or a name nobody knows means: it could be any."""
    facts: Mapping[str, Fact]
    """The facts of the groups request, listener, sound and generator, by key."""
    tracks: tuple[Track, ...]
    parties: Mapping[str, Party]
    consents: tuple[Consent, ...] = ()
    approvals: tuple[Answered, ...] = ()
    standing: object = field(default=None, init=False, repr=False, compare=False)
    """What the first decision works out about the request and later ones find here."""

    @property
    def actions(self) -> frozenset[str]:
        """What is done to the sources."""
        actions = self.facts["request.actions"]
        return actions if isinstance(actions, frozenset) else frozenset()

    @classmethod
    def from_json(cls, mapping: Mapping[str, object]) -> Request:
        """The request in a JSON object.

        Raises:
            RequestError: something required is missing, unknown or of another type; the message
                names it and the help says what to write.
        """
        from clearmix_rules.deciding.request_json import read_request

        return read_request(mapping)

    def as_json(self) -> dict[str, object]:
        """The request as a JSON object that `from_json` reads back."""
        from clearmix_rules.deciding.request_writing import write_request

        return write_request(self)

    def party_name(self, party: str) -> str:
        """How people call a party."""
        known = self.parties.get(party)
        return known.name if known else party
