"""Contract suites for plugin authors: subclass one, give it your object, and every check runs.

    from clearmix.testing import GeneratorContract

    class TestMine(GeneratorContract):
        @pytest.fixture
        def generator(self):
            return MyGenerator()

Each check says in its message what to do. Needs pytest.
"""

from clearmix.testing.formulas import FormulaContract
from clearmix.testing.generators import GeneratorContract
from clearmix.testing.interpreters import InterpreterContract
from clearmix.testing.labelers import FileLabelerContract, SignalLabelerContract
from clearmix.testing.market import Market
from clearmix.testing.policies import PolicyPackContract
from clearmix.testing.separators import SeparatorContract
from clearmix.testing.songs import Song

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
]
