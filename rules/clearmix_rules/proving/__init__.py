"""Proofs about policies, with the solver z3: `outcome`, `prove`, `compare`.

Needs the extra `prove`; importing it without says so.
"""

from clearmix_rules.edits import Edit, edits
from clearmix_rules.errors import RightsError

try:
    import z3  # noqa: F401 (everything here needs it)
except ImportError as error:
    raise RightsError(
        "proofs need the solver z3, which is not installed",
        help='pip install "clearmix[prove]"',
    ) from error

from clearmix_rules.proving.catalogue import Impact, impact, read_catalogue
from clearmix_rules.proving.comparison import Change, Comparison, Relation, compare
from clearmix_rules.proving.concrete import outcome
from clearmix_rules.proving.properties import library, properties_of, read_properties, within
from clearmix_rules.proving.property import Property
from clearmix_rules.proving.verdicts import Example, Status, Verdict, prove

__all__ = [
    "Change",
    "Comparison",
    "Edit",
    "Example",
    "Impact",
    "Property",
    "Relation",
    "Status",
    "Verdict",
    "compare",
    "edits",
    "impact",
    "library",
    "outcome",
    "properties_of",
    "prove",
    "read_catalogue",
    "read_properties",
    "within",
]
