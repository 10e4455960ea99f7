"""Money: royalty formulas, from pro-rata to a fee for each render, and the account."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clearmix import hookimpl

if TYPE_CHECKING:
    from clearmix import BillingGateway, RoyaltyFormula, Settings


@hookimpl
def provide_formulas(settings: Settings) -> Iterable[RoyaltyFormula]:
    """The built-in formulas; none of them has an option."""
    from clearmix_royalties.artist_centric import ArtistCentric
    from clearmix_royalties.per_generation import PerGeneration
    from clearmix_royalties.pro_rata import ProRata
    from clearmix_royalties.threshold import Threshold
    from clearmix_royalties.user_centric import UserCentric

    return [ProRata(), UserCentric(), ArtistCentric(), Threshold(), PerGeneration()]


@hookimpl
def provide_billing(settings: Settings) -> Iterable[BillingGateway]:
    """The gateway `account`."""
    from clearmix_royalties.on_account import OnAccount

    return [OnAccount()]
