"""The rights language: policies by rights-holders, decided with reasons, duties and a record.

    policies = PolicySet.load([PolicySource("northlight.rights", text)])
    decision = policies.decide(Request.from_json(facts))

It stands alone: only lark and the standard library.
"""

from clearmix_rules.deciding.decision import Decision, Outcome, Reason, RuleRef, Shortfall
from clearmix_rules.deciding.duties import Approval, Bounds, Duties, Royalty
from clearmix_rules.deciding.nearest import Change, Nearest, nearest
from clearmix_rules.deciding.policies import PolicySet, check
from clearmix_rules.deciding.request import Consent, Party, Request, Track
from clearmix_rules.diagnostics import Diagnostic, Severity
from clearmix_rules.errors import PolicyErrors, RequestError, RightsError
from clearmix_rules.schema import (
    ITEM_EARNINGS,
    NET_POOL,
    RENDER_FEE,
    ROYALTY_BASES,
    SCHEMA,
    Attribute,
    Schema,
)
from clearmix_rules.source import PolicySource

__all__ = [
    "ITEM_EARNINGS",
    "NET_POOL",
    "RENDER_FEE",
    "ROYALTY_BASES",
    "SCHEMA",
    "Approval",
    "Attribute",
    "Bounds",
    "Change",
    "Consent",
    "Decision",
    "Diagnostic",
    "Duties",
    "Nearest",
    "Outcome",
    "Party",
    "PolicyErrors",
    "PolicySet",
    "PolicySource",
    "Reason",
    "Request",
    "RequestError",
    "RightsError",
    "Royalty",
    "RuleRef",
    "Schema",
    "Severity",
    "Shortfall",
    "Track",
    "check",
    "nearest",
]
