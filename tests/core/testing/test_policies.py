"""The library's policies pass the suite that other policy packs get."""

from __future__ import annotations

from pathlib import Path

import pytest

from clearmix.testing import PolicyPackContract
from clearmix_library import shelf
from clearmix_rules import PolicySource


class TestTheLibrary(PolicyPackContract):
    tests = Path(shelf.__file__).parent

    @pytest.fixture
    def policies(self) -> tuple[PolicySource, ...]:
        return shelf.policies()


class TestTheTemplates(PolicyPackContract):
    tests = Path(shelf.__file__).parent / "templates"

    @pytest.fixture
    def policies(self) -> tuple[PolicySource, ...]:
        return shelf.templates()
