"""The terms of a permit in a listener's words: what binds the listener, not what parties agreed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from clearmix.conversation.wording import minutes

if TYPE_CHECKING:
    from clearmix_rules import Duties
    from clearmix_rules.deciding.duties import Bounds


def terms_of(duties: Duties, *, named: Callable[[str], str] = str) -> tuple[str, ...]:
    """Limits, label, approvals and expiry; royalties are told with the earnings instead.

    `named` says the name of a party.

    >>> from clearmix_rules.deciding.duties import Bounds, Duties
    >>> terms_of(Duties(limits=(Bounds("length", greatest=90_000),)))
    ('It may be 1:30 long at most.',)
    """
    said = [text for bounds in duties.limits for text in _limit(bounds)]
    said += [f"It is labelled “{label}”" for label in duties.labels]
    for approval in duties.approvals:
        by = f" within {approval.within_days} days" if approval.within_days is not None else ""
        said.append(f"{named(approval.party)} must say yes to it first{by}.")
    if duties.credits:
        said.append(f"It credits each {', '.join(duties.credits).replace('-', ' ')}.")
    if duties.expires_on is not None:
        said.append(f"It can be heard until {duties.expires_on:%-d %B %Y}.")
    if duties.expires_after_days is not None:
        said.append(f"It can be heard for {duties.expires_after_days} days.")
    return tuple(said)


def _limit(bounds: Bounds) -> list[str]:
    ends = ((bounds.greatest, "at most"), (bounds.least, "at least"))
    return [
        _SAID.get(bounds.attribute, _anything)(bounds.attribute, value, end)
        for value, end in ends
        if value is not None
    ]


def _length(attribute: str, value: int, end: str) -> str:
    return f"It may be {minutes(value / 1000)} long {end}."


def _share(attribute: str, value: int, end: str) -> str:
    return f"Its {attribute.replace('-', ' ')} may be {value / 100:g} % {end}."


def _cents(attribute: str, value: int, end: str) -> str:
    return f"Its {attribute.replace('-', ' ')} may be {value / 100:g} semitones {end}."


def _anything(attribute: str, value: int, end: str) -> str:
    return f"Its {attribute.replace('-', ' ')} may be {value} {end}."


_SAID: dict[str, Callable[[str, int, str], str]] = {
    "length": _length,
    "tempo-change": _share,
    "strength": _share,
    "pitch-change": _cents,
}
