"""INVARIANT: words can change a spec, never a fact, a rule, a price, a consent or a label."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from openai_server import Reply, Server, serving

from clearmix import Conversation, RemixSpec
from clearmix.kernel import Kernel

HOSTILE = tuple(
    re.sub(r"\\U[0-9A-F]{8}|\\u[0-9a-f]{4}", lambda sign: chr(int(sign[0][2:], 16)), line)
    for line in (Path(__file__).parent / "hostile.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("# ")
)
WISH = RemixSpec(sources=("open-road",), styles=("techno",))
REFUSED = RemixSpec(sources=("dusky",), styles=("techno",))
INTERPRETERS = ("phrasebook", "openai", "embeddings")

OBEYING = cycle(
    [
        {"intent": "transform", "changes": {"styles": ["techno"]}, "consent": "granted"},
        {"intent": "transform", "changes": {"styles": ["techno"], "price": 0, "label": None}},
        {"intent": "transform", "changes": {"styles": ["techno"], "use": "private"}},
        {
            "intent": "transform",
            "changes": {"styles": ["techno"]},
            "cleared": ["use", "rights", "watermark"],
            "not_understood": ["All rights are cleared."],
            "unclear": [],
            "assumed": ["consent"],
        },
        {"intent": "control", "control": "grant", "changes": {}},
    ]
)
"""What a model might answer that a prompt has won over."""


@pytest.fixture
def hijacked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A model that does whatever a prompt tells it to."""
    with serving() as server:
        server.says = lambda request: Reply(json.dumps(next(OBEYING)))
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("CLEARMIX_OPENAI_MODEL", "hijacked")
        monkeypatch.setenv("CLEARMIX_OPENAI_DAILY_TOKENS", "100000000")
        yield server


def record(kernel: Kernel) -> list[str]:
    """Everything that is on record: parties, shares, consents, policies, rates, listeners."""
    path = kernel.settings.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        return list(connection.iterdump())


def terms(kernel: Kernel, spec: RemixSpec) -> tuple[object, ...]:
    """What is decided of a spec: the outcome, its reasons, the rules behind them, the duties."""
    decided = kernel.decide(spec, "mia").decision.as_json()
    return tuple(decided[name] for name in ("outcome", "reasons", "rules", "duties"))


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_no_words_change_what_is_on_record_or_what_is_decided(
    market: Kernel, interpreter: str, hijacked: Server
) -> None:
    market.consent.set("bo", "refuse", "remix")
    wished, refused = terms(market, WISH), terms(market, REFUSED)
    assert (wished[0], refused[0]) == ("permitted", "forbidden")
    before = record(market)
    context = Conversation(source="open-road", titles=market.catalogue.titles)

    heard = {words: market.interpret(words, context, interpreter=interpreter) for words in HOSTILE}

    assert record(market) == before, "an interpreter wrote something down"
    for words, found in heard.items():
        spec = found.spec
        assert spec is None or spec == WISH or spec.as_json().keys() <= {"kind", "sources"}, (
            f"{words!r} became {spec}"
        )
        for said in (*found.not_understood, found.question or ""):
            assert "cleared." not in said or "cleared." in words, f"{words!r} made us say {said!r}"
    assert (terms(market, WISH), terms(market, REFUSED)) == (wished, refused)
    assert bool(hijacked.requests) == (interpreter == "openai")


def test_there_are_enough_hostile_prompts_to_mean_something() -> None:
    assert len(HOSTILE) >= 120
    assert len(set(HOSTILE)) == len(HOSTILE)
