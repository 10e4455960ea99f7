"""What stands in for a text that cannot be used: a policy that refuses every use."""

from __future__ import annotations

import re

from clearmix.clearance.headers import author_of
from clearmix.clearance.versions import digest
from clearmix_rules import PolicySource
from clearmix_rules.ids import ID
from clearmix_rules.schema import PARTY_KINDS, PLATFORM


def stand_in(source: PolicySource) -> PolicySource:
    """The policy that refuses every use for the author of a text.

    INVARIANT: it loads, whatever the text says. Of a text that does not name a party it is the
    platform's and refuses for everybody: whom the text protects cannot be told.
    """
    return PolicySource(
        f"{source.name} (refusing)",
        f'policy "Stand-in for {digest(source)[:12]}" version 1\n'
        f"by {_author(source) or PLATFORM}\n\n"
        "rule unreadable: forbid any use\n"
        '  reason "The rules for this music cannot be read just now, so nothing is made of it."\n',
    )


def meanwhile(source: PolicySource) -> str:
    """What holds until a text can be used, for whoever has to correct it."""
    if _author(source) is None:
        return "until then all music is refused, for the text names no party whose it is"
    return "until then its author refuses all"


def _author(source: PolicySource) -> str | None:
    """Who speaks in a text, as written after `by`; None if that is nobody who could be known."""
    said = author_of(source.text)
    if said is None:
        return None
    if said.kind == PLATFORM:
        return PLATFORM
    known = said.kind in PARTY_KINDS and said.party != PLATFORM and re.fullmatch(ID, said.party)
    return f'{said.kind} "{said.party}"' if known else None  # an id may begin with a figure
