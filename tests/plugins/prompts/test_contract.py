"""The phrasebook passes the suite that other interpreters get."""

from __future__ import annotations

import pytest

from clearmix import Interpreter
from clearmix.testing import InterpreterContract
from clearmix_prompts.phrasebook import Phrasebook


class TestThePhrasebook(InterpreterContract):
    @pytest.fixture
    def interpreter(self) -> Interpreter:
        return Phrasebook()
