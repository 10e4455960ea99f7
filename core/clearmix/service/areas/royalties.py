"""Plays and settlements, for the operator."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, File, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from clearmix.royalties.eligibility import eligibility_of
from clearmix.royalties.rates import Rates, checked_rates
from clearmix.service.callers import Earning, Operating, Rooms
from clearmix.service.once import ONCE, Once
from clearmix.service.threads import slow
from clearmix.service.uploads import keep

router = APIRouter(tags=["royalties"], route_class=Once)

Month = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$", examples=["2026-10"])]
FormulaId = Annotated[str, Field(max_length=80, examples=["pro-rata"])]


class Settle(BaseModel):
    """A month to be settled."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"period": "2026-10", "formula": "pro-rata"}]},
    )

    period: Month
    formula: FormulaId = "pro-rata"
    early: bool = Field(False, description="also a month that is not over yet")


class Replay(BaseModel):
    """A settlement to be replayed."""

    model_config = ConfigDict(extra="forbid")

    hash: str = Field(min_length=1, max_length=128)


class Side(BaseModel):
    """One side of a comparison: a formula, and a rate card instead of the one in force."""

    model_config = ConfigDict(extra="forbid")

    formula: FormulaId
    rates: dict[str, Any] | None = None

    def card(self) -> Rates | None:
        """The rate card, checked."""
        return checked_rates(self.rates) if self.rates is not None else None


class Compare(BaseModel):
    """Two sides to be compared on the plays of a month; the latest with plays by default."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"a": {"formula": "pro-rata"}, "b": {"formula": "user-centric"}}]
        },
    )

    a: Side
    b: Side
    period: Month | None = None


@router.post("/api/plays/imports", dependencies=ONCE)
@slow
def import_plays(
    caller: Operating,
    kernel: Rooms,
    file: Annotated[UploadFile, File(description="a Parquet or CSV file of play events")],
) -> dict[str, Any]:
    """Imports play events; each refused row is listed with its reason."""
    with TemporaryDirectory(prefix="clearmix-plays-") as name:
        return kernel.royalties.import_plays(keep(file, Path(name), "plays")).as_json()


@router.get("/api/royalties/formulas")
def formulas(caller: Earning, kernel: Rooms) -> dict[str, Any]:
    """The royalty formulas that are installed, and which plays each counts."""
    found = sorted(kernel.formulas.values(), key=lambda formula: formula.id)
    return {
        "formulas": [
            {
                "id": formula.id,
                "version": formula.version,
                "eligibility": eligibility_of(formula).as_json(),
            }
            for formula in found
        ]
    }


@router.post("/api/royalties/settlements", dependencies=ONCE)
@slow
def settle(wanted: Settle, caller: Operating, kernel: Rooms) -> dict[str, Any]:
    """Settles a month; settling it again changes nothing."""
    return kernel.royalties.settle(wanted.period, wanted.formula, early=wanted.early).as_json()


@router.post("/api/royalties/verifications")
@slow
def verify(wanted: Replay, caller: Operating, kernel: Rooms) -> dict[str, Any]:
    """Replays a settlement from its inputs and compares the hash."""
    return kernel.royalties.verify(wanted.hash).as_json()


@router.post("/api/royalties/comparisons")
@slow
def compare(wanted: Compare, caller: Operating, kernel: Rooms) -> dict[str, Any]:
    """Who gains and who loses between two formulas or rate cards; nothing is posted."""
    return kernel.reports.compare(
        (wanted.a.formula, wanted.b.formula),
        wanted.period,
        (wanted.a.card(), wanted.b.card()),
    ).as_json()


@router.get("/api/royalties/amplify")
@slow
def amplify(caller: Operating, kernel: Rooms) -> dict[str, Any]:
    """Whether remixes bring plays to originals or take them, by track and artist."""
    return kernel.reports.amplify().as_json()
