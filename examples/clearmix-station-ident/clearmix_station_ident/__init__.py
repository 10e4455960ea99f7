"""The labeler `station-ident`."""

import os
from collections.abc import Iterable

from clearmix import Finding, Labeler, Settings, hookimpl

STATION_VARIABLE = "CLEARMIX_STATION"
"""Environment variable: the station's name; the service's own name where it is not set."""


def station(settings: Settings) -> str:
    """The name that files carry."""
    return os.environ.get(STATION_VARIABLE) or settings.service


@hookimpl
def provide_labelers(settings: Settings) -> Iterable[Labeler]:
    """Hands over the labeler."""
    from clearmix_station_ident.labeler import StationIdent

    return [StationIdent(station(settings))]


@hookimpl
def provide_findings(settings: Settings) -> Iterable[Finding]:
    """Says which name is sent."""
    help = "" if os.environ.get(STATION_VARIABLE) else f"set {STATION_VARIABLE} to send another"
    yield Finding("station ident", True, f"files say `{station(settings)}`", help)
