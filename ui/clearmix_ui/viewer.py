"""Who is at a page, and whose terms they may read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clearmix_rules.schema import PLATFORM
from clearmix_ui.session import SignedOutError

if TYPE_CHECKING:
    from clearmix import Kernel


@dataclass(frozen=True)
class Viewer:
    """A signed-in person; `party` is the rights-holder whom they write for, if they do for one."""

    user: str
    role: str
    party: str | None

    @classmethod
    def of(cls, kernel: Kernel, user: str | None) -> Viewer:
        """Whoever is signed in; somebody without a log-in of their own looks as a listener does."""
        if not user:
            raise SignedOutError
        for login in kernel.catalogue.logins():
            if login.user == user:
                return cls(user, login.role, login.party)
        return cls(user, "listener", None)

    @property
    def operates(self) -> bool:
        """Whether they may put a policy in force."""
        return self.role == "operator"

    @property
    def writes(self) -> bool:
        """Whether writing policies is their work."""
        return self.role in ("operator", "policy-author")

    @property
    def sees_all(self) -> bool:
        """Whether they work for the house, and not for one rights-holder."""
        return self.writes and self.party is None

    def sees(self, party: str) -> bool:
        """Whether they may read the terms of a party.

        INVARIANT: a listener never reads another party's terms, and no party those of another; the
        platform's own are everybody's.
        """
        return self.sees_all or party in (self.party, PLATFORM)
