"""What the catalogue holds: parties, works, recordings, shares, listeners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from clearmix.contracts import Analysis

Side = Literal["recording", "work"]
Lane = Literal["original", "official", "producer"]
Tier = Literal["free", "basic", "plus", "premium", "studio"]
Role = Literal["listener", "artist", "policy-author", "operator"]


@dataclass(frozen=True)
class Party:
    """A rights-holder: group, label, imprint, publisher, artist, writer, owner or platform."""

    id: str
    kind: str
    name: str
    parent: str | None = None
    ipi: str | None = None
    isni: str | None = None
    default_consent: str = "opt-out"
    minor: bool = False
    deceased: bool = False
    voice_consent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Share:
    """`parts` of the whole of one side that a party holds; all parts of a side are the whole."""

    party: str
    role: str
    parts: int


@dataclass(frozen=True)
class Work:
    """A composition with the shares of its writers and publishers."""

    id: str
    title: str
    iswc: str | None
    public_domain: bool
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Recording:
    """A recording with its shares, its parts (stems by part name) and its analysis."""

    id: str
    title: str
    artists: tuple[str, ...]
    artist_names: tuple[str, ...]
    isrc: str | None
    performers: tuple[str, ...]
    producers: tuple[str, ...]
    label: str | None
    work: str | None
    release_date: date | None
    language: str | None
    explicit: bool
    genres: tuple[str, ...]
    lane: Lane
    seconds: float
    audio_key: str
    stems: Mapping[str, str]
    shares: tuple[Share, ...]
    analysis: Analysis
    added_on: date
    stems_estimated_by: str | None = None

    def as_json(self) -> dict[str, Any]:
        """What everybody may know of it, in JSON's types."""
        tempo = self.analysis.tempo_bpm
        return {
            "id": self.id,
            "isrc": self.isrc,
            "title": self.title,
            "artists": list(self.artist_names),
            "seconds": round(self.seconds, 3),
            "tempo_bpm": round(tempo, 3) if tempo else None,
            "key": self.analysis.key,
            "stems": sorted(self.stems),
            "stems_estimated_by": self.stems_estimated_by,
        }


@dataclass(frozen=True)
class Listener:
    """Who asks, and what the subscription entitles to."""

    id: str
    name: str
    tier: Tier
    add_ons: tuple[str, ...]
    territory: str
    verified: bool
    age_band: str
    time_zone: str


LOCAL_LISTENER = Listener(
    id="local",
    name="Local listener",
    tier="studio",
    add_ons=("remix",),
    territory="GB",
    verified=True,
    age_band="adult",
    time_zone="Europe/London",
)
"""Who asks on the command line without `--listener`: top tier, the add-on, territory GB."""


@dataclass(frozen=True)
class Login:
    """Who signed in, and as what; an artist's log-in names its party."""

    user: str
    role: Role
    party: str | None
