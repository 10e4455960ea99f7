"""Who would earn what share of each play, before anything is settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from clearmix.errors import RoyaltyError
from clearmix.royalties.models import Earning
from clearmix.royalties.parts import Part
from clearmix.royalties.period import Period
from clearmix.royalties.plays import category_of
from clearmix.royalties.rates import SideWeights, default_side_weights, rates_in_force
from clearmix.royalties.splits import Splits
from clearmix.royalties.works import Item, Rights
from clearmix.storage.database import Database

if TYPE_CHECKING:
    from clearmix.catalogue import Catalogue


class Estimates:
    """Shares on today's rate card and today's catalogue."""

    def __init__(
        self, database: Database, catalogue: Catalogue, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    def of_item(self, item_id: str) -> tuple[Earning, ...]:
        """The shares of a recording or render."""
        rights = Rights(self._database, [item_id])
        return self._earnings(self._splits(rights).parts(item_id))

    def of_terms(
        self,
        sources: Sequence[str],
        kind: str,
        duties: Mapping[str, Any],
        voice_of: str | None,
    ) -> tuple[Earning, ...]:
        """The shares of a render that has not been made."""
        item = Item(
            id="",
            kind=kind,
            category=category_of(kind),
            title="",
            sources=tuple(sources),
            voice_of=voice_of,
            duties=duties,
        )
        return self._earnings(self._splits(Rights(self._database, sources)).parts_of(item))

    def _splits(self, rights: Rights) -> Splits:
        return Splits(rights, self._side_weights(), self._clock().date())

    def _side_weights(self) -> SideWeights:
        try:
            return rates_in_force(self._database, Period.of(self._clock())).side_weights
        except RoyaltyError:
            return default_side_weights

    def _earnings(self, parts: Sequence[Part]) -> tuple[Earning, ...]:
        names = {party.id: party.name for party in self._catalogue.parties()}
        return tuple(
            Earning(
                party=part.payee,
                name=names.get(part.payee, part.payee),
                role=part.role,
                side=part.side,
                source=part.source,
                share=part.share,
                why=part.why,
            )
            for part in sorted(parts, key=lambda part: (-part.share, part.payee))
        )
