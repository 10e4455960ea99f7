"""For plugin authors: contract suites to subclass, and songs and a market to try things on.

    from clearmix.testing import GeneratorContract

    class TestMine(GeneratorContract):
        @pytest.fixture
        def generator(self):
            return MyGenerator()

Each check says in its message what to do. Suites need pytest; `Song` and `Market` do without.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clearmix.testing.formulas import FormulaContract
    from clearmix.testing.generators import GeneratorContract
    from clearmix.testing.interpreters import InterpreterContract
    from clearmix.testing.labelers import FileLabelerContract, SignalLabelerContract
    from clearmix.testing.market import Market
    from clearmix.testing.policies import PolicyPackContract
    from clearmix.testing.separators import SeparatorContract
    from clearmix.testing.songs import Song
    from clearmix.testing.transcribers import TranscriberContract

_HOMES = {
    "FileLabelerContract": "labelers",
    "FormulaContract": "formulas",
    "GeneratorContract": "generators",
    "InterpreterContract": "interpreters",
    "Market": "market",
    "PolicyPackContract": "policies",
    "SeparatorContract": "separators",
    "SignalLabelerContract": "labelers",
    "Song": "songs",
    "TranscriberContract": "transcribers",
}

__all__ = [
    "FileLabelerContract",
    "FormulaContract",
    "GeneratorContract",
    "InterpreterContract",
    "Market",
    "PolicyPackContract",
    "SeparatorContract",
    "SignalLabelerContract",
    "Song",
    "TranscriberContract",
]


def __getattr__(name: str) -> Any:
    """Imports a public name from its module when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module `clearmix.testing` has no `{name}`")
    return getattr(import_module(f"clearmix.testing.{_HOMES[name]}"), name)
