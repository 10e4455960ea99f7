"""Policies and properties from texts, in one line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clearmix_library.shelf import policies as library_policies
from clearmix_rules import PolicySet, PolicySource
from clearmix_rules.proving import Verdict, prove, read_properties


def load(*texts: str) -> PolicySet:
    return PolicySet.load(PolicySource(f"{n}.rights", text) for n, text in enumerate(texts))


@pytest.fixture(scope="session")
def policies() -> Callable[..., PolicySet]:
    return load


@pytest.fixture(scope="session")
def verdict() -> Callable[..., Verdict]:
    """The verdict on one claim about policies."""

    def of(claim: str, *texts: str, **options) -> Verdict:
        written = PolicySource("asked.rights-properties", f"property asked: {claim}")
        return prove(load(*texts), read_properties(written), **options)[0]

    return of


@pytest.fixture(scope="session")
def baseline() -> PolicySet:
    """The platform's own policies."""
    return PolicySet.load(library_policies())
