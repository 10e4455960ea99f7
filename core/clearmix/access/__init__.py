"""Who may do what over the network: roles and scopes, tokens, ended sessions, wrong passwords."""

from __future__ import annotations

from clearmix.access.callers import Caller
from clearmix.access.repeats import Repeats
from clearmix.access.scopes import SCOPES, SCOPES_OF, Scope
from clearmix.access.sign_ins import SignIns
from clearmix.access.tokens import Token, Tokens
from clearmix.access.wrong_passwords import WrongPasswords

__all__ = [
    "SCOPES",
    "SCOPES_OF",
    "Caller",
    "Repeats",
    "Scope",
    "SignIns",
    "Token",
    "Tokens",
    "WrongPasswords",
]
