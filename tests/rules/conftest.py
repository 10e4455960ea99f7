"""A whole request to change one thing of, and a way to decide it in one line."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clearmix_rules import Decision, PolicySet, PolicySource, Request

POLICIES = Path(__file__).parent / "policies"


def _party(kind: str, name: str, default: str, **more: object) -> dict[str, object]:
    facts: dict[str, object] = {
        "consents": [],
        "voice-consent": [],
        "deceased": False,
        "minor": False,
    }
    return {"kind": kind, "name": name, "default-consent": default, **facts, **more}


BASE: dict[str, Any] = {
    "now": "2026-11-23T12:00:00Z",
    "time-zone": "Europe/London",
    "request": {
        "actions": ["remix"],
        "use": "private",
        "territory": "GB",
        "length": 90_000,
        "strength": 5_000,
    },
    "listener": {
        "id": "local",
        "tier": "studio",
        "add-ons": ["remix"],
        "verified": True,
        "age-band": "adult",
        "renders-this-month": 0,
    },
    "sound": {
        "tempo-change": 0,
        "pitch-change": 0,
        "parts-used": ["vocals", "drums"],
        "vocals": "kept",
        "voice": "original",
        "lyrics": "kept",
        "styles": ["house"],
        "era": "1980s",
    },
    "tracks": [
        {
            "id": "greensleeves",
            "isrc": "GBXXX2600001",
            "title": "Greensleeves",
            "explicit": False,
            "release-date": "2026-01-01",
            "genres": ["folk"],
            "language": "en",
            "label": "northlight",
            "artists": ["ada-wren"],
            "work": {
                "id": "w1",
                "iswc": "T-034.524.680-1",
                "writers": ["j-smith"],
                "publishers": ["hollow-tree"],
                "public-domain": False,
            },
        }
    ],
    "generator": {
        "id": "studio",
        "trained-on": "nothing",
        "weights-licence": "none",
        "uses-master": True,
    },
    "parties": {
        "northlight": _party("label", "Northlight Records", "opt-out"),
        "ada-wren": _party("artist", "Ada Wren", "opt-out"),
        "j-smith": _party("writer", "J. Smith", "opt-out"),
        "hollow-tree": _party("publisher", "Hollow Tree", "opt-out"),
    },
    "consents": [],
    "approvals": [],
}

Facts = Callable[..., dict[str, Any]]
Decide = Callable[..., Decision]


def make_facts(changes: dict[str, object] | None = None, **direct: object) -> dict[str, Any]:
    """The base request with values at dotted paths replaced; `tracks.0.label` counts from 0."""
    said = copy.deepcopy(BASE)
    for path, value in {**(changes or {}), **direct}.items():
        *way, last = path.split(".")
        at: Any = said
        for step in way:
            at = at[int(step)] if isinstance(at, list) else at[step]
        at[last] = value
    return said


def make_policy(rules: str, by: str = "label northlight", consent: str = "opt-in") -> str:
    """A policy of one party with these rules; without a reason each rule gets one."""
    said = "" if by == "platform" or not consent else f"consent: {consent}\n"
    title = by.replace(" ", ", ")
    return f'policy "{title}" version 1\nby {by}\n{said}\n{rules}\n'


def decide_texts(texts: str | list[str], said: dict[str, Any], **options: Any) -> Decision:
    """The decision of a request under policies given as texts."""
    listed = [texts] if isinstance(texts, str) else texts
    sources = [PolicySource(f"policy-{n}.rights", text) for n, text in enumerate(listed)]
    return PolicySet.load(sources).decide(Request.from_json(said), **options)


@pytest.fixture(scope="session")
def facts() -> Facts:
    return make_facts


@pytest.fixture(scope="session")
def policy() -> Callable[..., str]:
    return make_policy


@pytest.fixture(scope="session")
def decide() -> Decide:
    return decide_texts


@pytest.fixture(scope="session")
def samples() -> dict[str, PolicySource]:
    """The two sample policies of the language's description, word for word."""
    return {path.stem: PolicySource.read(path) for path in POLICIES.glob("*.rights")}
