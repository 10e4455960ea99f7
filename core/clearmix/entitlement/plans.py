"""Plans: what each tier and the add-on hold, read from a file that an operator can replace."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clearmix.errors import EntitlementError

FILE = "plans.toml"

Kind = Literal["edit", "remix", "cover", "mashup"]


class Plan(BaseModel):
    """What a listener may have made in a month, and the price of what goes beyond it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    renders: Annotated[int, Field(ge=0)] | None = Field(None, description="None: without limit")
    seconds: float = Field(gt=0, description="the longest render")
    kinds: frozenset[Kind]
    extra_micro: Annotated[int, Field(ge=0, lt=2**62)] | None = Field(
        None, description="price of each further render; None: none are sold"
    )


class Extra(BaseModel):
    """What the add-on changes of a tier; a field that is left out stays, `renders` is lifted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    renders: Annotated[int, Field(ge=0)] | None = None
    seconds: float | None = None
    kinds: frozenset[Kind] | None = None
    extra_micro: Annotated[int, Field(ge=0, lt=2**62)] | None = None


class Plans(BaseModel):
    """The plans of all tiers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code")
    add_on: str
    tiers: dict[str, Plan]
    with_add_on: dict[str, Extra] = Field({})

    def of(self, tier: str, add_ons: tuple[str, ...]) -> Plan:
        """The plan of a tier, with the add-on if the listener has it.

        Raises:
            EntitlementError: the file names no such tier.
        """
        if tier not in self.tiers:
            raise EntitlementError(
                f"no plan for the tier `{tier}`",
                help=f"the plans are {', '.join(self.tiers)}; add it to `{FILE}`",
            )
        plan = self.tiers[tier]
        extra = self.with_add_on.get(tier) if self.add_on in add_ons else None
        if extra is None:
            return plan
        return plan.model_copy(update={"renders": None, **extra.model_dump(exclude_none=True)})


def read_plans(home: Path) -> Plans:
    """The operator's plans, or those that ship.

    Raises:
        EntitlementError: the file cannot be read, or a field is missing, unknown or wrong.
    """
    own = home / FILE
    try:
        text = (
            own.read_text(encoding="utf-8")
            if own.is_file()
            else files("clearmix.entitlement").joinpath(FILE).read_text(encoding="utf-8")
        )
        return Plans.model_validate(tomllib.loads(text))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EntitlementError(
            f"the plans cannot be read: {error}", help="write it as TOML", place=str(own)
        ) from error
    except ValidationError as error:
        rows = [(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()]
        raise EntitlementError(
            "; ".join(f"`{place}`: {said}" for place, said in rows),
            help="compare it with the plans that ship, `clearmix/entitlement/plans.toml`",
            place=str(own),
        ) from error
