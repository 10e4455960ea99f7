"""Whether a spec may be made, and why: consent, facts, decision, log."""

from clearmix.clearance.consents import Consent, Consents
from clearmix.clearance.log import DecisionLog, LogEntry
from clearmix.clearance.policies import Policies
from clearmix.clearance.room import Clearance, Cleared, Refusal

__all__ = [
    "Clearance",
    "Cleared",
    "Consent",
    "Consents",
    "DecisionLog",
    "LogEntry",
    "Policies",
    "Refusal",
]
