"""Whoever calls: a log-in, and what it may do by this session or token."""

from __future__ import annotations

from dataclasses import dataclass

from clearmix.access.scopes import SCOPES_OF, Scope
from clearmix.catalogue.models import Login
from clearmix.errors import AccessError


@dataclass(frozen=True)
class Caller:
    """A log-in that calls; `token` is the id of its access token, None for a session's cookie."""

    login: Login
    scopes: frozenset[Scope]
    token: str | None = None

    @classmethod
    def signed_in(cls, login: Login) -> Caller:
        """The caller of a session, who may do all that the role may."""
        return cls(login, SCOPES_OF[login.role])

    @property
    def user(self) -> str:
        """The name of the log-in, which is the id of its listener as well."""
        return self.login.user

    def may(self, scope: Scope) -> bool:
        """Whether the scope is held."""
        return scope in self.scopes

    def require(self, scope: Scope) -> None:
        """Raises AccessError unless the scope is held."""
        if not self.may(scope):
            roles = [role for role, scopes in SCOPES_OF.items() if scope in scopes]
            held = scope in SCOPES_OF[self.login.role]
            raise AccessError(
                f"this needs the scope `{scope}`",
                help="use a token that holds it"
                if held
                else f"it belongs to the roles {', '.join(roles)}; ask the operator",
            )

    def acts_for(self, party: str | None) -> bool:
        """Whether the caller may speak for a party: its own, or any as the operator."""
        return self.may("operate") or (party is not None and self.login.party == party)

    def require_party(self, party: str) -> None:
        """Raises AccessError unless the caller may speak for a party."""
        if not self.acts_for(party):
            own = f"yours is `{self.login.party}`" if self.login.party else "yours has none"
            raise AccessError(f"this log-in does not speak for `{party}`", help=own)

    def acting_as(self, listener: str | None) -> str:
        """The listener on whose behalf is asked: oneself, or another as the operator.

        Raises:
            AccessError: another listener is named.
        """
        if listener is None or listener == self.user:
            return self.user
        if not self.may("operate"):
            raise AccessError(
                "only the operator may ask for another listener", help="leave `listener` out"
            )
        return listener
