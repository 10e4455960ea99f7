"""Reading a file's marks back: what every labeler finds, what the registry and the sound say."""

from __future__ import annotations

from clearmix.verification.originals import Original
from clearmix.verification.reading import MarkFound, read_marks
from clearmix.verification.registry import Entry, Registry
from clearmix.verification.unread import lost_keys, unread_layers
from clearmix.verification.verdict import Verdict, Verification, verify, weighed

__all__ = [
    "Entry",
    "MarkFound",
    "Original",
    "Registry",
    "Verdict",
    "Verification",
    "lost_keys",
    "read_marks",
    "unread_layers",
    "verify",
    "weighed",
]
