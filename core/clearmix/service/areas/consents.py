"""Consents: what a party allows and refuses, for whoever speaks for it."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from clearmix.clearance import Consent
from clearmix.service.callers import Consenting, PartyId, Rooms, own_party
from clearmix.service.once import ONCE, Once

router = APIRouter(tags=["consents"], route_class=Once)


class Said(BaseModel):
    """An answer of a party."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"answer": "refuse", "kind": "remix", "existing": "remove"}]
        },
    )

    answer: Literal["allow", "refuse"]
    kind: str = Field(max_length=40, description="remix, cover, mashup, edit, ... or any")
    recording: str | None = Field(None, max_length=200, description="only this recording")
    work: str | None = Field(None, max_length=200, description="only this composition, by its id")
    territory: str | None = Field(None, max_length=20, description="only this country, as GB")
    from_: date | None = Field(None, alias="from", description="first day")
    until: date | None = Field(None, description="last day")
    existing: Literal["keep", "remove"] = Field(
        "keep", description="what happens to remixes already made"
    )


class Consents(BaseModel):
    """The answers of a party."""

    party: str
    default_consent: str = Field(description="what holds where nothing is recorded")
    consents: list[dict[str, Any]]


@router.get("/api/parties/{party}/consents", response_model=Consents)
def show(party: PartyId, caller: Consenting, kernel: Rooms) -> dict[str, Any]:
    """The answers of a party that are in force or will be."""
    id = own_party(kernel, caller, party)
    return _listed(kernel, id, kernel.consent.show(id))


@router.get("/api/parties/{party}/consents/history", response_model=Consents)
def history(party: PartyId, caller: Consenting, kernel: Rooms) -> dict[str, Any]:
    """Every answer that a party has given, oldest first."""
    id = own_party(kernel, caller, party)
    return _listed(kernel, id, kernel.consent.history(id))


@router.post("/api/parties/{party}/consents", status_code=201, dependencies=ONCE)
def set_(party: PartyId, said: Said, caller: Consenting, kernel: Rooms) -> dict[str, Any]:
    """Records an answer of a party; it binds from the next request on."""
    consent = kernel.consent.set(
        own_party(kernel, caller, party),
        said.answer,
        said.kind,
        recording=kernel.catalogue.recording(said.recording).id if said.recording else None,
        work=said.work,
        territory=said.territory,
        valid_from=said.from_,
        valid_until=said.until,
        existing=said.existing,
    )
    return consent.as_json()


def _listed(kernel: Rooms, party: str, answers: tuple[Consent, ...]) -> dict[str, Any]:
    return {
        "party": party,
        "default_consent": kernel.catalogue.party(party).default_consent,
        "consents": [answer.as_json() for answer in answers],
    }
