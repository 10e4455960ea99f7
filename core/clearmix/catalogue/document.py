"""The catalogue's import document: its shape, and errors that name row and field."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from clearmix.catalogue import identifiers
from clearmix.errors import CatalogueError
from clearmix_rules import zones
from clearmix_rules.ids import ID
from clearmix_rules.schema import ACTIONS
from clearmix_rules.territories import CODES


def _code(check: Any) -> AfterValidator:
    def run(text: str) -> str:
        try:
            return str(check(text))
        except CatalogueError as error:
            raise ValueError(f"{error.message}; {error.help}") from None

    return AfterValidator(run)


Id = Annotated[str, Field(pattern=f"^{ID}$")]
Isrc = Annotated[str, _code(identifiers.isrc)]
Upc = Annotated[str, _code(identifiers.upc)]
Grid = Annotated[str, _code(identifiers.grid)]
Iswc = Annotated[str, _code(identifiers.iswc)]
Ipi = Annotated[str, _code(identifiers.ipi)]
Isni = Annotated[str, _code(identifiers.isni)]
Consent = Annotated[str, Field(pattern=f"^(opt-in|opt-out|delegated:{ID})$")]
ConsentKind = Annotated[str, Field(pattern=f"^(any|{'|'.join(ACTIONS)})$")]


def _territory(code: str) -> str:
    if code not in CODES:
        raise ValueError("not an ISO 3166 code; write one such as GB, or null for everywhere")
    return code


Territory = Annotated[str, AfterValidator(_territory)]


def _zone(name: str) -> str:
    if zones.zone(name) is None:
        raise ValueError(f"not a time zone; {zones.unknown(name)}")
    return name


TimeZone = Annotated[str, Field(max_length=64), AfterValidator(_zone)]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PartyEntry(_Row):
    """A rights-holder."""

    id: Id
    kind: Literal["group", "label", "imprint", "publisher", "artist", "writer", "owner", "platform"]
    name: str = Field(min_length=1)
    parent: Id | None = None
    ipi: Ipi | None = None
    isni: Isni | None = None
    default_consent: Consent = "opt-out"
    minor: bool = False
    deceased: bool = False
    voice_consent: tuple[str, ...] = ()


class ShareEntry(_Row):
    """Whole parts of the whole."""

    party: Id
    role: str = Field(min_length=1)
    parts: int = Field(ge=0)


class _Shared(_Row):
    whole: int = Field(100, gt=0, description="the parts of all shares together")
    shares: tuple[ShareEntry, ...] = ()
    shares_from: date | None = Field(
        None, description="the day from which these shares hold; earlier ones stay for before"
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = sum(share.parts for share in self.shares)
        if self.shares and total != self.whole:
            raise ValueError(f"shares add up to {total} of {self.whole} parts")
        return self


class WorkEntry(_Shared):
    """A composition with the shares of its writers and publishers."""

    id: Id
    title: str = Field(min_length=1)
    iswc: Iswc | None = None
    public_domain: bool = False


class AnalysisEntry(_Row):
    """What the catalogue states about the music; what it leaves out is measured."""

    tempo_bpm: float | None = Field(None, gt=0)
    key: str | None = None
    beats: tuple[float, ...] = ()
    downbeats: tuple[float, ...] = ()
    sections: tuple[dict[str, Any], ...] = ()
    chords: tuple[tuple[float, str], ...] = ()


class RecordingEntry(_Shared):
    """A recording; `audio` and `stems` are paths beside the document."""

    id: Id
    title: str = Field(min_length=1)
    artists: tuple[Id, ...] = Field(min_length=1)
    isrc: Isrc | None = None
    upc: Upc | None = Field(None, description="of the release that it belongs to, as UPC or EAN")
    grid: Grid | None = Field(None, description="of the release that it belongs to")
    performers: tuple[Id, ...] = ()
    producers: tuple[Id, ...] = ()
    label: Id | None = None
    work: Id | None = None
    release_date: date | None = None
    language: str | None = None
    explicit: bool = False
    genres: tuple[str, ...] = ()
    audio: str
    stems: dict[str, str] = {}
    lane: Literal["original", "official", "producer"] = "original"
    analysis: AnalysisEntry | None = None


class ListenerEntry(_Row):
    """A listener's entitlement."""

    id: Id
    name: str
    tier: Literal["free", "basic", "plus", "premium", "studio"]
    add_ons: tuple[str, ...] = ()
    territory: str = Field(pattern=r"^[A-Z]{2}$")
    follows: tuple[Id, ...] = Field((), description="ids of the artists whom the listener follows")
    verified: bool = False
    age_band: Literal["child", "teen", "adult"] = "adult"
    time_zone: TimeZone = "Europe/London"


class LoginEntry(_Row):
    """A log-in of the built-in sign-in."""

    user: Id
    password: str = Field(min_length=1)
    role: Literal["listener", "artist", "policy-author", "operator"]
    party: Id | None = None


class ConsentEntry(_Row):
    """A recorded answer of a party."""

    party: Id
    answer: Literal["allow", "refuse"]
    kind: ConsentKind
    recording: Id | None = None
    work: Id | None = None
    territory: Territory | None = None
    from_: date | None = Field(None, alias="from")
    until: date | None = None
    existing: Literal["keep", "remove"] = "keep"
    recorded_at: datetime


class Document(_Row):
    """A whole catalogue document, format 1."""

    format: Literal[1]
    parties: tuple[PartyEntry, ...] = ()
    works: tuple[WorkEntry, ...] = ()
    recordings: tuple[RecordingEntry, ...] = ()
    listeners: tuple[ListenerEntry, ...] = ()
    logins: tuple[LoginEntry, ...] = ()
    consents: tuple[ConsentEntry, ...] = ()
    policies: tuple[str, ...] = ()
    plays: str | None = None
    earlier_plays: tuple[str, ...] = ()
    rates: dict[str, Any] | None = None
    renders: tuple[dict[str, Any], ...] = ()


def read_document(path: Path) -> Document:
    """The document of a JSON file.

    Raises:
        CatalogueError: the file is missing or no JSON, or rows do not fit: each is named by its
            id (or number) and field.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CatalogueError(f"no file at `{path}`", help="check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(
            f"cannot read the file: {error}", help="give a JSON file in UTF-8", place=str(path)
        ) from None
    except json.JSONDecodeError as error:
        raise CatalogueError(
            f"not JSON: {error.msg}",
            help="correct the file at that place",
            place=f"{path}, line {error.lineno}, column {error.colno}",
        ) from None
    except (RecursionError, ValueError) as error:  # a number of thousands of digits, say
        raise CatalogueError(
            "lists in lists without end, or a number without end",
            help="give a document of format 1",
            place=str(path),
        ) from error
    try:
        return Document.model_validate(raw)
    except ValidationError as error:
        problems = [_in_words(raw, problem) for problem in error.errors()]
        raise CatalogueError(
            "; ".join(problems[:12]) + (f"; and {len(problems) - 12} more" * (len(problems) > 12)),
            help="correct these rows; nothing was imported",
            place=str(path),
        ) from None


def _in_words(raw: Any, problem: Any) -> str:
    where, here = [], raw
    for step in problem["loc"]:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        name = here.get("id") or here.get("user") if isinstance(here, dict) else None
        where.append(f"{step} `{name}`" if isinstance(step, int) and name else str(step))
    said = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        said = "unknown field"
    return f"{'.'.join(where) or 'document'}: {said[:1].lower()}{said[1:]}"
