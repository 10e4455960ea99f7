"""Proofs about policies, with the solver z3: `outcome`, `prove`, `compare`.

Needs the extra `prove`; importing it without says so.
"""

from clearmix_rules.errors import RightsError

try:
    import z3  # noqa: F401 (everything here needs it)
except ImportError as error:
    raise RightsError(
        "proofs need the solver z3, which is not installed",
        help='pip install "clearmix[prove]"',
    ) from error

from clearmix_rules.proving.concrete import outcome

__all__ = ["outcome"]
