"""The rate card, and the terms of renders that only a log knows: read, checked, recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from math import floor
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from sqlmodel import col, select

from clearmix.errors import RoyaltyError
from clearmix.royalties.period import Period
from clearmix.storage.database import Database
from clearmix.storage.tables.royalties import LoggedRenderRow, RateCardRow

ALL_BPS = 10_000
"""Basis points of the whole."""

Kind = Literal["original", "edit", "remix", "mashup", "cover"]
RateSide = Literal["recording", "work", "likeness"]
SideWeights = Callable[[str], Mapping[str, int]]

_BOTH = {"recording": 7_500, "work": 2_500, "likeness": 1_000}

SIDES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "original": {"recording": 7_500, "work": 2_500},
        "edit": _BOTH,
        "remix": _BOTH,
        "mashup": _BOTH,
        "cover": {"work": 10_000, "likeness": 1_000},
    }
)
"""Weights of the sides of each kind where a rate card does not say.

They are a policy of this software, not of any law: three parts for the recording and one for the
composition, near what streaming services pay each side. A cover uses no recording, so it pays
none. `likeness` counts only where a person's voice is imitated. Weights are relative: those of
the sides that an item has are scaled to the whole.
"""

Micro = Annotated[int, Field(ge=0, lt=2**62, strict=True)]
Bps = Annotated[int, Field(ge=0, le=ALL_BPS, strict=True)]


class Rates(BaseModel):
    """A rate card. Fees are per subscriber and month, in micro-units of the currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code")
    valid_from: date = Field(date(2000, 1, 1), description="first day in force")
    add_on: str = Field("remix", description="what `add_ons` of a paying listener contains")
    add_on_fee_micro: Micro = Field(0, description="what the add-on costs a month, with tax")
    subscription_fee_micro: dict[str, Micro] = Field(
        {}, description="what each tier costs a month; a tier left out funds no general pool"
    )
    tax_bps: Bps = Field(0, description="tax, as a part of the fee")
    vat_bps: Bps = Field(
        0,
        description="tax that the fee includes, as a part of the price without it: 2,000 for 20 %",
    )
    store_fee_bps: Bps = Field(0, description="an app store's cut, as a part of the fee")
    revenue_share_bps: Bps = Field(description="the rights-holders' part of what is left")
    per_generation_fee_micro: Micro = Field(0, description="owed once for each render made")
    payout_threshold_micro: Micro = Field(0, description="less than this is carried, not paid out")
    subscribers: tuple[str, ...] = Field(
        (), description="ids of add-on subscribers that the catalogue's listeners do not name"
    )
    tier_subscribers: dict[str, tuple[str, ...]] = Field(
        {}, description="ids of subscribers of each tier that the listeners do not name"
    )
    sides: dict[Kind, dict[RateSide, Bps]] = Field(
        {}, description="relative weights of the sides of a kind; one left out keeps its default"
    )

    @model_validator(mode="after")
    def _something_is_left(self) -> Rates:
        if self.tax_bps and self.vat_bps:
            raise ValueError("give the tax as `tax_bps` or as `vat_bps`, not twice")
        if self._kept < 0:
            raise ValueError("tax and store fee together are more than the fee")
        return self

    def net_micro(self, fee_micro: int) -> int:
        """The rights-holders' part of one fee: (fee - tax - store fee) x revenue share.

        Rounded down once; what is below a micro-unit stays with the service.

        >>> Rates(currency="GBP", tax_bps=2000, revenue_share_bps=7000).net_micro(3_990_000)
        2234400
        >>> Rates(currency="GBP", vat_bps=2000, revenue_share_bps=7000).net_micro(9_990_000)
        5827500
        """
        return floor(fee_micro * self._kept * self.revenue_share_bps / ALL_BPS)

    @property
    def _kept(self) -> Fraction:
        """The part of a fee that tax and store leave."""
        without_vat = Fraction(ALL_BPS, ALL_BPS + self.vat_bps)
        return without_vat - Fraction(self.tax_bps + self.store_fee_bps, ALL_BPS)

    def side_weights(self, kind: str) -> Mapping[str, int]:
        """The relative weights of the sides of a kind of item."""
        weights = dict(default_side_weights(kind))
        for name, stated in self.sides.items():
            if name == kind:
                weights |= {str(side): weight for side, weight in stated.items()}
        return weights


class LoggedRender(BaseModel):
    """The terms of a render of which nothing else is kept here, such as one of the example month.

    `duties` are those of the decision under which it was made; they travel with the render.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    kind: Literal["edit", "remix", "cover", "mashup"]
    sources: tuple[str, ...] = Field(min_length=1, max_length=2)
    maker: str = Field(min_length=1)
    made_at: datetime
    title: str = ""
    voice_of: str | None = Field(None, description="the party whose voice is imitated")
    duties: dict[str, Any] = {}
    decision_hash: str = ""

    @field_validator("made_at")
    @classmethod
    def _in_utc(cls, time: datetime) -> datetime:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def default_side_weights(kind: str) -> Mapping[str, int]:
    """The relative weights of the sides of a kind of item where no rate card says."""
    return SIDES[kind]


def checked_rates(values: Mapping[str, Any] | Rates) -> Rates:
    """The rate card of a JSON object; raises RoyaltyError naming each field that is wrong."""
    if isinstance(values, Rates):
        return values
    try:
        return Rates.model_validate(dict(values))
    except ValidationError as error:
        raise RoyaltyError(
            "; ".join(_problems(error)), help="correct the rate card", place="rates"
        ) from None


def checked_renders(rows: Iterable[Mapping[str, Any] | LoggedRender]) -> tuple[LoggedRender, ...]:
    """The logged renders of JSON objects; raises RoyaltyError naming each row and field."""
    found: dict[str, LoggedRender] = {}
    problems: list[str] = []
    for number, row in enumerate(rows, start=1):
        try:
            render = row if isinstance(row, LoggedRender) else LoggedRender.model_validate(row)
        except ValidationError as error:
            name = row.get("id", number) if isinstance(row, Mapping) else number
            problems += [f"`{name}`: {problem}" for problem in _problems(error)]
            continue
        if found.get(render.id, render) != render:
            problems.append(f"`{render.id}` occurs twice and differs")
        found[render.id] = render
    if problems:
        more = f"; and {len(problems) - 12} more" if len(problems) > 12 else ""
        raise RoyaltyError(
            "; ".join(problems[:12]) + more,
            help="correct these renders; none was imported",
            place="renders",
        )
    return tuple(found.values())


def record_rates(database: Database, rates: Rates) -> bool:
    """Records a card; False if the card in force from that day already says the same."""
    values = rates.model_dump(mode="json")
    with database.session(write=True) as session:
        known = session.exec(
            select(RateCardRow)
            .where(RateCardRow.valid_from == rates.valid_from)
            .order_by(col(RateCardRow.id).desc())
        ).first()
        if known is not None and known.rates == values:
            return False
        session.add(RateCardRow(valid_from=rates.valid_from, currency=rates.currency, rates=values))
    return True


def record_renders(database: Database, renders: Iterable[LoggedRender]) -> int:
    """How many were new. The terms of a render are fixed when it is made.

    Raises:
        RoyaltyError: a render is logged already with other terms.
    """
    renders = tuple(renders)
    added = 0
    with database.session(write=True) as session:
        known = {row.id: row for row in session.exec(select(LoggedRenderRow))}
        for render in renders:
            values = {**render.model_dump(), "sources": list(render.sources)}
            row = known.get(render.id)
            if row is None:
                session.add(LoggedRenderRow(**values))
                added += 1
            elif any(getattr(row, name) != value for name, value in values.items()):
                raise RoyaltyError(
                    f"the terms of render `{render.id}` differ from those logged before",
                    help="give a new render a new id; the terms of a render never change",
                    place="renders",
                )
    return added


def rates_in_force(database: Database, period: Period) -> Rates:
    """The rate card at the start of a period; raises RoyaltyError if there is none."""
    with database.session() as session:
        row = session.exec(
            select(RateCardRow)
            .where(RateCardRow.valid_from <= period.start.date())
            .order_by(col(RateCardRow.valid_from).desc(), col(RateCardRow.id).desc())
        ).first()
        later = session.exec(
            select(RateCardRow)
            .where(
                RateCardRow.valid_from > period.start.date(),
                RateCardRow.valid_from < period.end.date(),
            )
            .order_by(col(RateCardRow.id))
        ).all()
    in_force = {card.valid_from: card for card in later}  # of one day the latest counts
    for day, card in sorted(in_force.items()):
        if row is not None and card.currency != row.currency:
            raise RoyaltyError(
                f"the currency changes from {row.currency} to {card.currency} on {day}, "
                f"within {period}",
                help=f"a currency holds for whole months: record a card of {row.currency} from "
                f"{day}, and the new one from {period.end.date()}",
                place="rates",
            )
    if row is None:
        raise RoyaltyError(
            f"no rate card is in force in {period}",
            help="import a catalogue document with `rates`: currency, add_on_fee_micro, "
            "revenue_share_bps and per_generation_fee_micro",
        )
    return Rates.model_validate(row.rates)


def _problems(error: ValidationError) -> list[str]:
    found = []
    for problem in error.errors():
        field = ".".join(str(step) for step in problem["loc"])
        where = f"{field}: " if field else ""
        said = str(problem["msg"]).removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            said = "unknown field"
        elif problem["type"] == "string_pattern_mismatch":  # only a currency has a pattern
            said = "write three capital letters of ISO 4217, such as GBP"
        found.append(f"{where}{said[:1].lower()}{said[1:]}")
    return found
