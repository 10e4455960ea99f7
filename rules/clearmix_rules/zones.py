"""Time zones, from the `tzdata` distribution first, so that every machine has the same."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from importlib import metadata, resources
from zoneinfo import ZoneInfo, available_timezones

from clearmix_rules.errors import did_you_mean

# No place on earth is further from UTC: Etc/GMT+12 and Pacific/Kiritimati (IANA tz database).
EARLIEST = timezone(timedelta(hours=14))
LATEST = timezone(timedelta(hours=-12))

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*([/+-][A-Za-z0-9_]+)*")


@lru_cache(maxsize=1_024)
def zone(name: str) -> tzinfo | None:
    """The zone with an IANA name, or None if there is none."""
    if name == "UTC":
        return UTC
    if len(name) > 64 or not _KEY.fullmatch(name):
        return None
    try:
        package = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
        with package.open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
    except (ModuleNotFoundError, OSError, ValueError):
        pass
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return None


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """Every name of a zone, for a near match."""
    return frozenset(available_timezones())


def unknown(name: str) -> str:
    """What to do about the name of a zone that there is not."""
    return did_you_mean(name, sorted(names()), "write a name such as `Europe/London`, or `UTC`")


@lru_cache(maxsize=1)
def tzdata_version() -> str:
    """The version of the zone data, which is part of every decision's record."""
    try:
        return metadata.version("tzdata")
    except metadata.PackageNotFoundError:
        return "system"


def day_begins(day: date, where: tzinfo) -> datetime:
    """The first moment of a calendar day in a zone, in UTC."""
    return datetime.combine(day, time(), where).astimezone(UTC)


def day_ends(day: date, where: tzinfo) -> datetime:
    """The first moment after a calendar day in a zone, in UTC; `datetime.max` on the last day."""
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return day_begins(day + timedelta(days=1), where)
