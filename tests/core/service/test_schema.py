"""The API answers as its description says, whatever is sent, and never with an error of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from clearmix.kernel import Kernel

FULL = os.environ.get("CLEARMIX_CI") == "full"
EXAMPLES = 25 if FULL else 2
"""Requests for each route."""

CHECKS: list[Any] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]

EVENTS = "/stream/{expires}/{signed}/{listening}/events"
"""Which never ends by itself for a stream that goes on."""


@pytest.fixture
def operator(app: FastAPI, token: Callable[..., dict[str, str]]) -> Iterator[dict[str, str]]:
    yield token("ops")


@pytest.mark.timeout(900)
def test_every_route_answers_as_described(
    app: FastAPI, market: Kernel, operator: dict[str, str]
) -> None:
    vars(market.rendering._workers)["ensure"] = lambda: None  # nothing is rendered here
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 50
    failures = []
    for operation in operations:
        if operation.path == EVENTS:
            continue

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=not FULL,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            response = case.call(headers=operator, timeout=120)  # proofs take their time
            case.validate_response(response, checks=CHECKS)

        try:
            ask()
        except Exception as error:  # noqa: BLE001  # told with the others
            failures.append(f"{operation.label}: {error}")
    assert not failures, "\n\n".join(failures)
