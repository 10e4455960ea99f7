"""The pages of the application, who finds which of them, and the top that they share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clearmix import ClearmixError
from clearmix_ui import cards

if TYPE_CHECKING:
    from clearmix import Kernel
    from clearmix.catalogue.models import Login


@dataclass(frozen=True)
class Page:
    """A page, its address, the icon that stands for it on a phone, and who finds it.

    The navigation hides nothing that a page would show: each page asks again itself.
    """

    name: str
    path: str
    icon: str
    is_for: Callable[[Login], bool] = lambda login: True


PAGES = (
    Page("Listen", "/app/", "wave"),
    Page("Feed", "/app/feed", "lines"),
    Page("Desk", "/app/desk", "coins", lambda login: login.party is not None),
    Page("Rules", "/app/rules", "rules"),
    Page("Verify", "/app/verify", "shield"),
    Page("House", "/app/house", "sliders", lambda login: login.role == "operator"),
)
"""In the order of the navigation."""


def masthead(kernel: Kernel, user: str, here: str) -> str:
    """The top of a page: the pages that this user finds, the theme, who is signed in."""
    login = next((one for one in kernel.catalogue.logins() if one.user == user), None)
    pages = [page for page in PAGES if login is not None and page.is_for(login)]
    name, plan = _who(kernel, user, login)
    return cards.html("masthead.html", here=here, pages=pages, name=name, plan=plan)


def _who(kernel: Kernel, user: str, login: Login | None) -> tuple[str, str]:
    """The name of a user, and the plan that they hold or what they are."""
    try:
        if login is not None and login.party is not None:
            return kernel.catalogue.party(login.party).name, "Rights-holder"
        listener = kernel.catalogue.listener(user)
    except ClearmixError:
        return user, login.role.replace("-", " ").capitalize() if login is not None else ""
    held = kernel.entitlement.plan(listener)
    plan = f"{listener.tier.capitalize()} plan"
    if held.renders is not None:
        left = max(0, held.renders - kernel.entitlement.used(user))
        plan += f" · {left} of {held.renders} remixes left"
    return listener.name, plan
