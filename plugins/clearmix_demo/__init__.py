"""The built-in plugin `demo`: the example catalogue, with songs that are written in code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clearmix import hookimpl

if TYPE_CHECKING:
    from clearmix import CatalogueSource, Settings


@hookimpl
def provide_catalogues(settings: Settings) -> Iterable[CatalogueSource]:
    """The example catalogue, which nothing is rendered of yet."""
    from clearmix_demo.catalogue import DemoCatalogue

    return [DemoCatalogue()]
