"""Everyone and everything in the catalogue besides the music: rows of the import document."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from clearmix_demo import identifiers

Row = dict[str, Any]


@cache
def _read() -> Row:
    return tomllib.loads(files("clearmix_demo").joinpath("people.toml").read_text(encoding="utf-8"))


def parties() -> list[Row]:
    """Every rights-holder, numbered in the order of the file."""
    rows = []
    for number, party in enumerate(_read()["parties"], start=1):
        row = {"parent": None, "ipi": None, "isni": None, **party}
        if party["kind"] in ("writer", "publisher"):
            row["ipi"] = identifiers.ipi_name(number)
        if party["kind"] in ("writer", "artist"):
            row["isni"] = identifiers.isni(number)
        rows.append(row)
    return rows


def works() -> list[Row]:
    """Every composition with its shares."""
    return [
        {**work, "iswc": identifiers.iswc(number), "shares": _shares(work.get("shares", {}))}
        for number, work in enumerate(_read()["works"], start=1)
    ]


def recordings() -> list[Row]:
    """Every recording with its shares, without titles, audio or analysis."""
    rows = []
    for number, recording in enumerate(_read()["recordings"], start=1):
        released: date = recording["release_date"]
        rows.append(
            {
                "performers": [],
                "producers": [],
                "label": None,
                "language": "en",
                "explicit": False,
                "lane": "original",
                **recording,
                "isrc": identifiers.isrc(number, released.year),
                "work": f"{recording['id']}-work",
                "release_date": released.isoformat(),
                "shares": _shares(recording["shares"]),
            }
        )
    return rows


def listeners() -> list[Row]:
    """A listener of every tier."""
    return [{"add_ons": [], "verified": False, **row} for row in _read()["listeners"]]


def logins() -> list[Row]:
    """The demo's log-ins, one of each role and more."""
    return [{"party": None, **row} for row in _read()["logins"]]


def consents() -> list[Row]:
    """What artists have answered."""
    return [{name: _in_json(value) for name, value in row.items()} for row in _read()["consents"]]


def rates() -> Row:
    """The rate card."""
    return dict(_read()["rates"])


def policy_names() -> list[str]:
    """File names of the policies that the plugin ships."""
    folder = files("clearmix_demo").joinpath("policies")
    return sorted(row.name for row in folder.iterdir() if row.name.endswith(".rights"))


def policy_text(name: str) -> str:
    """The text of a policy."""
    return files("clearmix_demo").joinpath("policies", name).read_text(encoding="utf-8")


def _shares(shares: dict[str, list[Any]]) -> list[Row]:
    return [
        {"party": party, "role": role, "parts": parts} for party, (role, parts) in shares.items()
    ]


def _in_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
